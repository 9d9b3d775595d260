"""Whom to call today and why, whom to screen again, and whom nobody could help, with what was tried.

Logging an attempt is in `attempts.py`; a day's appointments are in `calendar.py`.
"""

import base64
import binascii
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from referral.model import ClosingReason, DeclineReason, Outcome, State, Urgency
from service.access import Act, outside_caseload, reach_of
from service.actions.board_cards import Tried, receiver_names, tried_of
from service.actions.calling import Whom, whom_of
from service.actions.consents import today_in
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.permissions import Permission
from service.store import agenda, audit
from service.store.board import last_attempts
from service.store.clients import ClientRow
from service.store.needs import NeedRow
from service.store.organisations import find_organisation
from service.store.referrals import ReferralRow, referrals_for
from service.store.screenings import DecisionRow

MOST = 100
"""Calls, or people to screen again, that one page shows: more than somebody gets done in a day."""
LOST_PAGE = 20
AHEAD = timedelta(days=14)
"""How long before its day a repeated screen is shown, so that a period can be found for it."""

_NO_PAGE: Text = {
    "en": "This page of the list is no longer there.",
    "es": "Esta página de la lista ya no existe.",
}


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to call: since when, because of a promise or of an appointment that fell through, and whom."""

    need_id: uuid.UUID
    client_name: str
    born_on: date
    pathway: Text
    urgency: Urgency
    due_at: datetime | None
    promised_for: date | None
    state: State | None
    state_since: datetime | None
    last: Tried | None
    tries: int
    whom: tuple[Whom, ...]


@dataclass(frozen=True, slots=True)
class Again:
    """Somebody to screen again, from which day on, and why in the rules' words; outside the caseload not why."""

    client_id: uuid.UUID
    client_name: str
    born_on: date | None
    screening_id: uuid.UUID
    due_on: date
    reasons: tuple[Text, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Went:
    """One referral of a need that ended without help: to whom, and how it ended."""

    receiver: str
    state: State
    decline_reason: DeclineReason | None
    outcome: Outcome | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """A need that closed without help, with everything that was tried."""

    need_id: uuid.UUID
    client_name: str
    born_on: date
    pathway: Text
    urgency: Urgency
    opened_at: datetime
    closed_at: datetime
    reason: ClosingReason
    went: tuple[Went, ...]
    tried: tuple[Tried, ...]


def calls(session: Session, *, act: Act) -> tuple[Sequence[Call], int]:
    """Whom to call, the most pressing first, and how many there are in all. Raises NotAllowed."""
    act.by.must(Permission.SEND_REFERRAL)
    today, site = today_in(session, act), reach_of(act.by)
    found = agenda.calls(session, act.organisation_id, site, today, most=MOST)
    every = len(found) if len(found) < MOST else agenda.count_calls(session, act.organisation_id, site, today)
    outside = outside_caseload(session, [client.id for _need, client in found], act)
    rows = [(need, client) for need, client in found if client.id not in outside]
    every -= len(found) - len(rows)
    _noted(session, "calls", len(rows), act)
    ids = [need.id for need, _client in rows]
    tried, referrals = _tried(session, ids, act), _referrals(session, ids, act)
    whom = whom_of(session, [client.id for _need, client in rows], act)
    listed = [
        _call(need, client, tried, referrals, today, whom.get(client.id, ()), act) for need, client in rows
    ]
    return listed, every


def calls_due(session: Session, *, act: Act) -> int:
    """How many calls are to be made today, for who coordinates: no list, and no event."""
    if not act.by.may(Permission.COORDINATE):
        return 0
    return agenda.count_calls(session, act.organisation_id, reach_of(act.by), today_in(session, act))


@dataclass(frozen=True, slots=True)
class Rescreens:
    """One page of whom to screen again, how many there are in all, and the `after` of the next page."""

    found: tuple[Again, ...]
    every: int
    on: str | None


def to_screen_again(session: Session, after: str | None = None, *, act: Act) -> Rescreens:
    """Whom the rules asked to be screened again within the next two weeks or before, the oldest first.

    Raises NotAllowed, Invalid for a page that is none.
    """
    act.by.must(Permission.SCREEN)
    whose = (act.organisation_id, reach_of(act.by), act.now + AHEAD)
    place = None if after is None else _read(after, act)
    found = agenda.to_screen_again(session, *whose, after=place, most=MOST + 1)
    rows, whole = found[:MOST], after is None and len(found) <= MOST
    _noted(session, "rescreens", len(rows), act)
    every = len(rows) if whole else agenda.count_to_screen_again(session, *whose)
    last = rows[-1][0] if len(found) > MOST else None
    on = None if last is None else _place_of(last.decided_at, last.id)
    return Rescreens(tuple(_again(session, rows, act)), every, on)


def _again(session: Session, rows: Sequence[tuple[DecisionRow, ClientRow]], act: Act) -> list[Again]:
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    outside = outside_caseload(session, [client.id for _decision, client in rows], act)
    return [
        Again(
            client.id,
            client.name,
            None if client.id in outside else client.born_on,
            decision.screening_id,
            (decision.decided_at.astimezone(zone) + timedelta(days=decision.rescreen_days or 0)).date(),
            () if client.id in outside else tuple(reason["text"] for reason in decision.reasons),
            client.id in outside,
        )
        for decision, client in rows
    ]


def lost(session: Session, after: str | None, *, act: Act) -> tuple[Sequence[Lost], str | None]:
    """Those lost so far, the newest first, and the `after` of the next page. Raises NotAllowed, Invalid."""
    act.by.must(Permission.COORDINATE)
    place = None if after is None else _read(after, act)
    found = agenda.lost(session, act.organisation_id, after=place, most=LOST_PAGE + 1)
    rows = found[:LOST_PAGE]
    _noted(session, "lost", len(rows), act)
    ids = [need.id for need, _client in rows]
    tried, referrals = _tried(session, ids, act), _referrals(session, ids, act)
    names = receiver_names(session, [row for each in referrals.values() for row in each], act=act)
    lines = [_lost(need, client, tried, referrals, names, act) for need, client in rows]
    last = rows[-1][0] if len(found) > LOST_PAGE else None
    return lines, None if last is None or last.closed_at is None else _place_of(last.closed_at, last.id)


def _noted(session: Session, view: str, count: int, act: Act) -> None:
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view=view, count=count))


def _tried(session: Session, ids: Sequence[uuid.UUID], act: Act) -> Mapping[uuid.UUID, list[Tried]]:
    found: dict[uuid.UUID, list[Tried]] = {each: [] for each in ids}
    for row, name in last_attempts(session, act.organisation_id, ids):
        found[row.need_id].append(tried_of(row, name))
    return found


def _referrals(session: Session, ids: Sequence[uuid.UUID], act: Act) -> Mapping[uuid.UUID, list[ReferralRow]]:
    found: dict[uuid.UUID, list[ReferralRow]] = {each: [] for each in ids}
    for row in referrals_for(session, act.organisation_id, ids):
        found[row.need_id].append(row)
    return found


def _call(
    need: NeedRow,
    client: ClientRow,
    tried: Mapping[uuid.UUID, list[Tried]],
    referrals: Mapping[uuid.UUID, list[ReferralRow]],
    today: date,
    whom: tuple[Whom, ...],
    act: Act,
) -> Call:
    latest = referrals[need.id][-1] if referrals[need.id] else None
    fell_through = latest is not None and latest.state in agenda.TO_REBOOK
    return Call(
        need.id,
        client.name,
        client.born_on,
        act.definitions.pathways.get(need.pathway).name,
        need.urgency,
        need.due_at,
        need.call_on if need.call_on is not None and need.call_on <= today else None,
        latest.state if latest is not None and fell_through else None,
        latest.state_since if latest is not None and fell_through else None,
        tried[need.id][-1] if tried[need.id] else None,
        sum(each.at >= need.since for each in tried[need.id]),
        whom,
    )


def _lost(
    need: NeedRow,
    client: ClientRow,
    tried: Mapping[uuid.UUID, list[Tried]],
    referrals: Mapping[uuid.UUID, list[ReferralRow]],
    names: Mapping[uuid.UUID | None, str],
    act: Act,
) -> Lost:
    went = tuple(
        Went(
            names.get(row.receiver_id or row.id, ""),
            row.state,
            row.decline_reason,
            row.outcome,
            row.state_since,
        )
        for row in referrals[need.id]
        if row.sent_at is not None and row.state is not State.ENTERED_IN_ERROR
    )
    assert need.closed_at is not None and need.closing_reason is not None  # noqa: S101, PT018  what the query asked for
    return Lost(
        need.id,
        client.name,
        client.born_on,
        act.definitions.pathways.get(need.pathway).name,
        need.urgency,
        need.opened_at,
        need.closed_at,
        need.closing_reason,
        went,
        tuple(tried[need.id]),
    )


def _place_of(moment: datetime, row_id: uuid.UUID) -> str:
    words = f"{moment.isoformat()}|{row_id}"
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def _read(after: str, act: Act) -> tuple[datetime, uuid.UUID]:
    try:
        at, need_id = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii").split("|")
        moment, found = datetime.fromisoformat(at), uuid.UUID(need_id)
    except (ValueError, binascii.Error):
        raise Invalid(FieldProblem("after", say(act, _NO_PAGE), found=after[:40])) from None
    if moment.tzinfo is None:
        raise Invalid(FieldProblem("after", say(act, _NO_PAGE), found=after[:40]))
    return moment, found
