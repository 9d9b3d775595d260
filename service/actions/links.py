"""Links that open one referral to a receiver without an account: made, given fresh codes, sent anew, taken back.

A link alone opens nothing: a code that was told another way must come with it, and each code opens once. Opening
is in `visits.py`. Of token and code only digests are kept; both are made by the edge, and shown once.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.entries import moment_text
from referral.events import Code, EventKind, SubjectKind
from referral.lifecycle import OPEN, Actor
from referral.model import Side
from service.access import Act
from service.actions import loop
from service.actions.refusals import Conflict
from service.actions.saying import name_of, say
from service.actions.taking import reach
from service.kinds import ReceiverKind
from service.store import audit
from service.store.accounts import digest_of
from service.store.needs import NeedRow, lock_need
from service.store.outside import (
    OutsideReceiverRow,
    ReceiverLinkRow,
    find_outside_receiver,
    link_of,
    lock_link,
    visits_of,
)
from service.store.referrals import ReferralRow

_NONE: Text = {
    "en": "This referral has no link that could be changed.",
    "es": "Esta derivación no tiene un enlace que se pueda cambiar.",
}
_OVER: Text = {
    "en": "This referral has ended, so no link opens it any more.",
    "es": "Esta derivación terminó, así que ningún enlace la abre ya.",
}
_SHUT: Text = {
    "en": "This link was locked or taken back. Make a new one.",
    "es": "Este enlace quedó bloqueado o se retiró. Haga uno nuevo.",
}


class LinkState(StrEnum):
    """What a link would do with the right code, now."""

    LIVE = "live"
    USED = "code used"
    LOCKED = "locked"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Minted:
    """What the edge made for a link: its token, the hash of its code, and for how long it is to be good."""

    token: str
    code_hash: str
    days: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the sender passes on after a link or a code was made, beside the two secrets that only the edge knows."""

    referral_id: uuid.UUID
    number: str
    receiver: str
    phone: str
    email: str
    address: str
    language: str
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkView:
    """How things stand with a referral's link, for its sender."""

    receiver: str
    kind: ReceiverKind
    phone: str
    state: LinkState
    made_by: str
    made_at: datetime
    until: datetime
    wrong_codes: int
    code_asked_at: datetime | None
    visits: tuple[datetime, ...]
    may_change: bool
    """Whether the referral still runs, so that a fresh code or a new link would lead somewhere."""


def state_of(link: ReceiverLinkRow, now: datetime) -> LinkState:
    """What the link would do with the right code."""
    shut = (
        (link.revoked_at is not None, LinkState.REVOKED),
        (link.locked_at is not None, LinkState.LOCKED),
        (link.expires_at <= now, LinkState.EXPIRED),
        (link.code_hash is None, LinkState.USED),
    )
    return next((state for holds, state in shut if holds), LinkState.LIVE)


def make(
    session: Session, referral: ReferralRow, receiver: OutsideReceiverRow, minted: Minted, *, act: Act
) -> Sheet:
    """A link for a referral that the caller reached and holds."""
    row = ReceiverLinkRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        referral_id=referral.id,
        receiver_id=receiver.id,
        token_digest=digest_of(minted.token),
        made_by=act.by.id,
        made_at=act.now,
        expires_at=act.now + timedelta(days=minted.days),
        code_hash=minted.code_hash,
        code_made_at=act.now,
        wrong_codes=0,
    )
    session.add(row)
    session.flush()
    asked_no_more(session, referral, act=act)
    note(session, EventKind.LINK_MADE, row, referral, act=act, until=moment_text(row.expires_at))
    return _sheet(referral, receiver, row)


def resend(session: Session, referral_id: uuid.UUID, minted: Minted, *, act: Act) -> Sheet:
    """A new link to the same receiver; the one before opens nothing from now on. Raises Conflict where none was."""
    referral, row = _running(session, referral_id, act)
    if row.revoked_at is None:
        _take_back(session, row, referral, act)
    return make(session, referral, _receiver(session, row), minted, act=act)


def sent(session: Session, referral_id: uuid.UUID, *, act: Act) -> None:
    """Note that the message with the link was taken by the mail server."""
    referral, _need = reach(session, referral_id, Side.SENDER, act=act)
    note(session, EventKind.LINK_SENT, _newest(session, referral, act), referral, act=act, channel="email")


def fresh_code(session: Session, referral_id: uuid.UUID, code_hash: str, days: int, *, act: Act) -> Sheet:
    """A fresh code for the same link, which is good for as long again. Raises Conflict for one that was shut."""
    referral, row = _running(session, referral_id, act)
    if state_of(row, act.now) in {LinkState.LOCKED, LinkState.REVOKED}:
        raise Conflict(say(act, _SHUT))
    row.code_hash, row.code_made_at, row.wrong_codes = code_hash, act.now, 0
    row.code_asked_at, row.expires_at = None, act.now + timedelta(days=days)
    asked_no_more(session, referral, act=act)
    note(session, EventKind.LINK_CODE_MADE, row, referral, act=act, until=moment_text(row.expires_at))
    return _sheet(referral, _receiver(session, row), row)


def revoke(session: Session, referral_id: uuid.UUID, *, act: Act) -> None:
    """Take the link back: it opens nothing from now on, and whoever is in is out. Said twice, it is done once."""
    referral, _need = reach(session, referral_id, Side.SENDER, act=act)
    row = _newest(session, referral, act)
    if row.revoked_at is None:
        _take_back(session, row, referral, act)


def view(session: Session, referral: ReferralRow, *, act: Act) -> LinkView | None:
    """How things stand with the link of a referral that the caller reached; None where it has none."""
    row = link_of(session, act.organisation_id, referral.id)
    if row is None:
        return None
    receiver = _receiver(session, row)
    visits = visits_of(session, act.organisation_id, row.id)
    return LinkView(
        receiver=receiver.name,
        kind=receiver.kind,
        phone=receiver.phone,
        state=state_of(row, act.now),
        made_by=name_of(session, row.made_by, act),
        made_at=row.made_at,
        until=row.expires_at,
        wrong_codes=row.wrong_codes,
        code_asked_at=row.code_asked_at,
        visits=tuple(each.started_at for each in visits),
        may_change=referral.state in OPEN,
    )


def ask_sender(session: Session, referral: ReferralRow, what: Text) -> None:
    """Make it the owner's next step to do something about the link; the need's deadline stays as it is."""
    need = _need(session, referral)
    if need.closed_at is None:
        need.next_actor, need.next_step = Actor.SENDER, dict(what)
        referral.next_actor = Actor.SENDER


def asked_no_more(session: Session, referral: ReferralRow, *, act: Act) -> None:
    """The next step is again what the referral's state says."""
    loop.set_clocks(session, _need(session, referral), referral, act=act)


def lock_need_of(session: Session, referral: ReferralRow) -> None:
    """Wait for whoever works on the need; needs are locked before links, by everybody."""
    lock_need(session, _need(session, referral))


def note(
    session: Session,
    kind: EventKind,
    row: ReceiverLinkRow,
    referral: ReferralRow,
    /,
    *,
    act: Act,
    **more: Code,
) -> None:
    """Write down what happened to a link, under the client whom its referral is about."""
    facts: dict[str, Code] = {"referral": str(referral.id), "receiver": str(row.receiver_id), **more}
    reason = facts.pop("reason", None)
    told = None if reason is None else str(reason)
    subject = (SubjectKind.LINK, row.id)
    event = act.event(kind, subject, client=referral.client_id, reason=told, details=facts)
    audit.append(session, event)


def _need(session: Session, referral: ReferralRow) -> NeedRow:
    return session.get_one(NeedRow, (referral.organisation_id, referral.need_id))


def _running(session: Session, referral_id: uuid.UUID, act: Act) -> tuple[ReferralRow, ReceiverLinkRow]:
    referral, _need = reach(session, referral_id, Side.SENDER, act=act)
    row = _newest(session, referral, act)
    if referral.state not in OPEN:
        raise Conflict(say(act, _OVER))
    return referral, row


def _newest(session: Session, referral: ReferralRow, act: Act) -> ReceiverLinkRow:
    row = link_of(session, act.organisation_id, referral.id)
    if row is None:
        raise Conflict(say(act, _NONE))
    lock_link(session, row)
    return row


def _take_back(session: Session, row: ReceiverLinkRow, referral: ReferralRow, act: Act) -> None:
    row.revoked_at, row.revoked_by = act.now, act.by.id
    session.flush()
    note(session, EventKind.LINK_REVOKED, row, referral, act=act)


def _receiver(session: Session, row: ReceiverLinkRow) -> OutsideReceiverRow:
    found = find_outside_receiver(session, row.organisation_id, row.receiver_id)
    assert found is not None  # noqa: S101  a link's keys cannot point at nothing; this tells the type checker
    return found


def _sheet(referral: ReferralRow, to: OutsideReceiverRow, row: ReceiverLinkRow) -> Sheet:
    return Sheet(
        referral.id, referral.number, to.name, to.phone, to.email, to.address, to.language, row.expires_at
    )
