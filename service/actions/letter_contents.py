"""What a referral letter says, as plain frozen values. Gathered in `letters.py`; ink comes later."""

from dataclasses import dataclass
from datetime import date, datetime

from instruments.model import Text
from referral.model import Disposition, Urgency


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a letter: a name, and the lines under it (team, address, telephone)."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who is written about. `home_language` is the tag of another language spoken at home, else empty."""

    name: str
    pronouns: str
    born_on: date
    is_student: bool
    home_language: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A guardian whom the receiver may call. `language` is a tag."""

    name: str
    relation: str
    phone: str
    language: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Somebody who agreed to share, and when."""

    name: str
    relation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Safety:
    """The brief safety assessment behind the referral: due, or done with its result."""

    due_at: datetime
    done_at: datetime | None = None
    done_by: str = ""
    disposition: Disposition | None = None
    took_over: str = ""
    plan: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """One band of a scale, both ends included."""

    label: Text
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Before:
    """What the same instrument showed the last time: a score where scores may be told, and in words."""

    on: date
    score: int | None
    words: Text


@dataclass(frozen=True, slots=True)
class LetterResult:
    """One instrument's result, never an answer. `score` is None where the letter may hold no scores.

    `for_adults`: its bands rest on adults, which is said beside them.
    """

    instrument: str
    words: Text
    score: int | None = None
    highest: int | None = None
    band: Segment | None = None
    bands: tuple[Segment, ...] = ()
    before: Before | None = None
    for_adults: bool = False


@dataclass(frozen=True, slots=True)
class LetterContents:
    """One whole letter. What the pathway's rules leave out is empty here, so that paper cannot show it."""

    organisation: str
    sender: Party
    receiver: Party
    number: str
    written_at: datetime
    zone: str
    pathway: Text
    urgency: Urgency
    acknowledge_by: datetime
    contact_by: datetime
    client: Addressed | None = None
    guardians: tuple[Contact, ...] = ()
    consent: Text | None = None
    agreed: tuple[Agreed, ...] = ()
    safety: Safety | None = None
    reasons: tuple[Text, ...] = ()
    screened_on: date | None = None
    results: tuple[LetterResult, ...] = ()
    request: tuple[Text, ...] = ()
    supports: Text | None = None
    signed_by: str = ""
    signed_title: str = ""
    trail: str = ""
