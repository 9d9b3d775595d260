"""The keys of clients, and the sealing of what the rows about a client hold: on the way in, and opened on the way out.

A key is made with the first thing that is sealed under it, and goes with the client (`erasing.py`). It is kept in
memory for one transaction. Where there is no wrapping key, nothing personal is stored and nothing sealed is read.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from referral.payloads import KEY_SIZE, NONCE_SIZE, ClientKey, Place, Unreadable, WrappingKey, unwrapped
from service.store.base import Base, Owned, within
from service.store.needs import NeedRow
from service.store.notes import ClientNoteRow
from service.store.referrals import ReferralRow
from service.store.scope import Door
from service.store.screenings import AdministrationRow, ScreeningRow
from service.store.sealed import NotSealed, Sealed, is_sealed_for, sealed_columns

VAULT = "handrail_vault"
OPEN_KEYS = "handrail_open_keys"
EXPECTED = "handrail_expected_clients"
"""Whose sealed values are about to be read, though their own rows were not."""
AT_ONCE = 200
"""So many keys are fetched with one question."""

_ABOUT: Sequence[tuple[str, type[Base]]] = (
    ("need_id", NeedRow),
    ("note_id", ClientNoteRow),
    ("referral_id", ReferralRow),
    ("screening_id", ScreeningRow),
    ("administration_id", AdministrationRow),
)
"""Through which row a row without a client of its own is about one."""


class ClientKeyRow(Owned, Base):
    """The wrapped key of one client. A client cannot be deleted while it is there."""

    __tablename__ = "client_keys"
    __table_args__ = (within("client_id", "clients"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wrapped_by: Mapped[str]
    """The id of the wrapping key."""
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class Vault:
    """What a session seals with: the wrapping keys, the newest last, read when they are first needed; randomness."""

    keys: Callable[[], Sequence[WrappingKey]]
    random: Callable[[int], bytes]


def furnish(door: Door) -> None:
    """Let every session of a door seal what it stores."""
    event.listen(door, "before_flush", _seal_changes)
    event.listen(door, "after_commit", forget_keys)
    event.listen(door, "after_rollback", forget_keys)


def key_of(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> ClientKey:
    """The key of a client, made when there is none. Raises Unreadable when it was made with a wrapping key not here."""
    known: dict[uuid.UUID, ClientKey] = session.info.setdefault(OPEN_KEYS, {})
    if client_id not in known:
        known[client_id] = _found(session, organisation_id, client_id) or _made(
            session, organisation_id, client_id
        )
    return known[client_id]


def kept_key(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> ClientKey | None:
    """As `key_of`, for somebody who only looks: None when there is no key."""
    known: dict[uuid.UUID, ClientKey] = session.info.setdefault(OPEN_KEYS, {})
    return known.get(client_id) or _found(session, organisation_id, client_id)


def rewrap(session: Session, organisation_id: uuid.UUID) -> int:
    """Wrap every client's key of an organisation with the newest wrapping key; how many were wrapped by another."""
    vault = vault_of(session)
    newest = vault.keys()[-1]
    wanted = select(ClientKeyRow).where(
        ClientKeyRow.organisation_id == organisation_id, ClientKeyRow.wrapped_by != newest.id
    )
    rows = session.scalars(wanted.with_for_update()).all()
    for row in rows:
        owner = str(organisation_id), str(row.client_id)
        key = unwrapped(vault.keys(), row.wrapped_by, row.wrapped, owner)
        row.wrapped = newest.wrap(key, *owner, vault.random(NONCE_SIZE))
        row.wrapped_by = newest.id
    return len(rows)


def newest_wrapping_key(session: Session) -> str:
    """The id of the key that wraps what is new."""
    return vault_of(session).keys()[-1].id


def vault_of(session: Session) -> Vault:
    """What a session of the program seals with. Raises NotSealed for a session that has no keys."""
    vault = session.info.get(VAULT)
    if not isinstance(vault, Vault):
        raise NotSealed("this session has no keys to seal with")
    return vault


def _found(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> ClientKey | None:
    """Asked of the connection itself: the ORM may be in the middle of loading the row that needs the key.

    A page shows many clients, so the keys of all whose rows are here come with one question.
    """
    vault = vault_of(session)
    ids = {client_id, *_nearby(session)}
    wanted = select(ClientKeyRow.client_id, ClientKeyRow.wrapped_by, ClientKeyRow.wrapped).where(
        ClientKeyRow.organisation_id == organisation_id, ClientKeyRow.client_id.in_(ids)
    )
    rows = {row[0]: (row[1], row[2]) for row in session.connection().execute(wanted)}
    keys, known = vault.keys() if rows else (), session.info.setdefault(OPEN_KEYS, {})
    for each, (named, wrapped) in rows.items():
        # Somebody else's damaged key is told when it is needed.
        with nullcontext() if each == client_id else suppress(Unreadable):
            known[each] = unwrapped(keys, named, wrapped, (str(organisation_id), str(each)))
    found: ClientKey | None = known.get(client_id)
    return found


def _nearby(session: Session) -> Sequence[uuid.UUID]:
    """Other clients whose rows the session holds and whose keys it has not asked for."""
    known = session.info.get(OPEN_KEYS, {})
    held = (row.__dict__.get("client_id") for row in session.identity_map.values())
    near = (*session.info.get(EXPECTED, ()), *held)
    return list(dict.fromkeys(each for each in near if each is not None and each not in known))[:AT_ONCE]


def _made(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> ClientKey:
    """Of two that make the first key of a client at once, one waits and takes the other's."""
    vault = vault_of(session)
    key, newest = ClientKey(vault.random(KEY_SIZE)), vault.keys()[-1]
    values = {
        "organisation_id": organisation_id,
        "client_id": client_id,
        "wrapped_by": newest.id,
        "wrapped": newest.wrap(key, str(organisation_id), str(client_id), vault.random(NONCE_SIZE)),
    }
    connection = session.connection()
    ours = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(ours(ClientKeyRow).values(**values).on_conflict_do_nothing())
    found = _found(session, organisation_id, client_id)
    if found is None:
        raise Unreadable("the key of a client cannot be kept, so nothing is sealed with it")
    return found


def expect(session: Session, client_ids: Sequence[uuid.UUID]) -> None:
    """These clients' sealed values are read next: the first key that is needed comes with all of theirs."""
    session.info[EXPECTED] = client_ids


def forget_keys(session: Session) -> None:
    """Keep no client's key in memory any longer."""
    session.info.pop(OPEN_KEYS, None)
    session.info.pop(EXPECTED, None)


def _seal_changes(session: Session, _context: object, _instances: object) -> None:
    for row in (*session.new, *session.dirty):
        columns = sealed_columns(inspect(row).mapper)
        for name, kind in columns.items():
            value = row.__dict__.get(name)
            if value and not is_sealed_for(value, row.__tablename__, name, str(row.id)):
                setattr(row, name, _sealed(session, row, name, kind))


def _sealed(session: Session, row: Any, name: str, kind: Sealed) -> Any:  # noqa: ANN401  any row, any payload
    client_id = _client_of(session, row)
    payload = kind.to_bytes(getattr(row, name))
    key = key_of(session, row.organisation_id, client_id)
    place = _place(row, str(client_id), name)
    sealed = key.seal(payload, place, vault_of(session).random(NONCE_SIZE))
    return kind.opened(payload, kind.token(str(client_id), sealed), place)


def _place(row: Any, client: str, name: str) -> Place:  # noqa: ANN401  any row
    return Place(str(row.organisation_id), client, row.__tablename__, name, str(row.id))


def _client_of(session: Session, row: Any) -> uuid.UUID:  # noqa: ANN401  any row
    """Whom a row is about: named in it, or in the row that it hangs on, which may be as new as itself."""
    if hasattr(row, "client_id"):
        return uuid.UUID(str(row.client_id))
    for name, kind in _ABOUT:
        parent_id = getattr(row, name, None)
        if parent_id is not None:
            return _client_of(session, _parent(session, kind, (row.organisation_id, parent_id)))
    raise NotSealed(f"nobody knows whom a row of {row.__tablename__} is about")


def _parent(session: Session, kind: type[Base], key: tuple[uuid.UUID, uuid.UUID]) -> Any:  # noqa: ANN401  any row
    new: list[Any] = [each for each in session.new if isinstance(each, kind)]
    pending = next((each for each in new if (each.organisation_id, each.id) == key), None)
    return session.get_one(kind, key) if pending is None else pending


@event.listens_for(Base, "load", propagate=True)
@event.listens_for(Base, "refresh", propagate=True)
def _open(row: Any, context: Any, _names: object = None) -> None:  # noqa: ANN401  SQLAlchemy's own
    columns = sealed_columns(inspect(row).mapper)
    for name, kind in columns.items():
        token = kind.read_token(row.__dict__.get(name))
        if token is not None:
            place = _place(row, token[0], name)
            set_committed_value(row, name, _opened(context.session, kind, token, row.__dict__[name], place))


def opened(
    session: Session,
    table: type[Base],
    name: str,
    key: tuple[uuid.UUID, uuid.UUID],
    stored: Any,  # noqa: ANN401  any payload
) -> Any:  # noqa: ANN401  any payload
    """What a sealed column holds that was read without its row; `key` is the row's."""
    kind = sealed_columns(table.__mapper__)[name]
    token = kind.read_token(stored)
    if token is None:
        return stored
    place = Place(str(key[0]), token[0], table.__tablename__, name, str(key[1]))
    return _opened(session, kind, token, stored, place)


def _opened(session: Session, kind: Sealed, token: tuple[str, bytes], stored: Any, place: Place) -> Any:  # noqa: ANN401  any payload
    client, sealed = uuid.UUID(token[0]), token[1]
    key = session.info.get(OPEN_KEYS, {}).get(client) or _found(
        session, uuid.UUID(place.organisation), client
    )
    if key is None:
        raise Unreadable("the key of a sealed value was destroyed")
    return kind.opened(key.open(sealed, place), stored, place)
