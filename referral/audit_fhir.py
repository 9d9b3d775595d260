"""Events of the trail as FHIR R4 AuditEvent, after IHE's Basic Audit Log Patterns (BALP) where one fits.

A kind that is not named here is told by its group, so that a new one is always a whole AuditEvent. Ids and codes
only, as in the trail itself. Codes: DICOM PS3.16 (DCM), HL7 audit-event-type and restful-interaction.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from referral.audit_table import ExportedEvent
from referral.event_groups import EventGroup, group_of
from referral.events import EventKind, SubjectKind

Json = dict[str, Any]

DCM = "http://dicom.nema.org/resources/ontology/DCM"
HL7 = "http://terminology.hl7.org/CodeSystem"
URN = "urn:ietf:rfc:3986"
OWN = "urn:handrail:audit"
PROGRAM = "00000000-0000-0000-0000-000000000000"

_DONE, _REFUSED = "0", "4"

_TYPES: Mapping[EventGroup, tuple[str, str, str]] = {
    EventGroup.CARE: (DCM, "110110", "Patient Record"),
    EventGroup.LOOKS: (f"{HL7}/audit-event-type", "rest", "RESTful Operation"),
    EventGroup.REFUSALS: (DCM, "110113", "Security Alert"),
    EventGroup.RELEASES: (DCM, "110106", "Export"),
    EventGroup.SIGN_INS: (DCM, "110114", "User Authentication"),
    EventGroup.RECORDS: (DCM, "110110", "Patient Record"),
    EventGroup.SETTINGS: (DCM, "110129", "Security Configuration"),
    EventGroup.REVIEWS: (DCM, "110101", "Audit Log Used"),
}
_TYPES_OF_KINDS: Mapping[EventKind, tuple[str, str, str]] = {
    EventKind.SIGN_IN_REFUSED: _TYPES[EventGroup.SIGN_INS],
}
_SUBTYPES: Mapping[EventKind, tuple[str, str, str]] = {
    EventKind.RECORD_VIEWED: ("http://hl7.org/fhir/restful-interaction", "read", "read"),
    EventKind.SIGNED_IN: (DCM, "110122", "Login"),
    EventKind.SIGN_IN_REFUSED: (DCM, "110122", "Login"),
    EventKind.SIGNED_OUT: (DCM, "110123", "Logout"),
    EventKind.ACCOUNT_CHANGED: (DCM, "110137", "User Security Attributes Changed"),
}
_ACTIONS: Mapping[EventGroup, str] = {
    EventGroup.CARE: "U",
    EventGroup.LOOKS: "R",
    EventGroup.REFUSALS: "E",
    EventGroup.RELEASES: "R",
    EventGroup.SIGN_INS: "E",
    EventGroup.RECORDS: "U",
    EventGroup.SETTINGS: "U",
    EventGroup.REVIEWS: "E",
}
_CREATES = frozenset(
    {
        EventKind.CLIENT_ADDED,
        EventKind.CONSENT_RECORDED,
        EventKind.SCREENING_STARTED,
        EventKind.ANSWER_SAVED,
        EventKind.ALERT_RAISED,
        EventKind.DECISION_MADE,
        EventKind.NEED_OPENED,
        EventKind.ATTEMPT_LOGGED,
        EventKind.SAFETY_ASSESSMENT_RECORDED,
    }
)
# audit-entity-type and object-role: 1 a person (1 patient, 6 user), 2 a system object, 3 an organisation.
_ENTITIES: Mapping[SubjectKind, tuple[str, str | None]] = {
    SubjectKind.CLIENT: ("1", "1"),
    SubjectKind.ACCOUNT: ("1", "6"),
    SubjectKind.ORGANISATION: ("3", None),
}
_SYSTEM_OBJECT = ("2", "4")


def audit_event(entry: Mapping[str, Any], digest: str) -> Json:
    """One entry of the trail as an AuditEvent; `digest` is its place in the chain, in hex."""
    kind = EventKind(entry["kind"])
    group = group_of(kind)
    refused = group is EventGroup.REFUSALS
    return {
        "resourceType": "AuditEvent",
        "id": entry["id"],
        "type": _coding(*_TYPES_OF_KINDS.get(kind, _TYPES[group])),
        "subtype": [
            *([_coding(*_SUBTYPES[kind])] if kind in _SUBTYPES else []),
            _coding(f"{OWN}:kind", kind),
        ],
        "action": "C" if kind in _CREATES else _ACTIONS[group],
        "recorded": entry["at"],
        "outcome": _REFUSED if refused else _DONE,
        **({"outcomeDesc": _why_refused(entry)} if refused else {}),
        **_purpose(kind, group),
        "agent": _agents(entry),
        "source": {
            "site": entry["organisation"],
            "observer": _who(entry["organisation"], "Handrail"),
            "type": [_coding(f"{HL7}/security-source-type", "4", "Application Server")],
        },
        "entity": _entities(entry, digest),
    }


def _why_refused(entry: Mapping[str, Any]) -> str:
    lacking = entry["details"].get("permission") or entry["reason"]
    return f"refused: {lacking}" if lacking else "refused"


def _purpose(kind: EventKind, group: EventGroup) -> Json:
    """Why, where the kind of act says it (HL7 v3 ActReason)."""
    if kind is EventKind.ACCESS_REPORT_MADE:
        code = ("PATRQT", "patient requested")
    elif group is EventGroup.CARE:
        code = ("TREAT", "treatment")
    else:
        return {}
    return {"purposeOfEvent": [{"coding": [_coding(f"{HL7}/v3-ActReason", *code)]}]}


def _agents(entry: Mapping[str, Any]) -> list[Json]:
    """Whoever acted, and the program that served them (BALP: the user, and the server as the source)."""
    program = entry["actor"] == PROGRAM
    server = {
        "type": {"coding": [_coding(DCM, "110153", "Source Role ID")]},
        "who": _who(entry["organisation"], "Handrail"),
        "requestor": program,
    }
    if program:
        return [server]
    user = {
        "type": {"coding": [_coding(f"{HL7}/v3-ParticipationType", "IRCP", "information recipient")]},
        "role": [{"coding": [_coding(f"{OWN}:role", entry["role"])]}],
        "who": _who(entry["actor"]),
        "requestor": True,
    }
    return [user, server]


def _entities(entry: Mapping[str, Any], digest: str) -> list[Json]:
    """The thing that it is about, with all that the event says in codes; and the patient, where there is one."""
    subject = SubjectKind(entry["subject_kind"])
    thing = {
        **_entity(entry["subject"], *_ENTITIES.get(subject, _SYSTEM_OBJECT)),
        "description": str(subject),
        "detail": _details(entry, digest),
    }
    client = entry["client"]
    if client is None or client == entry["subject"]:
        return [thing]
    return [_entity(client, *_ENTITIES[SubjectKind.CLIENT]), thing]


def _entity(named: str, kind: str, role: str | None) -> Json:
    roles = {} if role is None else {"role": _coding(f"{HL7}/object-role", role)}
    return {"what": _who(named), "type": _coding(f"{HL7}/audit-entity-type", kind), **roles}


def _details(entry: Mapping[str, Any], digest: str) -> list[Json]:
    told = {
        "seq": entry["seq"],
        "digest": digest,
        **{name: entry[name] for name in ("before", "after", "reason", "commit")},
        **{f"details.{name}": value for name, value in entry["details"].items()},
    }
    return [
        {"type": name, "valueString": _plain(value)}
        for name, value in told.items()
        if value not in (None, [])
    ]


def _plain(value: Any) -> str:  # noqa: ANN401  any detail of an event
    return value if isinstance(value, str) else json.dumps(value)


def _who(named: str, display: str | None = None) -> Json:
    shown = {} if display is None else {"display": display}
    return {"identifier": {"system": URN, "value": f"urn:uuid:{named}"}, **shown}


def _coding(system: str, code: str, display: str | None = None) -> Json:
    return {"system": system, "code": str(code), **({} if display is None else {"display": display})}


def fhir_lines(events: Iterator[ExportedEvent]) -> Iterator[str]:
    """One resource a line (NDJSON, as FHIR Bulk Data); what cannot be read is an OperationOutcome with its place."""
    for event in events:
        found = event.fields
        resource = _unreadable(event.seq) if found is None else audit_event(found, event.digest.hex())
        yield json.dumps(resource, separators=(",", ":")) + "\n"


def _unreadable(seq: int) -> Json:
    issue = {
        "severity": "error",
        "code": "incomplete",
        "diagnostics": f"event {seq}: its bytes cannot be read",
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}
