"""The directory of receivers: teams and offices without an account, what each offers, and stating it anew.

Who fits one referral is in `receivers.py`; sending outside in `outside.py`.
"""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import Problem
from referral.offers import (
    CAPACITY,
    WAITING,
    Access,
    Insurance,
    Offer,
    Wait,
    Way,
    expected_wait,
    offer_problems,
)
from service.access import Act, NotFound
from service.actions.refusals import Conflict
from service.actions.saying import name_of, problem, refuse_any, say
from service.kinds import ReceiverKind, SiteKind
from service.permissions import RECEIVING, NotAllowed, Permission
from service.store import audit
from service.store.offers import OfferRow, offers_of, teams_of, waiting_at
from service.store.organisations import SiteRow, find_site
from service.store.outside import OutsideReceiverRow, find_outside_receiver, outside_receivers

ReceiverRow = SiteRow | OutsideReceiverRow

MOST_LETTERS = 120
_CHANGED: Text = {
    "en": "Somebody stated this since you opened it. Look at it again.",
    "es": "Alguien lo cambió desde que usted lo abrió. Revíselo de nuevo.",
}


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


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a receiver offers, said anew; `was` is the version that the person saw."""

    offer: Offer
    hours: str
    was: int


@dataclass(frozen=True, slots=True)
class Sought:
    """Which receivers are looked for; what is empty narrows nothing."""

    words: str = ""
    pathway: str = ""
    language: str = ""


def index(session: Session, sought: Sought, *, act: Act) -> tuple[Entry, ...]:
    """The receivers that are looked for, teams and offices together, by name."""
    act.by.must(Permission.READ_RECEIVERS)
    return tuple(each for each in entries(session, act=act) if _is_sought(each, sought))


def show(session: Session, receiver_id: uuid.UUID, *, act: Act) -> Entry:
    """One receiver. Raises NotFound."""
    act.by.must(Permission.READ_RECEIVERS)
    return _entry_of(session, _receiver(session, receiver_id, act), act)


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
    return sorted((told.entry(row) for row in rows), key=lambda each: (each.name, each.id))


def keep(session: Session, receiver_id: uuid.UUID, command: Statement, *, act: Act) -> Entry:
    """State what a receiver offers; said again without a change, it holds from today.

    Whoever keeps the directory states everything, the staff of a team its own capacity and wait. Raises NotFound,
    NotAllowed, Conflict where somebody was first, Invalid naming every field that is wrong.
    """
    may_keep(session, receiver_id, act=act)
    receiver = _receiver(session, receiver_id, act)
    session.refresh(receiver, with_for_update=True)
    before = may_keep(session, receiver_id, act=act)
    changed = tuple(_changed(before, command))
    refuse_any(_problems(before, command, changed), act)
    if command.was != before.version:
        raise Conflict(say(act, _CHANGED))
    _save(session, receiver, command, act)
    numbers = {name: getattr(command.offer, name) for name in sorted(CAPACITY)}
    subject = (SubjectKind.RECEIVER, receiver.id)
    audit.append(session, act.event(EventKind.OFFER_STATED, subject, details={**numbers, "fields": changed}))
    session.flush()
    return _entry_of(session, receiver, act)


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
        )

    def _stated(self, kept: OfferRow | None) -> Stated | None:
        if kept is None:
            return None
        age = self.act.now - kept.stated_at
        return Stated(name_of(self.session, kept.stated_by, self.act), kept.stated_at, max(0, age.days))


def _entry_of(session: Session, row: ReceiverRow, act: Act) -> Entry:
    told = offers_of(session, act.organisation_id), waiting_at(session, act.organisation_id, WAITING)
    return _Told(*told, session, act).entry(row)


def _receiver(session: Session, receiver_id: uuid.UUID, act: Act) -> ReceiverRow:
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
        **{name: getattr(kept, name) for name in _PLAIN},
    )


_PLAIN = ("lowest_age", "highest_age", "outside_school", "distance_km", "cost", "per_week", "open_places")
_LISTS = ("pathways", "ways", "access", "insurance")


def _changed(before: Entry, command: Statement) -> Iterator[str]:
    if command.hours.strip() != before.hours:
        yield "hours"
    for each in fields(Offer):
        if getattr(command.offer, each.name) != getattr(before.offer, each.name):
            yield each.name


def _problems(before: Entry, command: Statement, changed: Sequence[str]) -> Iterator[Problem]:
    yield from offer_problems(command.offer)
    if len(command.hours) > MOST_LETTERS:
        english = f"Use at most {MOST_LETTERS} characters."
        yield problem("hours", english, f"Use {MOST_LETTERS} caracteres como máximo.")
    if before.kind is None and "pathways" in changed:
        yield problem("pathways", "A team keeps its pathway.", "Un equipo conserva su vía.")
    if before.kind is None and command.offer.wait_days is None:
        yield problem("wait_days", "Say the wait in days.", "Indique la espera en días.")
    if before.keeping is Keeping.CAPACITY:
        yield from (_not_theirs(name) for name in changed if name not in CAPACITY)


def _not_theirs(name: str) -> Problem:
    english = "Only the programme administrator changes this."
    return problem(name, english, "Solo la administración del programa lo cambia.")


def _save(session: Session, receiver: ReceiverRow, command: Statement, act: Act) -> None:
    offer = command.offer
    receiver.languages, receiver.hours = ", ".join(offer.languages), command.hours.strip()
    receiver.wait_days = offer.wait_days
    kept = offers_of(session, act.organisation_id).get(receiver.id)
    if kept is None:
        whose = "team_id" if isinstance(receiver, SiteRow) else "outside_id"
        kept = OfferRow(organisation_id=act.organisation_id, id=act.new_id(), **{whose: receiver.id})
        session.add(kept)
    for name in _PLAIN:
        setattr(kept, name, getattr(offer, name))
    for name in _LISTS:
        setattr(kept, name, ", ".join(getattr(offer, name)))
    if isinstance(receiver, SiteRow):
        kept.pathways = ""
    kept.stated_by, kept.stated_at = act.by.id, act.now
    session.flush()


def _is_sought(entry: Entry, sought: Sought) -> bool:
    told = f"{entry.name} {entry.address}".casefold()
    return (
        all(word in told for word in sought.words.casefold().split())
        and (not sought.pathway or sought.pathway in entry.offer.pathways)
        and (not sought.language or sought.language in entry.offer.languages)
    )
