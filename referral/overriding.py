"""A person decides otherwise than the rules about one need: up, down, or on another pathway. Pure.

What the rules decided is never rewritten; what a person raised, no rule lowers. Lowering a need that was urgent, or
taking one off the crisis pathway, is left to those who answer for such a risk.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from referral.model import Problem, Urgency, most_urgent
from referral.pathways import CRISIS


class OverrideReason(StrEnum):
    """Why a person decides otherwise. To be busy, or to have no place free, is none."""

    SEEN_SINCE = "seen in person since"
    SAFETY_ASSESSED = "safety assessment done"
    MORE_IS_KNOWN = "more is known than was asked"
    GETTING_WORSE = "getting worse"
    HELP_IN_PLACE = "help is in place"
    FITS_BETTER = "another kind of help fits better"
    CLIENT_WISHES = "the client or family wishes it"
    ANSWERED_IN_ERROR = "answered in error"
    CLINICAL_JUDGEMENT = "clinical judgement"


class Direction(StrEnum):
    """Which way a person moved a need."""

    UP = "up"
    DOWN = "down"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a need stands: on which pathway, how urgent."""

    pathway: str
    urgency: Urgency

    @property
    def code(self) -> str:
        """As an event tells it: "psychology/urgent"."""
        return f"{self.pathway}/{self.urgency}"


@dataclass(frozen=True, slots=True)
class Change:
    """What a person wants a need to become, and why. `allowed` are the urgencies of the pathway it moves to."""

    before: Standing
    after: Standing
    reason: OverrideReason | None
    words: str
    allowed: tuple[Urgency, ...]


def direction(before: Standing, after: Standing) -> Direction | None:
    """Which way a change goes; None when nothing changes. Down goes before up: leaving the crisis pathway lowers."""
    if before == after:
        return None
    if after.urgency.rank > before.urgency.rank or _leaves_crisis(before, after):
        return Direction.DOWN
    if after.urgency.rank < before.urgency.rank or after.pathway == CRISIS:
        return Direction.UP
    return Direction.ELSEWHERE


def lowers_risk(before: Standing, after: Standing) -> bool:
    """Whether a change takes something back that was meant to keep somebody safe."""
    down = direction(before, after) is Direction.DOWN
    return down and (before.urgency.at_least(Urgency.URGENT) or _leaves_crisis(before, after))


def _leaves_crisis(before: Standing, after: Standing) -> bool:
    return before.pathway == CRISIS and after.pathway != CRISIS


def joined(standing: Urgency, found: Urgency) -> Urgency:
    """The urgency of an open need that a new finding joins: never less than it is, whoever made it so."""
    return most_urgent(standing, found)


def highest(now: Urgency, before: Iterable[Urgency]) -> Urgency:
    """The most urgent that a need ever was: lowering it takes nothing off what closing it asks for."""
    return most_urgent(now, *before)


def change_problems(change: Change, *, may_lower: bool, alert_live: bool) -> tuple[Problem, ...]:
    """Everything that stands against a change, each by its field; empty when it may be made."""
    moved = change.before.pathway != change.after.pathway
    checks = (
        (change.before != change.after, _NOTHING),
        (change.reason is not None, _REASON),
        (bool(change.words.strip()), _WORDS),
        (not moved or change.after.urgency in change.allowed, _urgency(change)),
        (may_lower or not lowers_risk(change.before, change.after), _LEFT_TO_OTHERS),
        (not (alert_live and lowers_risk(change.before, change.after)), _ALERT),
    )
    return tuple(problem for met, problem in checks if not met)


def _problem(field: str, english: str, spanish: str) -> Problem:
    return Problem(field, {"en": english, "es": spanish})


def _urgency(change: Change) -> Problem:
    allowed = ", ".join(change.allowed)
    return _problem(
        "urgency",
        f'Found "{change.after.urgency}"; this pathway takes: {allowed}.',
        f"Se encontró «{change.after.urgency}»; esta vía admite: {allowed}.",
    )


_NOTHING = _problem(
    "urgency",
    "Nothing would change. Choose another urgency or another pathway.",
    "No cambiaría nada. Elija otra urgencia u otra vía.",
)
_REASON = _problem("reason", "Say why you decide otherwise.", "Indique por qué decide otra cosa.")
_WORDS = _problem("words", "Write a sentence or two.", "Escriba una o dos frases.")
_LEFT_TO_OTHERS = _problem(
    "urgency",
    "A clinician or supervisor lowers what is urgent or takes it off the crisis pathway. Ask one of them.",
    "Bajar lo urgente, o sacarlo de la vía de crisis, corresponde al personal clínico o a supervisión. Pídaselo.",
)
_ALERT = _problem(
    "urgency",
    "An alert about this need is open. End it first.",
    "Hay una alerta abierta sobre esta necesidad. Primero hay que terminarla.",
)
