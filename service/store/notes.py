"""Notes on a client's record, each wording of them kept. Who may read which is in `permissions.py`."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.store.base import Base, Tenant, within
from service.store.sealed import Sealed, SealedBytes


class ClientNoteRow(Tenant, Base):
    """One note: that it is there, whose it is and when it was made. What it says is in its wordings."""

    __tablename__ = "client_notes"
    __table_args__ = (
        within("client_id", "clients"),
        within("made_by", "users"),
        within("struck_by", "users"),
        CheckConstraint("(struck_at IS NULL) = (struck_by IS NULL)", name="struck_by_somebody"),
        Index("ix_client_notes_of_client", "organisation_id", "client_id", "made_at"),
    )

    client_id: Mapped[uuid.UUID]
    restricted: Mapped[bool]
    """Whether only its author, the clinicians who care for the client and the supervisor may read it."""
    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it so


class NoteWordingRow(Tenant, Base):
    """One wording of a note: a correction adds one, and the one before stays."""

    __tablename__ = "note_wordings"
    __table_args__ = (
        within("note_id", "client_notes"),
        UniqueConstraint("organisation_id", "note_id", "number"),
    )

    note_id: Mapped[uuid.UUID]
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Sealed)
    salt: Mapped[bytes] = mapped_column(SealedBytes)
    """What the text is committed to with in the trail: delete text and salt, and nobody can guess the text back."""
    written_at: Mapped[datetime]


def find_note(session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID) -> ClientNoteRow | None:
    """One note of this organisation, or None."""
    return session.get(ClientNoteRow, (organisation_id, note_id))


def notes_of(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> Sequence[ClientNoteRow]:
    """The client's notes, the newest first."""
    wanted = select(ClientNoteRow).where(
        ClientNoteRow.organisation_id == organisation_id, ClientNoteRow.client_id == client_id
    )
    return session.scalars(wanted.order_by(ClientNoteRow.made_at.desc(), ClientNoteRow.id.desc())).all()


def wordings_of(session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID) -> Sequence[NoteWordingRow]:
    """Every wording of a note, the newest first."""
    wanted = select(NoteWordingRow).where(
        NoteWordingRow.organisation_id == organisation_id, NoteWordingRow.note_id == note_id
    )
    return session.scalars(wanted.order_by(NoteWordingRow.number.desc())).all()


def lock_note(session: Session, note: ClientNoteRow) -> None:
    """Wait for whoever is changing this note, and see what they did."""
    session.refresh(note, with_for_update=True)
