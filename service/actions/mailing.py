"""Telling by e-mail what the pages tell already: alerts, deadlines that passed, packets, a review that is open.

A person gets one message for each alert and rung, and at most one an hour about deadlines, one about packets; what is
urgent does not wait for the hour.
Whoever takes a message on holds it for a while, so that two machines do not send it twice; what was not taken is
tried again. Nothing here changes an alert, a need or a referral, and no ladder waits for a mail server.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.items import waits
from referral.model import Urgency
from service.access import Act
from service.kinds import Standing, ToldAbout
from service.store import audit
from service.store.accounts import UserRow
from service.store.alerts import AlertRow, find_alert
from service.store.items import find_request
from service.store.mailing import first_to_mail, last_mailed, tellings_with, together_with
from service.store.misses import TellingRow
from service.store.needs import NeedRow, find_need
from service.store.packets import PacketInRow, find_in
from service.store.referrals import ReferralRow, find_referral

HELD = timedelta(minutes=2)
"""How long whoever took a message on has for it; several times what a silent server is waited for."""
AGAIN = tuple(timedelta(seconds=each) for each in (30, 60, 120, 240, 480, 900))
"""When a message that was not taken is tried again; the last one over and over."""
GIVEN_UP = timedelta(days=1)
"""After this nobody is helped by the message any more; the page says since when it waits."""
APART = timedelta(hours=1)
"""Between two messages to the same person about deadlines, or about packets, unless something urgent is among them."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person, about an alert, deadlines or packets. `key` stays the same for each try."""

    to: str
    language: str
    about: ToldAbout
    tellings: tuple[uuid.UUID, ...]
    key: str


def take_one(session: Session, *, act: Act) -> Mail | None:
    """The message that presses most, held for whoever sends it now; None where none is due."""
    while (found := first_to_mail(session, act.organisation_id, act.now)) is not None:
        row, user = found
        rows = _to_send(session, row, user, act)
        if rows:
            for each in rows:
                each.mail_at, each.mail_tries = act.now + HELD, each.mail_tries + 1
            return Mail(user.email, user.language, row.about, tuple(each.id for each in rows), rows[0].id.hex)
        session.flush()
    return None


def taken(session: Session, mail: Mail, *, act: Act) -> None:
    """The server took it: whoever it is for is not written to again about the same."""
    rows = tellings_with(session, act.organisation_id, mail.tellings)
    for row in rows:
        row.mail_at, row.mailed_at = None, act.now
    _note(session, EventKind.MESSAGE_SENT, rows, act)


def not_taken(session: Session, mail: Mail, *, act: Act) -> None:
    """The server did not: it is tried again later. The first time is written down, not each."""
    rows = tellings_with(session, act.organisation_id, mail.tellings)
    for row in rows:
        row.mail_at = act.now + AGAIN[min(row.mail_tries, len(AGAIN)) - 1]
    if rows and rows[0].mail_tries == 1:
        _note(session, EventKind.MESSAGE_NOT_TAKEN, rows, act)


def _to_send(session: Session, row: TellingRow, user: UserRow, act: Act) -> Sequence[TellingRow]:
    """What one message would be about; what needs none any more, or must wait for the hour, is put aside."""
    alert = row.about is ToldAbout.ALERT
    rows = [row] if alert else [row, *together_with(session, row, act.now)]
    found = []
    for each in rows:
        if not user.active or _over(session, each, act):
            each.mail_at = None
        else:
            found.append(each)
    last = None if alert else last_mailed(session, row)
    if last is None or last + APART <= act.now or any(_presses(session, each) for each in found):
        return found
    for each in found:
        each.mail_at = last + APART
    return []


def _presses(session: Session, row: TellingRow) -> bool:
    """Whether it is about something urgent, which waits for no hour."""
    about = _behind(session, row)
    return about is not None and about.urgency.rank <= Urgency.URGENT.rank


def _behind(session: Session, row: TellingRow) -> PacketInRow | NeedRow | ReferralRow | None:
    """What a telling is about, with its urgency."""
    if row.about is ToldAbout.ITEMS:
        request = find_request(session, row.organisation_id, row.subject_id)
        return None if request is None else find_referral(session, row.organisation_id, request.referral_id)
    find = find_in if row.about is ToldAbout.PACKET else find_need
    return find(session, row.organisation_id, row.subject_id)


def _over(session: Session, row: TellingRow, act: Act) -> bool:
    """Whether there is nothing to tell any more: somebody acted, or a day has gone by."""
    if row.told_at + GIVEN_UP <= act.now:
        return True
    if row.about is ToldAbout.ALERT:
        alert = find_alert(session, act.organisation_id, row.subject_id)
        return alert is None or alert.closed_at is not None or _was_answered(alert, row)
    if row.about is ToldAbout.REVIEW:
        return row.seen_at is not None
    if row.about is ToldAbout.PACKET:
        packet = find_in(session, act.organisation_id, row.subject_id)
        return packet is None or packet.standing is not Standing.WAITING
    if row.about is ToldAbout.ITEMS:
        return not _is_asked(session, row)
    need = find_need(session, act.organisation_id, row.subject_id)
    return need is None or need.closed_at is not None or need.due_at != row.since


def _was_answered(alert: AlertRow, row: TellingRow) -> bool:
    """Whether somebody acknowledged it since: what is told of one that nobody ended counts from that moment."""
    return alert.acknowledged_at is not None and row.since == alert.raised_at


def _is_asked(session: Session, row: TellingRow) -> bool:
    """Whether the request for single answers still waits: it ends with its referral."""
    request = find_request(session, row.organisation_id, row.subject_id)
    referral = None if request is None else find_referral(session, row.organisation_id, request.referral_id)
    return request is not None and referral is not None and waits(request.state, referral.state)


def _note(session: Session, kind: EventKind, rows: Sequence[TellingRow], act: Act) -> None:
    for first in rows[:1]:
        told = (str(first.user_id),)
        if first.about is ToldAbout.ALERT:
            subject = (SubjectKind.ALERT, first.subject_id)
            event = act.event(
                kind, subject, client=first.client_id, channel="email", told=told, rung=first.rung
            )
        else:
            subject = (SubjectKind.ACCOUNT, first.user_id)
            event = act.event(kind, subject, channel="email", told=told, count=len(rows))
        audit.append(session, event)
