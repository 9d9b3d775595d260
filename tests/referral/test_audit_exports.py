"""The trail for others: every kind of event as a valid AuditEvent, as a table without formulae, as lines of JSON."""

import csv
import io
import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from fhir.resources.R4B.operationoutcome import OperationOutcome
from hypothesis import given
from hypothesis import strategies as st

from referral.audit import chain, genesis
from referral.audit_fhir import PROGRAM, audit_event, fhir_lines
from referral.audit_table import COLUMNS, ExportedEvent, csv_lines, defused, json_lines
from referral.entries import entry_bytes, read_entry
from referral.event_groups import EventGroup, group_of, kinds_in
from referral.events import EVENTS, EventKind, SubjectKind
from tests.referral.trails import ORGANISATION, event

ID = "0193e0c0-0000-7000-8000-0000000000c1"
CLIENT = "0193e0c0-0000-7000-8000-0000000000e1"
DIGEST = "ab" * 32


def samples():
    """Every kind with every subject that it may have, of a person and of the program."""
    for kind, spec in EVENTS.items():
        filled = dict.fromkeys(spec.fields, "code") | {"details": dict.fromkeys(spec.details, "code")}
        for subject in spec.subjects:
            for actor in (ID, PROGRAM):
                facts = {**filled, "client": CLIENT, "actor": actor, "id": ID, "subject": CLIENT}
                yield replace(event(1), kind=kind, subject_kind=subject, **facts)


def exported(*events):
    last = genesis(ORGANISATION).digest
    for seq, each in enumerate(events, start=1):
        entry = entry_bytes(each, seq)
        last, before = chain(last, entry), last
        yield ExportedEvent(seq, before, last, entry)


def test_every_kind_of_event_is_a_valid_fhir_audit_event():
    """T26: structural validation against FHIR R4 (R4B changed nothing in AuditEvent)."""
    lines = [*fhir_lines(exported(*samples()))]
    valid = [AuditEvent.model_validate_json(line) for line in lines]
    kinds = {each.subtype[-1].code for each in valid}
    assert len(valid) == len(lines) > len(kinds)
    assert kinds == set(EventKind)


def test_an_audit_event_without_its_agent_is_refused():
    """The broken variant: the validator is seen to be able to fail."""
    made = audit_event(read_entry(entry_bytes(event(1), 1)), DIGEST)
    with pytest.raises(ValueError, match="agent"):
        AuditEvent.model_validate({name: each for name, each in made.items() if name != "agent"})


@pytest.mark.parametrize(
    ("kind", "code", "action", "outcome"),
    [
        (EventKind.RECORD_VIEWED, "rest", "R", "0"),
        (EventKind.ACCESS_REFUSED, "110113", "E", "4"),
        (EventKind.SIGN_IN_REFUSED, "110114", "E", "4"),
        (EventKind.SIGNED_IN, "110114", "E", "0"),
        (EventKind.ACCESS_REPORT_MADE, "110106", "R", "0"),
        (EventKind.EXPORT_MADE, "110106", "R", "0"),
        (EventKind.PROGRAMME_MOVED, "110129", "U", "0"),
        (EventKind.NEED_OPENED, "110110", "C", "0"),
        (EventKind.REFERRAL_STEP, "110110", "U", "0"),
        (EventKind.ACCESS_REVIEWED, "110101", "E", "0"),
    ],
)
def test_each_group_is_told_in_the_codes_of_the_standard(kind, code, action, outcome):
    found = next(each for each in samples() if each.kind is kind)
    made = audit_event(read_entry(entry_bytes(found, 1)), DIGEST)
    assert (made["type"]["code"], made["action"], made["outcome"]) == (code, action, outcome)


def test_a_look_names_the_patient_the_person_and_the_place_in_the_chain():
    look = replace(
        event(7),
        actor=ID,
        client=CLIENT,
        kind=EventKind.RECORD_VIEWED,
        subject_kind=SubjectKind.REFERRAL,
        details={"view": "referral"},
    )
    made = audit_event(read_entry(entry_bytes(look, 7)), DIGEST)
    patient, thing = made["entity"]
    assert patient["what"]["identifier"]["value"] == f"urn:uuid:{CLIENT}"
    assert (patient["type"]["code"], patient["role"]["code"]) == ("1", "1")
    assert {"type": "seq", "valueString": "7"} in thing["detail"]
    assert {"type": "digest", "valueString": DIGEST} in thing["detail"]
    assert [each["requestor"] for each in made["agent"]] == [True, False]


def test_each_kind_is_in_one_group_and_a_group_has_kinds():
    assert [kind for group in EventGroup for kind in kinds_in(group) if group_of(kind) is not group] == []
    assert sorted(kind for group in EventGroup for kind in kinds_in(group)) == sorted(EventKind)
    assert [group for group in EventGroup if not kinds_in(group)] == []


def test_a_damaged_event_still_has_its_line_in_each_format():
    (whole,) = exported(event(1))
    damaged = whole._replace(entry=b"\xff")
    assert "cannot be read" in [*csv_lines(iter([damaged]))][1]
    assert json.loads(next(json_lines(iter([damaged]))))["unreadable"] == "ff"
    OperationOutcome.model_validate_json(next(fhir_lines(iter([damaged]))))


def test_the_lines_of_json_prove_the_chain():
    for line in json_lines(exported(event(1), event(2))):
        told = json.loads(line)
        entry = json.dumps(told["entry"], sort_keys=True, separators=(",", ":")).encode()
        assert chain(bytes.fromhex(told["previous"]), entry).hex() == told["digest"]


def test_the_table_says_what_the_entries_say():
    made = "".join(csv_lines(exported(*samples())))
    rows = [*csv.DictReader(io.StringIO(made))]
    assert tuple(rows[0]) == COLUMNS
    assert [row["kind"] for row in rows] == [str(each.kind) for each in samples()]
    assert json.loads(rows[0]["details"]) == dict(next(samples()).details)


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "|", "%", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_no_cell_begins_with_what_a_spreadsheet_runs(sign):
    assert defused(f"{sign}cmd") == f"'{sign}cmd"


@given(st.text())
def test_a_defused_cell_gives_back_what_stood_there(cell):
    assert defused(cell).removeprefix("'") == cell
    assert not defused(cell).startswith(("=", "+", "-", "@", "|", "%", "\t", "\r", "\n"))
