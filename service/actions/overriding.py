"""A person decides otherwise than the rules: another urgency for a need, another pathway, or both.

Whether they may is the core's judgement (`referral.overriding`). The decision stays as it was made; what a person
raised, no later finding lowers. Looking at it again is in `override_review.py`.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.lifecycle import OPEN
from referral.model import State, Urgency
from referral.overriding import (
    Change,
    Direction,
    OverrideReason,
    Standing,
    change_problems,
    direction,
    lowers_risk,
)
from service.access import Act, access_need
from service.actions import loop
from service.actions.clients import Client, describe
from service.actions.need_checks import note_problems, pathway_problems
from service.actions.need_rows import client_of, next_draft, open_need, write_event
from service.actions.needs import OPEN_ALREADY, look_after
from service.actions.override_view import Changed, Decided, changes_of, decided_about
from service.actions.refusals import Conflict
from service.actions.saying import name_of, refuse_any, say
from service.permissions import Permission
from service.store import audit
from service.store.alerts import live_alert_on
from service.store.needs import NeedRow, open_need_on
from service.store.overrides import OverrideRow
from service.store.referrals import latest_referral

_RUNNING = {
    "en": "Referral {number} has been sent. Ask to stop it first, then the need can go another way.",
    "es": "La derivación {number} ya se envió. Pida primero que se anule; después la necesidad puede ir por otra vía.",
}


@dataclass(frozen=True, slots=True)
class Override:
    """What a need becomes by a person's judgement. None keeps what it is."""

    urgency: Urgency | None = None
    pathway: str | None = None
    reason: OverrideReason | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class OverrideForm:
    """What the page shows on which somebody decides otherwise: only what this person may choose."""

    need_id: uuid.UUID
    client: Client
    pathway: str
    urgency: Urgency
    pathway_name: Text
    open: bool
    decided: tuple[Decided, ...]
    changes: tuple[Changed, ...]
    pathways: tuple[tuple[str, Text], ...]
    urgencies: tuple[Urgency, ...]


def form(session: Session, need_id: uuid.UUID, *, act: Act) -> OverrideForm:
    """What stands, what the rules decided and what people changed since; seeing it is an event."""
    need = access_need(session, need_id, act, Permission.DECIDE_OTHERWISE)
    subject = (SubjectKind.NEED, need.id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, client=need.client_id, view="need"))
    now, lowers = Standing(need.pathway, need.urgency), act.by.may(Permission.LOWER_RISK)
    ways = act.definitions.pathways
    return OverrideForm(
        need_id=need.id,
        client=describe(session, client_of(session, need, act), act=act),
        pathway=need.pathway,
        urgency=need.urgency,
        pathway_name=ways.get(need.pathway).name,
        open=need.closed_at is None,
        decided=decided_about(session, need, act=act),
        changes=changes_of(session, need, act=act),
        pathways=tuple(
            (each.id, each.name)
            for each in ways.all()
            if lowers or not lowers_risk(now, Standing(each.id, need.urgency))
        ),
        urgencies=tuple(
            each for each in Urgency if lowers or not lowers_risk(now, Standing(need.pathway, each))
        ),
    )


def override(session: Session, need_id: uuid.UUID, command: Override, *, act: Act) -> uuid.UUID:
    """Change what a need is, with a reason; answers the change. Old and new stay, and the deadlines are set anew.

    Raises Invalid naming every field, Conflict where the client has such a need or a referral is under way.
    """
    need = open_need(session, need_id, act, Permission.DECIDE_OTHERWISE)
    refuse_any(pathway_problems(command.pathway or need.pathway, act), act)
    before = Standing(need.pathway, need.urgency)
    after = Standing(command.pathway or need.pathway, command.urgency or need.urgency)
    _check(session, need, Change(before, after, command.reason, command.words, _taken(after, act)), act)
    row = _keep(session, need, (before, after), command, act)
    if after.pathway != before.pathway:
        _move(session, need, after.pathway, act)
    loop.change_urgency(session, need, after.urgency, act=act)
    if row.direction is Direction.UP:
        look_after(session, client_of(session, need, act), need, act=act)
    session.flush()
    return row.id


def _taken(after: Standing, act: Act) -> tuple[Urgency, ...]:
    return act.definitions.pathways.get(after.pathway).urgencies


def _check(session: Session, need: NeedRow, change: Change, act: Act) -> None:
    live = live_alert_on(session, act.organisation_id, need.id) is not None
    found = change_problems(change, may_lower=act.by.may(Permission.LOWER_RISK), alert_live=live)
    refuse_any([*found, *note_problems("words", change.words, must=False)], act)


def _keep(
    session: Session, need: NeedRow, turn: tuple[Standing, Standing], command: Override, act: Act
) -> OverrideRow:
    before, after = turn
    decided = decided_about(session, need, act=act)
    about = next((each for each in decided if each.pathway == before.pathway), None)
    row = OverrideRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        need_id=need.id,
        client_id=need.client_id,
        made_by=act.by.id,
        made_at=act.now,
        direction=direction(before, after),
        pathway_before=before.pathway,
        pathway_after=after.pathway,
        urgency_before=before.urgency,
        urgency_after=after.urgency,
        reason=command.reason,
        words=command.words.strip(),
        decision_id=None if about is None else about.id,
        rule=None if about is None else about.rule,
        review_note="",
    )
    session.add(row)
    facts: dict[str, str | None] = {
        "override": str(row.id),
        "direction": str(row.direction),
        "pathway": after.pathway,
        "urgency": str(after.urgency),
        "rule": row.rule,
    }
    reason, change = str(command.reason), (before.code, after.code)
    wrote, kind = {"words": row.words}, EventKind.DECISION_OVERRIDDEN
    write_event(session, need, kind, act=act, change=change, reason=reason, wrote=wrote, **facts)
    return row


def _move(session: Session, need: NeedRow, pathway: str, act: Act) -> None:
    """Put a need on another pathway: its draft goes with it; after an attempt that ended there is a new draft."""
    standing = open_need_on(session, act.organisation_id, need.client_id, pathway)
    if standing is not None:
        raise Conflict(say(act, OPEN_ALREADY, name=name_of(session, standing.owner_id, act)))
    latest = latest_referral(session, act.organisation_id, need.id)
    if latest is not None and latest.state in OPEN and latest.state is not State.DRAFT:
        raise Conflict(say(act, _RUNNING, number=latest.number))
    need.pathway = pathway
    if latest is not None and latest.state is State.DRAFT:
        latest.pathway, latest.receiver_id, latest.receiver_reason = pathway, None, ""
    else:
        next_draft(session, need, latest, pathway, act=act)
