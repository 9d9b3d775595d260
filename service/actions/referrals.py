"""Referrals: sent by one side, worked by the other, each act a step of the lifecycle with one event.

Looking at one is in `referral_views.py`, the list in `queue.py`, the mechanics of a step in `taking.py`.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from instruments.model import Text, text_in
from referral.consent import NotPermitted, Permitted, may_cross, may_refer
from referral.events import Code
from referral.matching import ChoiceReason
from referral.model import Side, Step
from referral.requirements import StepDetails
from service.access import Act
from service.actions import loop
from service.actions.choosing import NO_CHOICE, Choice, choice_problems, told
from service.actions.committing import Beside
from service.actions.consents import facts_about, today_in
from service.actions.receivers import Proposal, proposals
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.actions.taking import (
    NOTHING,
    Referral,
    Said,
    check_turn,
    describe,
    is_repeated,
    reach,
    take_step,
)
from service.store.clients import ClientRow, find_client
from service.store.needs import NeedRow
from service.store.organisations import SiteRow, find_site
from service.store.packets import packet_of
from service.store.referrals import ReferralRow

MOST_WORDS = 1000

_TEAM: Text = {"en": "Choose a team of this pathway.", "es": "Elija un equipo de esta vía."}
_TOO_LONG: Text = {
    "en": "Use at most {most} characters; these are {found}.",
    "es": "Use {most} caracteres como máximo; aquí hay {found}.",
}


@dataclass(frozen=True, slots=True)
class Send:
    """To which team; and why, when it is not the first one proposed."""

    receiver_id: uuid.UUID
    choice: Choice = NO_CHOICE


def consent_to_refer(
    session: Session, row: ReferralRow, client: ClientRow, *, act: Act, outside: bool | None = None
) -> Permitted | NotPermitted:
    """Whether this referral may be sent today, and why: inside the organisation, or to where it went already."""
    packet = packet_of(session, row.organisation_id, row.id) if outside is None and row.went_outside else None
    outside = row.went_outside if outside is None else outside
    facts = facts_about(session, client, act=act)
    if packet is not None:
        return may_cross(facts, row.pathway, str(packet.to_id), today_in(session, act))
    return may_refer(facts, row.pathway, row.urgency, today_in(session, act), outside=outside)


def send(session: Session, referral_id: uuid.UUID, command: Send, *, act: Act) -> Referral:
    """Send a draft to a team of its pathway.

    Raises Invalid naming every field that is wrong (receiver_id, reason, consent), Conflict, StepRefused.
    """
    row, need = reach(session, referral_id, Side.SENDER, act=act)
    if is_repeated(session, row, Step.SEND, NOTHING, act=act) and row.receiver_id == command.receiver_id:
        return describe(session, row, act=act)
    check_turn(session, row, Step.SEND, Side.SENDER, act=act)
    client = client_of(session, row, act)
    verdict = consent_to_refer(session, row, client, act=act)
    offered = proposals(session, row, client, command.choice.wishes, act=act).teams
    problems = [*_wrong_receiver(offered, command, act), *_no_consent(verdict, act)]
    team = find_site(session, act.organisation_id, command.receiver_id)
    if problems or team is None:
        raise Invalid(*problems)
    _send(session, row, need, team, _sending(offered, command), act)
    return describe(session, row, act=act)


def send_now(session: Session, referral: ReferralRow, need: NeedRow, receiver: SiteRow, *, act: Act) -> None:
    """Send a draft without asking, because life is at risk now; raises Invalid when consent forbids it.

    For the crisis path alone: the caller has reached the client and holds the rows.
    """
    verdict = consent_to_refer(session, referral, client_of(session, referral, act), act=act)
    problems = _no_consent(verdict, act)
    if problems:
        raise Invalid(*problems)
    _send(session, referral, need, receiver, _Sending(), act)


@dataclass(frozen=True, slots=True)
class _Sending:
    """What is kept of a choice: a coded reason and facts in the trail, words sealed beside the referral."""

    why: ChoiceReason | None = None
    words: str = ""
    facts: Mapping[str, Code] = field(default_factory=dict)


def _sending(offered: Sequence[Proposal], command: Send) -> _Sending:
    chosen, first = _chosen(offered, command), offered[0]
    why = None if chosen is first else command.choice.code
    return _Sending(why, command.choice.words.strip(), told(chosen, first))


def _send(
    session: Session, row: ReferralRow, need: NeedRow, team: SiteRow, sending: _Sending, act: Act
) -> None:
    row.receiver_id, row.receiver_reason = team.id, sending.words
    row.sent_at, row.sent_by = act.now, act.by.id
    details = StepDetails(
        str(act.by.id), act.now, receiver=str(team.id), consent_permitted=True, choice_reason=sending.why
    )
    said = {**sending.facts, "receiver": str(team.id)}
    loop.take(session, row, need, Step.SEND, Side.SENDER, details, act=act, beside=Beside(said))


def client_of(session: Session, row: ReferralRow, act: Act) -> ClientRow:
    """The client whom a referral is about."""
    client = find_client(session, act.organisation_id, row.client_id)
    if client is None:
        message = "a referral without its client"
        raise LookupError(message)
    return client


def _chosen(offered: Sequence[Proposal], command: Send) -> Proposal | None:
    return next((each for each in offered if each.receiver.id == command.receiver_id), None)


def _wrong_receiver(offered: Sequence[Proposal], command: Send, act: Act) -> list[FieldProblem]:
    chosen = _chosen(offered, command)
    if chosen is None:
        names = ", ".join(each.receiver.name for each in offered)
        return [FieldProblem("receiver_id", say(act, _TEAM), found=str(command.receiver_id), allowed=names)]
    if len(command.choice.words) > MOST_WORDS:
        return [_too_long("reason", command.choice.words, act)]
    found = choice_problems(command.choice, chosen, asks_why=chosen is not offered[0])
    return [FieldProblem(each.field, say(act, each.text), found="nothing") for each in found]


def _too_long(field: str, text: str, act: Act) -> FieldProblem:
    most, found = str(MOST_WORDS), str(len(text))
    return FieldProblem(field, say(act, _TOO_LONG, most=most, found=found), found=found, allowed=most)


def _no_consent(verdict: Permitted | NotPermitted, act: Act) -> list[FieldProblem]:
    if isinstance(verdict, Permitted):
        return []
    words = {"en": "The referral stays a draft.", "es": "La derivación queda en borrador."}
    language = act.by.language
    return [FieldProblem("consent", f"{text_in(verdict.reason.text, language)} {text_in(words, language)}")]


def _claimed(row: ReferralRow, _said: Said, act: Act) -> None:
    row.claimed_at, row.claimed_by = act.now, act.by.id


def _released(row: ReferralRow, _said: Said, _act: Act) -> None:
    row.claimed_at = row.claimed_by = None


def _accepted(row: ReferralRow, said: Said, act: Act) -> None:
    row.accepted_at, row.accepted_by = act.now, act.by.id
    if row.claimed_by is None:
        _claimed(row, said, act)


def _declined(row: ReferralRow, said: Said, _act: Act) -> None:
    row.decline_note = said.note.strip()


def _seen(row: ReferralRow, said: Said, _act: Act) -> None:
    row.handoff_note = said.note.strip()


def _reported(row: ReferralRow, said: Said, act: Act) -> None:
    row.outcome_note, row.reported_by = said.note.strip(), act.by.id


_KEEP: Mapping[Step, Callable[[ReferralRow, Said, Act], None]] = {
    Step.CLAIM: _claimed,
    Step.RELEASE: _released,
    Step.ACCEPT: _accepted,
    Step.DECLINE: _declined,
    Step.RECORD_ATTENDED: _seen,
    Step.REPORT_OUTCOME: _reported,
    Step.REPORT_NOT_REACHED: _reported,
}

TAKEN_HERE = tuple(step for step in Step if step not in {Step.SEND, Step.SIGN_OFF, Step.READ_OUTCOME})
"""The steps that `take` takes: sending needs a receiver, reading may close the need, signing off is the need's."""


def take(session: Session, referral_id: uuid.UUID, step: Step, said: Said = NOTHING, *, act: Act) -> Referral:
    """Take one step of TAKEN_HERE and answer where the referral stands; said twice, it is done once.

    Raises NotFound, NotAllowed for the other side, Conflict naming who was first, StepRefused out of order,
    and Invalid naming every coded reason, date or number of attempts that is missing.
    """
    if len(said.note) > MOST_WORDS:
        raise Invalid(_too_long("note", said.note, act))
    row = take_step(session, referral_id, step, said, act=act, keep=_KEEP.get(step))
    session.flush()
    return describe(session, row, act=act)
