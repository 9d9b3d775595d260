"""Whether what the database counted is what counting says, and whose turn it is with each referral."""

from sqlalchemy import select

from referral.lifecycle import Actor
from service.store.needs import NeedRow
from service.store.queue_counts import miscounted
from service.store.referrals import ReferralRow, latest_referral


def untrue(here):
    """Every count and every turn of an organisation that is not as its rows say."""
    within = here.organisation.id
    with here.read() as session:
        found = [("count", *each) for each in miscounted(session, within)]
        for need in session.scalars(select(NeedRow)):
            latest = latest_referral(session, within, need.id)
            theirs = select(ReferralRow).where(ReferralRow.need_id == need.id)
            for row in session.scalars(theirs):
                waits = row is latest and need.closed_at is None
                turn = (need.next_actor, need.due_at) if waits else (Actor.NOBODY, None)
                if (row.next_actor, row.due_at) != turn:
                    found.append(("turn", row.state, row.next_actor, row.due_at, turn))
    return found
