"""Who could receive one referral: teams of its pathway and offices outside, best first, with reasons in words.

The judgement is the core's (`referral/matching.py`), what each offers in `directory.py`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from referral.matching import Candidate, Ground, Match, Needs, Timing, Wish, match
from referral.model import Clock
from service.access import Act
from service.actions.consents import age_on, today_in
from service.actions.directory import Entry, entries, spoken
from service.kinds import ReceiverKind
from service.store.clients import ClientRow
from service.store.organisations import SiteRow, find_organisation
from service.store.referrals import ReferralRow


@dataclass(frozen=True, slots=True)
class Receiver:
    """A team that takes referrals, and what a sender must know of it before sending."""

    id: uuid.UUID
    name: str
    address: str
    phone: str
    hours: str
    languages: tuple[str, ...]
    wait_days: int | None
    kind: ReceiverKind | None = None
    """None for a team, else what the office outside is."""
    partner: bool = False
    """Whether it is another organisation of this deployment."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One receiver judged for one referral. `in_time`: its wait keeps the pathway's deadline.

    `expected_days`: the wait by its queue and word; `instead`: who has room, for one that is late or full.
    """

    receiver: Receiver
    in_time: bool
    fits: bool
    timing: Timing
    expected_days: int | None
    per_week: int | None
    open_places: int | None
    waiting: int
    stated_days: int | None
    reasons: tuple[Ground, ...]
    instead: str
    instead_outside: bool
    place: int
    """Among all, teams and offices together: 1 is the best."""

    @property
    def has_room(self) -> bool:
        """Whether it sees such clients and does not say that it is full: only then is it proposed."""
        return self.fits and self.timing is not Timing.FULL


@dataclass(frozen=True, slots=True)
class Proposed:
    """Every receiver, best first: teams of the pathway, offices outside, other organisations."""

    teams: tuple[Proposal, ...]
    outside: tuple[Proposal, ...]
    across: tuple[Proposal, ...] = ()
    """Other organisations of this deployment that take referrals of this pathway."""


def describe(row: SiteRow) -> Receiver:
    """The plain value of a team."""
    return Receiver(row.id, row.name, row.address, row.phone, row.hours, spoken(row.languages), row.wait_days)


def proposals(
    session: Session, referral: ReferralRow, client: ClientRow, wishes: Sequence[Wish] = (), *, act: Act
) -> Proposed:
    """The teams of the referral's pathway and the offices outside, judged together and each kind best first."""
    needs = Needs(
        referral.pathway,
        referral.urgency,
        _days_allowed(session, referral, act),
        age_on(client.born_on, today_in(session, act)),
        tuple(dict.fromkeys((client.language, client.home_language))),
        tuple(wishes),
    )
    known = {str(each.id): each for each in entries(session, act=act) if _could(each, referral.pathway)}
    found = match([_candidate(each) for each in known.values()], needs)
    made = [_proposal(each, place, known) for place, each in enumerate(found, start=1)]
    inside = tuple(each for each in made if each.receiver.kind is None)
    across = tuple(each for each in made if each.receiver.partner)
    outside = tuple(each for each in made if each.receiver.kind is not None and each not in across)
    return Proposed(inside, outside, across)


def _could(entry: Entry, pathway: str) -> bool:
    """A team works one pathway only, another organisation those it opened; an office outside is always shown.

    What was withdrawn is offered to nobody.
    """
    if entry.withdrawn is not None:
        return False
    is_office = entry.kind is not None and not entry.partner
    return is_office or pathway in entry.offer.pathways


def _candidate(entry: Entry) -> Candidate:
    days = None if entry.stated is None else entry.stated.days
    return Candidate(str(entry.id), entry.name, entry.offer, entry.waiting, days)


def _days_allowed(session: Session, referral: ReferralRow, act: Act) -> timedelta:
    calendar = find_organisation(session, act.organisation_id).calendar
    clock = Clock.FIRST_APPOINTMENT
    due = act.definitions.due(referral.pathway, referral.urgency, clock, act.now, calendar=calendar)
    return due - act.now


def _proposal(judged: Match, place: int, known: dict[str, Entry]) -> Proposal:
    entry, instead = known[judged.id], None if judged.instead is None else known[judged.instead]
    offer, address = entry.offer, (entry.address, entry.phone, entry.hours)
    return Proposal(
        Receiver(entry.id, entry.name, *address, offer.languages, offer.wait_days, entry.kind, entry.partner),
        judged.timing is Timing.IN_TIME,
        judged.fits,
        judged.timing,
        judged.wait.days,
        offer.per_week,
        offer.open_places,
        entry.waiting,
        None if entry.stated is None else entry.stated.days,
        judged.grounds,
        "" if instead is None else instead.name,
        instead is not None and instead.kind is not None,
        place,
    )
