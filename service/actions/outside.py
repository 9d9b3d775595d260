"""Receivers without an account: adding one, and sending one a referral. Their links are in `links.py`.

A receiver is a person or an office with a name, a kind and ways to be reached, and belongs to one organisation.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.consent import NotPermitted, Permitted
from referral.events import EventKind, SubjectKind
from referral.model import Problem, Side, Step, Urgency
from referral.pathways import CRISIS
from referral.requirements import StepDetails
from service.access import Act
from service.actions import links, loop
from service.actions.choosing import Choice, choice_problems, told
from service.actions.committing import Beside
from service.actions.links import Minted, Sheet
from service.actions.receivers import Proposal, proposals
from service.actions.referrals import MOST_WORDS, client_of, consent_to_refer
from service.actions.saying import problem, refuse_any
from service.actions.taking import check_turn, reach
from service.kinds import ReceiverKind
from service.permissions import Permission
from service.store import audit
from service.store.outside import OutsideReceiverRow, find_outside_receiver
from service.store.referrals import ReferralRow

LANGUAGES = ("en", "es")
MOST_LETTERS = 120
FEWEST_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Outside:
    """A new receiver without an account. Codes are told by telephone; links go by e-mail or on paper."""

    name: str
    kind: ReceiverKind
    phone: str
    email: str = ""
    address: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class SendOutside:
    """To which receiver, known or new; and why to nobody inside."""

    receiver_id: uuid.UUID | None
    new: Outside | None
    choice: Choice


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of a draft needs, to send it outside."""

    known: tuple[Proposal, ...]
    """Best first, each with the reasons."""
    consent: Permitted | NotPermitted
    by_voice: bool
    """Whether it is about somebody in danger now: that is handed over by voice, never by a link."""


def offer(session: Session, referral: ReferralRow, known: tuple[Proposal, ...], *, act: Act) -> Offer:
    """Who outside could receive a draft that the caller reached, and whether it may go there."""
    consent = consent_to_refer(session, referral, client_of(session, referral, act), act=act, outside=True)
    return Offer(known, consent, _by_voice(referral))


def send(
    session: Session, referral_id: uuid.UUID, command: SendOutside, minted: Minted, *, act: Act
) -> Sheet:
    """Send a draft to a receiver without an account, and make the link that opens it.

    Raises Invalid naming every field that is wrong, Conflict, StepRefused.
    """
    row, need = reach(session, referral_id, Side.SENDER, act=act)
    check_turn(session, row, Step.SEND, Side.SENDER, act=act)
    client, choice = client_of(session, row, act), command.choice
    verdict = consent_to_refer(session, row, client, act=act, outside=True)
    offered = proposals(session, row, client, choice.wishes, act=act)
    chosen = next((each for each in offered.outside if each.receiver.id == command.receiver_id), None)
    refuse_any([*_problems(row, command), *_unsaid(choice, chosen), *_refused(verdict)], act)
    receiver = _chosen(session, command, act)
    row.receiver_id, row.receiver_reason = None, choice.words.strip()
    row.sent_at, row.sent_by = act.now, act.by.id
    details = StepDetails(
        str(act.by.id),
        act.now,
        receiver=str(receiver.id),
        consent_permitted=True,
        choice_reason=choice.code,
    )
    said = {**told(chosen, next(iter(offered.teams), None)), "receiver": str(receiver.id)}
    loop.take(session, row, need, Step.SEND, Side.SENDER, details, act=act, beside=Beside(said))
    return links.make(session, row, receiver, minted, act=act)


def _by_voice(referral: ReferralRow) -> bool:
    return referral.urgency is Urgency.IMMEDIATE or referral.pathway == CRISIS


def _problems(row: ReferralRow, command: SendOutside) -> list[Problem]:
    found = []
    if _by_voice(row):
        found.append(
            problem(
                "outside",
                "Somebody in danger now is handed over by voice, not by a link. Send it to the crisis team.",
                "A quien corre peligro se le deriva de viva voz, no con un enlace. Envíela al equipo de crisis.",
            )
        )
    if len(command.choice.words) > MOST_WORDS:
        found.append(_too_long("outside_reason", MOST_WORDS))
    if command.receiver_id is None:
        found += _wrong_receiver(command.new)
    return found


def _unsaid(choice: Choice, chosen: Proposal | None) -> Iterator[Problem]:
    return choice_problems(choice, chosen, asks_why=True, outside=True)


def _wrong_receiver(new: Outside | None) -> list[Problem]:
    if new is None or not new.name.strip():
        return [
            problem("name", "Choose an office, or name a new one.", "Elija una oficina o anote una nueva.")
        ]
    found = [
        _too_long(name, MOST_LETTERS)
        for name in ("name", "phone", "email", "address")
        if len(getattr(new, name)) > MOST_LETTERS
    ]
    if sum(letter.isdigit() for letter in new.phone) < FEWEST_DIGITS:
        english = "Give the telephone by which you will tell the code."
        found.append(problem("phone", english, "Anote el teléfono por el que dirá el código."))
    if new.email.strip() and not _is_address(new.email):
        found.append(problem("email", "This is not an e-mail address.", "Esto no es un correo electrónico."))
    if new.language not in LANGUAGES:
        found.append(problem("language", "Choose English or Spanish.", "Elija inglés o español."))
    return found


def _is_address(words: str) -> bool:
    name, at, domain = words.strip().partition("@")
    return bool(name and at and "." in domain) and words.strip().isprintable() and " " not in words.strip()


def _too_long(field: str, most: int) -> Problem:
    return problem(field, f"Use at most {most} characters.", f"Use {most} caracteres como máximo.")


def _refused(verdict: Permitted | NotPermitted) -> list[Problem]:
    return [] if isinstance(verdict, Permitted) else [Problem("outside_consent", verdict.reason.text)]


def _chosen(session: Session, command: SendOutside, act: Act) -> OutsideReceiverRow:
    if command.receiver_id is None and command.new is not None:
        return _add(session, command.new, act)
    known = command.receiver_id and find_outside_receiver(session, act.organisation_id, command.receiver_id)
    if not known or known.withdrawn_at is not None:
        refuse_any(_wrong_receiver(None), act)
    return known  # type: ignore[return-value]  # refused above where there is none


def add(session: Session, new: Outside, *, act: Act) -> uuid.UUID:
    """Put an office into the directory before anything is sent there. Raises Invalid naming every wrong field."""
    act.by.must(Permission.KEEP_RECEIVERS)
    refuse_any(_wrong_receiver(new), act)
    return _add(session, new, act).id


def _add(session: Session, new: Outside, act: Act) -> OutsideReceiverRow:
    row = OutsideReceiverRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        name=new.name.strip(),
        kind=new.kind,
        phone=new.phone.strip(),
        email=new.email.strip(),
        address=new.address.strip(),
        language=new.language,
        added_by=act.by.id,
        added_at=act.now,
    )
    session.add(row)
    session.flush()
    audit.append(session, act.event(EventKind.RECEIVER_ADDED, (SubjectKind.RECEIVER, row.id)))
    return row
