"""Who was turned away: a refusal is an event too, so that knocking at other people's records leaves a trace."""

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, NotFound, OutsideCaseload
from service.permissions import NotAllowed, Permission
from service.store import audit

OUT_OF_REACH = "reach"
"""What was lacking when the record is not one that the person works with, or never was."""
OUTSIDE_CASELOAD = "reason"
"""What was lacking when the record opens with a reason."""


def note(session: Session, refusal: NotFound | NotAllowed | OutsideCaseload, *, view: str, act: Act) -> None:
    """Write a refusal down, under the client whose record it was where that is one of the same organisation."""
    client = refusal.client
    subject = (
        (SubjectKind.ORGANISATION, act.organisation_id) if client is None else (SubjectKind.CLIENT, client)
    )
    event = act.event(
        EventKind.ACCESS_REFUSED, subject, client=client, permission=_lacking(refusal), view=view
    )
    audit.append(session, event)


def _lacking(refusal: NotFound | NotAllowed | OutsideCaseload) -> str:
    if isinstance(refusal, OutsideCaseload):
        return OUTSIDE_CASELOAD
    return _code(refusal.need) if isinstance(refusal, NotAllowed) else OUT_OF_REACH


def _code(need: Permission) -> str:
    """A permission as the trail may name it: its words may hold a comma."""
    return need.name.lower().replace("_", " ")
