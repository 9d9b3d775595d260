"""Unmistakable words in every text column of one organisation, generated from the tables, and what shows of them.

A new column is seeded by itself. Where its words have a closed meaning to the program, pages would break: then it
belongs into CODES, and its organisation is recognised by its ids and digests alone.
"""

import re
import uuid
from dataclasses import dataclass

from sqlalchemy import JSON, Enum, LargeBinary, String, select, text, type_coerce

from service.store.base import Json
from service.store.sealed import Sealed, SealedBytes, SealedJson
from tests.proofs.tenancy import KEPT
from tests.whole import whole

CODES = frozenset(
    {
        "organisations.zone organisations.calendar sites.pathway sites.languages clients.language",
        "clients.home_language users.language guardians.language screenings.language",
        "programmes_in_force.programme programmes_in_force.version programmes_in_force.digest",
        "consents.pathway screenings.consent_basis administrations.instrument administrations.version",
        "administrations.digest needs.pathway alerts.rule answers.item decisions.pathway decisions.first",
        "referrals.pathway referrals.due_step legal_holds.reason legal_holds.lift_reason erasures.reason",
        "client_keys.wrapped_by receiver_links.token_digest receiver_links.code_hash",
        "receiver_visits.secret_digest outside_receivers.language outside_receivers.languages",
        "offers.pathways offers.ways offers.access offers.insurance overrides.pathway_before",
        "overrides.pathway_after overrides.rule calendar_feeds.token_digest saved_views.query",
        "intakes.pathway packets_in.pathway packets_in.wrapped_by",
        "answers.sealed",
    }
)
"""Columns whose words come from the definitions: ours has the same ones."""

APPENDED = frozenset(
    {"audit_events", "checkpoints", "deployment_entries", "cosignatures", "witnessed", "shipments"}
)
"""Tables whose rows are bound by a digest or a signature: what is theirs is recognised by ids and digests."""

CANARY = re.compile(r"zzcanary\d{4}z")
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])|[A-Za-z0-9+/]{43}=")


def seeded_columns():
    """Every text column that is seeded: (table, column)."""
    codes = {name for line in CODES for name in line.split()}
    return [
        (table.__table__, column)
        for table in KEPT
        if table.__tablename__ not in APPENDED
        for column in table.__table__.columns
        if isinstance(column.type, String | Sealed)
        and not isinstance(column.type, Enum | SealedBytes | SealedJson)
        and f"{table.__tablename__}.{column.name}" not in codes
    ]


@dataclass(frozen=True)
class Seeds:
    """Each canary with its column, and every id and digest that is theirs alone."""

    where: dict
    marks: frozenset

    def found_in(self, said, asked=""):
        """What is theirs in an answer; `asked` is what the question itself named."""
        told = said.lower()
        seen = {self.where[each] for each in CANARY.findall(told) if each in self.where}
        ids = {each.replace("-", "") for each in UUID.findall(told)} - {asked.replace("-", "")}
        return seen | (ids & self.marks) | (set(DIGEST.findall(said)) & self.marks)


def seed(url, here, ours):
    """Write a canary into every text column of every row of theirs; what is theirs alone is remembered.

    What is sealed stands in the clear afterwards, as it did before there were keys: it is read all the same.
    """
    theirs, sown = here.organisation.id, {}
    with here.read() as session:
        for entity in KEPT:
            sown |= _opened(session, entity, theirs)
    where = {}
    with whole(url) as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        for table in dict.fromkeys(table for table, _column in seeded_columns()):
            _seed_table(connection, table, theirs, where, sown)
        marks = _marks(connection, theirs) - _marks(connection, ours)
    return Seeds(where, frozenset(marks))


def _opened(session, entity, theirs):
    """Sealed JSON of theirs as it reads: (table, key, column) -> value."""
    table = entity.__table__
    columns = [column.name for column in table.columns if isinstance(column.type, SealedJson)]
    rows = session.scalars(select(entity).where(entity.organisation_id == theirs)).all() if columns else ()
    return {
        (table.name, tuple(getattr(row, each.name) for each in table.primary_key), name): getattr(row, name)
        for row in rows
        for name in columns
    }


def _seed_table(connection, table, theirs, where, sown):
    columns = [column for owner, column in seeded_columns() if owner is table]
    json = [column for column in table.columns if isinstance(column.type, JSON)]
    mine = table.c[_scope(table)] == theirs
    for row in connection.execute(table.select().where(mine)).mappings().all():
        values = {column.name: type_coerce(_canary(where, column), String) for column in columns}
        values |= {column.name: _sown(row[column.name], where, column) for column in json}
        values |= _sown_sealed(table, row, where, sown)
        key = [column == row[column.name] for column in table.primary_key]
        connection.execute(table.update().where(*key).values(values))


def _sown_sealed(table, row, where, sown):
    key = tuple(row[each.name] for each in table.primary_key)
    return {
        column.name: type_coerce(_sown(sown[table.name, key, column.name], where, column), Json)
        for column in table.columns
        if isinstance(column.type, SealedJson)
    }


def _canary(where, column):
    made = f"zzcanary{len(where):04d}z"
    where[made] = f"{column.table.name}.{column.name}"
    return made


def _sown(value, where, column):
    """JSON with a canary for everything in it that is words."""
    if isinstance(value, dict):
        return {name: _sown(each, where, column) for name, each in value.items()}
    if isinstance(value, list):
        return [_sown(each, where, column) for each in value]
    return _canary(where, column) if isinstance(value, str) and value.count(" ") > 2 else value


def _scope(table):
    return next(each.scoped_by for each in KEPT if each.__table__ is table)


def _marks(connection, organisation_id):
    """Every id and digest in the rows of an organisation, as an answer would spell them."""
    found = set()
    for table in (each.__table__ for each in KEPT):
        mine = table.c[_scope(table)] == organisation_id
        for row in connection.execute(table.select().where(mine)):
            for column, value in zip(table.columns, row, strict=True):
                found |= _spelled(column, value)
    return found


def _spelled(column, value):
    if isinstance(value, uuid.UUID):
        return {value.hex}
    if isinstance(column.type, LargeBinary) and value is not None and len(value) == 32:
        return {value.hex()}
    if isinstance(value, str):
        return set(DIGEST.findall(value))
    return set()
