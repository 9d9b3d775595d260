"""Legal holds: while one is in force, nothing of the client, or of the organisation, is erased."""

import uuid

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.retention import HoldReason, LiftReason
from service.access import Act, NotFound
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.saying import say
from service.permissions import Permission
from service.store import audit
from service.store.clients import find_client
from service.store.holds import HoldRow, find_hold

SAY_WHY = {"en": "Choose a reason.", "es": "Elija un motivo."}
_LIFTED = {"en": "This hold was lifted already.", "es": "Esta retención ya se levantó."}
_ANOTHER = {
    "en": "Somebody else must lift a hold than set it.",
    "es": "Debe levantar la retención una persona distinta de quien la puso.",
}


def hold(session: Session, client_id: uuid.UUID | None, reason: HoldReason | None, *, act: Act) -> uuid.UUID:
    """Hold one client's records, or with None those of the whole organisation. Raises NotFound, Invalid."""
    act.by.must(Permission.HOLD_RECORDS)
    if client_id is not None and find_client(session, act.organisation_id, client_id) is None:
        noun = "client"
        raise NotFound(noun)
    if reason is None:
        raise Invalid(FieldProblem("reason", say(act, SAY_WHY), allowed=", ".join(HoldReason)))
    row = HoldRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client_id,
        reason=str(reason),
        set_by=act.by.id,
        set_at=act.now,
    )
    session.add(row)
    _note(session, EventKind.HOLD_SET, row, str(reason), act)
    return row.id


def lift(session: Session, hold_id: uuid.UUID, reason: LiftReason | None, *, act: Act) -> None:
    """End a hold that somebody else set. Raises NotFound, and Conflict for one's own or one that has ended."""
    act.by.must(Permission.HOLD_RECORDS)
    row = find_hold(session, act.organisation_id, hold_id)
    if row is None:
        noun = "hold"
        raise NotFound(noun)
    if row.lifted_at is not None:
        raise Conflict(say(act, _LIFTED))
    if row.set_by == act.by.id:
        raise Conflict(say(act, _ANOTHER))
    if reason is None:
        raise Invalid(FieldProblem("reason", say(act, SAY_WHY), allowed=", ".join(LiftReason)))
    row.lifted_by, row.lifted_at, row.lift_reason = act.by.id, act.now, str(reason)
    _note(session, EventKind.HOLD_LIFTED, row, str(reason), act)


def _note(session: Session, kind: EventKind, row: HoldRow, reason: str, act: Act) -> None:
    about = (
        (SubjectKind.ORGANISATION, act.organisation_id)
        if row.client_id is None
        else (SubjectKind.CLIENT, row.client_id)
    )
    event = act.event(kind, about, client=row.client_id, reason=reason, hold=str(row.id))
    audit.append(session, event)
