"""The coordinator's board: every open need, the most pressing first, until help has begun.

What may be done about one is in `needs.py`. Stages and next steps are the core's; nothing is decided here.
"""

import base64
import binascii
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import product
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.model import ClosingReason, Stage, Urgency
from service.access import Act
from service.actions.board_cards import Card, cards_for
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.permissions import Permission
from service.store import audit
from service.store.board import (
    Line,
    StageCount,
    Stretch,
    Wanted,
    closed_needs,
    count_closed,
    count_open,
    open_needs,
)
from service.store.organisations import find_organisation

PAGE = 20
RANKS = range(len(Urgency))
SOON = timedelta(days=7)
PAGES_HOLD = timedelta(hours=12)
"""How long the pages behind a first page keep its moment, so that nothing slips between two of them."""

_NO_SUCH_PATHWAY = {"en": "There is no such pathway.", "es": "No existe esa vía."}
_NO_LONGER_THERE = {
    "en": "This page of the board is no longer there.",
    "es": "Esta página del tablero ya no existe.",
}


class View(StrEnum):
    """What the board lists: all that is open, a part of it, or what closed this month."""

    ALL = "all"
    OVERDUE = "overdue"
    OPENED = "opened"
    SENT = "sent"
    ACCEPTED = "accepted"
    BOOKED = "booked"
    IN_CARE = "in care"
    HELPED = "helped"
    CLOSED = "closed without help"


class Span(StrEnum):
    """How near the deadlines of one group are."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    CLOSED = "closed"


STAGE_OF: Mapping[View, Stage] = {
    View.OPENED: Stage.OPENED,
    View.SENT: Stage.SENT,
    View.ACCEPTED: Stage.ACCEPTED,
    View.BOOKED: Stage.BOOKED,
    View.IN_CARE: Stage.HELP_BEGAN,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person asked the board for. `after` is the `next` of an earlier page."""

    mine: bool = False
    pathway: str | None = None
    view: View = View.ALL
    after: str | None = None
    owner_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one span on this page, and how many there are on all pages."""

    span: Span
    total: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the board with the counts of the whole; `next` is None on the last page."""

    filters: Filters
    tallies: Mapping[View, int]
    groups: tuple[Group, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page ends: the board's own moment, the stretch, and the last need shown."""

    at: datetime
    stretch: int
    moment: datetime
    need_id: uuid.UUID


def show(session: Session, filters: Filters, *, act: Act) -> Board:
    """One page of the board. Raises NotAllowed, or Invalid naming an unknown pathway or page."""
    act.by.must(Permission.COORDINATE)
    place = _checked(filters, act)
    at = act.now if place is None else place.at
    wanted = Wanted(act.by.id if filters.mine else filters.owner_id, filters.pathway)
    counts = count_open(session, act.organisation_id, wanted, now=at, soon=at + SOON)
    month = _month_began(session, act)
    tallies = {**_open_tallies(counts), **_closed_tallies(session, wanted, month, act)}
    found = list(_walk(session, filters, wanted, place, at, month, counts, act))
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="board"))
    groups = _groups(session, found[:PAGE], _totals(filters, counts, tallies), act)
    return Board(filters, tallies, groups, _next(found, at))


def _checked(filters: Filters, act: Act) -> _Place | None:
    known = act.definitions.pathways.ids
    if filters.pathway is not None and filters.pathway not in known:
        words = say(act, _NO_SUCH_PATHWAY)
        raise Invalid(FieldProblem("pathway", words, filters.pathway, ", ".join(known)))
    return None if filters.after is None else _read(filters.after, act)


def _month_began(session: Session, act: Act) -> datetime:
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    first = act.now.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(UTC)


def _open_tallies(counts: Sequence[StageCount]) -> dict[View, int]:
    by_stage = Counter[Stage]()
    for count in counts:
        by_stage[count.stage] += count.every
    return {
        View.ALL: by_stage.total(),
        View.OVERDUE: sum(count.overdue for count in counts),
        **{view: by_stage[stage] for view, stage in STAGE_OF.items()},
    }


def _closed_tallies(session: Session, wanted: Wanted, month: datetime, act: Act) -> dict[View, int]:
    by_reason = dict(count_closed(session, act.organisation_id, wanted, since=month))
    helped = by_reason.pop(ClosingReason.HELP_BEGAN, 0)
    return {View.HELPED: helped, View.CLOSED: sum(by_reason.values())}


def _totals(
    filters: Filters, counts: Sequence[StageCount], tallies: Mapping[View, int]
) -> Mapping[Span, int]:
    if filters.view in {View.HELPED, View.CLOSED}:
        return {Span.CLOSED: tallies[filters.view]}
    held = _held(filters, counts)
    return {span: sum(held[span, rank] for rank in RANKS) for span in (Span.OVERDUE, Span.SOON, Span.LATER)}


def _held(filters: Filters, counts: Sequence[StageCount]) -> Counter[tuple[Span, int]]:
    """How many open needs of this view lie in each stretch: of one span and one urgency."""
    held = Counter[tuple[Span, int]]()
    stage = STAGE_OF.get(filters.view)
    for count in counts:
        if stage in {None, count.stage}:
            held[Span.OVERDUE, count.rank] += count.overdue
            held[Span.SOON, count.rank] += count.soon
            held[Span.LATER, count.rank] += count.every - count.overdue - count.soon
    return held


Found = tuple[int, Span, Line]


def _walk(
    session: Session,
    filters: Filters,
    wanted: Wanted,
    place: _Place | None,
    at: datetime,
    month: datetime,
    counts: Sequence[StageCount],
    act: Act,
) -> Iterator[Found]:
    """The needs of this page in order, and one more when there is a next page."""
    after = None if place is None else (place.moment, place.need_id)
    if filters.view in {View.HELPED, View.CLOSED}:
        helped = filters.view is View.HELPED
        lines = closed_needs(
            session, act.organisation_id, wanted, since=month, helped=helped, after=after, most=PAGE + 1
        )
        yield from ((0, Span.CLOSED, line) for line in lines)
        return
    wanted = replace(wanted, stage=STAGE_OF.get(filters.view))
    left, first, held = PAGE + 1, 0 if place is None else place.stretch, _held(filters, counts)
    for number, (span, stretch) in enumerate(_stretches(at, only_overdue=filters.view is View.OVERDUE)):
        if number < first or left == 0 or not held[span, stretch.rank]:
            continue
        behind = after if number == first else None
        lines = open_needs(session, act.organisation_id, wanted, stretch, after=behind, most=left)
        left -= len(lines)
        yield from ((number, span, line) for line in lines)


def _stretches(at: datetime, *, only_overdue: bool) -> Sequence[tuple[Span, Stretch]]:
    spans = ((Span.OVERDUE, None, at), (Span.SOON, at, at + SOON), (Span.LATER, at + SOON, None))
    return [
        (span, Stretch(rank, start, end))
        for (span, start, end), rank in product(spans[:1] if only_overdue else spans, RANKS)
    ]


def _groups(
    session: Session, found: Sequence[Found], totals: Mapping[Span, int], act: Act
) -> tuple[Group, ...]:
    cards = cards_for(session, [line for _number, _span, line in found], act=act)
    spans = [span for _number, span, _line in found]
    return tuple(
        Group(span, total, tuple(card for card, of in zip(cards, spans, strict=True) if of is span))
        for span, total in totals.items()
        if span in spans
    )


def _next(found: Sequence[Found], at: datetime) -> str | None:
    if len(found) <= PAGE:
        return None
    number, _span, (need, *_rest) = found[PAGE - 1]
    moment = need.closed_at or need.due_at or at
    words = f"{at.isoformat()}|{number}|{moment.isoformat()}|{need.id}"
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def _read(after: str, act: Act) -> _Place:
    try:
        words = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("ascii").split("|")
        at, number, moment, need_id = words
        place = _Place(_moment(at), int(number), _moment(moment), uuid.UUID(need_id))
    except (ValueError, OverflowError, binascii.Error):
        place = None
    if place is None or not act.now - PAGES_HOLD <= place.at <= act.now:
        raise Invalid(FieldProblem("after", say(act, _NO_LONGER_THERE), found=after[:40]))
    return place


def _moment(words: str) -> datetime:
    moment = datetime.fromisoformat(words)
    if moment.tzinfo is None:
        message = "a moment without zone"
        raise ValueError(message)
    return moment.astimezone(UTC)
