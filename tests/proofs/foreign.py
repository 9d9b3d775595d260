"""What a stranger's request may carry: ids of another organisation, and columns that no form and no schema offers."""

import re
import uuid
from functools import lru_cache

from marshmallow import Schema, fields
from sqlalchemy import Boolean, DateTime, Integer, Uuid

from service.permissions import Role
from service.store.clients import GuardianRow
from service.store.outside import OutsideReceiverRow
from service.store.tables import Base
from tests.architecture.sources import ROOT
from tests.whole import url_of, whole

FIELD = re.compile(r'name="([a-z_]+)"|\w+\(\s*"([a-z_]+)"')


def ids_of(theirs):
    """Each field that can name a record, with one of theirs; a field that is not named here is told by T2."""
    here = theirs.here
    with whole(url_of(here)) as session:
        mine = GuardianRow.organisation_id == here.organisation.id
        guardian = session.query(GuardianRow.id).filter(mine).first()[0]
        theirs_too = OutsideReceiverRow.organisation_id == here.organisation.id
        outside = session.query(OutsideReceiverRow.id).filter(theirs_too).first()[0]
    return {
        **{name: each for name, each in theirs.ids.items() if isinstance(each, uuid.UUID)},
        "receiver_id": here.teams["psychology"].id,
        "owner_id": here.people[Role.SUPERVISOR].id,
        "heir_id": here.people[Role.SUPERVISOR].id,
        "user_id": here.people[Role.ON_CALL].id,
        "outside_id": outside,
        "site_id": here.school.id,
        "from_id": here.people[Role.CLINICIAN].id,
        "to_id": here.people[Role.REFERRAL_STAFF].id,
        "joined_to": theirs.ids["need_id"],
        "guardian_id": guardian,
        "who": guardian,
        "team_id": here.teams["psychology"].id,
        "way": f"psychology:{here.teams['psychology'].id}",
    }


@lru_cache
def schemas_of(view):
    """The schemas that a view's code names, or the module that it reads a body with."""
    named = (view.__globals__.get(name) for name in view.__code__.co_names)
    return [each for each in named if isinstance(each, type) and issubclass(each, Schema)]


def declared(view):
    """The fields that a view's schema takes."""
    return {name: field for schema in schemas_of(view) for name, field in schema().fields.items()}


def id_fields(view):
    """Those that name a record."""
    return sorted(name for name, field in declared(view).items() if isinstance(field, fields.UUID))


@lru_cache
def offered():
    """Every name that a form of a page offers, or that a page reads from one."""
    files = [*(ROOT / "service/templates").rglob("*.html"), *(ROOT / "service/web").rglob("*.py")]
    return {
        name for file in files for pair in FIELD.findall(file.read_text("utf-8")) for name in pair if name
    }


@lru_cache
def columns():
    """Every column of every table: what a careless program would take from a request."""
    found = {column.name: column for table in Base.metadata.sorted_tables for column in table.columns}
    return dict(sorted(found.items()))


GUARDED = frozenset({"status", "version", "language"})
"""Columns that some form offers: in every other one they are smuggled in."""


NOTES = frozenset({"outcome_note", "decline_note", "handoff_note"})
"""Each form of a need has a note of its own, named after the form."""


def smuggled(theirs, ids):
    """A value for every column that nothing offers; `ids` are theirs."""
    known = {"role": "supervisor", "state": "completed", "version": 99}
    names = [name for name in columns() if name in GUARDED or name not in offered() | NOTES]
    return {name: str(known.get(name) or ids.get(name) or _of(columns()[name], theirs)) for name in names}


def _of(column, theirs):
    if isinstance(column.type, Uuid):
        of_one = "organisation" in column.name or column.name == "log_id"
        return theirs.here.organisation.id if of_one else theirs.here.people[Role.SUPERVISOR].id
    kinds = ((Boolean, "1"), (Integer, 7), (DateTime, "2030-01-01T00:00:00Z"))
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "smuggled")
