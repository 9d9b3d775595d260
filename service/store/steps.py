"""What was done to one referral, read back from the audit trail. Writing the trail is in audit.py."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.events import EventKind
from service.store.audit import AuditEventRow


def steps_taken(
    session: Session, organisation_id: uuid.UUID, referral_id: uuid.UUID
) -> Sequence[AuditEventRow]:
    """The steps of one referral, oldest first, without the views and letters between them."""
    wanted = select(AuditEventRow).where(
        AuditEventRow.organisation_id == organisation_id,
        AuditEventRow.subject_id == referral_id,
        AuditEventRow.kind == EventKind.REFERRAL_STEP.value,
    )
    return session.scalars(wanted.order_by(AuditEventRow.seq)).all()
