"""What is known of clients' records for judging how long they stay: last acts and what is open, never content."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from referral.lifecycle import OPEN
from referral.model import DecisionKind
from referral.retention import Open, RecordClass
from service.kinds import ScreeningStatus
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.clients import ClientRow
from service.store.consents import ConsentRow
from service.store.needs import AttemptRow, NeedRow
from service.store.referrals import ReferralRow
from service.store.screenings import DecisionRow, ScreeningRow


class Seen:
    """Of one client: the last moment of each class of records, how many there are, and what is open."""

    def __init__(self) -> None:
        self.last: dict[RecordClass, datetime] = {}
        self.counts: dict[RecordClass, int] = {}
        self.open: set[Open] = set()

    def note(self, of: RecordClass, last: datetime, count: int) -> None:
        """Records of a class were found."""
        self.last[of] = max(last, self.last.get(of, last))
        self.counts[of] = self.counts.get(of, 0) + count


def clients_in(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID | None = None
) -> Sequence[ClientRow]:
    """Every client of the organisation, or the one that is named, by id."""
    wanted = select(ClientRow).where(ClientRow.organisation_id == organisation_id)
    if client_id is not None:
        wanted = wanted.where(ClientRow.id == client_id)
    return session.scalars(wanted.order_by(ClientRow.id)).all()


def seen_of(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID | None = None
) -> dict[uuid.UUID, Seen]:
    """What there is of every client with records, or of one: one question for each table, whoever many they are."""
    found: dict[uuid.UUID, Seen] = {}
    for of, unfinished, wanted in _questions(organisation_id):
        asked = wanted if client_id is None else wanted.where(wanted.selected_columns[0] == client_id)
        for whose, last, count, still_open in session.execute(asked.group_by(wanted.selected_columns[0])):
            seen = found.setdefault(whose, Seen())
            seen.note(of, last, count)
            if still_open and unfinished is not None:
                seen.open.add(unfinished)
    return found


def without_finding(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID | None = None
) -> Sequence[tuple[uuid.UUID, uuid.UUID, datetime, date]]:
    """(client, screening, last touched, birth) of screenings that led to nothing and can go apart, the oldest first.

    Ended, with a salt of their own; no need, alert or assessment came of them, and every decision was to do nothing.
    """
    row, of = ScreeningRow, ScreeningRow.organisation_id == organisation_id
    led_on = [
        exists().where(each.organisation_id == organisation_id, each.screening_id == row.id)
        for each in (NeedRow, AlertRow, SafetyAssessmentRow)
    ]
    decided = exists().where(
        DecisionRow.organisation_id == organisation_id,
        DecisionRow.screening_id == row.id,
        or_(DecisionRow.kind != DecisionKind.NONE, DecisionRow.need_id.is_not(None)),
    )
    wanted = (
        select(row.client_id, row.id, row.touched_at, ClientRow.born_on)
        .join(
            ClientRow, and_(ClientRow.organisation_id == row.organisation_id, ClientRow.id == row.client_id)
        )
        .where(of, row.ended_at.is_not(None), row.salt.is_not(None), ~decided, *(~each for each in led_on))
    )
    if client_id is not None:
        wanted = wanted.where(row.client_id == client_id)
    found = session.execute(wanted.order_by(row.touched_at, row.id))
    return [(client, screening, touched, born) for client, screening, touched, born in found]


def _questions(within: uuid.UUID) -> list[tuple[RecordClass, Open | None, Select[Any]]]:
    """For each table: the class, what is open in it, and (client, last moment, how many, how many open)."""
    need, referral, care = NeedRow, ReferralRow, RecordClass.CARE
    running = ScreeningRow.status == ScreeningStatus.IN_PROGRESS
    need_at = func.coalesce(need.closed_at, need.opened_at)
    return [
        (
            RecordClass.SCREENING,
            Open.SCREENING,
            _asked(ScreeningRow, ScreeningRow.touched_at, running, within),
        ),
        (care, Open.NEED, _asked(need, need_at, need.closed_at.is_(None), within)),
        (care, Open.REFERRAL, _asked(referral, referral.state_since, referral.state.in_(OPEN), within)),
        (care, None, _attempts(within)),
        *_safety(within),
        (RecordClass.CONSENT, None, _asked(ConsentRow, ConsentRow.given_at, false(), within)),
    ]


def _safety(within: uuid.UUID) -> list[tuple[RecordClass, Open | None, Select[Any]]]:
    alert, assessment, safety = AlertRow, SafetyAssessmentRow, RecordClass.SAFETY
    alert_at = func.coalesce(alert.closed_at, alert.raised_at)
    made_at = func.coalesce(assessment.done_at, assessment.due_at)
    return [
        (safety, Open.ALERT, _asked(alert, alert_at, alert.closed_at.is_(None), within)),
        (safety, Open.ASSESSMENT, _asked(assessment, made_at, assessment.done_at.is_(None), within)),
    ]


def _asked(
    row: Any,  # noqa: ANN401  any table about a client
    moment: ColumnElement[datetime] | InstrumentedAttribute[datetime],
    still_open: ColumnElement[bool],
    organisation_id: uuid.UUID,
) -> Select[Any]:
    counted = func.sum(case((still_open, 1), else_=0))
    columns: tuple[Any, ...] = (row.client_id, func.max(moment), func.count(), counted)
    wanted: Select[Any] = select(*columns)
    return wanted.where(row.organisation_id == organisation_id)


def _attempts(organisation_id: uuid.UUID) -> Select[Any]:
    about = (NeedRow.organisation_id == AttemptRow.organisation_id) & (NeedRow.id == AttemptRow.need_id)
    columns: tuple[Any, ...] = (NeedRow.client_id, func.max(AttemptRow.made_at), func.count(), func.sum(0))
    wanted: Select[Any] = select(*columns)
    wanted = wanted.select_from(AttemptRow).join(NeedRow, about)
    return wanted.where(AttemptRow.organisation_id == organisation_id)
