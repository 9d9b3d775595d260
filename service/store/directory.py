"""What is asked before the organisation is known: whose secret, link or address, and which definitions were ever used.

On PostgreSQL the answers come from functions that tell ids and versions and nothing else (`row_security.py`).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Function, Select, String, Uuid, bindparam, column, exists, func, or_, select
from sqlalchemy.orm import Session

from service.kinds import OrganisationKind, Role
from service.store.accounts import SignInRow, UserRow, digest_of, find_user
from service.store.organisations import OrganisationRow
from service.store.outside import ReceiverLinkRow, ReceiverVisitRow, find_link
from service.store.own import CalendarFeedRow
from service.store.packets import PacketInRow
from service.store.programmes import ProgrammeRow
from service.store.row_security import SETTING
from service.store.scope import across, ask, enter, entered, kept_within
from service.store.screenings import AdministrationRow, ScreeningRow
from service.store.vault import ClientKeyRow

_IDS = (column("organisation_id", Uuid), column("id", Uuid))
_PROGRAMMES = tuple(column(name, String) for name in ("programme", "version", "digest"))
_WRAPPED_BY = column("wrapped_by", String)
_VERSIONS = tuple(column(name, String) for name in ("instrument", "version", "digest"))


@dataclass(frozen=True, slots=True)
class SignInBehind:
    """What a secret opens: the sign-in, whose it is, and where they work. Read anew for each request."""

    organisation_id: uuid.UUID
    id: uuid.UUID
    password_digest: str
    started_at: datetime
    seen_at: datetime
    handed_over_screening_id: uuid.UUID | None
    user_id: uuid.UUID
    role: Role
    name: str
    site_id: uuid.UUID | None
    language: str
    password_hash: str
    password_until: datetime | None
    organisation: str
    kind: OrganisationKind
    zone: str
    calendar: str
    crisis_phone: str
    suspended_at: datetime | None


def sign_in_behind(session: Session, secret: str) -> SignInBehind | None:
    """The sign-in that this secret opens and whose it is, while neither is ended; the session enters its organisation.

    Two questions: to which organisation the secret leads, which is entered with the same words, and what is there.
    """
    opened = _opened_by(on_postgresql=_on_postgresql(session))
    found = ask(session, opened, {"digest": digest_of(secret)}).one_or_none()
    if found is None:
        return None
    organisation_id, sign_in_id = found[0], found[1]
    entered(session, organisation_id)
    row = ask(session, _signed_in(), {"sign_in": sign_in_id}).one_or_none()
    return None if row is None else SignInBehind(*row)


def users_by_email(session: Session, email: str) -> Sequence[UserRow]:
    """Active accounts under this e-mail, in any organisation; the session is left within the last one."""
    asked = across(_accounts_at(session, email.strip().lower()))
    found = [(organisation_id, user_id) for organisation_id, user_id in session.execute(asked)]
    users = []
    for organisation_id, user_id in found:
        enter(session, organisation_id)
        users.append(find_user(session, organisation_id, user_id))
    return [user for user in users if user is not None]


def link_behind(session: Session, token: str) -> ReceiverLinkRow | None:
    """The link that has this token, good or not; the session enters its organisation."""
    wanted: Select = select(ReceiverLinkRow.organisation_id, ReceiverLinkRow.id)
    wanted = wanted.where(ReceiverLinkRow.token_digest == digest_of(token))
    if _on_postgresql(session):
        wanted = _told_by(func.handrail_receiver_link(digest_of(token)))
    found = session.execute(across(wanted)).one_or_none()
    if found is None:
        return None
    enter(session, found[0])
    return find_link(session, found[0], found[1])


def visit_behind(session: Session, secret: str) -> ReceiverVisitRow | None:
    """The visit that this secret opens, while it is not ended; the session enters its organisation."""
    wanted: Select = select(ReceiverVisitRow.organisation_id, ReceiverVisitRow.id)
    wanted = wanted.where(
        ReceiverVisitRow.secret_digest == digest_of(secret), ReceiverVisitRow.ended_at.is_(None)
    )
    if _on_postgresql(session):
        wanted = _told_by(func.handrail_receiver_visit(digest_of(secret)))
    found = session.execute(across(wanted)).one_or_none()
    if found is None:
        return None
    enter(session, found[0])
    return session.get(ReceiverVisitRow, (found[0], found[1]))


def feed_behind(session: Session, token: str) -> CalendarFeedRow | None:
    """The calendar that this token opens, while it is not taken back; the session enters its organisation."""
    wanted: Select = select(CalendarFeedRow.organisation_id, CalendarFeedRow.id)
    wanted = wanted.where(
        CalendarFeedRow.token_digest == digest_of(token), CalendarFeedRow.revoked_at.is_(None)
    )
    if _on_postgresql(session):
        wanted = _told_by(func.handrail_calendar_feed(digest_of(token)))
    found = session.execute(across(wanted)).one_or_none()
    if found is None:
        return None
    enter(session, found[0])
    return session.get(CalendarFeedRow, (found[0], found[1]))


def _told_by(function: Function[Any]) -> Select:
    ids = function.table_valued(*_IDS)
    return select(ids.c.organisation_id, ids.c.id)


def versions_used(session: Session) -> Sequence[tuple[str, str, str]]:
    """Every instrument, version and digest that any screening was made with, in order, whoever made it."""
    used = (AdministrationRow.instrument, AdministrationRow.version, AdministrationRow.digest)
    wanted: Select = select(*used).distinct().order_by(*used)
    if _on_postgresql(session):
        wanted = select(*_VERSIONS).select_from(func.handrail_versions_used().table_valued(*_VERSIONS))
    return [(row[0], row[1], row[2]) for row in session.execute(across(wanted))]


def programmes_used(session: Session) -> Sequence[tuple[str, str, str]]:
    """Every programme, version and digest that is in force or that a screening was begun under, whoever's it is."""
    used = (ProgrammeRow.programme, ProgrammeRow.version, ProgrammeRow.digest)
    screened = exists().where(
        ScreeningRow.organisation_id == ProgrammeRow.organisation_id,
        ScreeningRow.programme_id == ProgrammeRow.id,
    )
    wanted: Select = select(*used).where(or_(ProgrammeRow.ended_at.is_(None), screened))
    wanted = wanted.distinct().order_by(*used)
    if _on_postgresql(session):
        wanted = select(*_PROGRAMMES).select_from(func.handrail_programmes_used().table_valued(*_PROGRAMMES))
    return [(row[0], row[1], row[2]) for row in session.execute(across(wanted))]


def wrapping_keys_used(session: Session) -> Sequence[str]:
    """The ids of the keys that the keys of clients and packets are wrapped with, whosever they are."""
    packets = select(PacketInRow.wrapped_by).where(PacketInRow.wrapped_by.is_not(None))
    wanted: Any = select(ClientKeyRow.wrapped_by).union(packets)
    if _on_postgresql(session):
        wanted = select(_WRAPPED_BY).select_from(func.handrail_wrapped_by().table_valued(_WRAPPED_BY))
    return sorted(session.scalars(across(wanted)))


def organisation_ids(session: Session) -> Sequence[uuid.UUID]:
    """Every organisation by name: for the worker, whose login alone is told."""
    wanted = select(OrganisationRow.id).order_by(OrganisationRow.name, OrganisationRow.id)
    return session.scalars(across(wanted)).all()


def working_ids(session: Session) -> Sequence[uuid.UUID]:
    """As `organisation_ids`, without those that are suspended: nobody is there who could be told."""
    wanted = select(OrganisationRow.id).where(OrganisationRow.suspended_at.is_(None))
    return session.scalars(across(wanted.order_by(OrganisationRow.name, OrganisationRow.id))).all()


@cache
def _opened_by(*, on_postgresql: bool) -> Select:
    digest = bindparam("digest", type_=String)
    if not on_postgresql:
        wanted: Select = select(SignInRow.organisation_id, SignInRow.id)
        return across(wanted.where(SignInRow.secret_digest == digest, SignInRow.ended_at.is_(None)))
    ids = func.handrail_sign_in(digest).table_valued(*_IDS)
    into = func.set_config(SETTING, ids.c.organisation_id.cast(String), True)  # noqa: FBT003  PostgreSQL's own
    return across(select(ids.c.organisation_id, ids.c.id, into))


@cache
def _signed_in() -> Any:  # noqa: ANN401  a question
    row, user, place = SignInRow, UserRow, OrganisationRow
    sign_in = (row.organisation_id, row.id, row.password_digest, row.started_at, row.seen_at)
    person = (user.id, user.role, user.name, user.site_id, user.language, user.password_hash)
    organisation = (
        place.name,
        place.kind,
        place.zone,
        place.calendar,
        place.crisis_phone,
        place.suspended_at,
    )
    wanted = select(*sign_in, row.handed_over_screening_id, *person, user.password_until, *organisation)
    wanted = wanted.join(user, (user.organisation_id == row.organisation_id) & (user.id == row.user_id))
    wanted = wanted.join(place, place.id == row.organisation_id)
    return kept_within(wanted.where(row.id == bindparam("sign_in"), user.active))


def _accounts_at(session: Session, email: str) -> Select:
    if not _on_postgresql(session):
        wanted = select(UserRow.organisation_id, UserRow.id)
        return wanted.where(UserRow.email == email, UserRow.active).order_by(UserRow.id)
    return _told_by(func.handrail_accounts(email))


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
