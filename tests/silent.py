"""What the program changed without a word in the trail: seen in every transaction that it commits while a test runs.

A test may change rows by itself, to arrange something; what counts are commits that a page, a command or a round of the
worker made.
"""

import re
import sys

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from service.store import audit

CHANGES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)(?:\s+SET\s+(.*?)\s+WHERE)?", re.DOTALL)
CHANGED, THROUGH = "handrail_changed_tables", "handrail_through"

OF_THE_TRAIL = frozenset(
    {
        *("audit_events", "chain_heads", "checkpoints", "deployment_entries", "trees", "tree_tiles"),
        *("shipments", "cosignatures", "witnessed"),
    }
)
"""The trail itself, its signatures, and where these were sent."""

NO_ACT = frozenset({"sign_ins", "queue_counts"})
"""When somebody was seen last stands with a sign-in too; its beginning and end are events. Counts follow from the rows:
`handrail recount` sets right what was counted wrong."""

ON_THE_WAY = {
    "tellings": {"mail_at", "mail_tries", "mailed_at"},
    "misses": {"next_at"},
    "items_requests": {"told_at"},
    "packets_in": {"told", "told_version", "redirect_told_at"},
}
"""Columns that only say how far something got: when a message is tried next, that a ladder climbs no further, that the
other organisation has heard. That somebody was told, or asked, or answered, is an event."""

SURFACES = ("service.web", "service.commands", "service.worker", "service.courier")


def _begun(session, _transaction, connection):
    connection.info[CHANGED] = set()
    session.info[THROUGH] = connection


def _asked(connection, _cursor, statement, *_more):
    found = CHANGES.match(statement)
    columns = set(re.findall(r"(\w+)\s*=", found[2] or "")) if found else set()
    if found and not (columns and columns <= ON_THE_WAY.get(found[1], set())):
        connection.info.setdefault(CHANGED, set()).add(found[1])


def _surface():
    """The part of the program that people and machines reach, on whose behalf this runs; None for a test itself."""
    frame, found = sys._getframe(2), None
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        found = name if name.startswith(SURFACES) else found
        frame = frame.f_back
    return found


@pytest.fixture
def silent(monkeypatch):
    """(surface, tables) of every commit that changed records and noted no event, as it happens."""
    told, seal = [], audit.seal

    def watching(session):
        noted = bool(session.info.get(audit.PENDING))
        seal(session)
        through = session.info.pop(THROUGH, None)
        changed = set() if through is None else through.info[CHANGED] - OF_THE_TRAIL - NO_ACT
        if changed and not noted and (where := _surface()):
            told.append((where, *sorted(changed)))

    listened = ((Session, "after_begin", _begun), (Engine, "before_cursor_execute", _asked))
    monkeypatch.setattr(audit, "seal", watching)
    for each in listened:
        event.listen(*each)
    yield told
    for each in listened:
        event.remove(*each)
