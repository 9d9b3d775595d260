"""The queue: who sees what, in which order, how many there are, and page after page while others work."""

from datetime import timedelta

import pytest

from referral.model import State, Step, Urgency
from referral.pressure import length_class
from service.actions import loop, needs, queue
from service.actions.needs import Redirect
from service.actions.queue import Owner, View, Wanted
from service.actions.queue_cursor import read_cursor
from service.permissions import NotAllowed, Role
from service.store.needs import find_need
from service.store.queue_pages import Place
from service.store.referrals import find_referral
from tests.service.builders import world
from tests.service.referring import RECEIVER, SENDER, WAYS, referral_in, take

COUNTED = dict.fromkeys(View, 0)


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def shown(here, role=RECEIVER, **wanted):
    with here.write() as session:
        return queue.show(session, Wanted(**wanted), act=here.act(role))


def many(here, number, **facts):
    """So many sent referrals of different people, a minute apart."""
    ids = []
    for each in range(number):
        here.clock.forward(minutes=1)
        ids.append(referral_in(here, State.SENT, client=here.new_client("Kai", f"Specimen{each}"), **facts))
    return ids


def ids_on(page):
    return [line.id for line in page.lines]


def every_page(here, *, between=lambda _page: None, **wanted):
    """All ids, cursor after cursor; `between` is what others do meanwhile."""
    found, cursor = [], None
    while True:
        page = shown(here, cursor=cursor, **wanted)
        found += ids_on(page)
        if page.next_cursor is None:
            return found
        between(page)
        cursor = page.next_cursor


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 4)


def test_immediate_comes_first_then_urgency_then_the_nearest_deadline(here):
    urgencies = [Urgency.ROUTINE, Urgency.SOON, Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE]
    ids = [
        referral_in(here, State.SENT, urgency=urgency, client=here.new_client("Kai", f"Specimen{number}"))
        for number, urgency in enumerate(urgencies)
        if here.clock.forward(minutes=1)
    ]
    assert ids_on(shown(here)) == [ids[2], ids[1], ids[3], ids[0], ids[4]]


def test_each_view_holds_its_states_and_the_counts_are_true(here):
    for number, state in enumerate(WAYS):
        referral_in(here, state, client=here.new_client("Kai", f"Specimen{number}"))
    found = {view: {line.state for line in shown(here, view=view).lines} for view in View}
    open_ones = set(WAYS) - {
        State.DRAFT,
        State.COMPLETED,
        State.DECLINED,
        State.CANCELLED,
        State.NOT_REACHED,
        State.ENTERED_IN_ERROR,
    }
    assert found[View.ALL_OPEN] == open_ones
    assert found[View.NEEDS_SOMEONE] == {State.SENT}
    assert found[View.WAITING_LIST] == {State.WAITLISTED}
    assert found[View.MINE] == open_ones - {State.SENT, State.CANCEL_REQUESTED}
    assert found[View.APPOINTMENTS] == open_ones - {State.SENT, State.CLAIMED, State.WAITLISTED}
    assert found[View.OVERDUE] == set()
    lengths = {view: len(shown(here, view=view).lines) for view in View}
    assert shown(here).counts == lengths


def test_waiting_on_others_is_what_the_other_side_has_to_do_next(here):
    """A team waits until its outcome is read or another way is found; who coordinates waits for every team."""
    ids = {
        state: referral_in(here, state, client=here.new_client("Kai", f"Specimen{state.name}"))
        for state in WAYS
    }
    view = View.WAITING_ON_OTHERS
    handed_back = {ids[state] for state in (State.COMPLETED, State.DECLINED, State.NOT_REACHED)}
    page = shown(here, view=view)
    assert (set(ids_on(page)), page.counts[view], page.shown) == (handed_back, 3, 3)
    assert all(line.due_at is not None for line in page.lines)
    everybodys = set(ids_on(shown(here, Role.COORDINATOR, view=view)))
    assert everybodys == set(ids_on(shown(here, Role.COORDINATOR, view=View.ALL_OPEN)))
    take(here, ids[State.COMPLETED], Step.READ_OUTCOME, SENDER)
    with here.read() as session:
        need_id = find_referral(session, here.organisation.id, ids[State.DECLINED]).need_id
    with here.write() as session:
        needs.redirect(session, need_id, Redirect(note="Again."), act=here.act(Role.COORDINATOR))
    page = shown(here, view=view)
    assert (ids_on(page), page.counts[view]) == ([ids[State.NOT_REACHED]], 1)


def test_what_is_overdue_is_what_has_passed_its_deadline(here):
    late, early = many(here, 2)
    with here.read() as session:
        here.clock.now = find_referral(session, here.organisation.id, late).due_at + timedelta(seconds=1)
    page = shown(here, view=View.OVERDUE)
    assert (ids_on(page), page.counts[View.OVERDUE], page.counts[View.ALL_OPEN]) == ([late], 1, 2)
    assert early in ids_on(shown(here, view=View.ALL_OPEN))


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (Owner.ANYBODY, {"mine", "nobody's", "theirs"}),
        (Owner.NOBODY, {"nobody's"}),
        (Owner.ME, {"mine"}),
        (Owner.NOBODY_OR_ME, {"mine", "nobody's"}),
    ],
)
def test_the_owner_filter_keeps_whose_they_are(here, owner, expected):
    mine, nobodys, theirs = many(here, 3)
    here.people[Role.REFERRAL_STAFF].site_id = here.people[RECEIVER].site_id
    take(here, mine, Step.CLAIM, RECEIVER)
    take(here, theirs, Step.CLAIM, Role.REFERRAL_STAFF)
    names = {mine: "mine", nobodys: "nobody's", theirs: "theirs"}
    page = shown(here, view=View.ALL_OPEN, owner=owner)
    assert ({names[each] for each in ids_on(page)}, page.shown) == (expected, len(expected))


def test_the_urgency_filter_keeps_one_urgency(here):
    wanted = referral_in(here, State.SENT, urgency=Urgency.URGENT)
    many(here, 2)
    page = shown(here, urgency=Urgency.URGENT)
    assert (ids_on(page), page.shown, page.counts[View.NEEDS_SOMEONE]) == ([wanted], 1, 3)


def test_a_team_sees_its_own_on_call_the_crisis_and_all_that_is_immediate_coordinators_everything(here):
    here.people[Role.ON_CALL].site_id = here.teams["crisis"].id
    clients = [here.new_client("Kai", f"Specimen{number}") for number in range(4)]
    psychology = referral_in(here, State.SENT, client=clients[0])
    psychiatry = referral_in(here, State.SENT, pathway="psychiatry", client=clients[1])
    crisis = referral_in(here, State.SENT, pathway="crisis", urgency=Urgency.URGENT, client=clients[2])
    immediate = referral_in(here, State.SENT, urgency=Urgency.IMMEDIATE, client=clients[3])
    assert ids_on(shown(here)) == [immediate, psychology]
    assert ids_on(shown(here, Role.ON_CALL)) == [immediate, crisis]
    for role in (Role.COORDINATOR, Role.SUPERVISOR):
        assert set(ids_on(shown(here, role))) == {psychology, psychiatry, crisis, immediate}


def test_another_organisations_referrals_are_in_no_queue(here, tmp_path):
    other = world("", tmp_path, parts=here.parts, clock=here.clock)
    referral_in(other, State.SENT)
    for role in (RECEIVER, Role.ON_CALL, Role.COORDINATOR):
        page = shown(here, role, view=View.ALL_OPEN)
        assert (page.lines, page.counts) == ((), COUNTED)


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_neither_works_nor_coordinates_referrals_has_no_queue(here, role):
    with pytest.raises(NotAllowed):
        shown(here, role)


def test_a_receiver_without_a_team_has_an_empty_queue(here):
    referral_in(here, State.SENT)
    here.people[RECEIVER].site_id = None
    assert shown(here, view=View.ALL_OPEN).lines == ()


def test_page_after_page_brings_each_referral_once(here, short_pages):
    ids = many(here, 11)
    assert every_page(here) == ids


def test_while_others_claim_and_send_nothing_that_stays_is_lost_or_comes_twice(here, short_pages):
    ids = many(here, 13)
    changed = set()

    def meanwhile(_page):
        for each in [each for each in ids if each not in changed][::6]:
            changed.add(each)
            take(here, each, Step.CLAIM, RECEIVER)
        changed.update(many(here, 1, urgency=Urgency.URGENT))

    found = every_page(here, between=meanwhile, view=View.ALL_OPEN)
    still = [each for each in ids if each not in changed]
    assert [each for each in found if each in still] == still


def test_deadlines_at_the_same_moment_are_still_each_on_one_page(here, short_pages):
    ids = [
        referral_in(here, State.SENT, client=here.new_client("Kai", f"Specimen{number}"))
        for number in range(9)
    ]
    assert sorted(every_page(here)) == sorted(ids)


def test_a_cursor_holds_nothing_of_a_person(here, short_pages):
    many(here, 5)
    cursor = shown(here).next_cursor
    place = read_cursor(cursor, here.act(RECEIVER))
    with here.read() as session:
        row = find_referral(session, here.organisation.id, place.id)
    assert place == Place(here.clock(), row.rank, row.due_at, row.length, row.id)
    assert len(cursor) == 46


@pytest.mark.parametrize("few", [0, 500])
def test_within_an_urgency_what_has_least_of_its_time_left_comes_first_page_after_page(
    here, short_pages, few, monkeypatch
):
    monkeypatch.setattr(queue, "FEW", few)
    now, hours = here.clock(), [(4, 1), (168, 24), (168, 160), (4, -1), (720, 20), (24, 23), (168, 2), (4, 4)]
    ids = many(here, len(hours))
    with here.write() as session:
        for each, (length, left) in zip(ids, hours, strict=True):
            row = find_referral(session, here.organisation.id, each)
            row.due_at = now + timedelta(hours=left)
            row.length = length_class(now, now + timedelta(hours=length))
    here.clock.now = now
    expected = [
        id_
        for _share, id_ in sorted(
            (left / length, id_) for id_, (length, left) in zip(ids, hours, strict=True)
        )
    ]
    assert every_page(here, between=lambda _page: here.clock.forward(minutes=40)) == expected


def test_the_length_of_a_deadline_is_kept_beside_it(here):
    (sent,) = many(here, 1)
    with here.read() as session:
        row = find_referral(session, here.organisation.id, sent)
    assert row.length == length_class(row.state_since, row.due_at)


def test_opening_the_queue_is_an_event_and_refreshing_it_is_not(here):
    with here.write() as session:
        queue.show(session, Wanted(), act=here.act(RECEIVER))
        assert [event.details["view"] for event in session.info["handrail_pending_events"]] == ["queue"]
    with here.write() as session:
        queue.show(session, Wanted(), act=here.act(RECEIVER), refresh=True)
        assert "handrail_pending_events" not in session.info


def test_a_raised_urgency_moves_a_referral_up(here):
    first, second = many(here, 2)
    with here.write() as session:
        row = find_referral(session, here.organisation.id, second)
        need = find_need(session, here.organisation.id, row.need_id)
        loop.raise_urgency(session, need, Urgency.URGENT, act=here.act())
    assert ids_on(shown(here)) == [second, first]
