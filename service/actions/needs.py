"""What a person does about a need: open it by judgement, hand it over, choose another way, sign off, reopen.

Closing is in `closing.py`, attempts to reach people in `attempts.py`, the page's facts in `need_facts.py`.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.events import EventKind
from referral.model import Clock, ClosingReason, Side, Step, Urgency
from referral.needs import needs_sign_off
from referral.requirements import StepDetails
from service.access import Act, access_client, access_need
from service.actions import assessments, crisis, loop
from service.actions.committing import Beside, Words
from service.actions.need_checks import (
    note_problems,
    opening_problems,
    owner_problems,
    redirect_problems,
    signing_problems,
)
from service.actions.need_rows import (
    client_of,
    ended_attempt,
    next_draft,
    open_need,
    owners_for,
    write_event,
    write_note,
)
from service.actions.refusals import Conflict
from service.actions.saying import name_of, refuse_any, say
from service.kinds import NoteKind
from service.permissions import Permission
from service.store import overrides
from service.store.alerts import assessment_about
from service.store.clients import ClientRow
from service.store.needs import NeedRow, lock_need, open_need_on
from service.store.organisations import find_organisation
from service.store.referrals import ReferralRow, latest_referral

JUDGED = "judgement"
"""The rule that stands on an alert which a person raised without a screening."""

OPEN_ALREADY = {
    "en": "This need is open already; {name} looks after it.",
    "es": "Esta necesidad ya está abierta; {name} se hace cargo.",
}
_NO_SECOND = {
    "en": "No second person is needed below urgent.",
    "es": "Por debajo de urgente no hace falta una segunda persona.",
}
_SIGNED = {"en": "{name} has signed off already.", "es": "{name} ya lo firmó."}


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A need that a person sees without a screening. `owner_id` None is the person who opens it."""

    pathway: str
    urgency: Urgency | None
    reason: str
    owner_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Reassign:
    """Who owns the need from now on, and what they must know."""

    owner_id: uuid.UUID | None
    note: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """The next attempt to meet a need: another pathway, another team, or both. None keeps the pathway."""

    pathway: str | None = None
    receiver_id: uuid.UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """What a second person signs, and why they agree."""

    reason: ClosingReason = ClosingReason.NOT_REACHED
    note: str = ""


def open_by_judgement(session: Session, client_id: uuid.UUID, command: OpenNeed, *, act: Act) -> uuid.UUID:
    """Open a need that no screening found: from urgent on an assessment is due, an immediate one alerts.

    Raises Invalid naming every field, Conflict when the same need is open already and not less urgent.
    """
    client = access_client(session, client_id, act, Permission.SEND_REFERRAL)
    owners = {user.id: user.name for user in owners_for(session, client, act=act)}
    refuse_any(opening_problems(command, owners, act), act)
    urgency = command.urgency or Urgency.ROUTINE
    standing = open_need_on(session, act.organisation_id, client.id, command.pathway)
    if standing is not None and standing.urgency.at_least(urgency):
        raise Conflict(say(act, OPEN_ALREADY, name=name_of(session, standing.owner_id, act)))
    owner = command.owner_id or act.by.id
    need = loop.open_or_join(
        session,
        client,
        pathway=command.pathway,
        urgency=urgency,
        owner_id=owner,
        screening_id=None,
        act=act,
        wrote={"text": command.reason.strip()},
    )
    write_note(session, need, NoteKind.OPENED, command.reason, act=act)
    look_after(session, client, need, act=act)
    return need.id


def reassign(session: Session, need_id: uuid.UUID, command: Reassign, *, act: Act) -> None:
    """Hand the need to another person, with what they must know. Raises Invalid naming every field."""
    need = open_need(session, need_id, act, Permission.COORDINATE)
    owners = {user.id: user.name for user in owners_for(session, client_of(session, need, act), act=act)}
    problems = owner_problems(command.owner_id, need, owners)
    refuse_any([*problems, *note_problems("note", command.note, must=True)], act)
    before, need.owner_id = need.owner_id, command.owner_id or need.owner_id
    wrote = write_note(session, need, NoteKind.HANDOVER, command.note, act=act)
    change = (str(before), str(need.owner_id))
    write_event(session, need, EventKind.NEED_REASSIGNED, act=act, change=change, wrote=wrote)


def redirect(session: Session, need_id: uuid.UUID, command: Redirect, *, act: Act) -> uuid.UUID:
    """Start the next attempt after one that ended: a new draft, linked to it, under the same need.

    Raises Conflict while an attempt runs or its outcome is unread; Invalid for an unknown pathway or team.
    """
    need = open_need(session, need_id, act, Permission.COORDINATE)
    previous = ended_attempt(session, need, act)
    pathway = command.pathway or need.pathway
    refuse_any(redirect_problems(session, pathway, command.receiver_id, command.note, act=act), act)
    draft = next_draft(session, need, previous, pathway, act=act)
    draft.receiver_id, draft.receiver_reason = command.receiver_id, command.note.strip()
    need.second_person = None
    wrote = write_note(session, need, NoteKind.REDIRECT, command.note, act=act)
    write_event(
        session,
        need,
        EventKind.NEED_REDIRECTED,
        act=act,
        wrote=wrote,
        referral=str(draft.id),
        pathway=pathway,
        link_of=None if previous is None else str(previous.id),
    )
    return draft.id


def sign_off(session: Session, need_id: uuid.UUID, command: SignOff, *, act: Act) -> None:
    """A second person agrees that somebody at risk may be given up: nobody is by one person alone.

    Raises Conflict when none is needed or one has signed, Invalid when the same person reported it.
    """
    need = open_need(session, need_id, act, Permission.COORDINATE)
    if not overrides.highest_of(session, need).at_least(Urgency.URGENT):
        raise Conflict(say(act, _NO_SECOND))
    if need.second_person is not None:
        raise Conflict(say(act, _SIGNED, name=name_of(session, need.second_person, act)))
    refuse_any(signing_problems(command.reason, command.note), act)
    wrote = write_note(session, need, NoteKind.SIGN_OFF, command.note, act=act)
    latest = latest_referral(session, act.organisation_id, need.id)
    if latest is not None and needs_sign_off(latest.state, need.urgency) and latest.signed_off_by is None:
        _sign_the_step(session, need, latest, wrote, act)
    else:
        signed = EventKind.NEED_SIGNED_OFF
        write_event(session, need, signed, act=act, reason=str(command.reason), wrote=wrote)
    need.second_person = act.by.id


def reopen(session: Session, need_id: uuid.UUID, why: str, *, act: Act) -> uuid.UUID:
    """Open a closed need again with a new draft, linked to its last attempt; what was written stays written.

    Raises Conflict when it is open, or when another need on the same pathway is; Invalid without a reason.
    """
    need = access_need(session, need_id, act, Permission.COORDINATE)
    lock_need(session, need)
    standing = (
        need
        if need.closed_at is None
        else open_need_on(session, act.organisation_id, need.client_id, need.pathway)
    )
    if standing is not None:
        raise Conflict(say(act, OPEN_ALREADY, name=name_of(session, standing.owner_id, act)))
    refuse_any(note_problems("note", why, must=True), act)
    previous = latest_referral(session, act.organisation_id, need.id)
    owners = owners_for(session, client_of(session, need, act), act=act)
    # Open and without a deadline is a state that the database refuses: both change in one statement.
    with session.no_autoflush:
        _forget_the_closing(need, act)
        if need.owner_id not in {user.id for user in owners}:
            need.owner_id = act.by.id
        draft = next_draft(session, need, previous, need.pathway, act=act)
    wrote = write_note(session, need, NoteKind.REOPENED, why, act=act)
    write_event(session, need, EventKind.NEED_REOPENED, act=act, wrote=wrote, referral=str(draft.id))
    return draft.id


def look_after(session: Session, client: ClientRow, need: NeedRow, *, act: Act) -> None:
    """What cannot wait where a person judges a need urgent: the safety assessment; for an immediate one, the alert.

    An assessment that the screening behind the need asked for and nobody has made yet is that one, due no later.
    """
    if not need.urgency.at_least(Urgency.URGENT):
        return
    calendar = find_organisation(session, act.organisation_id).calendar
    due = act.definitions.due(need.pathway, need.urgency, Clock.SAFETY_ASSESSMENT, act.now, calendar=calendar)
    asked = (
        None
        if need.screening_id is None
        else assessment_about(session, need.organisation_id, need.screening_id)
    )
    if asked is not None and asked.done_at is None and need.screening_id is not None:
        assessments.ask_for(session, client, need.screening_id, due, act=act)
    else:
        assessments.ask_about(session, client, need, due, act=act)
    if need.urgency is Urgency.IMMEDIATE:
        crisis.call_for_help(session, client, need, rule=JUDGED, act=act)


def _sign_the_step(session: Session, need: NeedRow, referral: ReferralRow, wrote: Words, act: Act) -> None:
    reporter = None if referral.reported_by is None else str(referral.reported_by)
    details = StepDetails(by=str(act.by.id), now=act.now, reported_by=reporter)
    loop.take(
        session, referral, need, Step.SIGN_OFF, Side.SENDER, details, act=act, beside=Beside(words=wrote)
    )
    referral.signed_off_by = act.by.id
    loop.set_clocks(session, need, referral, act=act)


def _forget_the_closing(need: NeedRow, act: Act) -> None:
    need.closed_at = need.closed_by = need.closing_reason = None
    need.took_over = need.why_no_safety_plan = need.second_person = None
    need.reopened_at = act.now
