"""People who sign in, and their sign-ins. A sign-in is a row, so that ending it ends it everywhere."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Dialect, Enum, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from service.kinds import Role
from service.store.base import Base, Tenant, within

NO_ACCOUNT = frozenset({Role.LINK, Role.PARTNER})
"""The roles that nobody can sign in with: the database itself refuses such an account."""


class RoleOfAccount(TypeDecorator[Role]):
    """A role that an account may have."""

    impl = Enum(
        *(role.value for role in Role if role not in NO_ACCOUNT),
        name="role",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Role | None:  # noqa: ARG002  SQLAlchemy passes it
        """The member behind the stored word."""
        return None if value is None else Role(value)


class UserRow(Tenant, Base):
    """One person with an account. The same e-mail may exist in two organisations."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("organisation_id", "email"), within("site_id", "sites"))

    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    role: Mapped[Role] = mapped_column(RoleOfAccount)
    site_id: Mapped[uuid.UUID | None]
    language: Mapped[str] = mapped_column(default="en")
    password_hash: Mapped[str]
    password_until: Mapped[datetime | None]
    """Until when a password that somebody else made lets them in, to choose their own; none once they have."""
    active: Mapped[bool] = mapped_column(default=True)


class SignInRow(Tenant, Base):
    """One sign-in on one device, found by the digest of its secret; the secret itself is never stored."""

    __tablename__ = "sign_ins"
    __table_args__ = (within("user_id", "users"), within("handed_over_screening_id", "screenings"))

    user_id: Mapped[uuid.UUID]
    secret_digest: Mapped[str] = mapped_column(unique=True)
    password_digest: Mapped[str] = mapped_column(default="", server_default="")
    """Of the stored password that it was begun with: once that is another, the sign-in is over."""
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    handed_over_screening_id: Mapped[uuid.UUID | None]


def digest_of(secret: str) -> str:
    """What is stored of a sign-in secret (it has 256 random bits, so a plain hash is enough)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find_user(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> UserRow | None:
    """One person of this organisation, or None."""
    return session.get(UserRow, (organisation_id, user_id))


def lock_user(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID) -> UserRow | None:
    """One person of this organisation as they stand now, locked until the transaction ends."""
    return session.get(UserRow, (organisation_id, user_id), with_for_update=True, populate_existing=True)


def people_of(session: Session, organisation_id: uuid.UUID) -> Sequence[UserRow]:
    """Everybody with an account in this organisation, by name."""
    return session.scalars(
        select(UserRow).where(UserRow.organisation_id == organisation_id).order_by(UserRow.name)
    ).all()


def user_at(session: Session, organisation_id: uuid.UUID, email: str) -> UserRow | None:
    """Whoever has this e-mail in this organisation, with a closed account too."""
    wanted = select(UserRow).where(UserRow.organisation_id == organisation_id, UserRow.email == email)
    return session.scalars(wanted).one_or_none()


def sign_in_by_secret(session: Session, secret: str) -> SignInRow | None:
    """The sign-in behind a secret that is not ended, or None."""
    wanted = select(SignInRow).where(
        SignInRow.secret_digest == digest_of(secret), SignInRow.ended_at.is_(None)
    )
    return session.scalars(wanted).one_or_none()


def old_sign_ins(session: Session, organisation_id: uuid.UUID, before: datetime) -> int:
    """How many sign-ins of an organisation were last used before a moment."""
    wanted = select(func.count()).select_from(SignInRow).where(*_used_before(organisation_id, before))
    return session.scalars(wanted).one()


def delete_sign_ins(session: Session, organisation_id: uuid.UUID, before: datetime) -> None:
    """Delete the sign-ins of an organisation that were last used before a moment."""
    wanted = delete(SignInRow).where(*_used_before(organisation_id, before))
    session.execute(wanted.execution_options(synchronize_session=False))


def _used_before(organisation_id: uuid.UUID, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return SignInRow.organisation_id == organisation_id, SignInRow.seen_at < before


def end_sign_ins(session: Session, organisation_id: uuid.UUID, now: datetime) -> None:
    """End every sign-in of an organisation: everybody signs in anew."""
    live = (SignInRow.organisation_id == organisation_id, SignInRow.ended_at.is_(None))
    session.execute(update(SignInRow).where(*live).values(ended_at=now))
