"""The trail as a table and as lines of JSON: what a spreadsheet or a program reads. FHIR is in `audit_fhir.py`.

An event whose bytes cannot be read any more still has its line: an export never leaves one out in silence.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from referral.entries import read_entry

COLUMNS = (
    "seq",
    "id",
    "at",
    "actor",
    "role",
    "kind",
    "subject_kind",
    "subject",
    "client",
    "before",
    "after",
    "reason",
    "details",
    "commit",
    "digest",
)
FORMULA_SIGNS = (
    "=",
    "+",
    "-",
    "@",
    "|",
    "%",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    "\uff5c",
    "\uff05",
)
"""What a spreadsheet may take for the beginning of a formula or a command: OWASP, CSV Injection; T33."""
UNREADABLE = "(its bytes cannot be read)"


class ExportedEvent(NamedTuple):
    """One row of the trail as it is exported."""

    seq: int
    previous: bytes
    digest: bytes
    entry: bytes

    @property
    def fields(self) -> Mapping[str, Any] | None:
        """What the entry says; None when its bytes were damaged."""
        return read_entry(self.entry)


def defused(cell: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what could be a formula, and before an apostrophe."""
    return f"'{cell}" if cell.startswith((*FORMULA_SIGNS, "'")) else cell


def csv_lines(events: Iterator[ExportedEvent]) -> Iterator[str]:
    """The table, its header first; nothing stands where an event says nothing."""
    line = io.StringIO()
    writer = csv.writer(line)
    for cells in chain((COLUMNS,), map(_cells, events)):
        line.seek(0)
        line.truncate()
        writer.writerow(map(defused, cells))
        yield line.getvalue()


def _cells(event: ExportedEvent) -> tuple[str, ...]:
    found = event.fields or {"kind": UNREADABLE}
    told = {**found, "seq": event.seq, "digest": event.digest.hex()}
    return tuple(_cell(told.get(name)) for name in COLUMNS)


def _cell(value: Any) -> str:  # noqa: ANN401  any field of an entry
    if value is None:
        return ""
    return json.dumps(value, sort_keys=True) if isinstance(value, Mapping) else str(value)


def json_lines(events: Iterator[ExportedEvent]) -> Iterator[str]:
    """One object a line: the entry, and both digests in hex, so that the chain can be proved from the file."""
    for event in events:
        found = event.fields
        told = {"entry": found} if found is not None else {"seq": event.seq, "unreadable": event.entry.hex()}
        line = {**told, "previous": event.previous.hex(), "digest": event.digest.hex()}
        yield json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n"
