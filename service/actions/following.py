"""What follows from answers: score, route, and open what must be opened, at once for a critical answer.

The same screening concluded twice changes nothing the second time. What was opened is never lowered or taken back.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from instruments.scoring import Result
from referral.events import Code, EventKind, SubjectKind
from referral.facts import LastScreen
from referral.model import Clock, Decision, DecisionKind, Reason, Urgency
from referral.routing import RoutingResult, route
from service.access import Act
from service.actions import assessments, crisis, loop
from service.actions.client_facts import facts_of
from service.actions.committing import committed
from service.actions.forms import Form, results_of
from service.actions.programmes import programme_of
from service.actions.safety_first import asks_for_assessment
from service.actions.stored import reasons_json, result_json, routing_json, rules_named
from service.kinds import ScreeningStatus
from service.store import audit
from service.store.alerts import alert_about
from service.store.clients import ClientRow, find_client, lock_client
from service.store.needs import NeedRow
from service.store.organisations import find_organisation
from service.store.screenings import (
    DecisionRow,
    ScreeningRow,
    administrations_in,
    decisions_of,
    screenings_of,
)

Row = TypeVar("Row")
Judge = Callable[[Mapping[str, Result]], RoutingResult]

SO_FAR = Reason(
    {
        "en": "A critical answer was given; the screening was not finished yet.",
        "es": "Se dio una respuesta crítica; la evaluación no había terminado.",
    },
    "critical-answer",
)

# A clinician who must look at what the rules could not decide works where assessments are made.
REVIEWED_BY = "psychology"


@dataclass(frozen=True, slots=True)
class Raised:
    """The alert that a screening raised, and when."""

    id: uuid.UUID
    raised_at: datetime


def alert_of(session: Session, screening: ScreeningRow, *, act: Act) -> Raised | None:
    """The alert that this screening raised, or None."""
    row = alert_about(session, act.organisation_id, screening.id)
    return None if row is None else Raised(row.id, row.raised_at)


def at_once(session: Session, screening: ScreeningRow, forms: Sequence[Form], *, act: Act) -> None:
    """Follow a critical answer while the form is still open: only what holds whatever the rest will be.

    Questions still to come are not read as passed over yet, so a rule for unanswered ones waits for the end.
    """
    results = results_of(forms, act=act)
    if any(result.critical for result in results.values()):
        decisions = pressing(results, judge(session, screening, act=act))
        _follow(session, screening, [_so_far(each) for each in decisions], act)


def pressing(results: Mapping[str, Result], judged: Judge) -> list[Decision]:
    """The decisions that cannot wait for the end of the form, if these are the answers so far."""
    if not any(result.critical for result in results.values()):
        return []
    every = {name: replace(result, undecided=()) for name, result in results.items()}
    return [each for each in judged(every).decisions if _is_pressing(each)]


def _is_pressing(decision: Decision) -> bool:
    urgent = decision.urgency is not None and decision.urgency.at_least(Urgency.URGENT)
    return decision.kind is DecisionKind.REFER and urgent


def _so_far(decision: Decision) -> Decision:
    """The decision with a reason that is true now: a rule's own words may speak of questions not asked yet."""
    if decision.urgency is Urgency.IMMEDIATE:
        return decision
    return replace(decision, rule=SO_FAR.rule, reasons=(SO_FAR,))


def conclude(
    session: Session, screening: ScreeningRow, forms: Sequence[Form], status: ScreeningStatus, *, act: Act
) -> None:
    """End a screening: keep every result, route, and follow every decision."""
    results = results_of(forms, act=act)
    for form in forms:
        form.row.result = result_json(results[form.instrument.id])
    routing = judge(session, screening, act=act)(results)
    screening.status, screening.ended_at = status, act.now
    screening.routing = routing_json(routing)
    _follow(session, screening, routing.decisions, act)
    ended = EventKind.SCREENING_SUBMITTED
    details: dict[str, Code | tuple[Code, ...]] = {
        "instruments": tuple(f"{form.instrument.id}/{form.instrument.version}" for form in forms),
        "complete": all(result.complete for result in results.values()),
        "status": str(status),
        "rules_digest": routing.rules_digest,
    }
    subject = (SubjectKind.SCREENING, screening.id)
    event = act.event(ended, subject, client=screening.client_id, details=details)
    told = {form.instrument.id: result_json(results[form.instrument.id]) for form in forms}
    bound_to = {"results": told, "routing": screening.routing}
    audit.append(session, committed(session, event, bound_to, apart=screening.salt))


def judge(session: Session, screening: ScreeningRow, *, act: Act) -> Judge:
    """What decides for this screening: the rules of its programme, with the client's facts and history read once."""
    rules = programme_of(session, screening, act=act).rules
    aliases = {instrument.id: alias for alias, instrument in rules.uses.items()}
    row = _found(find_client(session, act.organisation_id, screening.client_id))
    client = facts_of(session, row, screening, act=act)
    history = {
        aliases[name]: last for name, last in _history(session, screening, act).items() if name in aliases
    }

    def judged(results: Mapping[str, Result]) -> RoutingResult:
        by_alias = {aliases[name]: result for name, result in results.items() if name in aliases}
        return route(rules, by_alias, client, history)

    return judged


def _history(session: Session, screening: ScreeningRow, act: Act) -> dict[str, LastScreen]:
    """The last result of each instrument before this screening, by instrument id."""
    ended = [
        row
        for row in screenings_of(session, act.organisation_id, screening.client_id)
        if row.ended_at is not None and row.id != screening.id and row.started_at < screening.started_at
    ]
    when: dict[uuid.UUID, datetime] = {row.id: row.started_at for row in ended}
    found: dict[str, LastScreen] = {}
    rows = administrations_in(session, act.organisation_id, list(when)) if when else ()
    for row in sorted(rows, key=lambda each: when[each.screening_id], reverse=True):
        if row.result is not None and row.instrument not in found:
            days = (screening.started_at - when[row.screening_id]).days
            found[row.instrument] = LastScreen(row.result["scores"], days)
    return found


def _follow(session: Session, screening: ScreeningRow, decisions: Sequence[Decision], act: Act) -> None:
    client = lock_client(session, act.organisation_id, screening.client_id)
    kept = {(row.kind, row.pathway): row for row in decisions_of(session, act.organisation_id, screening.id)}
    for decision in decisions:
        row = kept.get((decision.kind, decision.pathway))
        if row is not None and _says_the_same(row, decision):
            continue
        need = _need_for(session, screening, client, decision, act)
        _keep(session, screening, decision, row, need, act)
        if need is not None:
            _press(session, screening, client, decision, need, act)


def _says_the_same(row: DecisionRow, decision: Decision) -> bool:
    return (row.urgency, row.first, row.reasons) == (decision.urgency, decision.first, reasons_json(decision))


def _need_for(
    session: Session, screening: ScreeningRow, client: ClientRow, decision: Decision, act: Act
) -> NeedRow | None:
    if decision.kind not in {DecisionKind.REFER, DecisionKind.REVIEW} or decision.urgency is None:
        return None
    return loop.open_or_join(
        session,
        client,
        pathway=decision.pathway or REVIEWED_BY,
        urgency=decision.urgency,
        owner_id=screening.started_by,
        screening_id=screening.id,
        act=act,
    )


def _keep(
    session: Session,
    screening: ScreeningRow,
    decision: Decision,
    row: DecisionRow | None,
    need: NeedRow | None,
    act: Act,
) -> None:
    if row is None:
        row = DecisionRow(
            organisation_id=act.organisation_id,
            id=act.new_id(),
            screening_id=screening.id,
            kind=decision.kind,
            pathway=decision.pathway,
            decided_at=act.now,
        )
        session.add(row)
    row.urgency, row.first, row.rescreen_days = decision.urgency, decision.first, decision.rescreen_days
    row.rules, row.reasons = list(rules_named(decision)), reasons_json(decision)
    row.need_id = None if need is None else need.id
    facts: dict[str, Code] = {
        "rule": decision.rule,
        "decision": str(decision.kind),
        "pathway": decision.pathway,
        "urgency": None if decision.urgency is None else str(decision.urgency),
        "first": decision.first,
        "screening": str(screening.id),
    }
    subject = (SubjectKind.DECISION, row.id)
    audit.append(
        session, act.event(EventKind.DECISION_MADE, subject, client=screening.client_id, details=facts)
    )


def _press(
    session: Session, screening: ScreeningRow, client: ClientRow, decision: Decision, need: NeedRow, act: Act
) -> None:
    """What cannot wait for a person to press a button: the safety assessment, the alert, the crisis referral."""
    urgency = decision.urgency or Urgency.ROUTINE
    immediate = urgency is Urgency.IMMEDIATE
    here = find_organisation(session, act.organisation_id)
    if asks_for_assessment(decision, programme_of(session, screening, act=act).rules):
        clock = Clock.SAFETY_ASSESSMENT
        due = act.definitions.due(need.pathway, urgency, clock, act.now, calendar=here.calendar)
        assessments.ask_for(session, client, screening.id, due, act=act)
    if immediate:
        crisis.call_for_help(session, client, need, rule=decision.rule, screening_id=screening.id, act=act)


def _found(row: Row | None) -> Row:
    if row is None:
        message = "a record that others refer to is gone"
        raise LookupError(message)
    return row
