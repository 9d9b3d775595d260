"""The weekly list of unusual access and overrides: judged anew each time it is shown, marked in the trail itself."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.access_week import Finding, ReviewNote, Rule
from referral.events import EventKind, SubjectKind
from referral.unusual import unusual_in
from service.access import Act, NotFound
from service.actions import review_due
from service.actions.refusals import Conflict
from service.actions.review_due import monday_of
from service.actions.review_facts import week_of
from service.actions.saying import known_name, say
from service.permissions import SYSTEM_ID, Permission
from service.store import audit, review_facts, trail
from service.store.accounts import people_of
from service.store.organisations import find_organisation

ITS_OWN = {
    "en": "This is about your own access. Somebody else must review it.",
    "es": "Se trata de su propio acceso. Debe revisarlo otra persona.",
}
DONE_ALREADY = {"en": "Reviewed already by {name}.", "es": "Ya lo revisó {name}."}
TELLS_A_NAME = frozenset({Rule.SAME_NAME})
"""Whoever sees a finding of these rules learns part of a client's name: only for those who may read records."""


@dataclass(frozen=True, slots=True)
class Review:
    """That somebody looked at a finding: who, when, and what came of it."""

    by: str
    at: datetime
    note: ReviewNote


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One finding on the list. `mine`: it is about whoever reads the list, so that somebody else must review it."""

    finding: Finding
    by: str
    mine: bool
    review: Review | None


@dataclass(frozen=True, slots=True)
class ReviewList:
    """The list of one week, from its Monday. `hidden` findings would tell an auditor part of a client's name."""

    first_day: date
    last_day: date
    before: date
    after: date | None
    lines: tuple[ReviewLine, ...]
    hidden: int
    cut: bool

    @property
    def rules(self) -> tuple[tuple[Rule, tuple[ReviewLine, ...]], ...]:
        """The lines by rule, as far as there are any."""
        grouped = ((rule, tuple(each for each in self.lines if each.finding.rule is rule)) for rule in Rule)
        return tuple((rule, lines) for rule, lines in grouped if lines)

    @property
    def waiting(self) -> int:
        """How many nobody has reviewed."""
        return sum(each.review is None for each in self.lines)


def show(session: Session, day: date | None, *, act: Act) -> ReviewList:
    """The list of the week of a day, of this one without; looking at it is an event."""
    act.by.must(Permission.READ_AUDIT)
    viewed = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, viewed, view="access review"))
    found = _list(session, day, act)
    review_due.seen(session, found.after, act=act)
    return found


def count_waiting(session: Session, day: date, *, act: Act) -> int:
    """How many findings of the week of a day nobody has reviewed, those that an auditor is not shown included."""
    act.by.must(Permission.READ_AUDIT)
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    findings, _cut = _found(session, monday_of(day), zone, act)
    return sum(line.review is None for line in _lines(session, findings, act))


def mark(session: Session, key: uuid.UUID, day: date | None, note: ReviewNote, *, act: Act) -> None:
    """Write down that a finding of the week of a day was reviewed. Raises NotFound, or Conflict with who was first."""
    act.by.must(Permission.READ_AUDIT)
    line = next((each for each in _list(session, day, act).lines if each.finding.key == key), None)
    if line is None:
        noun = "review finding"
        raise NotFound(noun)
    if line.mine:
        raise Conflict(say(act, ITS_OWN))
    if line.review is not None:
        raise Conflict(say(act, DONE_ALREADY, name=line.review.by))
    event = act.event(
        EventKind.ACCESS_REVIEWED,
        (SubjectKind.FINDING, key),
        reason=str(note),
        rule=str(line.finding.rule),
        count=line.finding.count,
    )
    audit.append(session, event)


def _list(session: Session, day: date | None, act: Act) -> ReviewList:
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    this_week = monday_of(act.now.astimezone(zone).date())
    first = min(monday_of(day or this_week), this_week)
    findings, cut = _found(session, first, zone, act)
    shown = [each for each in findings if act.by.may(Permission.READ_CLIENT) or each.rule not in TELLS_A_NAME]
    return ReviewList(
        first_day=first,
        last_day=first + timedelta(days=6),
        before=first - timedelta(days=7),
        after=first + timedelta(days=7) if first < this_week else None,
        lines=_lines(session, shown, act),
        hidden=len(findings) - len(shown),
        cut=cut,
    )


def _found(session: Session, first: date, zone: ZoneInfo, act: Act) -> tuple[Sequence[Finding], bool]:
    """The findings of the week from this Monday on, and whether there was more of it than is judged."""
    span = _moment(first, zone), _moment(first + timedelta(days=7), zone)
    week, cut = week_of(session, first, span, act=act)
    return unusual_in(week), cut


def _moment(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _lines(session: Session, findings: Sequence[Finding], act: Act) -> tuple[ReviewLine, ...]:
    names = _names(session, findings, act)
    reviews = _reviews(session, findings, names, act)
    return tuple(
        ReviewLine(
            each,
            names.get(each.actor, ""),
            str(act.by.id) in {each.actor, each.account},
            _still(reviews.get(each.key), each),
        )
        for each in findings
    )


def _names(session: Session, findings: Sequence[Finding], act: Act) -> dict[str, str]:
    """Who is meant by each id: people, the program, and whoever came by a link or from elsewhere."""
    names = {str(each.id): each.name for each in people_of(session, act.organisation_id)}
    names[str(SYSTEM_ID)] = "Handrail"
    for each in findings:
        if each.actor not in names:
            names[each.actor] = known_name(session, uuid.UUID(each.actor), act) or ""
    return names


def _still(review: tuple[int, Review] | None, finding: Finding) -> Review | None:
    """A review holds until the finding goes on: more of the same waits for a new look."""
    return review[1] if review is not None and review[0] > finding.last_seq else None


def _reviews(
    session: Session, findings: Sequence[Finding], names: Mapping[str, str], act: Act
) -> Mapping[uuid.UUID, tuple[int, Review]]:
    rows = review_facts.reviews_of(session, act.organisation_id, [each.key for each in findings])
    entries = [(row, trail.read_entry(row)) for row in rows]
    return {
        row.subject_id: (
            row.seq,
            Review(
                names.get(entry["actor"], ""),
                datetime.fromisoformat(entry["at"]).astimezone(UTC),
                ReviewNote(entry["reason"]),
            ),
        )
        for row, entry in entries
        if entry
    }
