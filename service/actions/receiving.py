"""What a receiver without an account sees of the one referral that a link opened: its letter, and the steps."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.lifecycle import TERMINAL
from service.access import Act, NotFound, access_referral
from service.actions import letters, referral_receipts, referral_views
from service.actions.letter_contents import LetterContents
from service.actions.referral_views import ReferralView
from service.permissions import Permission


@dataclass(frozen=True, slots=True)
class Received:
    """One referral as its receiver outside sees it. Once it has ended there is no letter any more."""

    view: ReferralView
    letter: LetterContents | None
    drawn: uuid.UUID | None = None
    """The event of the letter that they took as a file: its receipt proves that file."""


def referral_of(act: Act) -> uuid.UUID:
    """The one referral that the actor's link opened. Raises NotFound for everybody else."""
    if act.by.referral_id is None:
        noun = "referral"
        raise NotFound(noun)
    return act.by.referral_id


def show(session: Session, *, act: Act) -> Received:
    """The referral behind the link; seeing it is an event under the receiver's name."""
    referral_id = referral_of(act)
    view = referral_views.show(session, referral_id, act=act, surface="letter")
    row = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    letter = None if row.state in TERMINAL else letters.contents(session, row, trail="", act=act)
    drawn = None if letter is None else referral_receipts.own_letter(session, referral_id, act=act)
    return Received(view, letter, drawn)


def receipt(session: Session, *, act: Act) -> str | None:
    """What proves the letter that the receiver took as a file; None while there is none, or none signed yet."""
    referral_id = referral_of(act)
    drawn = referral_receipts.own_letter(session, referral_id, act=act)
    return None if drawn is None else referral_receipts.receipt(session, referral_id, drawn, act=act)
