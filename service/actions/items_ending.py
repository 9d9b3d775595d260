"""What ends with a referral: a request for single answers that nobody answered. The event of the step says it.

The row stays as it was: that it waits no more is read from the state of its referral. Asking is in `items.py`.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from referral.events import Code
from referral.items import ItemsState, waits
from referral.model import State
from service.store.items import newest_request
from service.store.referrals import ReferralRow


def ended_with(session: Session, referral: ReferralRow, before: State) -> Mapping[str, Code]:
    """What the event of a step says of a request that waited before it and waits no more; mostly nothing."""
    if not _ends(before, referral.state):
        return {}
    with session.no_autoflush:  # a step is one change of its row
        asked = newest_request(session, referral.organisation_id, referral.id)
    return {"request": str(asked.id)} if asked is not None and waits(asked.state, before) else {}


def _ends(before: State, after: State) -> bool:
    return waits(ItemsState.OPEN, before) and not waits(ItemsState.OPEN, after)
