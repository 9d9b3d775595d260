"""What the alert page shows: what to do, who is told and when, whom to call, why. Answering is elsewhere."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from instruments.model import Item, Text
from referral.events import EventKind, SubjectKind
from referral.model import Disposition
from referral.pathways import CRISIS, ProtocolStep, Resources, Rung, escalations
from service.access import Act, access_alert
from service.actions import escalating, unended
from service.actions.clients import Client, describe
from service.actions.forms import Form, forms_of, results_of
from service.actions.saying import name_of
from service.permissions import RECEIVING, Permission, Role
from service.store import audit, trail
from service.store.accounts import people_of
from service.store.alerts import AlertRow, assessment_about
from service.store.clients import ClientRow, find_client
from service.store.misses import TellingRow, tellings_about
from service.store.organisations import find_organisation
from service.store.referrals import latest_referral
from service.store.screenings import decisions_of, find_screening


class Heard(StrEnum):
    """Where one person on the ladder stands."""

    SEEN = "seen"
    SHOWN = "shown"
    NEXT = "next"
    SPARED = "spared"


@dataclass(frozen=True, slots=True)
class Told:
    """One person on the ladder: from when the alert is put before them, and whether they opened it."""

    name: str
    title: str
    role: Role
    text: Text
    heard: Heard
    at: datetime
    mailed_at: datetime | None = None
    """When an e-mail to them was taken."""
    mail_waits: bool = False
    """The mail server did not take one yet; it is tried again."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One answer behind the alert, in the words of the question. `answer` None is a refusal."""

    instrument: str
    item: Item
    answer: Text | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Ending:
    """How the alert ended."""

    at: datetime
    by: str
    took_over: str
    safety_steps: str
    disposition: Disposition | None
    took_over_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlertView:
    """Everything that the one loud page shows. `answers` is None for those who may not read answers."""

    id: uuid.UUID
    client: Client
    need_id: uuid.UUID
    referral_id: uuid.UUID | None
    """The referral behind it, for whoever works on that."""
    screening_id: uuid.UUID | None
    place: str
    rule: str
    raised_at: datetime
    due_at: datetime
    next_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    mine: bool
    protocol: tuple[ProtocolStep, ...]
    told: tuple[Told, ...]
    reasons: tuple[Text, ...]
    answers: tuple[Behind, ...] | None
    resources: Resources
    crisis_phone: str
    assessed_at: datetime | None
    ending: Ending | None


def show(session: Session, alert_id: uuid.UUID, *, act: Act, refresh: bool = False) -> AlertView:
    """The alert as its page shows it; opening it is an event, redrawing its clock is not."""
    row = access_alert(session, alert_id, act, Permission.ANSWER_ALERT)
    client = find_client(session, act.organisation_id, row.client_id)
    if client is None:
        message = "an alert without its client"
        raise LookupError(message)
    if not refresh:
        subject = (SubjectKind.ALERT, row.id)
        audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, client=row.client_id, view="alert"))
    return _view(session, row, client, act)


def _view(session: Session, row: AlertRow, client: ClientRow, act: Act) -> AlertView:
    ladder = escalations(act.definitions.pathways.get(CRISIS), row.raised_at)
    ended_at = row.acknowledged_at or row.closed_at
    to_come = [at for at, _rung in ladder if at > act.now] if ended_at is None else []
    assessment = (
        None if row.screening_id is None else assessment_about(session, act.organisation_id, row.screening_id)
    )
    return AlertView(
        id=row.id,
        client=describe(session, client, act=act),
        need_id=row.need_id,
        referral_id=_to_work_on(session, row, act),
        screening_id=row.screening_id,
        place=row.place,
        rule=row.rule,
        raised_at=row.raised_at,
        due_at=row.due_at,
        next_at=min(to_come, default=None),
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=name_of(session, row.acknowledged_by, act),
        mine=row.acknowledged_by == act.by.id,
        protocol=act.definitions.pathways.get(CRISIS).protocol,
        told=_told(session, row, client, ladder, act),
        reasons=_reasons(session, row, act),
        answers=_answers(session, row, act),
        resources=act.definitions.resources,
        crisis_phone=find_organisation(session, act.organisation_id).crisis_phone,
        assessed_at=None if assessment is None else assessment.done_at,
        ending=_ending(session, row, act),
    )


def _to_work_on(session: Session, row: AlertRow, act: Act) -> uuid.UUID | None:
    """The referral behind an alert, for those on call and for the team that got it."""
    found = latest_referral(session, act.organisation_id, row.need_id)
    if found is None or found.sent_at is None or not act.by.may(Permission.WORK_REFERRAL):
        return None
    return found.id if act.by.role not in RECEIVING or found.receiver_id == act.by.site_id else None


def _ending(session: Session, row: AlertRow, act: Act) -> Ending | None:
    if row.closed_at is None:
        return None
    by = name_of(session, row.closed_by, act)
    done = (row.took_over or "", row.safety_steps or "", row.disposition, row.took_over_at)
    return Ending(row.closed_at, by, *done)


def _told(
    session: Session,
    row: AlertRow,
    client: ClientRow,
    ladder: Sequence[tuple[datetime, Rung]],
    act: Act,
) -> tuple[Told, ...]:
    """Everybody once, at their earliest rung: who was told, by what was written down, and who would be next."""
    seen, asked = _seen(session, row, act), escalating.asked_by(session, row, act)
    if row.acknowledged_by and row.acknowledged_at:  # in one tap, before ever opening it
        seen = {row.acknowledged_by: row.acknowledged_at, **seen}
    told = {(each.rung, each.user_id): each for each in tellings_about(session, act.organisation_id, row.id)}
    people = {user.id: user for user in people_of(session, act.organisation_id)}
    found: dict[uuid.UUID, Told] = {}
    for number, at, text, roles in _climbs(session, row, ladder, act):
        rung_told = [people[user_id] for each, user_id in told if each == number]
        for user in rung_told or escalating.to_tell(session, roles, client, act=act, asked=asked):
            if user.id not in found:
                telling = told.get((number, user.id))
                heard, moment = _heard(seen.get(user.id), telling, at, row.acknowledged_at or row.closed_at)
                found[user.id] = Told(
                    user.name, user.title, user.role, text, heard, moment, *_mailed(telling)
                )
    return tuple(found.values())


def _climbs(
    session: Session, row: AlertRow, ladder: Sequence[tuple[datetime, Rung]], act: Act
) -> Sequence[tuple[int, datetime, Text, Sequence[str]]]:
    """Each rung: its number, when, its words, and who would be told; behind the acknowledgement only who was."""
    before = [(number, at, rung.text, rung.roles) for number, (at, rung) in enumerate(ladder)]
    return [
        *before,
        *((number, at, rung.text, ()) for number, at, rung in unended.rungs_of(session, row, act)),
    ]


def _mailed(telling: TellingRow | None) -> tuple[datetime | None, bool]:
    if telling is None:
        return None, False
    return telling.mailed_at, telling.mail_tries > 0 and telling.mailed_at is None


def _heard(
    opened: datetime | None, telling: TellingRow | None, at: datetime, stopped: datetime | None
) -> tuple[Heard, datetime]:
    if opened is not None:
        return Heard.SEEN, opened
    if telling is not None:
        return Heard.SHOWN, telling.told_at
    return (Heard.NEXT if stopped is None else Heard.SPARED), at


def _seen(session: Session, row: AlertRow, act: Act) -> Mapping[uuid.UUID, datetime]:
    """When each person first opened the alert, from the trail."""
    found: dict[uuid.UUID, datetime] = {}
    for event in trail.events_about(session, act.organisation_id, row.id):
        entry = trail.read_entry(event)
        if event.kind == EventKind.RECORD_VIEWED and entry:
            found.setdefault(uuid.UUID(entry["actor"]), datetime.fromisoformat(entry["at"]))
    return found


def _reasons(session: Session, row: AlertRow, act: Act) -> tuple[Text, ...]:
    if row.screening_id is None:
        return ()
    decisions = decisions_of(session, act.organisation_id, row.screening_id)
    return tuple(
        reason["text"]
        for decision in decisions
        if decision.need_id == row.need_id
        for reason in decision.reasons
    )


def _answers(session: Session, row: AlertRow, act: Act) -> tuple[Behind, ...] | None:
    if not act.by.may(Permission.READ_ANSWERS):
        return None
    if row.screening_id is None:
        return ()
    screening = find_screening(session, act.organisation_id, row.screening_id)
    forms = [] if screening is None else forms_of(session, screening, act=act)
    results = results_of(forms, act=act)
    return tuple(_behind(form, item_id) for form in forms for item_id in results[form.instrument.id].critical)


def _behind(form: Form, item_id: str) -> Behind:
    item, given = form.instrument.item(item_id), form.given(item_id)
    answer = next((option.label for option in item.options if option.value == given), None)
    return Behind(form.instrument.name, item, answer, None)
