"""The key of each packet that came: made as it arrives, wrapped like a client's, destroyed with a decline."""

import json
import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.payloads import KEY_SIZE, NONCE_SIZE, ClientKey, Place, unwrapped
from service.store.packets import PacketInRow
from service.store.vault import vault_of

_TABLE, _COLUMN = PacketInRow.__tablename__, "contents"


@dataclass(frozen=True, slots=True)
class Contents:
    """What came: the packet's own bytes, and the receipt that proves its sending."""

    packet: bytes
    receipt: str


def seal_contents(session: Session, row: PacketInRow, contents: Contents) -> None:
    """Seal what came under a new key, and keep both with the row, which is not flushed yet."""
    vault = vault_of(session)
    key, newest = ClientKey(vault.random(KEY_SIZE)), vault.keys()[-1]
    payload = json.dumps({"packet": contents.packet.decode("utf-8"), "receipt": contents.receipt}).encode()
    row.contents = key.seal(payload, _place(row), vault.random(NONCE_SIZE))
    row.wrapped_by = newest.id
    row.wrapped = newest.wrap(key, *_owner(row), vault.random(NONCE_SIZE))


def open_contents(session: Session, row: PacketInRow) -> Contents | None:
    """What came, or None once it was destroyed. Raises Unreadable where its wrapping key is not here."""
    if row.contents is None or row.wrapped is None or row.wrapped_by is None:
        return None
    key = unwrapped(vault_of(session).keys(), row.wrapped_by, row.wrapped, _owner(row))
    found = json.loads(key.open(row.contents, _place(row)))
    return Contents(found["packet"].encode("utf-8"), found["receipt"])


def destroy_contents(row: PacketInRow) -> None:
    """Forget what came, and the only key that opens it: ids and codes stay."""
    row.contents = row.wrapped = row.wrapped_by = None


def rewrap_packets(session: Session, organisation_id: uuid.UUID) -> int:
    """Wrap every packet's key of an organisation with the newest wrapping key; how many were wrapped by another."""
    vault = vault_of(session)
    newest = vault.keys()[-1]
    wanted = select(PacketInRow).where(
        PacketInRow.organisation_id == organisation_id, PacketInRow.wrapped_by != newest.id
    )
    rows = session.scalars(wanted.with_for_update()).all()
    for row in rows:
        assert row.wrapped is not None  # noqa: S101  the table keeps them together; this tells the type checker
        assert row.wrapped_by is not None  # noqa: S101  as above
        key = unwrapped(vault.keys(), row.wrapped_by, row.wrapped, _owner(row))
        row.wrapped = newest.wrap(key, *_owner(row), vault.random(NONCE_SIZE))
        row.wrapped_by = newest.id
    return len(rows)


def _owner(row: PacketInRow) -> tuple[str, str]:
    return str(row.organisation_id), str(row.id)


def _place(row: PacketInRow) -> Place:
    return Place(str(row.organisation_id), str(row.id), _TABLE, _COLUMN, str(row.id))
