"""Requests for consent to share single answers: of a receiver here, and of another organisation that has our packet.

Where a request crosses, each organisation has a row of its own under the same id.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Select, and_, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.items import ItemsReason, ItemsRefusal, ItemsState
from referral.lifecycle import OPEN
from service.store.base import Base, Tenant, one_of, within
from service.store.clients import ClientRow
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow
from service.store.sealed import SealedBytes

_IS_OPEN = text("state = 'open'")


class ItemsRequestRow(Tenant, Base):
    """One request. `asked_by`: a person here, a receiver without an account, or the organisation that asks."""

    __tablename__ = "items_requests"
    __table_args__ = (
        within("referral_id", "referrals"),
        within("client_id", "clients"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_when_not_open"),
        CheckConstraint("(state = 'declined') = (refusal IS NOT NULL)", name="declined_with_a_reason"),
        Index(
            "uq_items_requests_open",
            "organisation_id",
            "referral_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_items_requests_of_referral", "organisation_id", "referral_id", "asked_at"),
        Index("ix_items_requests_of_client", "organisation_id", "client_id"),
        Index("ix_items_requests_to_carry", "organisation_id", "told_at", "packet_id"),
    )

    referral_id: Mapped[uuid.UUID]
    client_id: Mapped[uuid.UUID]
    packet_id: Mapped[uuid.UUID | None]
    """The packet that it is about, where it crosses between organisations."""
    came: Mapped[bool]
    """Whether it came from another organisation."""
    reason: Mapped[ItemsReason] = mapped_column(one_of(ItemsReason, "items_reason"))
    asked_at: Mapped[datetime]
    asked_by: Mapped[uuid.UUID]
    state: Mapped[ItemsState] = mapped_column(one_of(ItemsState, "items_state"), default=ItemsState.OPEN)
    refusal: Mapped[ItemsRefusal | None] = mapped_column(one_of(ItemsRefusal, "items_refusal"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[uuid.UUID | None]
    contents: Mapped[bytes | None] = mapped_column(SealedBytes)
    """The packet with the answers in it, as it goes to the organisation that asked."""
    event_id: Mapped[uuid.UUID | None]
    """The event that commits to the contents: what the receipt proves."""
    told_at: Mapped[datetime | None]
    """When the other organisation was told: of the request by who asked, of the answer by who answered."""


def newest_request(
    session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID
) -> ItemsRequestRow | None:
    """The newest request about a referral, or None."""
    wanted = select(ItemsRequestRow).where(
        ItemsRequestRow.organisation_id == organisation_id, ItemsRequestRow.referral_id == referral_id
    )
    newest = wanted.order_by(ItemsRequestRow.asked_at.desc(), ItemsRequestRow.id.desc())
    return session.scalars(newest.limit(1)).first()


def shared_contents(session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID) -> bytes | None:
    """The newest packet with answers that went out after somebody asked; None where none did."""
    wanted = select(ItemsRequestRow).where(
        ItemsRequestRow.organisation_id == organisation_id,
        ItemsRequestRow.referral_id == referral_id,
        ItemsRequestRow.contents.is_not(None),
    )
    found = session.scalars(wanted.order_by(ItemsRequestRow.asked_at.desc()).limit(1)).first()
    return None if found is None else found.contents


def find_request(
    session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID
) -> ItemsRequestRow | None:
    """One request, or None."""
    return session.get(ItemsRequestRow, (organisation_id, request_id))


def lock_request(
    session: Session, organisation_id: uuid.UUID, request_id: uuid.UUID
) -> ItemsRequestRow | None:
    """As `find_request`, locked until commit."""
    return session.get(
        ItemsRequestRow, (organisation_id, request_id), with_for_update=True, populate_existing=True
    )


def asked_elsewhere(session: Session, organisation_id: uuid.UUID) -> Sequence[ItemsRequestRow]:
    """What waits here for an answer of another organisation that does not know yet, oldest first."""
    wanted = _uncarried(organisation_id).where(ItemsRequestRow.came.is_(False))
    waits = and_(ItemsRequestRow.state == ItemsState.OPEN, ReferralRow.state.in_(OPEN))
    return session.scalars(wanted.where(waits)).all()


def answered_here(session: Session, organisation_id: uuid.UUID) -> Sequence[ItemsRequestRow]:
    """What another organisation asked that waits here no more, and that does not know yet, oldest first."""
    wanted = _uncarried(organisation_id).where(ItemsRequestRow.came.is_(True))
    rests = or_(ItemsRequestRow.state != ItemsState.OPEN, ReferralRow.state.not_in(OPEN))
    return session.scalars(wanted.where(rests)).all()


def _uncarried(organisation_id: uuid.UUID) -> Select[ItemsRequestRow]:
    theirs = and_(
        ReferralRow.organisation_id == organisation_id, ReferralRow.id == ItemsRequestRow.referral_id
    )
    wanted = (
        select(ItemsRequestRow)
        .join(ReferralRow, theirs)
        .where(
            ItemsRequestRow.organisation_id == organisation_id,
            ItemsRequestRow.told_at.is_(None),
            ItemsRequestRow.packet_id.is_not(None),
        )
    )
    return wanted.order_by(ItemsRequestRow.id)


Waiting = tuple[ItemsRequestRow, NeedRow, ClientRow]


def waiting_requests(
    session: Session, organisation_id: uuid.UUID, site_id: uuid.UUID | None, *, most: int
) -> Sequence[Waiting]:
    """What waits for an answer here, oldest first; of clients of one building only, where one is named."""
    wanted = _waiting(select(ItemsRequestRow, NeedRow, ClientRow), organisation_id, site_id)
    rows = session.execute(wanted.order_by(ItemsRequestRow.asked_at, ItemsRequestRow.id).limit(most))
    return [(request, need, client) for request, need, client in rows]


def count_requests(session: Session, organisation_id: uuid.UUID, site_id: uuid.UUID | None) -> int:
    """How many requests wait for an answer here."""
    wanted = _waiting(select(func.count(ItemsRequestRow.id)), organisation_id, site_id)
    return session.scalar(wanted) or 0


def _waiting(wanted: Any, organisation_id: uuid.UUID, site_id: uuid.UUID | None) -> Any:  # noqa: ANN401  any question
    """What was asked of this organisation while its referral runs; what ended by itself waits for nobody."""
    mine = ItemsRequestRow.organisation_id
    wanted = (
        wanted.select_from(ItemsRequestRow)
        .join(
            ReferralRow,
            and_(ReferralRow.organisation_id == mine, ReferralRow.id == ItemsRequestRow.referral_id),
        )
        .join(NeedRow, and_(NeedRow.organisation_id == mine, NeedRow.id == ReferralRow.need_id))
        .join(ClientRow, and_(ClientRow.organisation_id == mine, ClientRow.id == ItemsRequestRow.client_id))
        .where(mine == organisation_id, ItemsRequestRow.state == ItemsState.OPEN)
        .where(or_(ItemsRequestRow.packet_id.is_(None), ItemsRequestRow.came.is_(True)))
        .where(ReferralRow.state.in_(OPEN))
    )
    return wanted if site_id is None else wanted.where(ClientRow.site_id == site_id)
