"""The directory of receivers: who states what, what is refused, and what a choice of receiver leaves in the trail."""

import shutil
from dataclasses import replace

import pytest

from referral.entries import read_entry
from referral.matching import ChoiceReason, Timing, Wish
from referral.model import State
from referral.offers import Access, Insurance, Offer, Place, Way
from service.access import NotFound
from service.actions import directory, outside, referral_views, referrals, stating
from service.actions.choosing import Choice
from service.actions.directory import Keeping, Sought
from service.actions.outside import SendOutside
from service.actions.referrals import Send
from service.actions.refusals import Conflict, Invalid
from service.actions.stating import Statement
from service.kinds import SiteKind
from service.permissions import NotAllowed, Role
from service.store import trail
from service.store.organisations import SiteRow
from tests.service.builders import world
from tests.service.caring import do
from tests.service.linking import DOCTOR, minted, outside_draft
from tests.service.referring import draft, referral_in, row_of

ADMIN, STAFF, SENDER = Role.ADMINISTRATOR, Role.REFERRAL_STAFF, Role.COUNSELOR


@pytest.fixture
def here(migrated_sqlite, tmp_path):
    return world(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'handrail.db')}", tmp_path)


def shown(here, receiver_id, role=SENDER):
    with here.read() as session:
        return directory.show(session, receiver_id, act=here.act(role))


def state(here, team, role=ADMIN, hours="", was=None, **facts):
    """State a team's offer with these facts changed."""
    entry = shown(here, team.id)
    said = Statement(
        replace(entry.offer, **facts), hours or entry.hours, entry.version if was is None else was
    )
    return do(here, stating.keep, team.id, said, role=role)


def second(here, name="Vale Clinic", **facts):
    """A second team for psychology."""
    row = SiteRow(
        organisation_id=here.organisation.id,
        id=here.id(),
        name=name,
        kind=SiteKind.TEAM,
        pathway="psychology",
        languages="en, es",
        **facts,
    )
    with here.write() as session:
        session.add(row)
    return row


def last_event(here, subject):
    with here.read() as session:
        return read_entry(trail.events_about(session, here.organisation.id, subject)[-1].entry)


def test_what_is_stated_stands_with_who_said_it_and_when_and_grows_old(here):
    team = here.teams["psychology"]
    facts = {"lowest_age": 10, "ways": (Way.TELEHEALTH,), "insurance": (Insurance.CHIP,), "per_week": 2}
    facts["places"] = (Place("Elm Street", 3, (Access.STEP_FREE,)),)
    state(here, team, **facts, outside_school=True, hours="Until eight")
    here.clock.forward(days=40)
    entry = shown(here, team.id)
    assert entry.offer == Offer(("psychology",), languages=("en",), wait_days=0, outside_school=True, **facts)
    assert (entry.hours, entry.stated.days, entry.keeping) == ("Until eight", 40, Keeping.NOTHING)
    assert entry.stated.by == here.people[ADMIN].name
    event = last_event(here, team.id)
    assert event["kind"] == "offer stated"
    assert set(event["details"]["fields"]) == {*facts, "outside_school", "hours"}
    assert (event["details"]["per_week"], event["details"]["wait_days"]) == (2, 0)


def test_the_teams_own_staff_state_its_capacity_and_nothing_else_and_of_no_other_team(here):
    team = here.teams["psychology"]
    assert state(here, team, STAFF, per_week=4, wait_days=9).wait.days == 9
    with pytest.raises(Invalid) as refused:
        state(here, team, STAFF, lowest_age=3)
    assert [each.field for each in refused.value.problems] == ["lowest_age"]
    for other, role in ((here.teams["crisis"], STAFF), (team, SENDER), (team, Role.ON_CALL)):
        with pytest.raises(NotAllowed):
            state(here, other, role, per_week=1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"lowest_age": 12, "highest_age": 9}, "highest_age"),
        ({"per_week": 501}, "per_week"),
        ({"distance_km": -1}, "distance_km"),
        ({"places": (Place("Elm Street"), Place(" elm street"))}, "place_2"),
        ({"places": (Place("Elm Street", 2001),)}, "place_1_km"),
        ({"places": tuple(Place(f"Street {n}") for n in range(6))}, "places"),
        ({"open_places": 0}, "wait_days"),
        ({"wait_days": None}, "wait_days"),
        ({"languages": ("English",)}, "languages"),
        ({"pathways": ("crisis",)}, "pathways"),
        ({"hours": "x" * 121}, "hours"),
    ],
)
def test_what_cannot_be_so_is_refused_by_field(here, facts, field):
    with pytest.raises(Invalid) as refused:
        state(here, here.teams["psychology"], **facts)
    assert [each.field for each in refused.value.problems] == [field]


def test_whoever_saw_an_older_word_looks_again_and_a_building_is_no_receiver(here):
    state(here, here.teams["psychology"], per_week=2)
    with pytest.raises(Conflict):
        state(here, here.teams["psychology"], was=0, per_week=3)
    with pytest.raises(NotFound):
        shown(here, here.school.id)


def test_the_directory_finds_teams_and_offices_by_word_pathway_and_language(here):
    second(here)
    office = do(here, outside.add, DOCTOR, role=ADMIN)
    offer = Offer(("primary-care",), languages=("es",))
    do(here, stating.keep, office, Statement(offer, "", 0), role=ADMIN)
    strange = Statement(replace(offer, pathways=("psychology, crisis",)), "", 1)
    with pytest.raises(Invalid):
        do(here, stating.keep, office, strange, role=ADMIN)
    with here.read() as session:

        def found(**sought):
            return [each.name for each in directory.index(session, Sought(**sought), act=here.act())]

        assert found(words="vale CLIN") == ["Vale Clinic"]
        assert found(language="es") == [DOCTOR.name, "Vale Clinic"]
        assert found(pathway="primary-care") == [DOCTOR.name, "Primary-Care team"]


def test_those_who_were_sent_and_are_not_booked_make_the_wait_longer(here):
    team = here.teams["psychology"]
    state(here, team, per_week=1, open_places=1)
    assert shown(here, team.id).wait.days == 0
    for reached in (State.SENT, State.WAITLISTED, State.SCHEDULED):
        referral_in(here, reached, client=here.new_client("Sam", f"Testcase{reached.name}"))
    assert (shown(here, team.id).waiting, shown(here, team.id).wait.days) == (2, 14)


def preview(here, referral_id, wishes=()):
    with here.write() as session:
        return referral_views.preview(session, referral_id, wishes, act=here.act())


def test_a_full_team_is_not_proposed_and_is_sent_to_knowingly_only(here):
    team, vale = here.teams["psychology"], second(here, wait_days=4)
    state(here, team, open_places=0, per_week=1, wait_days=35)
    referral_id = draft(here)
    first, full = preview(here, referral_id).proposals
    assert (first.receiver.id, first.has_room) == (vale.id, True)
    assert (full.timing, full.has_room, full.instead) == (Timing.FULL, False, "Vale Clinic")
    with pytest.raises(Invalid) as refused:
        do(here, referrals.send, referral_id, Send(team.id))
    assert [each.field for each in refused.value.problems] == ["reason", "knowing"]
    do(here, referrals.send, referral_id, Send(team.id, Choice(ChoiceReason.KNOWN, knowing=True)))
    event = last_event(here, referral_id)
    assert (event["reason"], event["details"]["timing"]) == ("known to the family", "full")
    assert (event["details"]["proposed"], event["details"]["wait_days"]) == (str(vale.id), 35)


def test_words_alone_are_another_reason_and_stand_beside_the_referral_not_in_the_trail(here):
    second(here, wait_days=30)
    vale = preview(here, referral_id := draft(here)).proposals[1].receiver
    with pytest.raises(Invalid):
        do(here, referrals.send, referral_id, Send(vale.id, Choice(ChoiceReason.OTHER)))
    do(here, referrals.send, referral_id, Send(vale.id, Choice(words="Their aunt works there.")))
    assert row_of(here, referral_id).receiver_reason == "Their aunt works there."
    event = last_event(here, referral_id)
    assert event["reason"] == "other reason"
    assert "aunt" not in str(event)


def test_a_wish_changes_who_is_first_and_the_choice_is_judged_by_the_same_order(here):
    vale = second(here, name="Zeta")
    state(here, vale, outside_school=True, languages=("en",))
    referral_id, wishes = draft(here), (Wish.OUTSIDE_SCHOOL,)
    assert preview(here, referral_id).proposals[0].receiver.id != vale.id
    assert preview(here, referral_id, wishes).proposals[0].receiver.id == vale.id
    do(here, referrals.send, referral_id, Send(vale.id, Choice(wishes=wishes)))
    assert last_event(here, referral_id)["reason"] is None


def test_an_office_outside_is_judged_too_and_its_choice_kept(here):
    office = do(here, outside.add, DOCTOR, role=ADMIN)
    offer = Offer(("primary-care",), languages=("en",), wait_days=1)
    do(here, stating.keep, office, Statement(offer, "", 0), role=ADMIN)
    referral_id = outside_draft(here)
    (known,) = preview(here, referral_id).outside.known
    assert (known.fits, next(each.rule for each in known.reasons)) == (False, "pathway-other")
    sent = SendOutside(office, None, Choice(ChoiceReason.FAMILY))
    with pytest.raises(Invalid) as refused:
        do(here, outside.send, referral_id, sent, minted(here, "t" * 43, "12345678"))
    assert [each.field for each in refused.value.problems] == ["outside_knowing"]
    knowing = replace(sent, choice=Choice(ChoiceReason.FAMILY, knowing=True))
    do(here, outside.send, referral_id, knowing, minted(here, "t" * 43, "12345678"))
    steps = [step for step in do(here, referral_views.show, referral_id).history if step.reason]
    assert [each.reason for each in steps] == [ChoiceReason.FAMILY]
    assert shown(here, office).waiting == 1
