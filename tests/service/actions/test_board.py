"""The coordinator's board: true counts, the most pressing first, every open need on exactly one page."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from referral.lifecycle import Actor
from referral.model import (
    AttemptResult,
    Channel,
    ClosingReason,
    Outcome,
    Stage,
    State,
    Step,
    Urgency,
)
from service.actions import attempts, board, closing, needs
from service.actions.attempts import LogAttempt
from service.actions.board import PAGE, Filters, Span, View
from service.actions.closing import CloseLoop, CloseNeed
from service.actions.needs import Reassign
from service.actions.refusals import Invalid
from service.actions.taking import Said
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from service.store.needs import NeedRow
from tests.service.builders import world
from tests.service.caring import do, events, need_of
from tests.service.referring import referral_in, row_of, take

COORDINATOR = Role.COORDINATOR


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def shown(here, role=COORDINATOR, **asked):
    return do(here, board.show, Filters(**asked), role=role)


def cards(page):
    return [card for group in page.groups for card in group.cards]


def many(here, count, **facts):
    """This many open needs at once, with deadlines an hour apart and urgencies in turn."""
    urgencies = list(Urgency)
    rows = [
        {
            "organisation_id": here.organisation.id,
            "id": uuid.UUID(int=number + 1),
            "client_id": here.client.id,
            "pathway": ("psychology", "social-work")[number % 2],
            "urgency": urgencies[number % 4],
            "rank": number % 4,
            "stage": list(Stage)[number % 5],
            "owner_id": here.people[(COORDINATOR, Role.COUNSELOR)[number % 3 == 0]].id,
            "opened_at": here.clock(),
            "next_actor": Actor.SENDER,
            "next_step": {"en": "Send or dismiss", "es": "Enviar o descartar"},
            "due_at": here.clock() + timedelta(hours=number - count // 3),
            "version": 1,
            **facts,
        }
        for number in range(count)
    ]
    with here.write() as session:
        session.execute(insert(NeedRow), rows)


def test_an_empty_board_is_a_board(here):
    page = shown(here)
    assert (page.groups, page.next, set(page.tallies.values())) == ((), None, {0})


STAGES = [
    (State.DRAFT, View.OPENED),
    (State.SENT, View.SENT),
    (State.CANCEL_REQUESTED, View.SENT),
    (State.WAITLISTED, View.ACCEPTED),
    (State.NOT_ATTENDED, View.ACCEPTED),
    (State.SCHEDULED, View.BOOKED),
    (State.IN_CARE, View.IN_CARE),
    (State.DECLINED, View.OPENED),
]


@pytest.mark.parametrize(("state", "view"), STAGES)
def test_a_need_stands_in_the_stage_of_its_latest_referral(here, state, view):
    need_id = row_of(here, referral_in(here, state)).need_id
    page = shown(here, view=view)
    assert [card.id for card in cards(page)] == [need_id]
    assert {each: page.tallies[each] for each in (View.ALL, view)} == {View.ALL: 1, view: 1}
    others = [each for each in board.STAGE_OF if each is not view]
    assert all(page.tallies[each] == 0 and cards(shown(here, view=each)) == [] for each in others)


def test_a_card_says_who_what_how_far_and_what_is_next(on_both):
    referral_id = referral_in(on_both, State.SCHEDULED, urgency=Urgency.URGENT, client=on_both.client)
    need_id = row_of(on_both, referral_id).need_id
    tried = LogAttempt(Channel.PHONE, AttemptResult.MESSAGE_LEFT, "Mother's phone.")
    do(on_both, attempts.log_attempt, need_id, replace(tried, result=AttemptResult.NO_ANSWER))
    on_both.clock.forward(minutes=2)
    do(on_both, attempts.log_attempt, need_id, tried)
    [card] = cards(shown(on_both))
    assert (card.client.name, card.client.site, card.owner) == (
        "Maya Example",
        "Alder High",
        "Counselor Demo",
    )
    assert (card.urgency, card.next_step["en"], card.tries) == (Urgency.URGENT, "Record attendance", 1)
    assert (card.course.stage, card.course.receiver) == (Stage.BOOKED, "Psychology team")
    assert card.last_attempt.result is AttemptResult.MESSAGE_LEFT
    assert [moment is not None for moment in card.course.reached] == [True, True, True, True, False]


def test_groups_run_from_overdue_to_later_and_by_urgency_within(here):
    many(here, 40)
    here.clock.forward(minutes=1)
    page = shown(here)
    assert [group.span for group in page.groups] == [Span.OVERDUE, Span.SOON]
    assert [group.total for group in page.groups] == [14, 26]
    for group in page.groups:
        order = [(card.urgency.rank, card.due_at) for card in group.cards]
        assert order == sorted(order)
    assert all(card.due_at < here.clock() for card in page.groups[0].cards)


@pytest.mark.parametrize("asked", [{}, {"mine": True}, {"pathway": "psychology"}, {"view": View.SENT}])
def test_every_need_is_on_exactly_one_page(on_both, asked):
    many(on_both, 330)
    found, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = shown(on_both, after=after, **asked)
        on_both.clock.forward(minutes=20)  # deadlines pass while somebody reads
        assert len(cards(page)) <= PAGE
        found += [card.id for card in cards(page)]
        after, pages = page.next, pages + 1
    assert len(found) == len(set(found)) == page.tallies[asked.get("view", View.ALL)]


def test_the_counts_are_those_of_the_whole_and_of_the_filter(here):
    many(here, 120)
    here.clock.forward(minutes=1)
    page = shown(here)
    assert page.tallies[View.ALL] == 120
    assert [page.tallies[view] for view in board.STAGE_OF] == [24] * 5
    assert page.tallies[View.OVERDUE] == 41
    assert sum(group.total for group in shown(here, view=View.OVERDUE).groups) == 41
    mine = shown(here, mine=True)
    assert mine.tallies[View.ALL] == 80
    assert {card.owner for card in cards(mine)} == {"Coordinator Demo"}
    assert shown(here, pathway="social-work").tallies[View.ALL] == 60


def closed_with_help(here, client):
    referral_id = referral_in(here, State.IN_CARE, client=client)
    take(here, referral_id, Step.REPORT_OUTCOME, Role.CLINICIAN, Said(outcome=Outcome.HELP_BEGAN))
    do(here, closing.close_the_loop, row_of(here, referral_id).need_id, CloseLoop())


def test_what_closed_this_month_is_counted_and_listed(here):
    closed_with_help(here, here.client)
    need_id = row_of(here, referral_in(here, State.DECLINED, client=here.new_client())).need_id
    do(here, closing.close, need_id, CloseNeed(ClosingReason.MOVED_AWAY))
    page = shown(here, view=View.HELPED)
    assert (page.tallies[View.ALL], page.tallies[View.HELPED], page.tallies[View.CLOSED]) == (0, 1, 1)
    assert [card.closing_reason for card in cards(page)] == [ClosingReason.HELP_BEGAN]
    assert [card.id for card in cards(shown(here, view=View.CLOSED))] == [need_id]
    here.clock.forward(days=30)
    later = shown(here)
    assert (later.tallies[View.HELPED], later.tallies[View.CLOSED]) == (0, 0)


def test_closed_needs_are_paged_newest_first(here):
    facts = {"closed_by": here.people[COORDINATOR].id, "closing_reason": ClosingReason.MOVED_AWAY}
    many(here, PAGE + 3, closed_at=here.clock(), **facts)
    first = shown(here, view=View.CLOSED)
    rest = shown(here, view=View.CLOSED, after=first.next)
    assert (len(cards(first)), len(cards(rest)), rest.next) == (PAGE, 3, None)
    assert not {card.id for card in cards(first)} & {card.id for card in cards(rest)}


def test_mine_follows_the_owner(here):
    need_id = need_of(here)
    assert cards(shown(here, mine=True)) == []
    do(here, needs.reassign, need_id, Reassign(here.people[COORDINATOR].id, "Yours from today."))
    assert [card.id for card in cards(shown(here, mine=True))] == [need_id]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"pathway": "astrology"}, "pathway"),
        ({"after": "nonsense"}, "after"),
        ({"after": "bm9uc2Vuc2V8MXwyfDM"}, "after"),
        ({"after": "é"}, "after"),
        ({"after": "OTk5OS0xMi0zMVQyMzo1OTo1OS0xNDowMHwwfDIwMjYtMDEtMDF8MQ"}, "after"),
    ],
)
def test_an_unknown_pathway_or_page_is_named(here, asked, field):
    with pytest.raises(Invalid) as refused:
        shown(here, **asked)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.CLINICIAN, Role.AUDITOR, Role.ON_CALL])
def test_the_board_is_the_coordinators(here, role):
    with pytest.raises(NotAllowed):
        shown(here, role)


def test_the_board_shows_one_organisation(here, tmp_path):
    clinic = world(None, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts)
    need_of(clinic)
    page = shown(here)
    assert (cards(page), page.tallies[View.ALL]) == ([], 0)


def test_looking_at_the_board_is_an_event_without_a_name(here):
    need_of(here)
    shown(here)
    last = events(here)[-1]
    assert (last["kind"], last["details"], last["client"]) == ("record viewed", {"view": "board"}, None)


def test_no_page_of_the_board_sorts_or_reads_more_than_it_shows(here):
    """Counts are ranges of an index, pages of another: the board is as fast at 20,000 needs."""
    many(here, 8)
    asked = []
    with here.write() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    shown(here)
    with here.read() as session:
        plans = [
            [row.detail for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", facts)]
            for words, facts in asked
            if words.startswith("SELECT") and "FROM needs" in words
        ]
    (still_open, closed), paging = plans[:2], plans[2:]
    counting = [step for step in still_open if step.startswith("SEARCH needs")]
    by_stage = "COVERING INDEX ix_needs_counts (organisation_id=? AND closed_at=? AND stage=? AND rank=?"
    assert [by_stage in step for step in counting] == [True, True, True]
    assert "COVERING INDEX" in closed[0]
    assert all(
        "USING INDEX ix_needs_open (organisation_id=? AND closed_at=? AND rank=?" in plan[0]
        for plan in paging
    )
    assert not [step for plan in paging for step in plan if "ORDER BY" in step or step.startswith("SCAN")]
    assert len(paging) == 6, "only the stretches that hold a need are read"


def test_a_need_that_was_not_attended_goes_on(here):
    referral_id = referral_in(here, State.NOT_ATTENDED)
    need_id = row_of(here, referral_id).need_id
    here.clock.forward(hours=1)
    take(here, referral_id, Step.SCHEDULE, Role.CLINICIAN)
    [card] = cards(shown(here, view=View.BOOKED))
    assert (card.id, card.due_at >= here.clock() + timedelta(days=2)) == (need_id, True)
