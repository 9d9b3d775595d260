"""What must be true of every need and referral at any instant, asked of the database itself: lifecycle.md, Invariants.

The oracle of `walking.py` tells what each act should come to; here nothing is known of how things came to stand so.
"""

from itertools import pairwise

from sqlalchemy import select

from referral.lifecycle import OPEN, Actor
from referral.model import ClosingReason, State, Urgency
from service.store.accounts import UserRow
from service.store.audit import AuditEventRow
from service.store.needs import NeedRow
from service.store.referrals import ReferralRow
from service.store.trail import read_entry

CARRIED = {ClosingReason.JOINED_ANOTHER_NEED, ClosingReason.ENTERED_IN_ERROR}
ENDED_WITH = {
    State.COMPLETED: "outcome",
    State.DECLINED: "decline_reason",
    State.CANCELLED: "cancel_reason",
    State.NOT_REACHED: "outcome",
    State.ENTERED_IN_ERROR: "error_reason",
}


def broken(here):
    """Every need and referral of one organisation for which an invariant does not hold, with which."""
    with here.read() as session:
        mine = here.organisation.id
        needs = session.scalars(select(NeedRow).where(NeedRow.organisation_id == mine)).all()
        rows = session.scalars(select(ReferralRow).where(ReferralRow.organisation_id == mine)).all()
        people = set(session.scalars(select(UserRow.id).where(UserRow.organisation_id == mine)))
        attempts = {}
        for row in rows:
            attempts.setdefault(row.need_id, []).append(row)
        found = [each for need in needs for each in _of_need(need, attempts.get(need.id, ()), people)]
        return found + [each for row in rows for each in _of_referral(row)]


def backwards(here):
    """Every event of one organisation that is older than the one before it."""
    with here.read() as session:
        mine = AuditEventRow.organisation_id == here.organisation.id
        rows = session.scalars(select(AuditEventRow).where(mine).order_by(AuditEventRow.seq))
        times = [read_entry(row)["at"] for row in rows]
    return [at for before, at in pairwise(times) if at < before]


def _of_need(need, rows, people):
    running = [row for row in rows if row.state in OPEN]
    claims = {"at most one attempt runs": len(running) <= 1}
    if need.closed_at is None:
        claims |= {
            "an open need has one owner": need.owner_id in people,
            "an open need has a deadline": need.due_at is not None,
            "an open need has a next step": bool(need.next_step),
            "somebody acts next": need.next_actor is not Actor.NOBODY,
        }
    else:
        claims |= {
            "a closed need has no deadline": need.due_at is None,
            "nothing runs under a closed need": not running,
            "a need closes with a reason and a name": None not in (need.closing_reason, need.closed_by),
        } | _closed_safely(need)
    return [f"{claim}: {need.id}" for claim, holds in claims.items() if not holds]


def _closed_safely(need):
    if not need.urgency.at_least(Urgency.URGENT):
        return {}
    alone = need.closing_reason in {ClosingReason.NOT_REACHED, ClosingReason.ENTERED_IN_ERROR}
    return {
        "at risk, a named adult took over": need.closing_reason in CARRIED or bool(need.took_over),
        "at risk, nobody is given up by one person": not alone or need.second_person is not None,
    }


def _of_referral(row):
    why = ENDED_WITH.get(row.state)
    claims = {
        "an end has its outcome or reason": why is None or getattr(row, why) is not None,
        "what runs is marked as running": row.open == (row.state in OPEN - {State.DRAFT}),
        "nobody is sent to nowhere": row.state is State.DRAFT or row.sent_at is not None or why is not None,
    }
    return [f"{claim}: {row.id} {row.state}" for claim, holds in claims.items() if not holds]
