"""Clients (students or patients), their guardians, and finding one of them quickly."""

import unicodedata
import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Index, Select, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.store.base import Base, Tenant, within


class ClientRow(Tenant, Base):
    """One person who may be screened."""

    __tablename__ = "clients"
    __table_args__ = (
        UniqueConstraint("organisation_id", "local_id"),
        within("site_id", "sites"),
        Index("ix_clients_by_name", "organisation_id", "family_name", "given_name", "id"),
    )

    local_id: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    pronouns: Mapped[str] = mapped_column(default="")
    born_on: Mapped[date]
    grade: Mapped[str] = mapped_column(default="")
    class_name: Mapped[str] = mapped_column(default="")
    site_id: Mapped[uuid.UUID]
    language: Mapped[str] = mapped_column(default="en")
    home_language: Mapped[str] = mapped_column(default="en")
    search_text: Mapped[str]

    @property
    def name(self) -> str:
        """Given name first: how people are called here."""
        return f"{self.given_name} {self.family_name}"


class GuardianRow(Tenant, Base):
    """An adult who may consent for a client. Two siblings may share one telephone or e-mail."""

    __tablename__ = "guardians"
    __table_args__ = (within("client_id", "clients"),)

    client_id: Mapped[uuid.UUID] = mapped_column(index=True)
    name: Mapped[str]
    relation: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    taken_away_at: Mapped[datetime | None]
    """Since when they are no guardian any more: the row stays, for answers that name it."""


def folded(words: str) -> str:
    """Lower case without accents: "Lucía" is found by "lucia"."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def search_text_of(given_name: str, family_name: str, local_id: str, class_name: str) -> str:
    """What one client is found by."""
    return folded(f"{given_name} {family_name} {local_id} {class_name}")


def find_client(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> ClientRow | None:
    """One client of this organisation, or None."""
    return session.get(ClientRow, (organisation_id, client_id))


def existing_clients(
    session: Session, organisation_id: uuid.UUID, client_ids: Collection[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Those of these clients that this organisation has."""
    wanted = select(ClientRow.id).where(
        ClientRow.organisation_id == organisation_id, ClientRow.id.in_(client_ids)
    )
    return frozenset(session.scalars(wanted))


def lock_client(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> ClientRow:
    """The client, locked until commit: two findings at once about one person take turns, and the second one joins."""
    return session.get_one(ClientRow, (organisation_id, client_id), with_for_update=True)


def guardians_of(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> Sequence[GuardianRow]:
    """The client's guardians, by name; those who were taken away are none any more."""
    wanted = select(GuardianRow).where(
        GuardianRow.organisation_id == organisation_id,
        GuardianRow.client_id == client_id,
        GuardianRow.taken_away_at.is_(None),
    )
    return session.scalars(wanted.order_by(GuardianRow.name)).all()


def guardians_among(
    session: Session, organisation_id: uuid.UUID, client_ids: Collection[uuid.UUID]
) -> Sequence[GuardianRow]:
    """The guardians of all these clients, by name; those who were taken away are none any more."""
    wanted = select(GuardianRow).where(
        GuardianRow.organisation_id == organisation_id,
        GuardianRow.client_id.in_(client_ids),
        GuardianRow.taken_away_at.is_(None),
    )
    return session.scalars(wanted.order_by(GuardianRow.name)).all()


def find_guardian(session: Session, organisation_id: uuid.UUID, guardian_id: uuid.UUID) -> GuardianRow | None:
    """One guardian of this organisation, or None; one who was taken away too."""
    return session.get(GuardianRow, (organisation_id, guardian_id))


def client_with_id(session: Session, organisation_id: uuid.UUID, local_id: str) -> ClientRow | None:
    """Whoever has this id of the organisation's own, or None."""
    wanted = select(ClientRow).where(
        ClientRow.organisation_id == organisation_id, ClientRow.local_id == local_id
    )
    return session.scalars(wanted).one_or_none()


def born_or_called(
    session: Session, organisation_id: uuid.UUID, born_on: date, name: str
) -> Sequence[ClientRow]:
    """Everybody of the organisation who was born that day, or is called so, whichever name was typed first."""
    called = and_(*(ClientRow.search_text.contains(word, autoescape=True) for word in folded(name).split()))
    wanted = select(ClientRow).where(
        ClientRow.organisation_id == organisation_id, or_(ClientRow.born_on == born_on, called)
    )
    return session.scalars(wanted.order_by(ClientRow.family_name, ClientRow.given_name, ClientRow.id)).all()


def _in_reach(organisation_id: uuid.UUID, site_id: uuid.UUID | None) -> Select[ClientRow]:
    wanted = select(ClientRow).where(ClientRow.organisation_id == organisation_id)
    return wanted if site_id is None else wanted.where(ClientRow.site_id == site_id)


def clients_matching(
    session: Session,
    organisation_id: uuid.UUID,
    words: Sequence[str],
    *,
    site_id: uuid.UUID | None,
    most: int,
) -> Sequence[ClientRow]:
    """Clients whose name, id or class contains every word, by name; at most `most`."""
    wanted = _in_reach(organisation_id, site_id)
    for word in words:
        wanted = wanted.where(ClientRow.search_text.contains(folded(word), autoescape=True))
    return session.scalars(
        wanted.order_by(ClientRow.family_name, ClientRow.given_name, ClientRow.id).limit(most)
    ).all()


def names_in_reach(
    session: Session, organisation_id: uuid.UUID, *, site_id: uuid.UUID | None
) -> Sequence[tuple[uuid.UUID, str]]:
    """(id, folded search text) of every client in reach: what a search with a typing slip is compared with."""
    rows = _in_reach(organisation_id, site_id).with_only_columns(ClientRow.id, ClientRow.search_text)
    return [(row.id, row.search_text) for row in session.execute(rows)]


def client_numbered(session: Session, organisation_id: uuid.UUID, local_id: str) -> ClientRow | None:
    """The client with this number of the organisation's own, or None."""
    wanted = select(ClientRow).where(
        ClientRow.organisation_id == organisation_id, ClientRow.local_id == local_id
    )
    return session.scalars(wanted).one_or_none()


def born_and_named(
    session: Session, organisation_id: uuid.UUID, born_on: date, given_name: str, family_name: str
) -> Sequence[ClientRow]:
    """Clients born on this day who share a name with somebody, whatever the accents, by name."""
    wanted = select(ClientRow).where(
        ClientRow.organisation_id == organisation_id, ClientRow.born_on == born_on
    )
    rows = session.scalars(wanted.order_by(ClientRow.family_name, ClientRow.given_name, ClientRow.id))
    given, family = folded(given_name), folded(family_name)
    return [row for row in rows if folded(row.given_name) == given or folded(row.family_name) == family]
