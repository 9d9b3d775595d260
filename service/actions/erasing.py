"""Erasing a client: asked for by one person, approved by another, or due by the schedule; then done once and for all.

Nobody is erased who is held, or of whom anything is still open. The event stays and says what went, in counts.
"""

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.retention import EraseReason, Kept, RecordClass
from service.access import Act, NotFound, access_client
from service.actions.holding import SAY_WHY
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.retention import judge_all, schedule_of
from service.actions.saying import say
from service.permissions import Permission
from service.store import audit, erasing
from service.store.clients import find_client, lock_client
from service.store.holds import ErasureRow, erasures_to_do, find_erasure

PERIOD_OVER = "period over"
_WHY_KEPT = {
    Kept.HOLD: {
        "en": "A legal hold is in force: nothing of this record may be erased.",
        "es": "Hay una retención legal: no se puede borrar nada de este expediente.",
    },
    Kept.OPEN: {
        "en": "Something is still open: end it first (a need, a referral, an alert, an assessment or a screening).",
        "es": "Aún hay algo abierto: termínelo primero (necesidad, derivación, alerta o evaluación).",
    },
}
_ASKED = {"en": "Somebody has asked for this already.", "es": "Alguien ya lo ha pedido."}
_ANOTHER = {
    "en": "Somebody else must approve an erasure than asked for it.",
    "es": "Debe aprobar el borrado una persona distinta de quien lo pidió.",
}
_APPROVED = {"en": "This was approved already.", "es": "Ya se aprobó."}


def ask(session: Session, client_id: uuid.UUID, reason: EraseReason | None, *, act: Act) -> uuid.UUID:
    """Ask that a client's records be erased. Raises Conflict with what stands against it, NotFound."""
    client = access_client(session, client_id, act, Permission.ASK_ERASURE)
    if any(row.client_id == client.id for row in erasures_to_do(session, act.organisation_id)):
        raise Conflict(say(act, _ASKED))
    _must_be_free(session, client.id, act)
    if reason is None:
        raise Invalid(FieldProblem("reason", say(act, SAY_WHY), allowed=", ".join(EraseReason)))
    row = ErasureRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client.id,
        reason=str(reason),
        asked_by=act.by.id,
        asked_at=act.now,
    )
    session.add(row)
    _note(session, EventKind.ERASURE_ASKED, row, act)
    return row.id


def approve(session: Session, erasure_id: uuid.UUID, *, act: Act) -> None:
    """Agree to an erasure that somebody else asked for; it is carried out in the next round. Raises as `ask`."""
    act.by.must(Permission.KEEP_RECORDS)
    row = find_erasure(session, act.organisation_id, erasure_id)
    if row is None:
        noun = "erasure"
        raise NotFound(noun)
    if row.approved_at is not None:
        raise Conflict(say(act, _APPROVED))
    if row.asked_by == act.by.id:
        raise Conflict(say(act, _ANOTHER))
    _must_be_free(session, row.client_id, act)
    row.approved_by, row.approved_at = act.by.id, act.now
    _note(session, EventKind.ERASURE_APPROVED, row, act)


def approved(session: Session, *, act: Act) -> tuple[uuid.UUID, ...]:
    """The clients whose erasure is approved and not done; each is to be erased in a transaction of its own."""
    rows = erasures_to_do(session, act.organisation_id)
    return tuple(dict.fromkeys(row.client_id for row in rows if row.approved_at is not None))


def due(session: Session, *, act: Act) -> tuple[uuid.UUID, ...]:
    """The clients whose records have been kept for their time."""
    act.by.must(Permission.KEEP_RECORDS)
    return tuple(each.client_id for each in judge_all(session, act=act) if each.verdict.kept is None)


def carry_out(session: Session, client_id: uuid.UUID, *, act: Act) -> bool:
    """Erase a client whose erasure was approved or whose time is over, as things stand now; whether it was done.

    All of it or nothing, with the event in the same transaction. A second time, or for anybody else, nothing is done.
    """
    if find_client(session, act.organisation_id, client_id) is None:
        return False
    lock_client(session, act.organisation_id, client_id)
    wanted = [row for row in erasures_to_do(session, act.organisation_id) if row.client_id == client_id]
    granted = next((row for row in wanted if row.approved_at is not None), None)
    judged = judge_all(session, client_id, asked=granted is not None, act=act)
    if judged[0].verdict.kept is not None:
        return False
    if granted is not None:
        granted.done_at = act.now
    gone = erasing.erase_client(session, act.organisation_id, client_id)
    event = act.event(
        EventKind.CLIENT_ERASED,
        (SubjectKind.CLIENT, client_id),
        client=client_id,
        reason=PERIOD_OVER if granted is None else granted.reason,
        erasure=None if granted is None else str(granted.id),
        schedule=schedule_of(session, act=act).digest,
        counts=_counts(gone),
    )
    audit.append(session, event)
    return True


def _counts(gone: Mapping[RecordClass, int]) -> tuple[str, ...]:
    return tuple(f"{each}:{count}" for each, count in gone.items())


def _must_be_free(session: Session, client_id: uuid.UUID, act: Act) -> None:
    for each in judge_all(session, client_id, asked=True, act=act):
        if each.verdict.kept is not None:
            raise Conflict(say(act, _WHY_KEPT[each.verdict.kept]))


def _note(session: Session, kind: EventKind, row: ErasureRow, act: Act) -> None:
    subject = (SubjectKind.CLIENT, row.client_id)
    event = act.event(kind, subject, client=row.client_id, reason=row.reason, erasure=str(row.id))
    audit.append(session, event)
