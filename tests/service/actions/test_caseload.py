"""Where a building keeps caseloads, a counselor opens those on it; anybody else there with a reason, for the day."""

from datetime import date

import pytest

from referral.model import AttemptResult, Channel
from service.access import NotFound, OutsideCaseload
from service.actions import access_review, attempts, caseload, clients, enrolling, needs, outreach
from service.actions.attempts import LogAttempt
from service.actions.details import Details
from service.actions.needs import Reassign
from service.actions.refusals import Invalid
from service.kinds import OpenReason
from service.permissions import Role
from service.store.notes import notes_of
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.caring import alert_of, assessed, do, events, need_of
from tests.service.caseloads import colleague, give_reason, keep_caseloads


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    keep_caseloads(made)
    return made


def opens(here, client=None, role=Role.COUNSELOR):
    """Whether the record opens."""
    try:
        do(here, clients.show, (client or here.client).id, role=role)
    except OutsideCaseload:
        return False
    return True


def named(here, query, role=Role.COUNSELOR):
    """Name -> whether it is one outside the caseload, for whoever the search finds."""
    found = do(here, clients.find, query, role=role)
    return {line.name: line.outside for line in found.lines}


def test_by_itself_a_building_keeps_no_caseloads(database_url, tmp_path):
    assert opens(world(database_url, tmp_path))


def test_somebody_outside_the_caseload_opens_with_a_reason_until_the_day_ends(here):
    assert not opens(here)
    assert give_reason(here, here.client)
    assert opens(here)
    assert not give_reason(here, here.client), "the record is open already"
    here.clock.forward(hours=10)
    assert opens(here), "in the evening it is still the same day there"
    here.clock.forward(hours=5)
    assert not opens(here)


def test_what_was_begun_shortly_before_midnight_is_finished_after_it(here):
    here.clock.forward(hours=13, minutes=30)
    assert give_reason(here, here.client)
    here.clock.forward(hours=1, minutes=59)
    assert opens(here)
    here.clock.forward(minutes=2)
    assert not opens(here)


def test_a_reason_opens_one_record_for_one_person(here):
    other = here.new_client()
    give_reason(here, here.client)
    assert not opens(here, other)
    colleague(here)
    assert not opens(here)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPERVISOR, Role.ON_CALL])
def test_who_works_for_the_whole_organisation_needs_no_reason(here, role):
    assert opens(here, role=role)
    assert not give_reason(here, here.client, role=role)


def test_a_record_out_of_reach_is_none_with_a_reason_too(here):
    here.people[Role.COUNSELOR].site_id = here.teams["psychology"].id
    for act in (caseload.ask, clients.show):
        with pytest.raises(NotFound):
            do(here, act, here.client.id, role=Role.COUNSELOR)
    with pytest.raises(NotFound):
        give_reason(here, here.client)


def test_whoever_is_made_responsible_has_the_client_on_the_caseload(here):
    need = need_of(here, role=Role.COORDINATOR)
    here.clock.forward(days=31)
    assert not opens(here)
    person = here.people[Role.COUNSELOR]
    do(here, needs.reassign, need, Reassign(person.id, "Yours from now on."), role=Role.COORDINATOR)
    here.clock.forward(days=31)
    assert opens(here)


def test_work_keeps_a_client_on_the_caseload_for_thirty_days_and_looking_does_not(here):
    give_reason(here, here.client)
    screen(here, "gad-7", [0] * 7)
    here.clock.forward(days=29)
    assert opens(here)
    here.clock.forward(days=2)
    assert not opens(here)


def test_work_before_a_long_silence_counts_no_more(here):
    give_reason(here, here.client)
    screen(here, "gad-7", [0] * 7)
    here.clock.forward(days=31)
    assert not opens(here), "nothing at all happened in thirty days"


def test_an_alert_opens_the_record_for_everybody_of_the_building(here):
    alert = alert_of(here)
    colleague(here)
    here.clock.forward(days=40)
    assert opens(here), "while nobody has ended it"
    assert alert


def test_a_safety_assessment_that_waits_opens_the_record(here):
    give_reason(here, here.client)
    screening = screen(here, "asq", [0, 0, 1, 0, 0])
    colleague(here)
    here.clock.forward(days=3)
    assert opens(here)
    assessed(here, screening)
    assert opens(here), "who assessed has worked with the client"
    colleague(here)
    assert opens(here) is False


def test_somebody_added_by_hand_can_be_screened_at_once(here):
    details = Details("N1", "Nia", "Newcomer", date(2012, 3, 4), here.school.id)
    with here.write() as session:
        added = enrolling.add(session, details, sure=True, act=here.act())
    do(here, clients.show, added, role=Role.COUNSELOR)
    colleague(here)
    with pytest.raises(OutsideCaseload):
        do(here, clients.show, added, role=Role.COUNSELOR)


def test_a_reason_is_a_code_and_words_stand_as_a_note_on_the_record(here):
    with pytest.raises(Invalid):
        give_reason(here, here.client, None)
    with pytest.raises(Invalid):
        give_reason(here, here.client, OpenReason.OTHER)
    assert not opens(here)
    give_reason(here, here.client, OpenReason.OTHER, "Her teacher is worried.")
    opened, written = events(here)[-2:]
    assert (opened["kind"], opened["reason"]) == ("opened with a reason", "other")
    assert opened["client"] == opened["subject"] == str(here.client.id)
    assert written["kind"] == "note written"
    assert "teacher" not in str(events(here))
    with here.read() as session:
        assert len(notes_of(session, here.organisation.id, here.client.id)) == 1


def test_being_asked_for_a_reason_tells_name_and_class_and_is_an_event(here):
    told = do(here, caseload.ask, here.client.id, role=Role.COUNSELOR)
    assert (told.name, told.class_name) == ("Maya Example", "10B")
    assert events(here)[-1]["details"] == {"view": "reason"}
    assert not opens(here)


def test_a_search_lists_the_caseload_and_finds_others_by_whole_names_or_ids_alone(here):
    noor = here.new_client()
    need_of(here, client=noor, role=Role.COORDINATOR)
    give_reason(here, noor)
    assert named(here, "") == {"Noor Testcase": False}
    for query in ("may", "10b", "maja exampel", "S000"):
        assert "Maya Example" not in named(here, query), query
    for query in ("maya", "Example", "maya example", here.client.local_id):
        assert named(here, query) == {"Maya Example": True}, query
    (line,) = do(here, clients.find, "maya", role=Role.COUNSELOR).lines
    assert (line.local_id, line.born_on, line.site) == ("", None, "")
    assert named(here, "maya", role=Role.COORDINATOR) == {"Maya Example": False}


def test_calls_are_those_of_the_caseload(here):
    need = need_of(here, role=Role.COORDINATOR)
    promised = LogAttempt(Channel.PHONE, AttemptResult.NO_ANSWER, "", date(2026, 10, 14))
    do(here, attempts.log_attempt, need, promised, role=Role.COORDINATOR)
    here.clock.forward(days=1)
    calls, every = do(here, outreach.calls, role=Role.COORDINATOR)
    assert (len(calls), every) == (1, 1)
    assert do(here, outreach.calls, role=Role.COUNSELOR) == ([], 0)
    give_reason(here, here.client)
    assert do(here, outreach.calls, role=Role.COUNSELOR)[1] == 1


def test_opening_with_a_reason_stands_in_the_review_of_the_week(here):
    give_reason(here, here.client, OpenReason.SAFETY)
    opens(here)
    with here.write() as session:
        found = access_review.show(session, None, act=here.act(Role.SUPERVISOR))
    (line,) = found.lines
    assert str(line.finding.rule) == "opened with a reason"
    assert line.finding.reason["en"] == "Opened a record outside the caseload: worried about safety"
    assert line.finding.client == str(here.client.id)


def test_setting_caseloads_is_an_event_of_its_own(here):
    keep_caseloads(here, yes=False)
    set_, unset = [
        each["details"] for each in events(here) if each["details"].get("setting") == "counselors open"
    ]
    assert (set_["state"], unset["state"]) == ("caseload", "building")
    assert opens(here)
