"""One week of access as values: who looked at whom, what they had to do with each other, and what was found."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from instruments.model import Text
from referral.deadlines import Calendar
from referral.events import EventKind


class Rule(StrEnum):
    """Why something is on the list."""

    OUTSIDE = "outside caseload"
    WITH_REASON = "opened with a reason"
    FAR_MORE = "far more than usual"
    SAME_NAME = "same family name"
    OUT_OF_HOURS = "outside working hours"
    LONG_CLOSED = "closed long ago"
    REFUSED = "refusals in a burst"
    PASSWORDS = "wrong passwords"
    OVERRIDE = "override"
    TAKEN_OUT = "taken out"
    ACCOUNT_USED = "account given and used"
    ACCOUNT_GIVEN = "role or password given"


class ReviewNote(StrEnum):
    """What came of looking at a finding."""

    EXPECTED = "expected work"
    SPOKEN = "spoken to"
    PASSED_ON = "passed on"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a client's record, or with no client one refusal: its place, when, by whom, at whom."""

    seq: int
    at: datetime
    actor: str
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One act that is always looked at again: an override, or something taken out of the program."""

    seq: int
    at: datetime
    actor: str
    kind: EventKind
    client: str | None
    about: Text


@dataclass(frozen=True, slots=True)
class AccountDeed:
    """That somebody gave another's account a role or a password. `listed`: whether that alone is told."""

    seq: int
    at: datetime
    actor: str
    account: str
    about: Text
    listed: bool


@dataclass(frozen=True, slots=True)
class Knock:
    """One try at an account's door: refused, or let in. `actor`: under whom the trail has it."""

    seq: int
    at: datetime
    actor: str
    account: str
    let_in: bool
    new_device: bool


@dataclass(frozen=True, slots=True)
class Tie:
    """What a person had to do with a client in that week."""

    related: bool = False
    same_name: bool = False
    closed_at: datetime | None = None
    """When the last need closed, where none is open."""


@dataclass(frozen=True, slots=True)
class Usual:
    """How many clients' records a person opened: in this week, and in each of the weeks before it."""

    role: str
    this_week: int
    before: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in one week, and what is known about those who did it."""

    first_day: date
    calendar: Calendar
    looks: Sequence[Look] = ()
    refusals: Sequence[Look] = ()
    deeds: Sequence[Deed] = ()
    accounts: Sequence[AccountDeed] = ()
    """Of this week and the one before: an account is used when it was made the Friday before, too."""
    knocks: Sequence[Knock] = ()
    ties: Mapping[tuple[str, str], Tie] = field(default_factory=dict)
    usual: Mapping[str, Usual] = field(default_factory=dict)
    on_call: frozenset[str] = frozenset()
    """Who may be asked at any hour."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at again: who, at whom, how often, from when to when, and why it is on the list."""

    key: uuid.UUID
    rule: Rule
    actor: str
    client: str | None
    count: int
    first: datetime
    last: datetime
    last_seq: int
    reason: Text
    account: str | None = None
    """Whose account something was given to: they too review no such finding."""
