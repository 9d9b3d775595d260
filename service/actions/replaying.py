"""Stored routings worked out again: from the answers, by the very definitions that were used, to the decisions.

Nothing is changed, and nothing is told but ids and which part differs. Definitions are found by their digests.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from instruments.canonical import canonical_bytes
from instruments.catalogue import Catalogue, UnknownInstrument
from referral.events import EventKind
from referral.model import Decision
from referral.replaying import BadInputs, replayed, results_in
from referral.routing import RoutingResult
from referral.rules import Rules
from service.access import Act, access_screening
from service.actions import contents
from service.actions.forms import forms_of, results_of
from service.actions.stored import reasons_json, result_json, routing_json
from service.definitions import Definitions
from service.permissions import Permission
from service.store import audit, trail
from service.store.scope import enter
from service.store.screenings import (
    AdministrationRow,
    DecisionRow,
    ScreeningRow,
    administrations_in,
    decisions_of,
    find_screening,
    routed_screenings,
)
from service.store.vault import forget_keys

AT_ONCE = 200
"""So many screenings are read together, and held in memory."""


class Again(StrEnum):
    """What working it out again came to."""

    SAME = "the same"
    DIFFERS = "differs"
    MISSING = "a definition is missing"


@dataclass(frozen=True, slots=True)
class Replayed:
    """One stored routing worked out again: what it came to, and what differs or is missing."""

    screening_id: uuid.UUID
    came_to: Again
    where: tuple[str, ...] = ()


def replay_all(session: Session, acting: Callable[[uuid.UUID], Act]) -> Iterator[Replayed]:
    """Every stored routing of every organisation, worked out again, oldest first."""
    for tenant, _name in audit.tenants(session):
        organisation_id, after = uuid.UUID(tenant), uuid.UUID(int=0)
        enter(session, organisation_id)
        while rows := routed_screenings(session, organisation_id, after, most=AT_ONCE):
            after = rows[-1].id
            found = [_proved(session, row, acting(organisation_id)) for row in rows]
            # Nothing of what was opened stays in memory.
            session.expunge_all()
            forget_keys(session)
            yield from found


def replay_one(
    session: Session, screening_id: uuid.UUID, acting: Callable[[uuid.UUID], Act]
) -> Replayed | None:
    """The stored routing of one screening, worked out again; None where there is none."""
    for tenant, _name in audit.tenants(session):
        organisation_id = uuid.UUID(tenant)
        enter(session, organisation_id)
        row = find_screening(session, organisation_id, screening_id)
        if row is not None and row.routing is not None:
            return _proved(session, row, acting(organisation_id))
    return None


def _proved(session: Session, row: ScreeningRow, act: Act) -> Replayed:
    """As `replay`, held against the trail too: inputs that were changed may still lead to the same."""
    found = replay(session, row, act=act)
    told = _submitted(session, row, act)
    if found.came_to is Again.MISSING or told is None or contents.fits(session, act.organisation_id, told):
        return found
    return Replayed(row.id, Again.DIFFERS, (*found.where, "what the trail committed to"))


def _submitted(session: Session, row: ScreeningRow, act: Act) -> Mapping[str, Any] | None:
    """The event that the screening ended with, if it committed to what was decided."""
    rows = trail.events_about(session, act.organisation_id, row.id)
    ended = (trail.read_entry(each) for each in rows if each.kind == EventKind.SCREENING_SUBMITTED)
    return next((entry for entry in ended if entry and entry.get("commit")), None)


def of_screening(session: Session, screening_id: uuid.UUID, *, act: Act) -> Again | None:
    """What the stored routing of a screening comes to now, for whoever reads it; None where there is none."""
    row = access_screening(session, screening_id, act, Permission.READ_CLIENT)
    return None if row.routing is None else replay(session, row, act=act).came_to


def replay(session: Session, row: ScreeningRow, *, act: Act) -> Replayed:
    """The stored routing of a screening that the caller reached, worked out again."""
    forms = administrations_in(session, act.organisation_id, [row.id])
    missing = _missing(row, forms, act.definitions)
    if missing:
        return Replayed(row.id, Again.MISSING, missing)
    where = tuple(dict.fromkeys(_differing(session, row, act)))
    return Replayed(row.id, Again.DIFFERS if where else Again.SAME, where)


def _missing(
    row: ScreeningRow, forms: Sequence[AdministrationRow], definitions: Definitions
) -> tuple[str, ...]:
    """The definitions that were used and are not there any more, each by name and digest."""
    routing = row.routing or {}
    used = [(f"{form.instrument} {form.version}", form.digest, _digest(definitions, form)) for form in forms]
    rules = None if _rules(definitions, str(routing.get("digest"))) is None else routing.get("digest")
    used.append((f"{routing.get('rules')} {routing.get('version')}", str(routing.get("digest")), rules))
    return tuple(f"{name} ({digest[:12]})" for name, digest, found in used if found != digest)


def _digest(definitions: Definitions, form: AdministrationRow) -> str | None:
    catalogue: Catalogue = definitions.instruments
    try:
        return catalogue.get(form.instrument, form.version).digest
    except UnknownInstrument:
        return None


def _rules(definitions: Definitions, digest: str) -> Rules | None:
    """The routing rules with this digest, of whichever version of whichever programme."""
    every = (each for versions in definitions.programmes.by_id.values() for each in versions.values())
    return next((each.rules for each in every if each.rules.digest == digest), None)


def _differing(session: Session, row: ScreeningRow, act: Act) -> Iterator[str]:
    """Which parts are not what comes out now: results, inputs, the routing itself, its decisions."""
    kept = dict(row.routing or {})
    rules = _rules(act.definitions, str(kept.get("digest")))
    assert rules is not None  # noqa: S101  `_missing` has found them; this tells the type checker
    forms = forms_of(session, row, act=act)
    scored = {name: result_json(each) for name, each in results_of(forms, act=act).items()}
    yield from (
        f"result of {form.instrument.id}"
        for form in forms
        if not _same(form.row.result, scored[form.instrument.id])
    )
    try:
        told = {each.instrument: result_json(each) for each in results_in(str(kept.get("inputs"))).values()}
        again = replayed(rules, str(kept.get("inputs")))
    except BadInputs:
        yield "inputs"
        return
    known = {each.id for each in rules.uses.values()}
    if not _same(told, {name: each for name, each in scored.items() if name in known}):
        yield "inputs"
    if not _same(kept, routing_json(again)):
        yield "routing"
    yield from _decisions(decisions_of(session, act.organisation_id, row.id), again)


def _decisions(rows: Sequence[DecisionRow], again: RoutingResult) -> Iterator[str]:
    """The decisions that are not kept as they come out. What was followed in mid-form alone stands beside them."""
    kept = {(row.kind, row.pathway): row for row in rows}
    for decision in again.decisions:
        row = kept.get((decision.kind, decision.pathway))
        if row is None or not _same(_told(row), _made(decision)):
            yield f"decision {decision.kind}" + (f" {decision.pathway}" if decision.pathway else "")


def _told(row: DecisionRow) -> dict[str, object]:
    urgency = None if row.urgency is None else str(row.urgency)
    return {"urgency": urgency, "first": row.first, "days": row.rescreen_days, "reasons": list(row.reasons)}


def _made(decision: Decision) -> dict[str, object]:
    urgency = None if decision.urgency is None else str(decision.urgency)
    return {
        "urgency": urgency,
        "first": decision.first,
        "days": decision.rescreen_days,
        "reasons": reasons_json(decision),
    }


def _same(kept: object, again: object) -> bool:
    """Whether two values have the very same canonical bytes."""
    try:
        return canonical_bytes(kept) == canonical_bytes(again)
    except TypeError:
        return False
