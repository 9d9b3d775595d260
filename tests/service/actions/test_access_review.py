"""The weekly list over a real trail: who is on it and why, what is not, and that reviewing is written down."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from referral import unusual
from referral.access_week import ReviewNote, Rule
from referral.events import EventKind, SubjectKind
from referral.model import Urgency
from service.access import NotFound
from service.actions import (
    access_report,
    access_review,
    accounts,
    audit_desk,
    audit_export,
    clients,
    refusing,
)
from service.actions.accounts import Person
from service.actions.audit_desk import Filters
from service.actions.audit_export import ExportFormat
from service.actions.refusals import Conflict
from service.kinds import ReceiverKind
from service.permissions import Actor, NotAllowed, Role
from service.store import audit
from service.store.needs import needs_of
from service.store.outside import OutsideReceiverRow
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.caring import need_of


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def look(here, role, times=1, client_id=None):
    for _ in range(times):
        with here.write() as session:
            clients.show(session, client_id or here.client.id, act=here.act(role))


def found(here, day=None, role=Role.SUPERVISOR):
    with here.write() as session:
        return access_review.show(session, day, act=here.act(role))


def told(here, **asked):
    return [(str(line.finding.rule), line.by, line.finding.count) for line in found(here, **asked).lines]


def test_a_counselor_with_their_own_students_is_not_on_the_list(here):
    screen(here, "asq", [0, 0, 0, 0])
    look(here, Role.COUNSELOR, 3)
    assert told(here) == []


def test_a_look_at_a_client_with_whom_nothing_goes_on_is(here):
    look(here, Role.COORDINATOR, 2)
    (line,) = found(here).lines
    assert (line.finding.rule, line.by, line.finding.client) == (
        Rule.OUTSIDE,
        "Coordinator Demo",
        str(here.client.id),
    )
    assert line.finding.reason["en"].startswith("2 looks at a client of another place")


def test_an_alert_explains_a_look_of_those_on_call_and_of_coordinators(here):
    screen(here, "asq", [0, 0, 1, 0, 1])
    look(here, Role.ON_CALL)
    look(here, Role.COORDINATOR)
    assert told(here) == []


def test_the_same_family_name_is_found_and_is_not_told_to_an_auditor(here):
    with here.write() as session:
        session.merge(here.people[Role.COUNSELOR]).name = "Rosa Éxample"
    look(here, Role.COUNSELOR)
    assert told(here) == [("same family name", "Rosa Éxample", 1)]
    auditors = found(here, role=Role.AUDITOR)
    assert (auditors.lines, auditors.hidden) == ((), 1)


def test_looks_at_night_and_refusals_in_a_burst_are_found(here):
    for _ in range(5):
        with here.write() as session:
            error = NotFound("client", here.client.id)
            refusing.note(session, error, view="clients.show", act=here.act(Role.CLINICIAN))
    here.clock.forward(hours=12)
    look(here, Role.COUNSELOR)
    assert told(here) == [
        ("outside working hours", "Counselor Demo", 1),
        ("refusals in a burst", "Clinician Demo", 5),
    ]


def test_a_client_whose_need_closed_long_ago_is_found(here):
    screen(here, "phq-9", [2, 2, 2, 2, 2, 2, 2, 2, 0])
    with here.write() as session:
        for need in needs_of(session, here.organisation.id, here.client.id):
            need.closed_at = here.clock() - timedelta(days=200)
            need.closed_by, need.closing_reason = need.owner_id, "help began"
    look(here, Role.COUNSELOR)
    assert ("closed long ago", "Counselor Demo", 1) in told(here)


def test_what_leaves_the_program_is_found_and_a_look_at_the_report_is_not(here):
    with here.write() as session:
        access_report.page(session, here.client.id, act=here.act())
        access_report.whole(session, here.client.id, act=here.act(), language="es")
        audit_export.begin(session, Filters(), ExportFormat.CSV, act=here.act(Role.AUDITOR))
    assert sorted(told(here)) == [("taken out", "Auditor Demo", 1), ("taken out", "Counselor Demo", 1)]


def test_the_list_is_of_one_week_in_the_organisations_zone(here):
    look(here, Role.COORDINATOR)
    here.clock.forward(days=7)
    assert told(here) == []
    before = found(here, day=date(2026, 10, 18))
    assert (before.first_day, before.after, len(before.lines)) == (date(2026, 10, 12), date(2026, 10, 19), 1)
    assert found(here, day=date(2030, 1, 1)).first_day == date(2026, 10, 19)


def mark(here, line, role=Role.AUDITOR, note=ReviewNote.EXPECTED):
    with here.write() as session:
        access_review.mark(session, line.finding.key, here.clock().date(), note, act=here.act(role))


def test_a_review_is_an_event_and_holds_until_the_finding_goes_on(here):
    look(here, Role.COORDINATOR)
    (line,) = found(here).lines
    mark(here, line)
    (line,) = found(here).lines
    assert (line.review.by, line.review.note) == ("Auditor Demo", ReviewNote.EXPECTED)
    with here.read() as session:
        act = here.act(Role.AUDITOR)
        (event,) = audit_desk.find(session, Filters(kind=EventKind.ACCESS_REVIEWED), act=act).lines
    assert (event.reason, event.client, event.details["rule"]) == ("expected work", None, "outside caseload")
    with pytest.raises(Conflict, match="Reviewed already by Auditor Demo"):
        mark(here, line)
    look(here, Role.COORDINATOR)
    assert found(here).waiting == 1


def test_nobody_reviews_their_own_access(here):
    look(here, Role.SUPERVISOR)
    (line,) = found(here).lines
    assert line.mine
    with pytest.raises(Conflict, match="your own access"):
        mark(here, line, Role.SUPERVISOR)


def test_what_is_not_on_the_list_cannot_be_reviewed(here):
    look(here, Role.COORDINATOR)
    (line,) = found(here).lines
    here.clock.forward(days=7)
    with pytest.raises(NotFound):
        mark(here, line)
    with pytest.raises(NotAllowed):
        found(here, role=Role.COUNSELOR)


def test_another_organisation_has_a_list_of_its_own(here, tmp_path):
    look(here, Role.COORDINATOR)
    other = world(None, tmp_path, parts=here.parts, seed=9)
    assert found(other).lines == ()


def test_far_more_records_than_in_ones_own_weeks_before_are_found(here, monkeypatch):
    monkeypatch.setattr(unusual, "FEWEST", 2)
    students = [here.new_client("Noor", f"Testcase{number}") for number in range(4)]
    for _ in range(4):
        look(here, Role.COUNSELOR, 3, students[0].id)
        here.clock.forward(days=7)
    look(here, Role.COUNSELOR, 1, students[0].id)
    assert told(here) == []
    for student in students[1:]:
        look(here, Role.COUNSELOR, 1, student.id)
    (line,) = found(here).lines
    assert line.finding.reason["en"] == "Opened the records of 4 clients; usually 1 a week"


def test_a_need_that_was_opened_by_hand_is_found_and_one_from_a_screening_is_not(here):
    screen(here, "phq-9", [2, 2, 2, 2, 2, 2, 2, 2, 0])
    assert told(here) == []
    need_of(here, urgency=Urgency.URGENT, client=here.new_client())
    assert [name for name, _by, _count in told(here)] == ["override"]


def newcomer(here, role):
    """The id of an account that the administrator has just made."""
    person = Person("Kim Demo", "", role, None, "en")
    with here.write() as session:
        return accounts.add(session, "kim@alder.example", person, "a hash", act=here.act(Role.ADMINISTRATOR))


def test_who_gave_a_role_to_an_account_that_then_read_records_is_told(here):
    made = newcomer(here, Role.COORDINATOR)
    assert told(here) == [], "a new coordinator alone is everyday"
    here.clock.forward(days=7)
    by = Actor(made, here.organisation.id, Role.COORDINATOR, "Kim Demo")
    with here.write() as session:
        clients.show(session, here.client.id, act=here.parts.act(by))
    line = next(each for each in found(here).lines if each.finding.rule is Rule.ACCOUNT_USED)
    assert (line.by, line.finding.reason["en"]) == (
        "Programme Administrator Demo",
        "Made an account for Kim Demo: coordinator; that account then opened 1 client's record",
    )
    kim = here.parts.act(replace(by, role=Role.SUPERVISOR))
    with here.write() as session, pytest.raises(Conflict, match="your own access"):
        access_review.mark(session, line.finding.key, None, ReviewNote.EXPECTED, act=kim)


def test_powerful_roles_and_passwords_made_for_others_are_told_and_ones_own_password_is_not(here):
    made = newcomer(here, Role.AUDITOR)
    act = here.act(Role.ADMINISTRATOR)
    with here.write() as session:
        accounts.renew_password(session, made, "another", act=act)
        accounts.change(session, made, Person("Kim Demo", "", Role.SUPERVISOR, None, "en"), act=act)
        by = here.parts.act(Actor(made, here.organisation.id, Role.SUPERVISOR, "Kim Demo"))
        own = by.event(EventKind.ACCOUNT_CHANGED, (SubjectKind.ACCOUNT, made), fields=("password",))
        audit.append(session, own)
    assert sorted(line.finding.reason["en"] for line in found(here, role=Role.AUDITOR).lines) == [
        "Gave Kim Demo another role: supervisor",
        "Made a temporary password for Kim Demo",
        "Made an account for Kim Demo: auditor",
    ]


def test_an_office_that_came_by_a_link_at_night_is_named_and_is_nobody_who_left(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    here.clock.forward(hours=14)
    office = OutsideReceiverRow(
        organisation_id=here.organisation.id,
        id=here.id(),
        name="Dr. Sample",
        kind=ReceiverKind.FAMILY_DOCTOR,
        phone="555-010-0172",
        added_by=here.people[Role.COUNSELOR].id,
        added_at=here.clock(),
    )
    act = here.act(Role.CLINICIAN)
    act = replace(act, by=replace(act.by, id=office.id, role=Role.LINK, site_id=None))
    with here.write() as session:
        session.add(office)
        seen = act.event(
            EventKind.RECORD_VIEWED,
            (SubjectKind.CLIENT, here.client.id),
            client=here.client.id,
            view="referral by link",
        )
        audit.append(session, seen)
    assert {by for _rule, by, _count in told(here)} == {"Dr. Sample"}
