"""How long records are kept, and when somebody's are due to be erased: a judgement from plain facts, with reasons.

The periods are data (`definitions/retention`); carrying an erasure out is the service's business. A hold and anything
that is still open win over every period.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from instruments.model import Text
from referral.model import ReferralError


class RecordClass(StrEnum):
    """What kind of record a period is about."""

    CLIENT = "client record"
    SCREENING = "screening without finding"
    CARE = "referral and care loop"
    SAFETY = "safety documentation"
    CONSENT = "consent"
    SIGN_IN = "sign-in records"
    AUDIT = "audit trail"


OF_CLIENTS = (
    RecordClass.CLIENT,
    RecordClass.SCREENING,
    RecordClass.CARE,
    RecordClass.SAFETY,
    RecordClass.CONSENT,
)
"""What is about one client. A client's record goes when none of these must be kept any longer."""


_LONGEST = 200
"""Years: no period of a schedule is longer than anybody looks back."""


class Start(StrEnum):
    """From which moment a period runs."""

    LAST_ACT = "last act"
    SCHOOL_YEAR = "end of the school year"


class Open(StrEnum):
    """What is not finished yet, and so stands against erasing somebody."""

    SCREENING = "screening in progress"
    NEED = "open need"
    REFERRAL = "running referral"
    ALERT = "open alert"
    ASSESSMENT = "safety assessment to be made"


class HoldReason(StrEnum):
    """Why records must not be erased for now."""

    LITIGATION = "litigation"
    INVESTIGATION = "investigation"
    ACCESS_REQUEST = "request to see the record"
    COMPLAINT = "complaint"


class LiftReason(StrEnum):
    """Why a hold ends."""

    ENDED = "matter ended"
    COURT = "court released it"
    MISTAKE = "set by mistake"


class EraseReason(StrEnum):
    """Why somebody's records are to be erased before their time."""

    ASKED = "asked by the person"
    GUARDIAN = "asked by a guardian"
    MISTAKE = "recorded by mistake"


class Kept(StrEnum):
    """Why somebody's records stay."""

    HOLD = "hold"
    OPEN = "not finished"
    PERIOD = "period runs"
    ALWAYS = "kept always"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in years, months and days of the calendar."""

    years: int = 0
    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day this long after another; the last of the month where that month is shorter."""
        months = day.year * 12 + day.month - 1 + self.years * 12 + self.months
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last)) + timedelta(days=self.days)

    @property
    def words(self) -> Text:
        """The length as people say it, such as "7 years"."""
        parts = [(self.years, "year", "año"), (self.months, "month", "mes"), (self.days, "day", "día")]
        return {
            "en": " ".join(f"{n} {en}{'s' * (n > 1)}" for n, en, _ in parts if n),
            "es": " ".join(f"{n} {es}{('es' if es == 'mes' else 's') * (n > 1)}" for n, _, es in parts if n),
        }


_FROM: Mapping[Start, Text] = {
    Start.LAST_ACT: {"en": "after the last act", "es": "tras el último acto"},
    Start.SCHOOL_YEAR: {"en": "after the school year ends", "es": "tras el fin del año escolar"},
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one class is kept: `keep` after `start` (None: always), for minors at least `keep` after an age.

    `source`: where the figure is from, in words; `checked`: whether somebody competent has confirmed it.
    """

    record_class: RecordClass
    keep: Period | None
    start: Start
    age: int | None
    after_age: Period
    source: Text
    checked: bool

    @property
    def words(self) -> Text:
        """How long, from when, as people say it."""
        if self.keep is None:
            return {"en": "Always", "es": "Siempre"}
        keep, start = self.keep.words, _FROM[self.start]
        told = {language: f"{keep[language]} {start[language]}" for language in keep}
        if self.age is None:
            return told
        after = self.after_age.words
        return {
            "en": f"{told['en']}; for minors at least {after['en']} after the birthday at {self.age}",
            "es": f"{told['es']}; para menores al menos {after['es']} tras cumplir {self.age} años",
        }


@dataclass(frozen=True, slots=True)
class Schedule:
    """The periods of one kind of organisation. `school_year_ends`: month and day."""

    id: str
    version: str
    digest: str
    name: Text
    school_year_ends: tuple[int, int]
    rules: Mapping[RecordClass, Rule]

    @property
    def named(self) -> str:
        """The id with the version, as people write it."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one client: birth, the last act of each class there are records of, what is open, holds."""

    born_on: date
    last: Mapping[RecordClass, date]
    open: frozenset[Open] = frozenset()
    held: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One class of one client's records: until when it is kept (None: always)."""

    record_class: RecordClass
    last: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one client's records. `kept` is None when they are due."""

    kept: Kept | None
    until: date | None
    lines: tuple[Line, ...]
    open: frozenset[Open]


class NoSchedule(ReferralError):
    """No schedule says how long records are kept."""


def kept_until(rule: Rule, last: date, born_on: date, schedule: Schedule) -> date | None:
    """The first day on which a record of this class is due; None when it is kept always."""
    if rule.keep is None:
        return None
    began = last if rule.start is Start.LAST_ACT else _school_year_end(last, schedule.school_year_ends)
    until = rule.keep.after(began)
    return until if rule.age is None else max(until, rule.after_age.after(Period(rule.age).after(born_on)))


def last_due(rule: Rule, schedule: Schedule, today: date) -> date | None:
    """The newest day of which a record of this class, about nobody's birth, is due; None when none is."""
    if rule.keep is None:
        return None
    oldest = date(today.year - _LONGEST, 1, 1)
    days = (today - timedelta(days=ago) for ago in range((today - oldest).days))
    return next((day for day in days if _ended(rule, day, schedule) <= today), None)


def _ended(rule: Rule, last: date, schedule: Schedule) -> date:
    until = kept_until(rule, last, date.min, schedule)
    return date.max if until is None else until


def _school_year_end(day: date, ends: tuple[int, int]) -> date:
    this = date(day.year, *ends)
    return this if day <= this else date(day.year + 1, *ends)


def judge(schedule: Schedule, facts: Facts, today: date, *, asked: bool = False) -> Verdict:
    """Whether one client's records are due on a day. `asked`: they are to go before their time.

    A hold wins over everything, then whatever is open; only then the periods are asked, unless somebody asked.
    """
    lines = tuple(
        Line(
            each,
            facts.last[each],
            kept_until(schedule.rules[each], facts.last[each], facts.born_on, schedule),
        )
        for each in OF_CLIENTS
        if each in facts.last
    )
    ends = [line.until for line in lines if line.until is not None]
    until = None if len(ends) < len(lines) else max(ends, default=None)
    return Verdict(_why_kept(facts, lines, until, today, asked=asked), until, lines, facts.open)


def _why_kept(
    facts: Facts, lines: tuple[Line, ...], until: date | None, today: date, *, asked: bool
) -> Kept | None:
    if facts.held:
        return Kept.HOLD
    if facts.open:
        return Kept.OPEN
    if asked:
        return None
    if until is None:
        return Kept.ALWAYS if lines else Kept.PERIOD
    return None if until <= today else Kept.PERIOD
