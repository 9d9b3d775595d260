"""What the page of one need shows is gathered here; the shape of it is in `need_view.py`."""

import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.lifecycle import OPEN
from referral.model import Disposition, Problem
from service.access import Act, access_need
from service.actions.alerts_ended import of_client
from service.actions.assessments import FOLLOWED_BY, concluded_for
from service.actions.board_cards import Tried, course_of, receiver_names, tried_of
from service.actions.clients import describe
from service.actions.closing import CloseNeed, stands_against
from service.actions.directory import entries, wait_words
from service.actions.items_view import of_need
from service.actions.need_rows import client_of, owners_for
from service.actions.need_view import (
    AssessmentLine,
    Closed,
    NeedView,
    Note,
    Other,
    Person,
    ReferralLine,
    Safety,
    Way,
)
from service.actions.override_view import changes_of
from service.actions.postponing import latest_of
from service.actions.saying import name_of
from service.permissions import Permission
from service.store import audit
from service.store.alerts import SafetyAssessmentRow, assessments_of, live_alert_on
from service.store.board import last_attempts
from service.store.needs import NeedRow, needs_of, notes_about
from service.store.organisations import find_site
from service.store.overrides import highest_of
from service.store.referrals import ReferralRow, referrals_for
from service.store.screenings import decisions_of

LATE_ENTRY = timedelta(days=1)

_CONCLUDED: Mapping[Disposition, Text] = {
    Disposition.FURTHER_EVALUATION: {
        "en": "The safety assessment found that a further evaluation is needed.",
        "es": "La evaluación de seguridad indicó que hace falta una evaluación más completa.",
    },
    Disposition.IMMINENT: {
        "en": "The safety assessment found imminent risk.",
        "es": "La evaluación de seguridad indicó un riesgo inminente.",
    },
}


def show(session: Session, need_id: uuid.UUID, *, act: Act) -> NeedView:
    """One need with everything around it, for the sending side; seeing it is an event."""
    need = access_need(session, need_id, act, Permission.SEND_REFERRAL)
    _note_look(session, need, act)
    rows = referrals_for(session, act.organisation_id, [need.id])
    client, teams = client_of(session, need, act), receiver_names(session, rows, act=act)
    pathway = act.definitions.pathways.get(need.pathway)
    return NeedView(
        id=need.id,
        client=describe(session, client, act=act),
        pathway=need.pathway,
        pathway_name=pathway.name,
        while_waiting=pathway.while_waiting,
        urgency=need.urgency,
        owner_id=need.owner_id,
        owner=name_of(session, need.owner_id, act),
        opened_at=need.opened_at,
        screening_id=need.screening_id,
        next_actor=need.next_actor,
        next_step=need.next_step,
        due_at=need.due_at,
        postponed_for=need.postponed_for,
        postpone_until=latest_of(session, need, act=act),
        course=course_of(need, rows[-1] if rows else None, teams),
        referrals=tuple(_referral(session, row, teams, act) for row in rows),
        attempts=_attempts(session, need, act),
        minimum_attempts=pathway.minimum_attempts,
        notes=_notes(session, need, act),
        reasons=_reasons(session, need, act),
        safety=_safety(session, need, act),
        second_person=name_of(session, need.second_person, act),
        closed=_closed(session, need, act),
        owners=tuple(Person(each.id, each.name, each.role) for each in owners_for(session, client, act=act)),
        ways=_ways(session, act),
        others=_others(session, need, act),
        problems=_missing(session, need, act),
        changes=changes_of(session, need, act=act),
        highest=highest_of(session, need),
        items=of_need(session, need, rows[-1].id if rows else None, act=act),
    )


def _note_look(session: Session, need: NeedRow, act: Act) -> None:
    subject = (SubjectKind.NEED, need.id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, client=need.client_id, view="need"))


def _attempts(session: Session, need: NeedRow, act: Act) -> tuple[Tried, ...]:
    return tuple(tried_of(row, by) for row, by in last_attempts(session, act.organisation_id, [need.id]))


def _safety(session: Session, need: NeedRow, act: Act) -> Safety:
    live = live_alert_on(session, act.organisation_id, need.id)
    concluded = concluded_for(session, need, act=act)
    ended = (each for each in of_client(session, need.client_id, act=act) if each.need_id == need.id)
    return Safety(
        _assessments(session, need, act), concluded, None if live is None else live.id, tuple(ended)
    )


def _closed(session: Session, need: NeedRow, act: Act) -> Closed | None:
    if need.closed_at is None or need.closing_reason is None:
        return None
    by = name_of(session, need.closed_by, act)
    return Closed(need.closed_at, by, need.closing_reason, need.took_over or "")


def _referral(
    session: Session, row: ReferralRow, teams: Mapping[uuid.UUID | None, str], act: Act
) -> ReferralLine:
    team = None if row.receiver_id is None else find_site(session, act.organisation_id, row.receiver_id)
    return ReferralLine(
        id=row.id,
        number=row.number,
        pathway=act.definitions.pathways.get(row.pathway).name,
        receiver=teams.get(row.receiver_id or row.id, ""),
        receiver_phone="" if team is None else team.phone,
        state=row.state,
        state_since=row.state_since,
        opened_at=row.opened_at,
        sent_at=row.sent_at,
        appointment_at=row.appointment_at,
        decline_reason=row.decline_reason,
        outcome=row.outcome,
        words=row.outcome_note or row.decline_note,
        outcome_read_at=row.outcome_read_at,
        signed_off_by=name_of(session, row.signed_off_by, act),
        running=row.state in OPEN,
    )


def _notes(session: Session, need: NeedRow, act: Act) -> tuple[Note, ...]:
    return tuple(
        Note(row.kind, row.made_at, name_of(session, row.made_by, act), row.text, row.took_over)
        for row in notes_about(session, act.organisation_id, need.id)
    )


def _reasons(session: Session, need: NeedRow, act: Act) -> tuple[Text, ...]:
    decisions = (
        () if need.screening_id is None else decisions_of(session, act.organisation_id, need.screening_id)
    )
    told = [reason["text"] for each in decisions if each.need_id == need.id for reason in each.reasons]
    done = assessments_of(session, act.organisation_id, need.client_id)
    return (*told, *(_CONCLUDED[row.disposition] for row in done if row.disposition and _led_here(row, need)))


def _led_here(row: SafetyAssessmentRow, need: NeedRow) -> bool:
    """Whether what an assessment found opened this need, or joined it."""
    followed_by = None if row.disposition is None else FOLLOWED_BY.get(row.disposition)
    if row.done_at is None or need.pathway != followed_by:
        return False
    asked_together = row.screening_id is not None and row.screening_id == need.screening_id
    # A finding that was written down later counts from when it was found, before the need it opened.
    within_it = need.opened_at - LATE_ENTRY <= row.done_at <= (need.closed_at or row.done_at)
    return asked_together or within_it


def _assessments(session: Session, need: NeedRow, act: Act) -> tuple[AssessmentLine, ...]:
    return tuple(
        AssessmentLine(
            row.screening_id,
            row.need_id,
            row.due_at,
            row.done_at,
            name_of(session, row.done_by, act),
            row.disposition,
            row.took_over or "",
            row.safety_plan,
        )
        for row in assessments_of(session, act.organisation_id, need.client_id)
        if row.done_at is None or row.done_at >= need.since or row.screening_id == need.screening_id
    )


def _ways(session: Session, act: Act) -> tuple[Way, ...]:
    """Every pathway with its teams: who has no place comes last, and says until when."""
    teams = [each for each in entries(session, act=act) if each.kind is None]
    teams.sort(key=lambda each: (each.offer.has_no_place, each.wait.order, each.name))
    return tuple(
        Way(
            each.id,
            each.name,
            tuple((team.id, team.name, wait_words(team)) for team in teams if each.id in team.offer.pathways),
        )
        for each in act.definitions.pathways.all()
    )


def _others(session: Session, need: NeedRow, act: Act) -> tuple[Other, ...]:
    return tuple(
        Other(row.id, act.definitions.pathways.get(row.pathway).name, row.urgency)
        for row in needs_of(session, act.organisation_id, need.client_id)
        if row.id != need.id and row.closed_at is None
    )


def _missing(session: Session, need: NeedRow, act: Act) -> tuple[Problem, ...]:
    """What closing this need will ask for beyond its reason, so that nobody is surprised at the end."""
    if need.closed_at is not None:
        return ()
    found = stands_against(session, need, CloseNeed(None), act=act)
    return tuple(each for each in found if each.field not in {"reason", "closed_by"})
