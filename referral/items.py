"""Asking for consent to share single answers: why a receiver asks, and why a sender cannot say yes. Codes only.

Whether consent permits it is judged in `consent.py`.
"""

from enum import StrEnum

from referral.lifecycle import OPEN
from referral.model import State


class ItemsReason(StrEnum):
    """Why a receiver asks to see the single answers."""

    TO_DECIDE = "to decide whether we take it"
    FOR_SAFETY = "to judge safety"
    TO_PREPARE = "to prepare the first appointment"
    NOT_TWICE = "so that nobody is asked twice"


class ItemsRefusal(StrEnum):
    """Why the single answers are not shared."""

    GUARDIAN_NO = "a guardian said no"
    CLIENT_NO = "the client said no"
    NOT_REACHED = "nobody could be asked"
    NOT_NEEDED = "not needed for this"
    CALL_US = "call us instead"
    NONE_THERE = "there are no answers"
    ENDED = "the referral has ended"


BY_PEOPLE = (
    ItemsRefusal.GUARDIAN_NO,
    ItemsRefusal.CLIENT_NO,
    ItemsRefusal.NOT_REACHED,
    ItemsRefusal.NOT_NEEDED,
    ItemsRefusal.CALL_US,
)
"""What a person may say; the others the program finds by itself."""


class ItemsState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    SHARED = "shared"
    DECLINED = "declined"


def waits(asked: ItemsState, referral: State) -> bool:
    """Whether a request still waits for an answer: one that nobody answered ends with its referral."""
    return asked is ItemsState.OPEN and referral in OPEN
