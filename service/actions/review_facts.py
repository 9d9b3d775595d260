"""The facts of one week for the review of access: who looked, who had to do with whom, what is always looked at."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.access_week import Deed, Knock, Look, Tie, Usual, Week
from referral.events import EventKind
from referral.model import Urgency
from referral.unusual import share_family_name
from referral.words import referred
from service.access import Act
from service.actions.review_accounts import account_deeds
from service.actions.tries import Surface
from service.ids import made_at
from service.kinds import OpenReason, Role
from service.permissions import RECEIVING, WHOLE_ORGANISATION
from service.store import review_facts as facts
from service.store import trail
from service.store.accounts import UserRow, people_of
from service.store.audit import AuditEventRow
from service.store.clients import folded
from service.store.organisations import find_organisation
from service.store.review_facts import Span

MOST_LOOKS = 50_000
"""More looks than this in a week are not judged: the newest are, and the list says so."""
MOST_DEEDS = 2_000
MOST_KNOCKS = 10_000
WEEKS_BEFORE = 4
WORK_BEFORE = timedelta(days=30)
"""Work for a client this long before the week still explains a look."""
ALERT_BEFORE = timedelta(days=2)

_DEEDS = (
    EventKind.DECISION_OVERRIDDEN,
    EventKind.NEED_OPENED,
    EventKind.NEED_REDIRECTED,
    EventKind.PROGRAMME_MOVED,
    EventKind.EXPORT_MADE,
    EventKind.ACCESS_REPORT_MADE,
    EventKind.OPENED_WITH_REASON,
)


def week_of(session: Session, first_day: date, span: Span, *, act: Act) -> tuple[Week, bool]:
    """What happened in a week, and whether there was more of it than is judged."""
    organisation_id = act.organisation_id
    rows = facts.looks_in(session, organisation_id, span, most=MOST_LOOKS + 1)
    looks = [Look(seq, made_at(made), actor, str(client)) for seq, made, actor, client in rows[:MOST_LOOKS]]
    refusals = facts.refusals_in(session, organisation_id, span, most=MOST_LOOKS)
    people = {str(each.id): each for each in people_of(session, organisation_id)}
    calendar = act.definitions.calendars[find_organisation(session, organisation_id).calendar]
    week = Week(
        first_day=first_day,
        calendar=calendar,
        looks=looks,
        refusals=[Look(seq, made_at(made), actor) for seq, made, actor in refusals],
        deeds=_deeds(session, span, act),
        accounts=account_deeds(session, span, people, act=act),
        knocks=_knocks(session, span, act),
        ties=_ties(session, {(look.actor, str(look.client)) for look in looks}, people, span, act),
        usual=_usual(session, span, people, act),
        on_call=frozenset(name for name, each in people.items() if each.role is Role.ON_CALL),
    )
    return week, len(rows) > MOST_LOOKS


def _knocks(session: Session, span: Span, act: Act) -> list[Knock]:
    """Tries at the door. Of many, the newest: who guesses at one account is slowed down long before."""
    kinds = (EventKind.SIGN_IN_REFUSED, EventKind.SIGNED_IN)
    rows = facts.events_in(session, act.organisation_id, span, kinds, most=MOST_KNOCKS)
    told = ((row, trail.read_entry(row)) for row in rows)
    return [
        Knock(
            row.seq,
            made_at(row.id),
            entry["actor"],
            str(row.subject_id),
            row.kind == EventKind.SIGNED_IN,
            entry["details"].get("surface") == Surface.NEW,
        )
        for row, entry in told
        if entry
    ]


def _usual(session: Session, span: Span, people: Mapping[str, UserRow], act: Act) -> Mapping[str, Usual]:
    back = [timedelta(days=7 * weeks) for weeks in range(WEEKS_BEFORE + 1)]
    counted = [
        facts.records_opened(session, act.organisation_id, (span[0] - ago, span[1] - ago)) for ago in back
    ]
    this_week, *before = counted
    return {
        actor: Usual(
            str(people[actor].role), this_week.get(actor, 0), tuple(each.get(actor, 0) for each in before)
        )
        for actor in this_week
        if actor in people
    }


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known about the clients who were looked at."""

    clients: Mapping[uuid.UUID, tuple[uuid.UUID, str]]
    owners: frozenset[tuple[str, uuid.UUID]]
    open: frozenset[uuid.UUID]
    closed_at: Mapping[uuid.UUID, datetime]
    workers: frozenset[tuple[str, uuid.UUID]]
    alerted: frozenset[uuid.UUID]
    reached: frozenset[tuple[uuid.UUID, uuid.UUID]]


def _ties(
    session: Session, pairs: set[tuple[str, str]], people: Mapping[str, UserRow], span: Span, act: Act
) -> Mapping[tuple[str, str], Tie]:
    known = _known(session, sorted({uuid.UUID(client) for _actor, client in pairs}), span, act)
    return {
        (actor, client): _tie(people.get(actor), actor, uuid.UUID(client), known) for actor, client in pairs
    }


def _known(session: Session, ids: Sequence[uuid.UUID], span: Span, act: Act) -> _Known:
    organisation_id = act.organisation_id
    needs = facts.needs_named(session, organisation_id, ids)
    open_ones = frozenset(client for client, _owner, closed in needs if closed is None or closed >= span[0])
    closed: dict[uuid.UUID, datetime] = {}
    for client, _owner, at in needs:
        if at is not None and client not in open_ones:
            closed[client] = max(at, closed.get(client, at))
    return _Known(
        clients=facts.clients_named(session, organisation_id, ids),
        owners=frozenset((str(owner), client) for client, owner, _closed in needs),
        open=open_ones,
        closed_at=closed,
        workers=frozenset(facts.workers(session, organisation_id, (span[0] - WORK_BEFORE, span[1]))),
        alerted=frozenset(facts.alerted(session, organisation_id, (span[0] - ALERT_BEFORE, span[1]))),
        reached=frozenset(facts.sent_to(session, organisation_id, ids)),
    )


def _tie(person: UserRow | None, actor: str, client: uuid.UUID, known: _Known) -> Tie:
    site, family = known.clients.get(client, (None, ""))
    named = person is not None and share_family_name(folded(person.name), folded(family))
    related = (actor, client) in known.owners or (actor, client) in known.workers or client in known.alerted
    reaches = person is not None and _reaches(person, client, site, known)
    return Tie(related or reaches, named, known.closed_at.get(client))


def _reaches(person: UserRow, client: uuid.UUID, site: uuid.UUID | None, known: _Known) -> bool:
    """Whether a look is within the person's own place: a building, a team, or whatever is open anywhere."""
    if person.role in WHOLE_ORGANISATION:
        return client in known.open
    if person.role in RECEIVING and person.site_id is not None:
        return (person.site_id, client) in known.reached
    return person.site_id is not None and person.site_id == site


def _deeds(session: Session, span: Span, act: Act) -> list[Deed]:
    rows = facts.events_in(session, act.organisation_id, span, _DEEDS, most=MOST_DEEDS)
    opened = [row.subject_id for row in rows if row.kind == EventKind.NEED_OPENED]
    by_hand = facts.opened_by_hand(session, act.organisation_id, opened)
    told = ((row, trail.read_entry(row)) for row in rows)
    return [_deed(row, entry, act) for row, entry in told if entry and _counts(row, entry, by_hand)]


def _counts(row: AuditEventRow, entry: Mapping[str, Any], by_hand: set[uuid.UUID]) -> bool:
    """Whether an act is one to look at: a need that somebody opened by hand, a move that lowers, a paper."""
    match EventKind(row.kind):
        case EventKind.NEED_OPENED:
            return row.subject_id in by_hand
        case EventKind.PROGRAMME_MOVED:
            return bool(entry["details"].get("lowers"))
        case EventKind.ACCESS_REPORT_MADE:
            return bool(entry["details"].get("surface") == "paper")
    return True


def _deed(row: AuditEventRow, entry: Mapping[str, Any], act: Act) -> Deed:
    kind = EventKind(row.kind)
    client = None if row.client_id is None else str(row.client_id)
    return Deed(row.seq, made_at(row.id), entry["actor"], kind, client, _ABOUT[kind](entry, act))


def _text(english: str, spanish: str) -> Text:
    return {"en": english, "es": spanish}


def _counted(entry: Mapping[str, Any], noun: str) -> str:
    count = entry["details"].get("count")
    return "" if count is None else f", {count} {noun}"


_OPENED: Mapping[str, Text] = {
    OpenReason.SCREEN: _text("to be screened", "para evaluar"),
    OpenReason.CLIENT: _text("came to them", "acudió a esa persona"),
    OpenReason.FAMILY: _text("the family asked", "lo pidió la familia"),
    OpenReason.COVERING: _text("covering for a colleague", "en lugar de otra persona"),
    OpenReason.SAFETY: _text("worried about safety", "preocupación por la seguridad"),
    OpenReason.OTHER: _text("another reason, in a note", "otro motivo, en una nota"),
}


def _opened(entry: Mapping[str, Any], _act: Act) -> Text:
    why = _OPENED[entry["reason"]]
    return _text(
        f"Opened a record outside the caseload: {why['en']}",
        f"Abrió una ficha fuera de su lista: {why['es']}",
    )


def _overridden(entry: Mapping[str, Any], act: Act) -> Text:
    before, after = (_way(entry[each], act) for each in ("before", "after"))
    return _text(
        f"Decided otherwise than the rules: {before['en']}; then {after['en']}",
        f"Se decidió distinto de las reglas: {before['es']}; después {after['es']}",
    )


def _way(code: str, act: Act) -> Text:
    """A pathway and how urgent, in words; a pathway that is no more stands by its code."""
    pathway, _, urgency = code.partition("/")
    known = {each.id: each.name for each in act.definitions.pathways.all()}
    return referred(known.get(pathway, _text(pathway, pathway)), Urgency(urgency))


_ABOUT: Mapping[EventKind, Callable[[Mapping[str, Any], Act], Text]] = {
    EventKind.DECISION_OVERRIDDEN: _overridden,
    EventKind.NEED_OPENED: lambda _entry, _act: _text(
        "A need was opened by hand, without a screening",
        "Se abrió una necesidad a mano, sin evaluación",
    ),
    EventKind.NEED_REDIRECTED: lambda _entry, _act: _text(
        "Another way was chosen than the one before", "Se eligió otra vía que la anterior"
    ),
    EventKind.PROGRAMME_MOVED: lambda entry, _act: _text(
        f"A programme was moved so that some would be helped less urgently: {entry['before']} to {entry['after']}",
        f"Un programa pasó a una versión con menos urgencia para algunos: {entry['before']} a {entry['after']}",
    ),
    EventKind.EXPORT_MADE: lambda entry, _act: _text(
        f"Exported: {entry['details']['export']}{_counted(entry, 'events')}",
        f"Se exportó: {entry['details']['export']}{_counted(entry, 'eventos')}",
    ),
    EventKind.ACCESS_REPORT_MADE: lambda _entry, _act: _text(
        "A client's report of access was made on paper",
        "Se hizo en papel el informe de acceso de una persona",
    ),
    EventKind.OPENED_WITH_REASON: _opened,
}
