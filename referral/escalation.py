"""What happens when a deadline passes, and how a clock may be put off: rungs, limits and coded reasons.

The ladder of an alert is its pathway's (`pathways.py`); this is what every other deadline has.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from instruments.model import Text
from instruments.problems import Place
from referral.deadlines import Calendar, Within, deadline
from referral.model import Problem, Urgency
from referral.pathways import NOWHERE, Limit

OWNER = "owner"
"""Who is told first: whoever looks after the need, whatever their role."""


class PostponeReason(StrEnum):
    """Why a clock waits. Each is a circumstance outside the team; to be busy is none."""

    CLIENT_ASKED = "client asked to wait"
    AWAY = "client or family away"
    CONSENT = "waiting for consent"
    IN_HOSPITAL = "in hospital or residential care"
    NO_SAFE_CONTACT = "no safe way to make contact now"
    RECEIVER_ASKED = "receiver asked for more time"


@dataclass(frozen=True, slots=True)
class MissedRung:
    """Whom to tell so long after a deadline was missed; `after` None is at once."""

    after: Within | None
    tell: tuple[str, ...]
    text: Text
    source: str
    place: Place = field(default=NOWHERE, compare=False, metadata={"canonical": False})

    def due(self, missed_at: datetime, calendar: Calendar) -> datetime:
        """When this rung is told, in UTC."""
        return missed_at if self.after is None else deadline(self.after, missed_at, calendar)


@dataclass(frozen=True, slots=True)
class Escalation:
    """What is done about missed deadlines at each urgency, and for how long a clock may be put off at each.

    `unended`: whom to tell of an alert that somebody acknowledged and nobody has ended since.
    An urgency without an entry in `postpone` cannot be put off.
    """

    version: str
    digest: str
    missed: Mapping[Urgency, tuple[MissedRung, ...]]
    unended: tuple[MissedRung, ...]
    postpone: Mapping[Urgency, Limit]


def next_rung(
    rungs: Sequence[MissedRung], told: int, missed_at: datetime, calendar: Calendar
) -> datetime | None:
    """When the rung after the first `told` ones is due, in UTC; None when all were told."""
    return rungs[told].due(missed_at, calendar) if told < len(rungs) else None


def longest_wait(rules: Escalation, urgency: Urgency, since: datetime, calendar: Calendar) -> datetime | None:
    """Until when a clock may be put off from now; None where it may not."""
    limit = rules.postpone.get(urgency)
    return None if limit is None else deadline(limit.within, since, calendar)


def postpone_problems(
    reason: PostponeReason | None, until: datetime | None, *, now: datetime, latest: datetime | None
) -> tuple[Problem, ...]:
    """Everything that stands in the way of putting a clock off; `latest` is what `longest_wait` says."""
    if latest is None:
        return (_NEVER,)
    checks = (
        (reason is not None, _REASON),
        (until is not None and now < until <= latest, _UNTIL),
    )
    return tuple(found for met, found in checks if not met)


_NEVER = Problem(
    "until",
    {
        "en": "At this urgency nothing is put off. Do it now, or hand it to somebody who can.",
        "es": "Con esta urgencia no se aplaza nada. Hágalo ahora o páselo a quien pueda.",
    },
)
_REASON = Problem("reason", {"en": "Say why this has to wait.", "es": "Indique por qué hay que esperar."})
_UNTIL = Problem(
    "until",
    {
        "en": "Give a day and time from now on, not later than the limit for this urgency.",
        "es": "Indique un día y una hora a partir de ahora, sin pasar del límite de esta urgencia.",
    },
)
