"""Places of an organisation: buildings where people are, teams that receive referrals, and what is still missing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from referral.model import Problem
from referral.pathways import CRISIS
from service.access import Act, NotFound
from service.actions.account_checks import text_problems
from service.actions.saying import problem, refuse_any
from service.kinds import SiteKind
from service.permissions import Permission, Role
from service.store import audit
from service.store.accounts import people_of
from service.store.organisations import SiteRow, find_organisation, find_site, sites_of
from service.store.programmes import programmes_in_force


@dataclass(frozen=True, slots=True)
class Site:
    """One building or team. A team has a pathway."""

    id: uuid.UUID
    name: str
    pathway: str | None
    address: str
    phone: str
    by_caseload: bool


@dataclass(frozen=True, slots=True)
class NewSite:
    """A building, or a team of one pathway, as somebody writes it down.

    `by_caseload`: whether counselors of a building open only their caseload without a reason.
    """

    name: str
    pathway: str
    address: str
    phone: str
    by_caseload: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """What must be there before anybody can be screened and looked after."""

    building: bool
    pathways: tuple[str, ...]
    counselor: bool
    coordinator: bool
    on_call: bool
    programme: bool

    def __bool__(self) -> bool:
        parts = (self.building, self.pathways, self.counselor, self.coordinator, self.on_call, self.programme)
        return any(parts)


def everywhere(session: Session, *, act: Act) -> Sequence[Site]:
    """All places: buildings first, then teams, by name."""
    act.by.must(Permission.KEEP_ACCOUNTS)
    rows = sites_of(session, act.organisation_id)
    found = [_site(row) for row in rows]
    return sorted(found, key=lambda site: (site.pathway is not None, site.name))


def show(session: Session, site_id: uuid.UUID, *, act: Act) -> Site:
    """One place. Raises NotFound."""
    row = _row(session, site_id, act)
    return _site(row)


def _site(row: SiteRow) -> Site:
    return Site(row.id, row.name, row.pathway, row.address, row.phone, row.by_caseload)


def missing(session: Session, *, act: Act) -> Missing:
    """What is not there yet."""
    act.by.must(Permission.KEEP_ACCOUNTS)
    sites = sites_of(session, act.organisation_id)
    roles = {row.role for row in people_of(session, act.organisation_id) if row.active}
    taken = {row.pathway for row in sites if row.withdrawn_at is None}
    pathways = tuple(each.id for each in act.definitions.pathways.all() if each.id not in taken)
    return Missing(
        all(row.kind is not SiteKind.BUILDING for row in sites),
        pathways,
        not roles & {Role.COUNSELOR, Role.SUPERVISOR},
        Role.COORDINATOR not in roles,
        Role.ON_CALL not in roles or CRISIS in pathways,
        not programmes_in_force(session, act.organisation_id),
    )


def add(session: Session, command: NewSite, *, act: Act) -> uuid.UUID:
    """Add a building or a team. Raises Invalid naming every field."""
    act.by.must(Permission.KEEP_ACCOUNTS)
    refuse_any(_problems(session, command, None, act), act)
    row = SiteRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        name=command.name.strip(),
        kind=SiteKind.TEAM if command.pathway else SiteKind.BUILDING,
        pathway=command.pathway or None,
        address=command.address.strip(),
        phone=command.phone.strip(),
        by_caseload=command.by_caseload and not command.pathway,
    )
    session.add(row)
    session.flush()
    _note(session, row, "place added", act)
    if row.by_caseload:
        _note_reach(session, row, act)
    return row.id


def change(session: Session, site_id: uuid.UUID, command: NewSite, *, act: Act) -> None:
    """Write a place down anew. A team keeps its pathway: referrals were sent to it for that. Raises Invalid."""
    row = _row(session, site_id, act)
    refuse_any(_problems(session, command, row, act), act)
    row.name, row.address, row.phone = command.name.strip(), command.address.strip(), command.phone.strip()
    _note(session, row, "place changed", act)
    wanted = command.by_caseload and row.kind is SiteKind.BUILDING
    if wanted is not row.by_caseload:
        row.by_caseload = wanted
        _note_reach(session, row, act)


def _row(session: Session, site_id: uuid.UUID, act: Act) -> SiteRow:
    act.by.must(Permission.KEEP_ACCOUNTS)
    row = find_site(session, act.organisation_id, site_id)
    if row is None:
        noun = "place"
        raise NotFound(noun)
    return row


def _problems(session: Session, command: NewSite, row: SiteRow | None, act: Act) -> list[Problem]:
    found = [*text_problems("name", command.name, needed=True), *text_problems("phone", command.phone)]
    found += text_problems("address", command.address)
    others = [each for each in sites_of(session, act.organisation_id) if each is not row]
    if command.name.strip().casefold() in {each.name.casefold() for each in others}:
        found.append(problem("name", "Another place has this name.", "Otro lugar tiene este nombre."))
    known = {each.id for each in act.definitions.pathways.all()}
    if row is None and command.pathway and command.pathway not in known:
        found.append(problem("pathway", "Choose a pathway of the list.", "Elija una vía de la lista."))
    return found


def _note_reach(session: Session, row: SiteRow, act: Act) -> None:
    """Who opens whom is a setting of its own in the trail: whoever widens it is seen."""
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    state = "caseload" if row.by_caseload else "building"
    event = act.event(
        EventKind.SETTING_CHANGED, subject, setting="counselors open", state=state, site=str(row.id)
    )
    audit.append(session, event)


def _note(session: Session, row: SiteRow, what: str, act: Act) -> None:
    subject = (SubjectKind.ORGANISATION, find_organisation(session, act.organisation_id).id)
    event = act.event(EventKind.SETTING_CHANGED, subject, setting="places", status=what, site=str(row.id))
    audit.append(session, event)
