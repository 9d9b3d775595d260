"""What can be done to a stored audit trail: by a thief of rows, and by the database's owner, who recomputes all."""

import json

from referral.audit import Head, chain, genesis
from tests.referral.trails import ORGANISATION, OTHER


def entry_of(fields):
    """Bytes of an entry in canonical form."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def recomputed(rows, organisation=ORGANISATION):
    """The whole chain written anew over these entries, each at its new place: (head, rows)."""
    head, written = genesis(organisation), []
    for seq, row in enumerate(rows, start=1):
        entry = row.entry
        if json.loads(entry)["seq"] != seq:
            entry = entry_of({**json.loads(entry), "seq": seq})
        digest = chain(head.digest, entry)
        written.append(row._replace(seq=seq, previous=head.digest, entry=entry, digest=digest))
        head = Head(seq, digest)
    return head, written


def with_fields(row, **changed):
    """A row whose entry says something else; its columns say so too."""
    columns = {name: changed.get(name, value) for name, value in row.columns.items()}
    return row._replace(entry=entry_of({**json.loads(row.entry), **changed}), columns=columns)


def edited(rows, at):
    return [*rows[:at], with_fields(rows[at], reason="no capacity"), *rows[at + 1 :]]


def backdated(rows, at):
    return [*rows[:at], with_fields(rows[at], at="2020-01-01T00:00:00.000000Z"), *rows[at + 1 :]]


def deleted(rows, at):
    return [*rows[:at], *rows[at + 1 :]]


def inserted(rows, at):
    return [*rows[:at], with_fields(rows[at], id="0193e0c0-0000-7000-8000-00000000dead"), *rows[at:]]


def doubled(rows, at):
    return [*rows[: at + 1], *rows[at:]]


def swapped(rows, at):
    return [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]] if at + 1 < len(rows) else deleted(rows, at)


def truncated(rows, at):
    return rows[:at]


def moved(rows, at):
    return [*rows[:at], with_fields(rows[at], organisation=OTHER), *rows[at + 1 :]]


ATTACKS = [edited, backdated, deleted, inserted, doubled, swapped, truncated, moved]
