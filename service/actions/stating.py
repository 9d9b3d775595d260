"""Stating what a receiver offers: by whoever keeps the directory, and by a team's own staff of its capacity."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import Problem
from referral.offers import CAPACITY, MOST_LETTERS, Offer, offer_problems
from service.access import Act
from service.actions.directory import (
    PLAIN,
    Entry,
    Keeping,
    ReceiverRow,
    find_receiver,
    may_keep,
)
from service.actions.refusals import Conflict
from service.actions.saying import problem, refuse_any, say
from service.store import audit
from service.store.offers import OfferRow, offers_of
from service.store.organisations import SiteRow

_LISTS = ("pathways", "ways", "access", "insurance")
_CHANGED: Text = {
    "en": "Somebody stated this since you opened it. Look at it again.",
    "es": "Alguien lo cambió desde que usted lo abrió. Revíselo de nuevo.",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """All that a receiver offers, said anew; `was` is the version that the person saw."""

    offer: Offer
    hours: str
    was: int


def keep(session: Session, receiver_id: uuid.UUID, command: Statement, *, act: Act) -> Entry:
    """State what a receiver offers; said again without a change, it holds from today.

    Whoever keeps the directory states everything, the staff of a team its own capacity and wait. Raises NotFound,
    NotAllowed, Conflict where somebody was first, Invalid naming every field that is wrong.
    """
    may_keep(session, receiver_id, act=act)
    receiver = find_receiver(session, receiver_id, act)
    session.refresh(receiver, with_for_update=True)
    before = may_keep(session, receiver_id, act=act)
    changed = tuple(_changed(before, command))
    known = tuple(each.id for each in act.definitions.pathways.all())
    refuse_any([*_problems(before, command, changed), *_unknown(command.offer, known)], act)
    if command.was != before.version:
        raise Conflict(say(act, _CHANGED))
    _save(session, receiver, command, act)
    numbers = {name: getattr(command.offer, name) for name in sorted(CAPACITY)}
    subject = (SubjectKind.RECEIVER, receiver.id)
    audit.append(session, act.event(EventKind.OFFER_STATED, subject, details={**numbers, "fields": changed}))
    session.flush()
    return may_keep(session, receiver_id, act=act)


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


def _unknown(offer: Offer, known: Sequence[str]) -> Iterator[Problem]:
    strange = [each for each in offer.pathways if each not in known]
    if strange:
        allowed = ", ".join(known)
        english = f'Found "{strange[0]}"; allowed: {allowed}.'
        yield problem("pathways", english, f"Se encontró «{strange[0]}»; se admite: {allowed}.")


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
    for name in PLAIN:
        setattr(kept, name, getattr(offer, name))
    for name in _LISTS:
        setattr(kept, name, ", ".join(getattr(offer, name)))
    kept.places = [
        {"name": each.name.strip(), "distance_km": each.distance_km, "access": list(map(str, each.access))}
        for each in offer.places
    ]
    if isinstance(receiver, SiteRow):
        kept.pathways = ""
    kept.stated_by, kept.stated_at = act.by.id, act.now
    session.flush()
