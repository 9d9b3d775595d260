"""Long audit trails to measure with: one plainly synthetic organisation's events, chained, as rows, file and database.

The events are of the kinds and lengths that a working day writes. How quickly they are proved is `auditing.py`'s.
"""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.tenants import Tenant, put
from referral.audit import Head, StoredEvent, append, genesis
from referral.bundles import bundle_lines
from referral.checkpoints import Checkpoint, origin_of
from referral.events import Event, EventKind, SubjectKind
from referral.merkle import Growing, leaf_digest
from referral.notes import KeyKind, SecretKey, new_key, signed
from service.store.audit import AuditEventRow, ChainHeadRow
from service.store.checkpoints import CheckpointRow
from service.store.scope import across

START = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)
KEY: SecretKey = new_key("bench.example", KeyKind.LOG, b"b" * 32)
AT_ONCE = 2_000
COLUMNS = {"id": "id", "kind": "kind", "client_id": "client", "subject_id": "subject"}
"""Stored columns that repeat a field of the entry, and that field."""

Row = dict[str, object]

_DAY: Sequence[tuple[EventKind, SubjectKind, Row]] = (
    (EventKind.RECORD_VIEWED, SubjectKind.CLIENT, {"details": {"view": "client"}}),
    (
        EventKind.ANSWER_SAVED,
        SubjectKind.SCREENING,
        {"details": {"instrument": "phq-9", "item": "q3"}, "commit": "5" * 64},
    ),
    (
        EventKind.ANSWER_SAVED,
        SubjectKind.SCREENING,
        {"details": {"instrument": "asq", "item": "q1"}, "commit": "a" * 64},
    ),
    (
        EventKind.REFERRAL_STEP,
        SubjectKind.REFERRAL,
        {
            "before": "sent",
            "after": "accepted",
            "details": {"step": "accept", "side": "receiver"},
        },
    ),
)
"""What happens again and again: a look, two answers, a step."""


def events(organisation: str, count: int) -> Iterator[Event]:
    """So many events of one organisation."""
    kinds = itertools.cycle(_DAY)
    for number in range(1, count + 1):
        kind, about, more = next(kinds)
        yield Event(
            id=str(uuid.UUID(int=(0x0193E0C0 << 96) | (7 << 76) | (2 << 62) | number)),
            organisation=organisation,
            at=START + timedelta(seconds=number),
            actor="0193e0c0-0000-7000-8000-0000000000c1",
            role="counselor",
            kind=kind,
            subject_kind=about,
            # Four events about one thing, eight about one client; each step names a need of its own.
            subject=f"0193e0c0-0000-7000-8000-{number // 4:012x}",
            client=f"0193e0c0-0000-7000-9000-{number // 8:012x}",
            **_about_a_need(more, number),  # type: ignore[arg-type]  fields of an event, by their names
        )


def _about_a_need(more: Row, number: int) -> Row:
    if "before" not in more:
        return more
    details = {"need": f"0193e0c0-0000-7000-a000-{number:012x}", **more["details"]}  # type: ignore[dict-item]  a mapping
    return {**more, "details": details}


def chained(organisation: str, count: int) -> Iterator[StoredEvent]:
    """Their rows, each behind the one before, with the columns that a database repeats."""
    head = genesis(organisation)
    for event in events(organisation, count):
        head, row = append(head, event)
        yield row._replace(columns={name: row.columns[name] for name in COLUMNS.values()})


def ending(organisation: str, rows: Iterator[StoredEvent] | Sequence[StoredEvent]) -> tuple[Head, str]:
    """The end of these rows, and a signed checkpoint of them all."""
    tree, head = Growing(), genesis(organisation)
    for row in rows:
        tree.add(leaf_digest(row.entry))
        head = Head(row.seq, row.digest)
    text = Checkpoint(origin_of("bench.example", organisation), head.count, tree.root).text
    return head, str(signed(text, [KEY]))


def write_bundle(file: Path, organisation: str, end: tuple[Head, str], rows: Iterator[StoredEvent]) -> None:
    """The trail as one file."""
    head, note = end
    with file.open("wb") as lines:
        lines.writelines(bundle_lines(organisation, head, [note], rows))


def fill(made: Tenant, end: tuple[Head, str], rows: Iterator[StoredEvent]) -> None:
    """The trail as the database holds it, with its end and its checkpoint."""
    head, note = end
    with made.parts.open_write(made.organisation_id) as session, session.begin():
        while some := list(itertools.islice(rows, AT_ONCE)):
            session.execute(across(insert(AuditEventRow.__table__)), [_stored(made, each) for each in some])
        session.get_one(ChainHeadRow, made.organisation_id).seq = head.count
        session.get_one(ChainHeadRow, made.organisation_id).digest = head.digest
        put(
            session,
            CheckpointRow,
            [{"log_id": made.organisation_id, "size": head.count, "at": START, "note": note}],
        )


def _stored(made: Tenant, row: StoredEvent) -> Row:
    columns = {name: row.columns[field] for name, field in COLUMNS.items()}
    ids = {name: uuid.UUID(str(value)) for name, value in columns.items() if name != "kind"}
    told = {"seq": row.seq, "previous": row.previous, "digest": row.digest, "entry": row.entry}
    return {"organisation_id": made.organisation_id, **told, **columns, **ids}
