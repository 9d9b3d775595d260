"""What somebody does with several chosen records: which steps, to whom, and whose the records were.

One record is decided in `referrals.py` and `needs.py`; that each stands by itself is `web/bulk.py`.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.model import Step
from service.access import Act
from service.actions.queue import reach_of
from service.permissions import GRANTS, Permission, Role
from service.store import audit
from service.store.accounts import people_of
from service.store.chosen import clients_of_needs, clients_of_referrals

STEPS = (Step.CLAIM, Step.ACCEPT, Step.RELEASE)
"""What can be done with several at once: these need nothing said, and each can be taken back."""


def names_behind_referrals(
    session: Session, ids: Collection[uuid.UUID], *, act: Act
) -> Mapping[uuid.UUID, str]:
    """Whose these open referrals are, as far as the actor's queue reaches; naming them is an event."""
    found = clients_of_referrals(session, reach_of(session, act), ids)
    _noted(session, "queue", len(found), act)
    return {each: client.name for each, client in found.items()}


def names_behind_needs(session: Session, ids: Collection[uuid.UUID], *, act: Act) -> Mapping[uuid.UUID, str]:
    """Whose these needs are; naming them is an event."""
    act.by.must(Permission.COORDINATE)
    found = clients_of_needs(session, act.organisation_id, ids)
    _noted(session, "board", len(found), act)
    return {each: client.name for each, client in found.items()}


def owners(session: Session, *, act: Act) -> Sequence[tuple[uuid.UUID, str, Role]]:
    """Everybody who may own needs at all, by name; whether of this client, each need says for itself."""
    act.by.must(Permission.COORDINATE)
    return [
        (user.id, user.name, user.role)
        for user in people_of(session, act.organisation_id)
        if user.active and user.role is not Role.SYSTEM and Permission.SEND_REFERRAL in GRANTS[user.role]
    ]


def _noted(session: Session, view: str, count: int, act: Act) -> None:
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view=view, count=count))
