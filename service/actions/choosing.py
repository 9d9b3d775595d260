"""Choosing a receiver: what must be said with it, and what the trail keeps. The order is made in `receivers.py`."""

from collections.abc import Iterator
from dataclasses import dataclass

from referral.events import Code
from referral.matching import ChoiceReason, Wish
from referral.model import Problem
from service.actions.receivers import Proposal
from service.actions.saying import problem


@dataclass(frozen=True, slots=True)
class Choice:
    """Why another receiver than the first, in a code and perhaps in words; what the family asks for.

    `knowing`: whether somebody says that they know that the receiver has no place or does not see such clients.
    """

    why: ChoiceReason | None = None
    words: str = ""
    wishes: tuple[Wish, ...] = ()
    knowing: bool = False

    @property
    def code(self) -> ChoiceReason | None:
        """The reason that the trail keeps: words alone are kept beside it, as another reason."""
        return self.why or (ChoiceReason.OTHER if self.words.strip() else None)


def choice_problems(
    choice: Choice, chosen: Proposal | None, *, asks_why: bool, outside: bool = False
) -> Iterator[Problem]:
    """What is missing with a choice; `chosen` is None for somebody new, of whom nothing is known."""
    field = "outside_reason" if outside else "reason"
    says_nothing = choice.why in {None, ChoiceReason.OTHER} and not choice.words.strip()
    if asks_why and says_nothing:
        yield _WHY[field] if choice.why is None else _in_words(field)
    if chosen is not None and not chosen.has_room and not choice.knowing:
        yield problem(
            "outside_knowing" if outside else "knowing",
            "Say that you know that there is no place there now, or choose another receiver.",
            "Indique que sabe que allí no hay plaza ahora, o elija a otro.",
        )


def _in_words(field: str) -> Problem:
    return problem(field, "Say in a few words why.", "Indique en pocas palabras por qué.")


NO_CHOICE = Choice()
_WHY = {
    "reason": problem(
        "reason", "Say why not the first team proposed.", "Indique por qué no el primer equipo propuesto."
    ),
    "outside_reason": problem(
        "outside_reason", "Say why it goes outside.", "Indique por qué se envía fuera."
    ),
}


def told(chosen: Proposal | None, first: Proposal | None) -> dict[str, Code]:
    """What the trail keeps of a choice: how the receiver stood, and who was proposed where it is somebody else."""
    facts: dict[str, Code] = {}
    if chosen is not None:
        facts = {"timing": str(chosen.timing), "wait_days": chosen.expected_days}
    if first is not None and (chosen is None or first.receiver.id != chosen.receiver.id):
        facts["proposed"] = str(first.receiver.id)
    return facts
