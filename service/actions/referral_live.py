"""Whether anything happened to a referral since its page was shown, for a page left open. Shows nothing itself."""

import uuid

from sqlalchemy.orm import Session

from service.access import Act, access_referral
from service.permissions import Permission
from service.store.outside import link_of
from service.store.trail import newest_change


def newest(session: Session, referral_id: uuid.UUID, *, act: Act) -> int:
    """The place in the trail of the last thing that happened to a referral, its need or its link. No event."""
    row = access_referral(session, referral_id, act, Permission.READ_REFERRAL)
    link = link_of(session, act.organisation_id, row.id) if row.went_outside else None
    about = (row.id, row.need_id) if link is None else (row.id, row.need_id, link.id)
    return newest_change(session, act.organisation_id, about)
