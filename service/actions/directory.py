"""The directory of receivers: teams and offices without an account, and what each offers.

Stating it is in `stating.py`; who fits one referral in `receivers.py`; sending outside in `outside.py`.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral import matching_words
from referral.offers import (
    WAITING,
    Access,
    Insurance,
    Offer,
    Place,
    Wait,
    Way,
    expected_wait,
)
from service.access import Act, NotFound
from service.actions.saying import name_of
from service.kinds import ReceiverKind, SiteKind, WithdrawReason
from service.permissions import RECEIVING, NotAllowed, Permission
from service.store.intakes import Opened, opened_intakes
from service.store.offers import OfferRow, offers_of, teams_of, waiting_at
from service.store.organisations import SiteRow, find_site
from service.store.outside import OutsideReceiverRow, find_outside_receiver, outside_receivers

ReceiverRow = SiteRow | OutsideReceiverRow


class Keeping(StrEnum):
    """What of a receiver a person may state."""

    NOTHING = "nothing"
    CAPACITY = "capacity"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Stated:
    """Whose word an offer is, and how old."""

    by: str
    at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Since when a receiver is offered to nobody, and why."""

    at: datetime
    reason: WithdrawReason


@dataclass(frozen=True, slots=True)
class Entry:
    """One receiver of the directory. `kind` is None for a team; `version` 0 where nothing was stated yet."""

    id: uuid.UUID
    name: str
    kind: ReceiverKind | None
    address: str
    phone: str
    hours: str
    offer: Offer
    waiting: int
    wait: Wait
    stated: Stated | None
    version: int
    keeping: Keeping
    withdrawn: Withdrawn | None = None
    """Since when it is offered to nobody; None while it is offered."""
    partner: bool = False
    """Whether it is another organisation of this deployment that has opened itself for referrals of others."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which receivers are looked for; what is empty narrows nothing."""

    words: str = ""
    pathway: str = ""
    language: str = ""


def index(session: Session, sought: Sought, *, act: Act) -> tuple[Entry, ...]:
    """The receivers that are looked for, teams and offices together, by name; those withdrawn stand last."""
    act.by.must(Permission.READ_RECEIVERS)
    found = [each for each in entries(session, act=act) if _is_sought(each, sought)]
    return tuple(sorted(found, key=lambda each: each.withdrawn is not None))


def show(session: Session, receiver_id: uuid.UUID, *, act: Act) -> Entry:
    """One receiver. Raises NotFound."""
    act.by.must(Permission.READ_RECEIVERS)
    for partner in _partners(session, act):
        if partner.id == receiver_id:
            return partner
    return _entry_of(session, find_receiver(session, receiver_id, act), act)


def may_keep(session: Session, receiver_id: uuid.UUID, *, act: Act) -> Entry:
    """One receiver, for somebody who may state something of it. Raises NotFound, NotAllowed."""
    entry = show(session, receiver_id, act=act)
    if entry.keeping is Keeping.NOTHING:
        raise NotAllowed(act.by.role, Permission.KEEP_RECEIVERS)
    return entry


def entries(session: Session, *, act: Act) -> Sequence[Entry]:
    """Every receiver of the organisation, by name; for acts that asked already whether somebody may know."""
    told = _Told(
        offers_of(session, act.organisation_id),
        waiting_at(session, act.organisation_id, WAITING),
        session,
        act,
    )
    rows: list[ReceiverRow] = [
        *teams_of(session, act.organisation_id),
        *outside_receivers(session, act.organisation_id),
    ]
    found = [*map(told.entry, rows), *_partners(session, act)]
    return sorted(found, key=lambda each: (each.name, each.id))


def _partners(session: Session, act: Act) -> Sequence[Entry]:
    """The other organisations that take referrals of others, each once, as far as they tell of themselves."""
    theirs: dict[uuid.UUID, list[Opened]] = {}
    for each in opened_intakes(session):
        if each.organisation_id != act.organisation_id:
            theirs.setdefault(each.organisation_id, []).append(each)
    return [_partner(found) for found in theirs.values()]


def _partner(found: Sequence[Opened]) -> Entry:
    first, languages = found[0], " ".join(each.languages for each in found)
    offer = Offer(
        tuple(each.pathway for each in found),
        languages=tuple(dict.fromkeys(spoken(languages))),
        wait_days=max(each.wait_days for each in found),
    )
    about = (first.organisation_id, first.organisation, ReceiverKind.AGENCY, "", first.phone, first.hours)
    return Entry(*about, offer, 0, expected_wait(offer, 0), None, 0, Keeping.NOTHING, partner=True)


def wait_words(entry: Entry) -> Text:
    """How long one waits there now, as the reasons of a proposal say it."""
    if entry.offer.has_no_place and entry.wait.days != 0:
        return matching_words.full(entry.wait).text
    return matching_words.wait(entry.wait, timedelta.max, late=False).text


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of all receivers, and to whom it is told."""

    offers: Mapping[uuid.UUID | None, OfferRow]
    waiting: Mapping[uuid.UUID, int]
    session: Session
    act: Act

    def entry(self, row: ReceiverRow) -> Entry:
        """One receiver with its offer and queue."""
        kept, waiting = self.offers.get(row.id), self.waiting.get(row.id, 0)
        offer = _offer(row, kept)
        return Entry(
            row.id,
            row.name,
            row.kind if isinstance(row, OutsideReceiverRow) else None,
            row.address,
            row.phone,
            row.hours,
            offer,
            waiting,
            expected_wait(offer, waiting),
            self._stated(kept),
            0 if kept is None else kept.version,
            _keeping(row, self.act),
            _withdrawn(row),
        )

    def _stated(self, kept: OfferRow | None) -> Stated | None:
        if kept is None:
            return None
        age = self.act.now - kept.stated_at
        return Stated(name_of(self.session, kept.stated_by, self.act), kept.stated_at, max(0, age.days))


def _entry_of(session: Session, row: ReceiverRow, act: Act) -> Entry:
    told = offers_of(session, act.organisation_id), waiting_at(session, act.organisation_id, WAITING)
    return _Told(*told, session, act).entry(row)


def find_receiver(session: Session, receiver_id: uuid.UUID, act: Act) -> ReceiverRow:
    """The row of a team or an office. Raises NotFound, for a building too."""
    team = find_site(session, act.organisation_id, receiver_id)
    if team is not None and team.kind is SiteKind.TEAM:
        return team
    outside = find_outside_receiver(session, act.organisation_id, receiver_id)
    if outside is None:
        noun = "receiver"
        raise NotFound(noun)
    return outside


def _keeping(row: ReceiverRow, act: Act) -> Keeping:
    if act.by.may(Permission.KEEP_RECEIVERS):
        return Keeping.ALL
    own = act.by.role in RECEIVING and act.by.site_id == row.id
    return Keeping.CAPACITY if own else Keeping.NOTHING


def _withdrawn(row: ReceiverRow) -> Withdrawn | None:
    if row.withdrawn_at is None or row.withdrawn_for is None:
        return None
    return Withdrawn(row.withdrawn_at, row.withdrawn_for)


def spoken(languages: str) -> tuple[str, ...]:
    """Codes that stand in one column, with commas or blanks between them."""
    return tuple(filter(None, re.split(r"[,;\s]+", languages)))


def _listed(codes: str) -> tuple[str, ...]:
    return tuple(filter(None, codes.split(", ")))


def _offer(row: ReceiverRow, kept: OfferRow | None) -> Offer:
    pathway = (row.pathway or "",) if isinstance(row, SiteRow) else ()
    base = Offer(pathway, languages=spoken(row.languages), wait_days=row.wait_days)
    if kept is None:
        return base
    return replace(
        base,
        pathways=pathway or _listed(kept.pathways),
        ways=tuple(map(Way, _listed(kept.ways))),
        access=tuple(map(Access, _listed(kept.access))),
        insurance=tuple(map(Insurance, _listed(kept.insurance))),
        places=tuple(_place(each) for each in kept.places),
        **{name: getattr(kept, name) for name in PLAIN},
    )


def _place(kept: Mapping[str, Any]) -> Place:
    return Place(kept["name"], kept["distance_km"], tuple(map(Access, kept["access"])))


PLAIN = ("lowest_age", "highest_age", "outside_school", "distance_km", "cost", "per_week", "open_places")


def _is_sought(entry: Entry, sought: Sought) -> bool:
    told = f"{entry.name} {entry.address}".casefold()
    return (
        all(word in told for word in sought.words.casefold().split())
        and (not sought.pathway or sought.pathway in entry.offer.pathways)
        and (not sought.language or sought.language in entry.offer.languages)
    )
