"""What docs/lifecycle.md promises of every need and referral at any instant, asked of a database's rows (T6).

Each is a question for the rows that break it, so that it costs next to nothing to ask in the middle of a walk.
"""

import json
from itertools import pairwise

from sqlalchemy import func, or_, select

from referral.audit import Intact, verify
from referral.lifecycle import OPEN, TERMINAL, Actor
from referral.model import ClosingReason, State, Urgency
from service.store.audit import recorded_head, stored_events
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow

AT_RISK = (Urgency.URGENT, Urgency.IMMEDIATE)
CARRIED_ELSEWHERE = (ClosingReason.JOINED_ANOTHER_NEED, ClosingReason.ENTERED_IN_ERROR)
REASONS = {
    State.COMPLETED: ReferralRow.outcome,
    State.DECLINED: ReferralRow.decline_reason,
    State.CANCELLED: ReferralRow.cancel_reason,
    State.NOT_REACHED: ReferralRow.outcome,
    State.ENTERED_IN_ERROR: ReferralRow.error_reason,
}
"""What a state from which nothing leads on must say for itself."""

_OPEN_NEED = NeedRow.closed_at.is_(None)
_RUNNING = ReferralRow.state.not_in(TERMINAL)
_ADRIFT = or_(NeedRow.due_at.is_(None), NeedRow.next_actor == Actor.NOBODY)

ROWS = {
    "an open need has somebody who acts next and a deadline": select(NeedRow.id).where(_OPEN_NEED, _ADRIFT),
    "a closed need waits for nobody and says why it closed": select(NeedRow.id).where(
        NeedRow.closed_at.is_not(None),
        or_(
            NeedRow.due_at.is_not(None),
            NeedRow.next_actor != Actor.NOBODY,
            NeedRow.closing_reason.is_(None),
            NeedRow.closed_by.is_(None),
        ),
    ),
    "nothing runs under a closed need": select(ReferralRow.id)
    .join(NeedRow, NeedRow.id == ReferralRow.need_id)
    .where(NeedRow.closed_at.is_not(None), _RUNNING),
    "one attempt runs at a time": select(ReferralRow.need_id)
    .where(_RUNNING)
    .group_by(ReferralRow.need_id)
    .having(func.count() > 1),
    "each attempt follows another one": select(ReferralRow.need_id)
    .group_by(ReferralRow.need_id)
    .having(func.count() - func.count(ReferralRow.previous_id) != 1),
    "a client has one open need a pathway": select(NeedRow.client_id)
    .where(_OPEN_NEED)
    .group_by(NeedRow.client_id, NeedRow.pathway)
    .having(func.count() > 1),
    "what has ended says how": select(ReferralRow.id).where(
        or_(*((ReferralRow.state == state) & said.is_(None) for state, said in REASONS.items()))
    ),
    "who was at risk is closed with an adult who took over": select(NeedRow.id).where(
        NeedRow.closed_at.is_not(None),
        NeedRow.urgency.in_(AT_RISK),
        NeedRow.closing_reason.not_in(CARRIED_ELSEWHERE),
        NeedRow.took_over.is_(None),
    ),
    "who was at risk is given up by two people": select(NeedRow.id).where(
        NeedRow.closed_at.is_not(None),
        NeedRow.urgency.in_(AT_RISK),
        NeedRow.closing_reason.in_((ClosingReason.NOT_REACHED, ClosingReason.ENTERED_IN_ERROR)),
        NeedRow.second_person.is_(None),
    ),
    "what is on its way is marked as that": select(ReferralRow.id).where(
        ReferralRow.open != ReferralRow.state.in_(OPEN - {State.DRAFT})
    ),
    "what is on its way was sent": select(ReferralRow.id).where(
        ReferralRow.state.in_(OPEN - {State.DRAFT}), ReferralRow.sent_at.is_(None)
    ),
}
"""Each promise, and the rows that break it."""


def broken(here):
    """Each promise that some row of this organisation does not keep."""
    with here.read() as session:
        return [promise for promise, rows in ROWS.items() if session.execute(rows).first() is not None]


def trail(here):
    """What is wrong with the organisation's trail: what the verifier says, and each time that runs backwards."""
    within = here.organisation.id
    with here.read() as session:
        found = verify(stored_events(session, within), str(within), head=recorded_head(session, within))
        times = [json.loads(row.entry)["at"] for row in stored_events(session, within)]
    backwards = [f"{now} after {before}" for before, now in pairwise(times) if now < before]
    return [*backwards, *([] if isinstance(found, Intact) else [str(found)])]
