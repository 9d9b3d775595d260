"""What moves between two versions of an instrument, line by line. Compares nothing itself."""

from __future__ import annotations

from instruments.checking import answers_in_words
from instruments.comparing import Comparison


def outcome_lines(found: Comparison) -> list[str]:
    """Each move with answers that show it; what only one version has; what was too large to walk."""
    return [
        *(
            f"{move.what}: {move.before} to {move.after} in {move.states} of {move.of} states,"
            f" as with {answers_in_words(move.witness)}"
            for move in found.moves
        ),
        *(f"only before: {name}" for name in found.only_before),
        *(f"only after: {name}" for name in found.only_after),
        *(f"not compared, too many states: {what}" for what in found.not_compared),
    ]
