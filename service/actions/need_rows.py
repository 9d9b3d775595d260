"""The rows around one need, as acts on needs find and write them: the need itself, notes, drafts, owners."""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from referral.events import Code, EventKind, SubjectKind
from referral.lifecycle import OPEN
from referral.model import State
from service.access import Act, NotFound, access_need
from service.actions import loop
from service.actions.committing import NOTHING, Words, bound
from service.actions.refusals import Conflict
from service.actions.saying import name_of, say, wall_clock
from service.kinds import NoteKind
from service.permissions import GRANTS, WHOLE_ORGANISATION, Permission, Role
from service.store import audit
from service.store.accounts import UserRow, people_of
from service.store.clients import ClientRow, find_client
from service.store.needs import NeedNoteRow, NeedRow, lock_need
from service.store.referrals import ReferralRow, latest_referral, referrals_for

_CLOSED = {
    "en": "{name} closed this need at {time}. Open it again first.",
    "es": "{name} cerró esta necesidad a las {time}. Primero hay que reabrirla.",
}
_RUNNING = {
    "en": "Referral {number} is still running. End it first, or wait for its outcome.",
    "es": "La derivación {number} sigue en curso. Termínela primero o espere su resultado.",
}
_UNREAD = {
    "en": "Referral {number} has an outcome that nobody has read yet. Read it first.",
    "es": "La derivación {number} tiene un resultado que nadie ha leído. Léalo primero.",
}


def open_need(session: Session, need_id: uuid.UUID, act: Act, permission: Permission) -> NeedRow:
    """The need, locked for this act; raises Conflict saying who closed it when it is not open any more."""
    need = access_need(session, need_id, act, permission)
    lock_need(session, need)
    if need.closed_at is not None:
        name, time = name_of(session, need.closed_by, act), wall_clock(session, need.closed_at, act)
        raise Conflict(say(act, _CLOSED, name=name, time=time))
    return need


def client_of(session: Session, need: NeedRow, act: Act) -> ClientRow:
    """Whose need it is."""
    client = find_client(session, act.organisation_id, need.client_id)
    if client is None:
        noun = "client"
        raise NotFound(noun)
    return client


def owners_for(session: Session, client: ClientRow, *, act: Act) -> Sequence[UserRow]:
    """Who may own a need of this client: people of the sending side who reach the client, by name."""
    return [
        user for user in people_of(session, act.organisation_id) if user.active and _may_own(user, client)
    ]


def _may_own(user: UserRow, client: ClientRow) -> bool:
    if user.role is Role.SYSTEM or Permission.SEND_REFERRAL not in GRANTS[user.role]:
        return False
    return user.role in WHOLE_ORGANISATION or user.site_id == client.site_id


def write_note(
    session: Session, need: NeedRow, kind: NoteKind, text: str, *, act: Act, took_over: str | None = None
) -> Words:
    """Keep what a person wrote, beside the trail; nothing when they wrote nothing. What the act's event is bound to."""
    if not text.strip() and took_over is None:
        return NOTHING
    session.add(
        NeedNoteRow(
            organisation_id=act.organisation_id,
            id=act.new_id(),
            need_id=need.id,
            kind=kind,
            made_by=act.by.id,
            made_at=act.now,
            text=text.strip(),
            took_over=took_over,
        )
    )
    return {"text": text.strip(), "took_over": took_over}


def write_event(
    session: Session,
    need: NeedRow,
    kind: EventKind,
    *,
    act: Act,
    change: tuple[str | None, str | None] = (None, None),
    reason: str | None = None,
    commit: str | None = None,
    wrote: Words = NOTHING,
    **facts: Code,
) -> None:
    """One event about this need, bound to what was written in the same act."""
    subject = (SubjectKind.NEED, need.id)
    event = act.event(
        kind, subject, client=need.client_id, change=change, reason=reason, details=facts, commit=commit
    )
    audit.append(session, bound(session, event, wrote))


def running_referrals(session: Session, need: NeedRow, act: Act) -> Sequence[ReferralRow]:
    """The attempts to meet this need that have not ended, drafts included."""
    return [row for row in referrals_for(session, act.organisation_id, [need.id]) if row.state in OPEN]


def ended_attempt(session: Session, need: NeedRow, act: Act) -> ReferralRow | None:
    """The latest attempt, when all have ended and none waits to be read; raises Conflict with what stands."""
    latest = latest_referral(session, act.organisation_id, need.id)
    for running in running_referrals(session, need, act):
        raise Conflict(say(act, _RUNNING, number=running.number))
    if latest is not None and latest.state is State.COMPLETED and latest.outcome_read_at is None:
        raise Conflict(say(act, _UNREAD, number=latest.number))
    return latest


def next_draft(
    session: Session, need: NeedRow, previous: ReferralRow | None, pathway: str, *, act: Act
) -> ReferralRow:
    """A new attempt linked to the one before, with the need's clocks set by it."""
    draft = loop.new_draft(need, act=act, previous_id=None if previous is None else previous.id)
    draft.pathway = pathway
    loop.nobody_acts_on(previous)
    session.add(draft)
    loop.set_clocks(session, need, draft, act=act)
    session.flush()
    return draft
