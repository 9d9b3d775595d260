"""Visits of a receiver without an account: begun with link and code in one browser, kept short, ended.

Whoever comes with a link is nobody until the code fits as well: what is refused stands in the trail as the
program's own. From then on every act stands under the receiver's name.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind
from referral.lifecycle import TERMINAL
from referral.model import State
from service.access import Act
from service.actions.links import LinkState, ask_sender, asked_no_more, lock_need_of, note, state_of
from service.actions.refusals import Suspended
from service.permissions import Actor, Role
from service.store.accounts import digest_of
from service.store.directory import link_behind, visit_behind
from service.store.organisations import is_suspended
from service.store.outside import (
    OutsideReceiverRow,
    ReceiverLinkRow,
    ReceiverVisitRow,
    find_link,
    find_outside_receiver,
    lock_link,
)
from service.store.referrals import ReferralRow, find_referral

MOST_WRONG = 5
"""Wrong codes until a link is locked: five of a hundred million."""
MOST_TOLD = 20
"""Refusals of one link that are written down: whoever holds a dead one cannot fill the trail."""
_CALL: Text = {
    "en": "Call the office outside: its link is locked",
    "es": "Llame a la oficina externa: su enlace quedó bloqueado",
}
_TELL: Text = {
    "en": "Call the office outside: it needs new digits",
    "es": "Llame a la oficina externa: necesita cifras nuevas",
}
IDLE = timedelta(minutes=20)
LONGEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of a token before its code is looked at."""

    organisation_id: uuid.UUID
    link_id: uuid.UUID
    code_hash: str | None


@dataclass(frozen=True, slots=True)
class Visitor:
    """A receiver who is in, and the visit."""

    actor: Actor
    visit_id: uuid.UUID
    ended: bool
    """Whether the referral has ended, so that its letter is not shown any more."""


def held(session: Session, token: str) -> Held | None:
    """Which link a token belongs to, good or not; None for none. Raises Suspended where its organisation is."""
    row = link_behind(session, token)
    if row is not None:
        _must_work(session, row.organisation_id)
    return None if row is None else Held(row.organisation_id, row.id, row.code_hash)


def begin(
    session: Session, found: Held, secret: str, *, fits: bool, act: Act, acting: Callable[[Actor], Act]
) -> bool:
    """Begin a visit under a fresh secret, if link and code are good; whether they were.

    `act` is the program's own: a refusal is written down as such. `fits`: whether the code is the one that
    `found` tells of.
    """
    link, referral = _locked(session, found)
    state = state_of(link, act.now)
    good = state is LinkState.LIVE and fits and link.code_hash == found.code_hash
    if not good or referral.state is State.ENTERED_IN_ERROR:
        _refuse(session, link, referral, state, act)
        return False
    receiver = _receiver(session, link)
    if link.code_asked_at is not None:
        asked_no_more(session, referral, act=act)
    link.code_hash, link.wrong_codes, link.code_asked_at = None, 0, None
    visit = ReceiverVisitRow(
        organisation_id=link.organisation_id,
        id=act.new_id(),
        link_id=link.id,
        secret_digest=digest_of(secret),
        started_at=act.now,
        seen_at=act.now,
    )
    session.add(visit)
    theirs = acting(_actor(receiver, referral))
    note(session, EventKind.LINK_OPENED, link, referral, act=theirs, session=str(visit.id))
    return True


def ask_code(session: Session, found: Held, *, act: Act) -> None:
    """Note that whoever holds the link asks for a fresh code: its sender is shown, and calls the number on file."""
    link, referral = _locked(session, found)
    shut = state_of(link, act.now) in {LinkState.LOCKED, LinkState.REVOKED} or referral.state in TERMINAL
    if shut or link.code_asked_at is not None:
        return
    link.code_asked_at = act.now
    ask_sender(session, referral, _TELL)
    note(session, EventKind.LINK_CODE_ASKED, link, referral, act=act)


def resume(session: Session, secret: str, *, now: datetime) -> Visitor | None:
    """Who this browser belongs to, or None: unknown, ended, idle, too long, or the link was shut since.

    Raises Suspended where the organisation that sent the link is.
    """
    visit = visit_behind(session, secret)
    if visit is None or now - visit.seen_at > IDLE or now - visit.started_at > LONGEST:
        return None
    _must_work(session, visit.organisation_id)
    link = find_link(session, visit.organisation_id, visit.link_id)
    if link is None or state_of(link, now) not in {LinkState.LIVE, LinkState.USED}:
        return None
    referral = _referral(session, link)
    if referral.state is State.ENTERED_IN_ERROR:
        return None
    actor = _actor(_receiver(session, link), referral)
    return Visitor(actor, visit.id, referral.state in TERMINAL)


def touch(session: Session, visitor: Visitor, *, act: Act) -> None:
    """Note that the visit is in use."""
    _visit(session, visitor).seen_at = act.now


def leave(session: Session, visitor: Visitor, *, act: Act) -> None:
    """End the visit: its browser opens nothing from now on."""
    visit = _visit(session, visitor)
    visit.ended_at = act.now
    link = session.get_one(ReceiverLinkRow, (visit.organisation_id, visit.link_id))
    note(session, EventKind.LINK_LEFT, link, _referral(session, link), act=act, session=str(visit.id))


def _must_work(session: Session, organisation_id: uuid.UUID) -> None:
    if is_suspended(session, organisation_id):
        raise Suspended


def _visit(session: Session, visitor: Visitor) -> ReceiverVisitRow:
    return session.get_one(ReceiverVisitRow, (visitor.actor.organisation_id, visitor.visit_id))


def _locked(session: Session, found: Held) -> tuple[ReceiverLinkRow, ReferralRow]:
    link = session.get_one(ReceiverLinkRow, (found.organisation_id, found.link_id))
    referral = _referral(session, link)
    lock_need_of(session, referral)
    lock_link(session, link)
    return link, referral


def _refuse(
    session: Session, link: ReceiverLinkRow, referral: ReferralRow, state: LinkState, act: Act
) -> None:
    link.wrong_codes += 1
    reason = "wrong code" if state is LinkState.LIVE else str(state)
    if link.wrong_codes <= MOST_TOLD:
        refused = EventKind.LINK_REFUSED
        note(session, refused, link, referral, act=act, reason=reason, count=link.wrong_codes)
    if state is LinkState.LIVE and link.wrong_codes >= MOST_WRONG:
        link.locked_at = act.now
        ask_sender(session, referral, _CALL)
        note(session, EventKind.LINK_LOCKED, link, referral, act=act, count=link.wrong_codes)


def _actor(receiver: OutsideReceiverRow, referral: ReferralRow) -> Actor:
    return Actor(
        receiver.id,
        receiver.organisation_id,
        Role.LINK,
        receiver.name,
        language=receiver.language,
        referral_id=referral.id,
    )


def _referral(session: Session, link: ReceiverLinkRow) -> ReferralRow:
    row = find_referral(session, link.organisation_id, link.referral_id)
    assert row is not None  # noqa: S101  a link's keys cannot point at nothing; this tells the type checker
    return row


def _receiver(session: Session, link: ReceiverLinkRow) -> OutsideReceiverRow:
    row = find_outside_receiver(session, link.organisation_id, link.receiver_id)
    assert row is not None  # noqa: S101  as above
    return row
