"""One line of the board: who needs what, how far it has come, who acts next by when, and the last attempt."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.lifecycle import Actor
from referral.model import AttemptResult, Channel, ClosingReason, DeclineReason, Stage, State, Urgency
from service.access import Act
from service.store.board import Line, last_attempts
from service.store.clients import ClientRow
from service.store.needs import AttemptRow, NeedRow
from service.store.organisations import sites_of
from service.store.packets import names_elsewhere
from service.store.referrals import ReferralRow, referrals_for


@dataclass(frozen=True, slots=True)
class Who:
    """The person a need is about, as a list shows them."""

    id: uuid.UUID
    name: str
    born_on: date
    grade: str
    site: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt to reach the client or family."""

    id: uuid.UUID
    at: datetime
    by: str
    channel: Channel
    result: AttemptResult
    note: str
    next_call_on: date | None


@dataclass(frozen=True, slots=True)
class Course:
    """How far a need has come: its stage, when each was reached, and where the latest referral stands."""

    stage: Stage
    reached: tuple[datetime | None, ...]
    state: State | None
    state_since: datetime
    appointment_at: datetime | None
    review_at: datetime | None
    decline_reason: DeclineReason | None
    referral_id: uuid.UUID | None
    receiver: str


@dataclass(frozen=True, slots=True)
class Card:
    """One need on the board."""

    id: uuid.UUID
    client: Who
    pathway: str
    pathway_name: Text
    urgency: Urgency
    owner_id: uuid.UUID
    owner: str
    next_actor: Actor
    next_step: Mapping[str, Any]
    due_at: datetime | None
    opened_at: datetime
    tries: int
    course: Course
    last_attempt: Tried | None
    closed_at: datetime | None
    closing_reason: ClosingReason | None


def cards_for(session: Session, lines: Sequence[Line], *, act: Act) -> Sequence[Card]:
    """The cards of these needs, in their order: two more queries however many there are."""
    ids = [need.id for need, *_rest in lines]
    referrals: dict[uuid.UUID, list[ReferralRow]] = {need_id: [] for need_id in ids}
    for referral in referrals_for(session, act.organisation_id, ids):
        referrals[referral.need_id].append(referral)
    every = [row for rows in referrals.values() for row in rows]
    teams = receiver_names(session, every, act=act)
    tried = {
        row.need_id: tried_of(row, name) for row, name in last_attempts(session, act.organisation_id, ids)
    }
    return [_card(line, referrals[line[0].id], tried.get(line[0].id), teams, act) for line in lines]


def receiver_names(
    session: Session, referrals: Sequence[ReferralRow], *, act: Act
) -> Mapping[uuid.UUID | None, str]:
    """The organisation's buildings and teams by id, who is outside by the referral's id; nobody is empty."""
    went = [row.id for row in referrals if row.went_outside]
    outside = names_elsewhere(session, act.organisation_id, went)
    teams = {site.id: site.name for site in sites_of(session, act.organisation_id)}
    return {None: "", **{each: name for names in (teams, outside) for each, name in names.items()}}


def who_of(client: ClientRow, site: str) -> Who:
    """The client as a list shows them."""
    return Who(client.id, client.name, client.born_on, client.grade, site)


def tried_of(row: AttemptRow, by: str) -> Tried:
    """An attempt with the name of who made it."""
    return Tried(row.id, row.made_at, by, row.channel, row.result, row.note, row.next_call_on)


def course_of(need: NeedRow, latest: ReferralRow | None, teams: Mapping[uuid.UUID | None, str]) -> Course:
    """How far a need has come with its latest referral."""
    if latest is None:
        nothing = (need.since, None, None, None, None)
        return Course(need.stage, nothing, None, need.since, None, None, None, None, "")
    reached = (need.since, latest.sent_at, latest.accepted_at, latest.appointment_at, latest.happened_at)
    return Course(
        need.stage,
        reached,
        latest.state,
        latest.state_since,
        latest.appointment_at,
        latest.review_at,
        latest.decline_reason,
        latest.id,
        teams.get(latest.receiver_id or latest.id, ""),
    )


def _card(
    line: Line,
    referrals: Sequence[ReferralRow],
    tried: Tried | None,
    teams: Mapping[uuid.UUID | None, str],
    act: Act,
) -> Card:
    need, client, site, owner = line
    return Card(
        id=need.id,
        client=who_of(client, site),
        pathway=need.pathway,
        pathway_name=act.definitions.pathways.get(need.pathway).name,
        urgency=need.urgency,
        owner_id=need.owner_id,
        owner=owner,
        next_actor=need.next_actor,
        next_step=need.next_step,
        due_at=need.due_at,
        opened_at=need.opened_at,
        tries=len(referrals),
        course=course_of(need, referrals[-1] if referrals else None, teams),
        last_attempt=tried,
        closed_at=need.closed_at,
        closing_reason=need.closing_reason,
    )
