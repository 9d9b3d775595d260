"""What a pathway file holds, frozen: where help comes from, how fast, by whom, and the crisis protocol.

Reading the files is in `loading.py`; the arithmetic of deadlines is in `deadlines.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from instruments.model import Text
from instruments.problems import Place
from referral.deadlines import Calendar, Within, deadline
from referral.model import Clock, DeclineReason, ReferralError, Urgency

CRISIS = "crisis"
"""The pathway of immediate risk: its protocol and ladder are what every alert follows, whatever raised it."""

NOWHERE = Place("", 1, 1)
"""The place of what was not read from a file. Where something stands is no part of what it says."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long one clock runs, and the source of the number."""

    within: Within
    source: str
    place: Place = field(default=NOWHERE, compare=False, metadata={"canonical": False})


@dataclass(frozen=True, slots=True)
class ProtocolStep:
    """One numbered step of the crisis protocol; `say` is a sentence one could use."""

    id: str
    title: Text
    text: Text
    say: Text | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of an escalation ladder: whom to tell after so many real minutes without acknowledgement."""

    after_minutes: int
    roles: tuple[str, ...]
    text: Text
    source: str
    place: Place = field(default=NOWHERE, compare=False, metadata={"canonical": False})


class Setting(StrEnum):
    """With whom help is given."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    FAMILY = "family"


class Method(StrEnum):
    """What kind of help a pathway may give; a team says which of it it has."""

    CBT = "cognitive behavioural therapy"
    DBT = "dialectical behaviour therapy"
    TRAUMA_FOCUSED = "trauma-focused therapy"
    MINDFULNESS = "mindfulness-based"
    MEDICATION_REVIEW = "medication review by a prescriber"
    ASSESSMENT = "assessment"
    PRACTICAL_HELP = "practical help"


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may be referred: ages from and to, both included, and what else counts, with the source of both.

    It is told to whoever refers; no referral is refused for it by software.
    """

    ages: tuple[int, int]
    text: Text
    source: str


class LetterPart(StrEnum):
    """One part that a referral letter can have."""

    IDENTITY = "identity"
    GUARDIAN = "guardian"
    CONSENT = "consent"
    REASONS = "reasons"
    BANDS = "bands"
    SCORES = "scores"
    ITEMS = "items"
    SAFETY = "safety"
    SUPPORTS = "supports"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class LetterRules:
    """What a letter to this pathway may hold; everything else stays out."""

    may_contain: frozenset[LetterPart]
    never: frozenset[LetterPart]
    note: Text


@dataclass(frozen=True, slots=True)
class Pathway:
    """Where help comes from. `digest` names the whole content of the file.

    `urgencies` are those that rules may refer with, most urgent first; `limits` has every urgency, because a
    person may raise any need.
    """

    id: str
    version: str
    digest: str
    name: Text
    for_whom: Text
    offers: tuple[Text, ...]
    while_waiting: Text
    roles: tuple[str, ...]
    decline_reasons: frozenset[DeclineReason]
    minimum_attempts: int
    minimum_attempts_source: str
    urgencies: tuple[Urgency, ...]
    limits: Mapping[Urgency, Mapping[Clock, Limit]]
    letter: LetterRules
    eligibility: Eligibility
    settings: tuple[Setting, ...]
    methods: tuple[Method, ...]
    calendar: str | None = None
    """By whose working hours its clocks run; None is the organisation's own."""
    protocol: tuple[ProtocolStep, ...] = ()
    ladder: tuple[Rung, ...] = ()
    checked_on: date | None = None
    place: Place = field(default=NOWHERE, compare=False, metadata={"canonical": False})

    def limit(self, urgency: Urgency, clock: Clock) -> Limit:
        """How long a clock runs at an urgency, whether or not rules may refer at that urgency."""
        return self.limits[urgency][clock]


class UnknownPathway(ReferralError):
    """No pathway has this id."""

    def __init__(self, pathway: str, known: tuple[str, ...]) -> None:
        """Keep the id that was asked for."""
        self.pathway = pathway
        super().__init__(f'pathway: found "{pathway}"; allowed: {", ".join(known)}')


@dataclass(frozen=True, slots=True)
class Pathways:
    """All pathways of the service, by id."""

    by_id: Mapping[str, Pathway]

    def get(self, pathway: str) -> Pathway:
        """One pathway; raises UnknownPathway naming those there are."""
        try:
            return self.by_id[pathway]
        except KeyError:
            raise UnknownPathway(pathway, self.ids) from None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all pathways, sorted."""
        return tuple(sorted(self.by_id))

    def all(self) -> tuple[Pathway, ...]:
        """All pathways, sorted by id."""
        return tuple(self.by_id[name] for name in self.ids)


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """One way to get help now: what to `call`, `text` or open (`chat`), each None when not offered."""

    id: str
    name: Text
    how: Text
    call: str | None
    text: str | None
    chat: str | None
    languages: tuple[str, ...]
    hours: Text
    source: str


@dataclass(frozen=True, slots=True)
class Resources:
    """The crisis lines of one country, most fitting first, with the day they were last checked."""

    country: str
    version: str
    emergency: str
    checked_on: date
    check_every_days: int
    lines: tuple[CrisisLine, ...]
    digest: str = field(default="")

    def stale(self, today: date) -> bool:
        """Whether the numbers are older than they may be without being checked again."""
        return (today - self.checked_on).days > self.check_every_days


def deadline_for(
    pathway: Pathway, urgency: Urgency, clock: Clock, since: datetime, calendar: Calendar
) -> datetime:
    """When a step of a pathway is due, in UTC."""
    return deadline(pathway.limit(urgency, clock).within, since, calendar)


def escalations(pathway: Pathway, raised_at: datetime) -> tuple[tuple[datetime, Rung], ...]:
    """When each rung of the pathway's ladder is told, unless somebody acknowledges before."""
    return tuple((raised_at + timedelta(minutes=rung.after_minutes), rung) for rung in pathway.ladder)
