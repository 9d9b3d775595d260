"""The auditor's desk: events of the trail that fit filters, in ids and codes; never a client's name or an answer."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.event_groups import EventGroup, group_of, kinds_in
from referral.events import EventKind, SubjectKind
from service.access import Act
from service.actions.refusals import FieldProblem, Invalid
from service.actions.saying import say
from service.ids import first_id_at
from service.permissions import SYSTEM_ID, Permission, Role
from service.store import audit, trail
from service.store.accounts import people_of
from service.store.audit import AuditEventRow
from service.store.organisations import find_organisation
from service.store.outside import outside_receivers
from service.store.referrals import referral_numbered
from service.store.trail_search import (
    Narrowed,
    Reach,
    clients_ending_in,
    count_up_to,
    matching,
    reach_of,
)

MOST = 50
MOST_COUNTED = 1_000
"""A longer list is told as more than so many: nobody waits for a number that nobody reads."""
SEARCHED = 20_000
"""Events that one search looks through, where no index leads to what fits: the next one goes on from there."""

_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)
_TAIL = re.compile(r"[0-9a-f]{12}")
NO_SUCH = {"en": "nothing here has this number or id", "es": "aquí nada tiene este número o id"}
NO_CLIENT = {"en": "no client has this id", "es": "nadie tiene este id"}
BACKWARDS = {"en": "ends before it begins", "es": "termina antes de empezar"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody asks of the trail, as it stands in an address: ids, codes and days, never a name."""

    kind: EventKind | None = None
    group: EventGroup | None = None
    actor: uuid.UUID | None = None
    role: Role | None = None
    about: str = ""
    client: str = ""
    since: date | None = None
    until: date | None = None
    refused: bool = False
    seq: int | None = None

    def told(self) -> tuple[str, ...]:
        """The filters as codes that an event may hold, each with its name."""
        said = {
            "kind": self.kind,
            "group": self.group,
            "actor": self.actor,
            "role": self.role,
            "about": self.about.lower().replace(" ", ""),
            "client": self.client.lower().replace(" ", ""),
            "from": self.since,
            "to": self.until,
            "refused": "yes" if self.refused else "",
            "seq": self.seq,
        }
        return tuple(f"{name}:{value}" for name, value in said.items() if value not in (None, ""))


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One event as an auditor reads it: its fields, its place and both digests. `by` is who of the staff."""

    seq: int
    id: str
    at: datetime
    by: str
    actor: str
    role: str
    kind: EventKind
    subject_kind: SubjectKind
    subject: str
    client: str | None
    before: str | None
    after: str | None
    reason: str | None
    details: Mapping[str, Any]
    commit: str | None
    digest: str
    previous: str

    @property
    def group(self) -> EventGroup:
        """What it is a matter of."""
        return group_of(self.kind)


@dataclass(frozen=True, slots=True)
class Desk:
    """A stretch of what fits, newest first. `all` is how long the trail is, `fitting` is counted up to a bound.

    `searched` are the places that were looked through, where that was not the whole trail: `fitting` is of those.
    """

    all: int
    fitting: int
    lines: tuple[DeskLine, ...]
    older: int | None
    people: tuple[tuple[uuid.UUID, str], ...]
    searched: Reach | None = None

    @property
    def more(self) -> bool:
        """Whether more fit than were counted."""
        return self.fitting > MOST_COUNTED


def find(session: Session, filters: Filters, *, act: Act, before: int | None = None) -> Desk:
    """Events that fit, newest first. Raises Invalid naming each filter that cannot be used."""
    act.by.must(Permission.READ_AUDIT)
    wanted = narrowed(session, filters, act=act)
    within = reach_of(session, act.organisation_id, wanted, most=SEARCHED, before=before)
    rows = matching(session, act.organisation_id, wanted, most=MOST + 1, within=within, before=before)
    all_here = len(rows) <= MOST
    counted = all_here and (before is None or within is not None)
    people = (
        *((each.id, each.name) for each in people_of(session, act.organisation_id)),
        *((each.id, each.name) for each in outside_receivers(session, act.organisation_id)),
    )
    head = audit.recorded_head(session, act.organisation_id)
    return Desk(
        all=0 if head is None else head.count,
        fitting=len(rows)
        if counted
        else count_up_to(session, act.organisation_id, wanted, MOST_COUNTED + 1, within),
        lines=tuple(_lines(rows[:MOST], {str(each): name for each, name in people})),
        older=_older(within) if all_here else rows[MOST - 1].seq,
        people=(*people, (SYSTEM_ID, "Handrail")),
        searched=within,
    )


def _older(within: Reach | None) -> int | None:
    """Where a search that stopped goes on."""
    return within.first if within is not None and within.stopped else None


def narrowed(session: Session, filters: Filters, *, act: Act) -> Narrowed:
    """The filters as the store knows them: numbers looked up, days turned into moments of the organisation's zone."""
    problems: list[FieldProblem] = []
    if filters.since and filters.until and filters.until < filters.since:
        problems.append(FieldProblem("until", say(act, BACKWARDS), found=str(filters.until)))
    subject = _about(session, filters.about, act, problems)
    client = _client(session, filters.client, act, problems)
    if problems:
        raise Invalid(*problems)
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    return Narrowed(
        kinds=_kinds(filters),
        actor=filters.actor,
        role=filters.role,
        subject=subject,
        client=client,
        first=_first_of(filters.since, zone),
        beyond=_first_of(filters.until, zone, ahead=1),
        seq=filters.seq,
    )


def _kinds(filters: Filters) -> frozenset[EventKind] | None:
    asked = [
        *([frozenset({filters.kind})] if filters.kind else []),
        *([kinds_in(filters.group)] if filters.group else []),
        *([kinds_in(EventGroup.REFUSALS)] if filters.refused else []),
    ]
    return frozenset.intersection(*asked) if asked else None


def _first_of(day: date | None, zone: ZoneInfo, ahead: int = 0) -> uuid.UUID | None:
    """What no id made on this local day, or so many days after it, or later is below."""
    if day is None:
        return None
    within = min(max(day, _EARLIEST), _LATEST) + timedelta(days=ahead)
    return first_id_at(datetime.combine(within, time(), zone))


def _about(session: Session, written: str, act: Act, problems: list[FieldProblem]) -> uuid.UUID | None:
    """The id of what a filter names: an id, or the number of a referral."""
    if not written:
        return None
    found = _whole_id(written) or referral_numbered(session, act.organisation_id, written.replace(" ", ""))
    if found is None:
        problems.append(FieldProblem("about", say(act, NO_SUCH), found=written[:40]))
    return found


def _client(session: Session, written: str, act: Act, problems: list[FieldProblem]) -> uuid.UUID | None:
    """The client that a filter names: a whole id, or its last twelve digits as pages show them."""
    if not written:
        return None
    found = _whole_id(written)
    digits = written.replace(" ", "").lower()
    if found is None and _TAIL.fullmatch(digits):
        ending = clients_ending_in(session, act.organisation_id, digits)
        found = ending[0] if len(ending) == 1 else None
    if found is None:
        problems.append(FieldProblem("client", say(act, NO_CLIENT), found=written[:40]))
    return found


def _whole_id(written: str) -> uuid.UUID | None:
    try:
        found = uuid.UUID(written)
    except ValueError:
        return None
    return found if str(found) == written.lower() else None


def _lines(rows: Sequence[AuditEventRow], names: Mapping[str, str]) -> Iterator[DeskLine]:
    for row in rows:
        entry = trail.read_entry(row)
        # An event whose bytes cannot be read any more is named by the proof on the same page.
        if entry:
            yield _line(row, entry, names)


def _line(row: AuditEventRow, entry: Mapping[str, Any], names: Mapping[str, str]) -> DeskLine:
    return DeskLine(
        seq=row.seq,
        id=entry["id"],
        at=datetime.fromisoformat(entry["at"]).astimezone(UTC),
        by=names.get(entry["actor"], ""),
        actor=entry["actor"],
        role=entry["role"],
        kind=EventKind(entry["kind"]),
        subject_kind=SubjectKind(entry["subject_kind"]),
        subject=entry["subject"],
        client=entry["client"],
        before=entry["before"],
        after=entry["after"],
        reason=entry["reason"],
        details=entry["details"],
        commit=entry["commit"],
        digest=row.digest.hex(),
        previous=row.previous.hex(),
    )
