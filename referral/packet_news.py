"""What comes back about a packet: that it was taken in, and each later step, as codes and times; never a word.

Which steps of the receiving organisation's own referral are the sender's matter is decided here, purely. Sending and
applying them is the service's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from referral.model import CancelReason, DeclineReason, ErrorReason, Side, Step

TAKEN_IN = "taken in"
"""What the first news of a packet says, when somebody has made it a referral of their own."""


class Kindness(StrEnum):
    """A word of kindness with a decline, of a closed list: words of one's own could say something clinical."""

    THANKS = "thank you for asking us"
    SORRY = "we are sorry, and wish them well"
    CALL = "call us, and we look together"
    LATER = "ask us again later"


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of the receiver's own referral, as its trail keeps it. `stopped_for`: why somebody asked to stop."""

    step: Step
    side: Side
    at: datetime
    reason: str | None
    until: datetime | None
    asked_by_sender: bool = False
    """Of a stop: whether the organisation that sent the packet asked for it."""
    stopped_for: CancelReason | None = None


@dataclass(frozen=True, slots=True)
class News:
    """One message back. `step` is the step of the sender's referral, taken in the receiving organisation's name."""

    packet: str
    number: int
    """1, 2, 3, ... for each packet: what comes twice is heard once, and nothing is skipped."""
    step: Step
    at: datetime
    reason: str | None = None
    until: datetime | None = None
    kindness: Kindness | None = None
    took_in: bool = False


_STOPPED: Mapping[CancelReason, DeclineReason] = {
    CancelReason.NO_CONSENT: DeclineReason.CLIENT_DECLINED,
    CancelReason.CLIENT_CHOSE_NOT_TO: DeclineReason.CLIENT_DECLINED,
    CancelReason.DETAILS_MISSING: DeclineReason.INSUFFICIENT_INFORMATION,
    CancelReason.CARE_ELSEWHERE: DeclineReason.ALREADY_IN_CARE,
    CancelReason.MOVED_AWAY: DeclineReason.NOT_ELIGIBLE,
    CancelReason.DUPLICATE: DeclineReason.DUPLICATE,
    CancelReason.CLINICAL_JUDGEMENT: DeclineReason.WRONG_SERVICE,
}
"""A stop that the receiving organisation asked for itself is to its sender a decline."""
_MISTAKEN: Mapping[str, DeclineReason] = {
    ErrorReason.WRONG_CLIENT: DeclineReason.INSUFFICIENT_INFORMATION,
    ErrorReason.ENTERED_TWICE: DeclineReason.DUPLICATE,
    ErrorReason.PRACTICE_ENTRY: DeclineReason.WRONG_SERVICE,
}
_WITHIN = frozenset({Step.SEND, Step.CLAIM, Step.RELEASE, Step.READ_OUTCOME, Step.SIGN_OFF})
"""The receiver's own matter: to the sender, the whole organisation holds it once it was taken in."""
_EITHER = frozenset({Step.CANCEL_APPOINTMENT, Step.REPORT_NOT_REACHED})


def told(happened: Happened) -> tuple[Step, str | None] | None:
    """The step that the sender hears of, with its coded reason; None for what is not their matter."""
    if happened.step in _WITHIN:
        return None
    if happened.step is Step.MARK_ERROR:
        return Step.DECLINE, str(_MISTAKEN[happened.reason or ErrorReason.PRACTICE_ENTRY])
    if happened.step is Step.CONFIRM_CANCEL and not happened.asked_by_sender:
        reason = happened.stopped_for or CancelReason.CLINICAL_JUDGEMENT
        return Step.DECLINE, str(_STOPPED[reason])
    if happened.side is Side.RECEIVER or happened.step in _EITHER:
        return happened.step, happened.reason
    return None


def news_of(packet: str, taken_in_at: datetime, steps: Iterable[Happened]) -> tuple[News, ...]:
    """Everything there is to tell of a packet that was taken in, in order; the first is that it was."""
    found = [News(packet, 1, Step.CLAIM, taken_in_at, took_in=True)]
    for each in steps:
        step = told(each)
        if step is not None:
            found.append(News(packet, len(found) + 1, step[0], each.at, step[1], each.until))
    return tuple(found)
