"""One client at a glance: consent, open needs, earlier screens, the score over time, the newest of the timeline."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from instruments.model import BandSet, Text
from referral.consent import NotPermitted, Permitted
from referral.model import ClosingReason, Urgency
from service.access import Act
from service.actions import alerts_ended, clients, consents, notes, timeline
from service.actions.alerts_ended import EndedAlert
from service.actions.board_cards import Course, course_of
from service.actions.clients import Client
from service.actions.results import earlier_scores
from service.kinds import Mode, ScreeningStatus
from service.store.accounts import find_user
from service.store.clients import find_client
from service.store.needs import NeedRow, needs_of
from service.store.referrals import latest_referral
from service.store.screenings import (
    AdministrationRow,
    ScreeningRow,
    administrations_in,
    screenings_of,
)

CHARTED = (("phq-9", "total"), ("gad-7", "total"), ("pcl-5", "total"))
"""The scales that are drawn over time, in order of preference: the first that was asked before is shown."""


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One need with the stage it has reached."""

    id: uuid.UUID
    pathway: Text
    urgency: Urgency
    owner: str
    next_step: Text
    due_at: datetime | None
    course: Course
    closed_at: datetime | None
    closing_reason: ClosingReason | None


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One instrument's main result within an earlier screening."""

    instrument: str
    score: int | None
    band: Text | None
    critical: bool


@dataclass(frozen=True, slots=True)
class ScreeningLine:
    """One earlier screening."""

    id: uuid.UUID
    started_at: datetime
    status: ScreeningStatus
    mode: Mode
    scores: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One scale over time, oldest first, with the bands it is read by."""

    instrument: str
    bands: BandSet
    high: int
    points: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class ClientCard:
    """Everything that the page of one client shows."""

    client: Client
    screening: Permitted | NotPermitted
    sharing: tuple[tuple[Text, Permitted | NotPermitted], ...]
    needs: tuple[NeedLine, ...]
    closed: tuple[NeedLine, ...]
    screenings: tuple[ScreeningLine, ...]
    chart: Chart | None
    timeline: tuple[timeline.TimelineLine, ...]
    notes: tuple[notes.NoteLine, ...]
    alerts: tuple[EndedAlert, ...]
    """Those that have ended; one that lives stands above every page."""

    @property
    def running(self) -> ScreeningLine | None:
        """The screening that can be resumed."""
        return next((line for line in self.screenings if line.status is ScreeningStatus.IN_PROGRESS), None)


def show(session: Session, client_id: uuid.UUID, *, act: Act) -> ClientCard:
    """The card of one client; seeing it is an event."""
    client = clients.show(session, client_id, act=act)
    row = find_client(session, act.organisation_id, client_id)
    pathways = act.definitions.pathways
    verdicts = consents.sharing_verdicts(session, row, pathways.ids, act=act)  # type: ignore[arg-type]  # shown above
    lines = [_need(session, need, act) for need in needs_of(session, act.organisation_id, client_id)]
    return ClientCard(
        client=client,
        screening=consents.screening_verdict(session, row, act=act),  # type: ignore[arg-type]  # shown above
        sharing=tuple((pathways.get(name).name, verdict) for name, verdict in verdicts.items()),
        needs=tuple(
            sorted((line for line in lines if line.closed_at is None), key=lambda line: line.urgency.rank)
        ),
        closed=tuple(line for line in lines if line.closed_at is not None),
        screenings=_screenings(session, client_id, act),
        chart=_chart(session, client_id, act),
        timeline=timeline.recent(session, client_id, 8, act=act),
        notes=notes.lines(session, client_id, act=act),
        alerts=alerts_ended.of_client(session, client_id, act=act),
    )


def _need(session: Session, need: NeedRow, act: Act) -> NeedLine:
    referral = latest_referral(session, act.organisation_id, need.id)
    owner = find_user(session, act.organisation_id, need.owner_id)
    return NeedLine(
        id=need.id,
        pathway=act.definitions.pathways.get(need.pathway).name,
        urgency=need.urgency,
        owner=owner.name if owner else "",
        next_step=need.next_step,
        due_at=need.due_at,
        course=course_of(need, referral, {}),
        closed_at=need.closed_at,
        closing_reason=need.closing_reason,
    )


def _screenings(session: Session, client_id: uuid.UUID, act: Act) -> tuple[ScreeningLine, ...]:
    rows = screenings_of(session, act.organisation_id, client_id)
    given = administrations_in(session, act.organisation_id, [row.id for row in rows]) if rows else ()
    return tuple(
        _screening(row, [each for each in given if each.screening_id == row.id], act) for row in rows
    )


def _screening(row: ScreeningRow, given: Sequence[AdministrationRow], act: Act) -> ScreeningLine:
    scores = tuple(_score(each, act) for each in given)
    return ScreeningLine(row.id, row.started_at, row.status, row.mode, scores)


def _score(row: AdministrationRow, act: Act) -> ScoreLine:
    instrument = act.definitions.instruments.get(row.instrument, row.version)
    if row.result is None or not instrument.scales:
        return ScoreLine(instrument.name, None, None, critical=bool((row.result or {}).get("critical")))
    scale = instrument.scales[0]
    name = row.result["bands"].get(scale.id)
    labels = {
        band.name: band.label for each in instrument.band_sets if each.id == scale.id for band in each.bands
    }
    return ScoreLine(
        instrument.name,
        row.result["scores"].get(scale.id),
        labels.get(name),
        critical=bool(row.result["critical"]),
    )


def _chart(session: Session, client_id: uuid.UUID, act: Act) -> Chart | None:
    for name, scale_id in CHARTED:
        points = earlier_scores(session, client_id, name, scale_id, act=act)
        if len(points) > 1:
            instrument = act.definitions.instruments.get(name)
            bands = next(each for each in instrument.band_sets if each.id == scale_id)
            high = next(scale.high for scale in instrument.scales if scale.id == scale_id)
            return Chart(instrument.name, bands, high, tuple(points))
    return None
