"""The auditor's desk: each filter finds what it names and nothing else; exports are written down first."""

import csv
import io
import json
import uuid
from dataclasses import replace
from datetime import date

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from referral.event_groups import EventGroup
from referral.events import EventKind
from referral.model import State
from service.access import NotFound
from service.actions import audit_desk, audit_export, clients, refusing
from service.actions.audit_desk import Filters
from service.actions.audit_export import ExportFormat
from service.actions.refusals import Invalid
from service.permissions import NotAllowed, Role
from service.store.referrals import find_referral
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.referring import referral_in


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 0])
    made.clock.forward(days=1)
    with made.write() as session:
        clients.show(session, made.client.id, act=made.act(Role.SUPERVISOR))
        refusing.note(
            session,
            NotFound("client", made.client.id),
            view="clients.show",
            act=made.act(Role.CLINICIAN),
        )
    return made


def desk(here, before=None, **asked):
    with here.read() as session:
        return audit_desk.find(session, Filters(**asked), act=here.act(Role.AUDITOR), before=before)


def kinds(here, **asked):
    return {str(line.kind) for line in desk(here, **asked).lines}


def test_each_filter_finds_what_it_names(here):
    supervisor = here.people[Role.SUPERVISOR].id
    assert kinds(here, kind=EventKind.RECORD_VIEWED) == {"record viewed"}
    assert kinds(here, group=EventGroup.REFUSALS) == kinds(here, refused=True) == {"access refused"}
    assert kinds(here, group=EventGroup.REFUSALS, kind=EventKind.RECORD_VIEWED) == set()
    assert {line.actor for line in desk(here, actor=supervisor).lines} == {str(supervisor)}
    assert {line.role for line in desk(here, role=Role.CLINICIAN).lines} == {"clinician"}
    assert kinds(here, role=Role.SUPERVISOR) == {"record viewed"}
    assert [line.seq for line in desk(here, seq=3).lines] == [3]


def test_the_days_are_those_of_the_organisations_zone(here):
    first, second = date(2026, 10, 13), date(2026, 10, 14)
    assert kinds(here, since=second) == {"record viewed", "access refused"}
    assert "access refused" not in kinds(here, until=first)
    assert desk(here, since=first, until=second).fitting == desk(here).all
    assert desk(here, since=date(2026, 10, 15)).lines == ()


def test_a_client_is_found_by_the_short_id_that_pages_show(here):
    written = str(here.client.id)
    short = " ".join(written.replace("-", "")[-12:][place : place + 4] for place in (0, 4, 8))
    assert desk(here, client=short).lines == desk(here, client=written).lines
    assert {line.client for line in desk(here, client=short).lines} == {written}


def test_a_referral_is_found_by_its_number(here):
    referral_id = referral_in(here, State.SENT)
    with here.read() as session:
        number = find_referral(session, here.organisation.id, referral_id).number
    assert {line.subject for line in desk(here, about=number.lower()).lines} == {str(referral_id)}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"about": "NOSUCH00"}, "about"),
        ({"client": "0000 0000 0000"}, "client"),
        ({"client": "Maya"}, "client"),
        ({"since": date(2026, 2, 2), "until": date(2026, 2, 1)}, "until"),
    ],
)
def test_what_cannot_be_found_is_named(here, asked, field):
    with pytest.raises(Invalid) as refused:
        desk(here, **asked)
    assert [each.field for each in refused.value.problems] == [field]


def test_the_days_end_before_they_begin_in_the_readers_language(here):
    auditor = here.act(Role.AUDITOR)
    spanish = replace(auditor, by=replace(auditor.by, language="es"))
    filters = Filters(since=date(2026, 2, 2), until=date(2026, 2, 1))
    with pytest.raises(Invalid, match="termina antes de empezar"), here.read() as session:
        audit_desk.find(session, filters, act=spanish)


def exported(here, form, **asked):
    with here.write() as session:
        made = audit_export.begin(session, Filters(**asked), form, act=here.act(Role.AUDITOR))
    with here.read() as session:
        return made, "".join(audit_export.lines(session, made, act=here.act(Role.AUDITOR)))


def test_an_export_holds_what_fits_oldest_first_and_is_an_event_with_its_filters(here):
    made, table = exported(here, ExportFormat.CSV, client=str(here.client.id), refused=True)
    rows = [*csv.DictReader(io.StringIO(table))]
    assert [row["kind"] for row in rows] == ["access refused"]
    (event,) = desk(here, kind=EventKind.EXPORT_MADE).lines
    assert (event.details["export"], event.details["count"]) == ("audit csv", made.count) == ("audit csv", 1)
    assert event.details["filters"] == [f"client:{here.client.id}", "refused:yes"]
    assert (event.seq, event.client) == (made.last + 1, str(here.client.id))


def test_an_export_for_programs_holds_every_event_up_to_its_own(here):
    made, lines = exported(here, ExportFormat.JSON)
    places = [json.loads(line)["entry"]["seq"] for line in lines.splitlines()]
    assert places == [*range(1, made.last + 1)]
    made, lines = exported(here, ExportFormat.FHIR)
    found = [AuditEvent.model_validate_json(line) for line in lines.splitlines()]
    assert len(found) == made.count == made.last


def test_only_some_roles_may_take_events_out(here):
    with pytest.raises(NotAllowed), here.write() as session:
        audit_export.begin(session, Filters(), ExportFormat.CSV, act=here.act(Role.COUNSELOR))


def test_a_long_list_is_counted_no_further_than_somebody_reads(here, monkeypatch):
    monkeypatch.setattr(audit_desk, "MOST", 2)
    monkeypatch.setattr(audit_desk, "MOST_COUNTED", 3)
    found = desk(here)
    assert (len(found.lines), found.fitting, found.more) == (2, 4, True)
    assert desk(here, before=found.older).fitting == 4
    assert (desk(here, seq=1).fitting, desk(here, seq=1).more) == (1, False)


def every_page(here, **asked):
    """(every line that following `older` comes by, how many searches it took)."""
    lines, before, searches = [], None, 0
    while before is not None or searches == 0:
        found = desk(here, before, **asked)
        lines += found.lines
        before, searches = found.older, searches + 1
    return lines, searches


def test_a_search_that_stops_says_where_and_goes_on_to_all_that_fits(here, monkeypatch):
    days = {"since": date(2026, 10, 13), "until": date(2026, 10, 13)}
    asked = (
        *({"role": Role.CLINICIAN}, {"kind": EventKind.SCREENING_STARTED}, {"group": EventGroup.CARE}),
        *({"until": days["until"]}, {"since": date(2026, 10, 14)}, {**days, "role": Role.COUNSELOR}),
    )
    whole = [desk(here, **each) for each in asked]
    assert {each.searched for each in whole} == {None}
    monkeypatch.setattr(audit_desk, "SEARCHED", 3)
    for each, found in zip(asked, whole, strict=True):
        first = desk(here, **each)
        assert 1 <= first.searched.last - first.searched.first + 1 <= 3
        assert first.fitting == len(first.lines)
        lines, searches = every_page(here, **each)
        assert (tuple(lines), searches <= found.all // 3 + 1) == (found.lines, True)


def test_a_search_begins_and_ends_with_the_days_it_is_for(here, monkeypatch):
    newest = desk(here).all
    monkeypatch.setattr(audit_desk, "SEARCHED", 3)
    lines, searches = every_page(here, since=date(2026, 10, 14))
    assert ([line.seq for line in lines], searches) == ([newest, newest - 1], 1)
    assert every_page(here, until=date(2026, 10, 12)) == every_page(here, since=date(2026, 10, 15)) == ([], 1)


def test_what_an_index_leads_to_is_looked_for_in_the_whole_trail(here, monkeypatch):
    found = {name: desk(here, **asked) for name, asked in at_hand(here).items()}
    monkeypatch.setattr(audit_desk, "SEARCHED", 3)
    assert {name: desk(here, **asked) for name, asked in at_hand(here).items()} == found
    assert [name for name, each in found.items() if each.searched is not None] == []


def at_hand(here):
    return {
        "nothing": {},
        "a client": {"client": str(here.client.id), "role": Role.COUNSELOR},
        "a place": {"seq": 1},
    }


def test_an_organisation_finds_nothing_of_another(here, tmp_path):
    other = world(None, tmp_path, parts=here.parts, seed=9)
    assert desk(other).lines == ()
    assert desk(other, actor=here.people[Role.COUNSELOR].id).lines == ()
    with pytest.raises(Invalid):
        desk(other, client=str(here.client.id).replace("-", "")[-12:])
    assert desk(other, about=str(uuid.uuid4())).lines == ()
