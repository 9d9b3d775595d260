"""Trails to prove and to spoil: events of one plainly invented referral, chained."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from referral.audit import append, genesis
from referral.events import Event, EventKind, SubjectKind

ORGANISATION = "0193e0c0-0000-7000-8000-00000000000a"
OTHER = "0193e0c0-0000-7000-8000-00000000000b"
START = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)
COLUMNS = ("id", "kind", "client", "subject")


def event(number=1, organisation=ORGANISATION, **changed):
    return replace(
        Event(
            id=f"0193e0c0-0000-7000-8000-{number:012d}",
            organisation=organisation,
            at=START + timedelta(seconds=number),
            actor="0193e0c0-0000-7000-8000-0000000000c1",
            role="referral staff",
            kind=EventKind.REFERRAL_STEP,
            subject_kind=SubjectKind.REFERRAL,
            subject="0193e0c0-0000-7000-8000-0000000000d1",
            client="0193e0c0-0000-7000-8000-0000000000e1",
            before="sent",
            after="declined",
            reason="safety needs a higher level of care",
            details={"step": "decline"},
        ),
        **changed,
    )


def trail(length, organisation=ORGANISATION):
    head, rows = genesis(organisation), []
    for number in range(1, length + 1):
        head, row = append(head, event(number, organisation))
        rows.append(row._replace(columns={name: row.columns[name] for name in COLUMNS}))
    return head, rows
