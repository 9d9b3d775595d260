"""The brief safety assessment: asked for once, done by a trained person, and what follows from it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from referral.model import Disposition, State, Urgency
from service.access import NotFound
from service.actions import alert_answers, assessment_facts, assessments
from service.actions.alert_answers import EndAlert
from service.actions.assessments import Record
from service.actions.refusals import Conflict, Invalid
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from service.store.alerts import AlertRow, SafetyAssessmentRow, alert_about, assessment_about
from service.store.needs import open_need_on
from tests.service.builders import world
from tests.service.caring import (
    SAFE,
    alert_of,
    assessed,
    assessed_for_need,
    count,
    do,
    events,
    kinds,
    latest_of,
    need_of,
    need_row,
    screening_of,
    stranger,
)

IMMINENT = Record(Disposition.IMMINENT, "Officer Placeholder", why_no_safety_plan="Going to hospital now.")
FURTHER = Record(Disposition.FURTHER_EVALUATION, "Rosa Example (mother)", safety_plan=True)


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def asked(here, screening_id, **later):
    with here.write() as session:
        due = here.clock() + timedelta(**(later or {"hours": 4}))
        return assessments.ask_for(session, here.client, screening_id, due, act=here.act())


def open_on(here, pathway):
    with here.read() as session:
        return open_need_on(session, here.organisation.id, here.client.id, pathway)


def test_one_screening_asks_once_and_the_earlier_deadline_holds(on_both):
    screening_id = screening_of(on_both)
    first = asked(on_both, screening_id, hours=4)
    assert asked(on_both, screening_id, hours=8).due_at == first.due_at
    assert asked(on_both, screening_id, hours=1).due_at == on_both.clock() + timedelta(hours=1)
    assert count(on_both, SafetyAssessmentRow) == 1


def test_one_that_was_done_stays_as_it_stands(here):
    screening_id = screening_of(here)
    assessed(here, screening_id)
    again = asked(here, screening_id)
    assert (again.disposition, count(here, SafetyAssessmentRow)) == (Disposition.LOW, 1)


@pytest.mark.parametrize(
    ("record", "wrong"),
    [
        (Record(None), {"disposition", "why_no_safety_plan"}),
        (Record(Disposition.LOW), {"why_no_safety_plan"}),
        (Record(Disposition.FURTHER_EVALUATION, safety_plan=True), {"took_over"}),
        (Record(Disposition.IMMINENT), {"took_over", "why_no_safety_plan"}),
        (replace(SAFE, took_over="R" * 201), {"took_over"}),
        (replace(SAFE, note="x" * 1001), {"note"}),
    ],
)
def test_a_record_names_everything_that_is_missing(here, record, wrong):
    screening_id = screening_of(here)
    asked(here, screening_id)
    with pytest.raises(Invalid) as refused:
        assessed(here, screening_id, record)
    assert {problem.field for problem in refused.value.problems} == wrong
    with here.read() as session:
        assert assessment_about(session, here.organisation.id, screening_id).done_at is None


def test_a_time_to_come_is_no_time_that_it_happened(here):
    screening_id = screening_of(here)
    with pytest.raises(Invalid) as refused:
        assessed(here, screening_id, replace(SAFE, happened_at=here.clock() + timedelta(minutes=1)))
    assert [problem.field for problem in refused.value.problems] == ["happened_at"]


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.COORDINATOR, Role.ON_CALL])
def test_low_risk_is_kept_and_lowers_nothing(on_both, role):
    need_id = need_of(on_both, Urgency.URGENT)
    screening_id = screening_of(on_both)
    recorded = assessed(on_both, screening_id, SAFE, role)
    assert recorded.alert_id is None
    assert need_row(on_both, need_id).urgency is Urgency.URGENT
    last = events(on_both)[-1]
    assert (last["kind"], last["details"]["disposition"]) == ("safety assessment recorded", "low")
    assert "Rosa" not in str(last)


@pytest.mark.parametrize("before", [None, Urgency.ROUTINE, Urgency.URGENT])
def test_further_evaluation_makes_the_psychology_need_urgent_at_least(here, before):
    if before is not None:
        need_of(here, before)
    assessed(here, screening_of(here), FURTHER)
    need = open_on(here, "psychology")
    assert (need.urgency, need.closed_at) == (Urgency.URGENT, None)
    assert need.owner_id == here.people[Role.COUNSELOR].id
    assert count(here, AlertRow) == 0


def test_imminent_risk_calls_for_help_at_once(on_both):
    screening_id = screening_of(on_both)
    recorded = assessed(on_both, screening_id, IMMINENT, Role.ON_CALL)
    need = open_on(on_both, "crisis")
    assert (need.urgency, latest_of(on_both, need.id).state) == (Urgency.IMMEDIATE, State.SENT)
    assert recorded.alert_id is not None
    assert need.owner_id == on_both.people[Role.COUNSELOR].id
    assert kinds(on_both) == ["safety assessment recorded", "need opened", "alert raised", "referral step"]


def test_imminent_risk_joins_an_alert_that_is_live(here):
    alert = alert_of(here)
    recorded = assessed(here, screening_of(here), IMMINENT)
    assert (recorded.alert_id, count(here, AlertRow)) == (alert.id, 1)


def test_imminent_risk_alerts_again_when_the_first_alert_has_ended(here):
    alert = alert_of(here)
    do(here, alert_answers.acknowledge, alert.id)
    done = EndAlert("Rosa Example", "Locked away.", Disposition.LOW, here.clock())
    do(here, alert_answers.end, alert.id, done)
    with here.read() as session:
        screening_id = session.get(AlertRow, (here.organisation.id, alert.id)).screening_id
    recorded = assessed(here, screening_id, IMMINENT)
    assert recorded.alert_id != alert.id
    with here.read() as session:
        assert alert_about(session, here.organisation.id, screening_id).id == alert.id


def test_the_second_person_is_told_who_wrote_it_down(on_both):
    screening_id = screening_of(on_both)
    assessed(on_both, screening_id)
    with pytest.raises(Conflict, match="Counselor Demo wrote this assessment down at 10:00"):
        assessed(on_both, screening_id, IMMINENT, Role.COORDINATOR)
    assert count(on_both, AlertRow) == 0


def test_a_need_without_a_screening_has_an_assessment_of_its_own(here):
    need_id = need_of(here, Urgency.URGENT)
    assessed_for_need(here, need_id, FURTHER)
    with here.write() as session:
        view = assessment_facts.show_for_need(session, need_id, act=here.act())
    assert (view.disposition, view.took_over) == (Disposition.FURTHER_EVALUATION, "Rosa Example (mother)")


def test_what_is_due_is_listed_earliest_first_within_reach(here):
    later, sooner = screening_of(here), screening_of(here)
    asked(here, later, hours=5)
    asked(here, sooner, hours=1)
    done = screening_of(here)
    assessed(here, done)
    found = do(here, assessment_facts.due, role=Role.COUNSELOR)
    assert [each.screening_id for each in found] == [sooner, later]
    assert found[0].client.name == "Maya Example"
    assert do(here, assessment_facts.due, role=Role.ON_CALL) == found


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REFERRAL_STAFF, Role.ADMINISTRATOR])
def test_only_trained_people_see_and_record_assessments(here, role):
    screening_id = screening_of(here)
    with pytest.raises(NotAllowed):
        do(here, assessment_facts.due, role=role)
    with pytest.raises((NotAllowed, NotFound)):
        assessed(here, screening_id, SAFE, role)


def test_an_assessment_of_the_other_organisation_does_not_exist(here, tmp_path):
    clinic = world(None, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts)
    for screening_id in (screening_of(clinic), stranger()):
        with pytest.raises(NotFound):
            assessed(here, screening_id)
