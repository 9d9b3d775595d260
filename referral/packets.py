"""A referral on its way to another organisation: what a packet may hold, as values and as bytes, and nothing else.

The format is published in docs/packets.md. Reading one back strictly is in `packet_reading.py`; what comes back is in
`packet_news.py`. What may be shared is decided before: here stands only what was.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from instruments.canonical import canonical_bytes
from instruments.model import Text
from referral.entries import moment_text
from referral.model import Disposition, Urgency

FORMAT = 1
LONGEST = 128 * 1024
"""So many bytes a packet has at most."""


class Shared(StrEnum):
    """A part of a packet, as the pathway's letter rules name it. `ITEMS` only where sharing them was agreed to."""

    IDENTITY = "identity"
    GUARDIAN = "guardian"
    CONSENT = "consent"
    REASONS = "reasons"
    BANDS = "bands"
    SCORES = "scores"
    SAFETY = "safety"
    ITEMS = "items"


@dataclass(frozen=True, slots=True)
class End:
    """One of the two organisations."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is referred. `home_language` is that of the family."""

    given_name: str
    family_name: str
    pronouns: str
    born_on: date
    language: str
    home_language: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody whom the receiver may call about it."""

    name: str
    relation: str
    phone: str
    language: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One yes that the sharing rests on: who gave it, on which day, until which."""

    giver: str
    name: str
    on: date
    until: date | None
    items: bool


@dataclass(frozen=True, slots=True)
class Basis:
    """The consent that a packet rests on: the rule that permitted it, and every yes behind it."""

    purpose: str
    pathway: str
    rule: str
    given: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What one instrument showed: in words, and its score where the pathway's letter may hold one."""

    instrument: str
    words: Text
    score: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer in the words of its question; `said` is None for "would rather not say"."""

    instrument: str
    asked: Text
    said: Text | None


@dataclass(frozen=True, slots=True)
class SafetyState:
    """The brief safety assessment behind the referral: due, or done with its result."""

    due_at: datetime
    done_at: datetime | None
    disposition: Disposition | None
    plan: bool


@dataclass(frozen=True, slots=True)
class Packet:
    """One referral, or one whole need (`hands_over`), as it crosses. What may not be shared is empty."""

    id: str
    sender: End
    receiver: End
    referral: str
    hands_over: bool
    pathway: str
    urgency: Urgency
    sent_at: datetime
    acknowledge_by: datetime
    contact_by: datetime
    contact: Reach
    """Who at the sender knows more."""
    shared: tuple[Shared, ...]
    client: Subject
    guardians: tuple[Reach, ...]
    consent: Basis
    reasons: tuple[Text, ...]
    screened_on: date | None
    results: tuple[Shown, ...]
    safety: SafetyState | None
    answers: tuple[Answered, ...]


def packet_bytes(packet: Packet) -> bytes:
    """The canonical bytes of a packet: the same packet has the same bytes, everywhere and always."""
    return canonical_bytes(_table(packet))


def _table(packet: Packet) -> dict[str, object]:
    return {
        "format": FORMAT,
        "packet": packet.id,
        "from": _end(packet.sender),
        "to": _end(packet.receiver),
        "referral": packet.referral,
        "hands_over": packet.hands_over,
        "pathway": packet.pathway,
        "urgency": str(packet.urgency),
        "sent_at": moment_text(packet.sent_at),
        "acknowledge_by": moment_text(packet.acknowledge_by),
        "contact_by": moment_text(packet.contact_by),
        "contact": _reach(packet.contact),
        "shared": [str(part) for part in packet.shared],
        "client": _client(packet.client),
        "guardians": [_reach(each) for each in packet.guardians],
        "consent": _consent(packet.consent),
        "reasons": [dict(each) for each in packet.reasons],
        "screened_on": _day(packet.screened_on),
        "results": [
            {"instrument": each.instrument, "words": dict(each.words), "score": each.score}
            for each in packet.results
        ],
        "safety": None if packet.safety is None else _safety(packet.safety),
        "answers": [
            {
                "instrument": each.instrument,
                "asked": dict(each.asked),
                "said": None if each.said is None else dict(each.said),
            }
            for each in packet.answers
        ],
    }


def _end(end: End) -> dict[str, object]:
    return {"id": end.id, "name": end.name}


def _reach(each: Reach) -> dict[str, object]:
    return {"name": each.name, "relation": each.relation, "phone": each.phone, "language": each.language}


def _client(client: Subject) -> dict[str, object]:
    return {
        "given_name": client.given_name,
        "family_name": client.family_name,
        "pronouns": client.pronouns,
        "born_on": client.born_on.isoformat(),
        "language": client.language,
        "home_language": client.home_language,
    }


def _consent(basis: Basis) -> dict[str, object]:
    given = [
        {
            "giver": each.giver,
            "name": each.name,
            "on": each.on.isoformat(),
            "until": _day(each.until),
            "items": each.items,
        }
        for each in basis.given
    ]
    return {"purpose": basis.purpose, "pathway": basis.pathway, "rule": basis.rule, "given": given}


def _safety(safety: SafetyState) -> dict[str, object]:
    return {
        "due_at": moment_text(safety.due_at),
        "done_at": None if safety.done_at is None else moment_text(safety.done_at),
        "disposition": None if safety.disposition is None else str(safety.disposition),
        "plan": safety.plan,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
