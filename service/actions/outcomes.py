"""Reading what became of a referral: with it the loop closes. How a need closes is in `closing.py`."""

import uuid

from sqlalchemy.orm import Session

from referral.model import Side, Step
from service.access import Act
from service.actions.closing import FITS, CloseLoop, CloseNeed, close_the_loop, stands_against
from service.actions.taking import NOTHING, Referral, Said, check_turn, describe, reach, take_step
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow, latest_referral


def read(session: Session, referral_id: uuid.UUID, *, act: Act) -> Referral:
    """Read an outcome. The need closes with it where the outcome allows and nothing is missing for that.

    Otherwise the need stays open with its next step. Read once by anybody, it is read. Raises StepRefused.
    """
    row, need = reach(session, referral_id, Side.SENDER, act=act)
    if row.outcome_read_at is None:
        check_turn(session, row, Step.READ_OUTCOME, Side.SENDER, act=act)
        _read(session, row, need, act)
    return describe(session, row, act=act)


def _read(session: Session, row: ReferralRow, need: NeedRow, act: Act) -> None:
    if need.closed_at is not None or latest_referral(session, act.organisation_id, need.id) is not row:
        take_step(session, row.id, Step.READ_OUTCOME, NOTHING, act=act, keep=_note_the_reading)
        return
    closing = CloseNeed(FITS.get(row.outcome) if row.outcome else None)
    missing = stands_against(session, need, closing, act=act)
    close_the_loop(session, need.id, CloseLoop(keep_open=bool(missing)), act=act)


def _note_the_reading(row: ReferralRow, _said: Said, act: Act) -> None:
    row.outcome_read_at = act.now
