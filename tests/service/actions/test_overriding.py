"""Deciding otherwise about a need: old and new stay, deadlines follow, later findings join, others look at it again."""

import pytest

from referral.events import EventKind
from referral.model import ClosingReason, State, Urgency
from referral.overriding import Direction, OverrideReason
from service.actions import access_review, override_review, overriding
from service.actions.closing import CloseNeed, stands_against
from service.actions.loop import open_or_join
from service.actions.overriding import Override
from service.actions.refusals import Conflict, Invalid
from service.permissions import NotAllowed, Role
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.overrides import OverrideRow
from service.store.screenings import DecisionRow
from tests.service.builders import world
from tests.service.caring import count, do, events, kinds, latest_of, need_of, need_row, screening_of
from tests.service.referring import referral_in, row_of

COUNSELOR, COORDINATOR, SUPERVISOR, CLINICIAN = (
    Role.COUNSELOR,
    Role.COORDINATOR,
    Role.SUPERVISOR,
    Role.CLINICIAN,
)
IMMEDIATE, URGENT, SOON, ROUTINE = Urgency
SEEN = OverrideReason.SEEN_SINCE
WORDS = "She has a plan with her aunt."


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def changed(here, need_id, urgency=None, pathway=None, role=SUPERVISOR, reason=SEEN, words=WORDS):
    return do(here, overriding.override, need_id, Override(urgency, pathway, reason, words), role=role)


def found(here, pathway, urgency):
    """A need that the rules opened, with the decision behind it."""
    screening_id = screening_of(here)
    with here.write() as session:
        act = here.act()
        need = open_or_join(
            session,
            here.client,
            pathway=pathway,
            urgency=urgency,
            owner_id=act.by.id,
            screening_id=screening_id,
            act=act,
        )
        decision = DecisionRow(
            organisation_id=here.organisation.id,
            id=here.id(),
            screening_id=screening_id,
            kind="refer",
            pathway=pathway,
            urgency=urgency,
            rules=["asq-non-acute"],
            reasons=[{"text": {"en": "Risk", "es": "Riesgo"}, "rule": "asq-non-acute"}],
            need_id=need.id,
            decided_at=here.clock(),
        )
        session.add(decision)
    return need.id


def test_a_lowered_need_keeps_old_and_new_with_who_and_why_and_the_decision_as_it_was(on_both):
    need_id = found(on_both, "psychology", URGENT)
    before = need_row(on_both, need_id)

    override_id = changed(on_both, need_id, SOON)

    after = need_row(on_both, need_id)
    assert (after.urgency, after.rank, latest_of(on_both, need_id).urgency) == (SOON, 2, SOON)
    assert after.due_at > before.due_at
    with on_both.read() as session:
        row = session.get(OverrideRow, (on_both.organisation.id, override_id))
        decision = session.get(DecisionRow, (on_both.organisation.id, row.decision_id))
    assert (row.direction, row.urgency_before, row.urgency_after) == (Direction.DOWN, URGENT, SOON)
    assert (row.words, row.rule, decision.urgency) == (WORDS, "asq-non-acute", URGENT)
    (told,) = [each for each in events(on_both) if each["kind"] == EventKind.DECISION_OVERRIDDEN]
    assert (told["before"], told["after"], told["reason"]) == (
        "psychology/urgent",
        "psychology/soon",
        str(SEEN),
    )
    assert WORDS not in str(told)


def test_a_raised_need_is_looked_after_as_one_that_a_person_opens(here):
    need_id = need_of(here, SOON)
    changed(here, need_id, URGENT, role=COUNSELOR)
    assert (count(here, SafetyAssessmentRow), count(here, AlertRow)) == (1, 0)
    changed(here, need_id, IMMEDIATE, role=COUNSELOR)
    assert count(here, AlertRow) == 1
    with pytest.raises(Invalid, match="alert"):
        changed(here, need_id, SOON)


def test_a_clinician_of_the_receiving_team_may_raise_and_lower(here):
    need_id = row_of(here, referral_in(here, State.SENT, urgency=SOON, client=here.client)).need_id
    changed(here, need_id, IMMEDIATE, role=CLINICIAN)
    other = row_of(here, referral_in(here, State.SENT, urgency=URGENT, client=here.new_client("Sam"))).need_id
    changed(here, other, ROUTINE, role=CLINICIAN)
    assert (need_row(here, need_id).urgency, need_row(here, other).urgency) == (IMMEDIATE, ROUTINE)
    assert count(here, AlertRow) == 1


def test_whoever_does_not_answer_for_a_risk_cannot_lower_it(here):
    need_id = found(here, "psychology", URGENT)
    for role in (COUNSELOR, COORDINATOR):
        with pytest.raises(Invalid) as refused:
            changed(here, need_id, SOON, role=role)
        assert "A clinician or supervisor lowers" in refused.value.problems[0].message
    with pytest.raises(NotAllowed):
        changed(here, need_id, IMMEDIATE, role=Role.ON_CALL)
    assert (need_row(here, need_id).urgency, count(here, OverrideRow)) == (URGENT, 0)


def test_no_later_finding_lowers_what_a_person_raised_and_a_higher_one_raises_what_was_lowered(here):
    need_id = need_of(here, ROUTINE)
    course = (
        (1, URGENT),
        (0, SOON),
        (0, URGENT),
        (1, ROUTINE),
        (0, ROUTINE),
        (0, SOON),
        (1, URGENT),
        (0, ROUTINE),
    )
    stood = []
    for by_person, urgency in course:
        if by_person:
            changed(here, need_id, urgency)
        else:
            assert found(here, "psychology", urgency) == need_id
        stood.append(need_row(here, need_id).urgency)
    assert stood == [URGENT, URGENT, URGENT, ROUTINE, ROUTINE, SOON, URGENT, URGENT]


def test_closing_a_lowered_need_asks_for_what_its_highest_urgency_asks(here):
    need_id = found(here, "psychology", URGENT)
    changed(here, need_id, ROUTINE)
    with here.read() as session:
        need = need_row(here, need_id)
        closing = CloseNeed(ClosingReason.CARE_ELSEWHERE)
        told = stands_against(session, need, closing, act=here.act(SUPERVISOR))
    assert {"took_over", "safety_assessment", "disposition", "safety_plan"} <= {each.field for each in told}


def test_a_need_goes_another_way_with_its_draft_and_never_onto_a_pathway_that_is_taken(here):
    need_id, other = need_of(here, SOON), need_of(here, SOON, "social-work")
    changed(here, need_id, pathway="psychiatry", reason=OverrideReason.FITS_BETTER, role=COUNSELOR)
    assert (need_row(here, need_id).pathway, latest_of(here, need_id).pathway) == ("psychiatry", "psychiatry")
    with pytest.raises(Conflict, match="open already"):
        changed(here, other, pathway="psychiatry")
    with pytest.raises(Invalid, match="this pathway takes: immediate, urgent"):
        changed(here, other, pathway="crisis")
    sent = row_of(here, referral_in(here, State.SENT, urgency=SOON, client=here.new_client("Kim"))).need_id
    with pytest.raises(Conflict, match="has been sent"):
        changed(here, sent, pathway="psychiatry")


def test_somebody_else_looks_at_each_once_and_the_counts_tell_which_rule_it_was(here):
    need_id, judged = found(here, "psychology", URGENT), need_of(here, SOON, "social-work")
    mine = changed(here, need_id, SOON)
    here.clock.forward(minutes=1)
    changed(here, judged, URGENT, role=COUNSELOR)

    listed = do(here, override_review.show)
    assert listed.waiting[0].change.id == mine
    assert {(one.rule, one.total) for one in listed.counts} == {("asq-non-acute", 1), (None, 1)}
    assert listed.by_direction == {Direction.UP: 1, Direction.DOWN: 1, Direction.ELSEWHERE: 0}
    assert listed.waiting[0].decided[0].urgency is URGENT
    with pytest.raises(Conflict, match="your own decision"):
        do(here, override_review.review, mine, "Fine.", role=SUPERVISOR)
    with pytest.raises(Invalid):
        do(here, override_review.review, mine, " ")
    do(here, override_review.review, mine, "Agreed after a talk.")
    with pytest.raises(Conflict, match="Looked at already by Coordinator"):
        do(here, override_review.review, mine, "Again.")
    listed = do(here, override_review.show)
    assert [line.change.review_note for line in listed.reviewed] == ["Agreed after a talk."]
    assert kinds(here)[-1] == EventKind.OVERRIDE_REVIEWED


def test_the_weekly_review_of_unusual_access_names_it_too(here):
    changed(here, found(here, "psychology", URGENT), SOON)
    week = do(here, access_review.show, None, role=SUPERVISOR)
    told = [line.finding.reason for line in week.lines]
    assert {
        "en": "Decided otherwise than the rules: Psychology, urgent; then Psychology, soon",
        "es": "Se decidió distinto de las reglas: Psicología, urgente; después Psicología, pronto",
    } in told
