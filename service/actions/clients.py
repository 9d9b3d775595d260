"""Finding a client, and the card of one: who they are, what was consented to, screened, needed."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, access_client, keeps_caseload, outside_caseload, reach_of
from service.actions.near_names import nearest, stands_in
from service.permissions import Permission
from service.store import audit
from service.store.clients import (
    ClientRow,
    GuardianRow,
    clients_matching,
    find_client,
    folded,
    guardians_of,
    names_in_reach,
)
from service.store.organisations import sites_of

MOST_OF_A_BUILDING = 5_000
"""Of so many who match, those on the caseload are found."""
MOST_NEAR = 20
"""Names that are only near fill one screen, not more."""


@dataclass(frozen=True, slots=True)
class ClientLine:
    """One client as a list shows them. Of somebody outside the caseload it tells name and class alone."""

    id: uuid.UUID
    name: str
    local_id: str
    born_on: date | None
    grade: str
    class_name: str
    site: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `near`: nobody is called as typed, and these are only alike."""

    lines: tuple[ClientLine, ...]
    near: bool


@dataclass(frozen=True, slots=True)
class Guardian:
    """An adult who may consent."""

    id: uuid.UUID
    name: str
    relation: str
    phone: str
    language: str


@dataclass(frozen=True, slots=True)
class Client:
    """One client as their own page shows them."""

    id: uuid.UUID
    name: str
    given_name: str
    pronouns: str
    local_id: str
    born_on: date
    grade: str
    class_name: str
    site: str
    language: str
    home_language: str
    guardians: tuple[Guardian, ...]

    @property
    def initials(self) -> str:
        """For the square beside the name."""
        return "".join(part[0] for part in self.name.split()[:2]).upper()


def find(session: Session, query: str, *, act: Act, most: int = 30) -> Found:
    """Clients in reach whose name, id or class matches; where nobody is called as typed, the nearest names too.

    An empty query lists the first by name. Nothing is found, rather than refused, for an actor without clients.
    Outside the caseload somebody is found by whole names or the id alone.
    """
    act.by.must(Permission.FIND_CLIENTS)
    words = folded(query).split()
    rows, outside = _matching(session, words, act, most)
    # Of a list that was cut off, nobody knows who comes later.
    near = len(rows) < most and not any(stands_in(words, row.search_text) for row in rows)
    if near:
        rows = _with_nearest(session, rows, query, act, most)
    names = {site.id: site.name for site in sites_of(session, act.organisation_id)}
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, view="clients", count=len(rows)))
    return Found(tuple(line_of(row, names, outside=row.id in outside) for row in rows), near and bool(rows))


def _matching(
    session: Session, words: Sequence[str], act: Act, most: int
) -> tuple[Sequence[ClientRow], frozenset[uuid.UUID]]:
    """Who matches, and who of them is outside the caseload: of these nobody who was not named."""
    site_id, keeps = reach_of(act.by), keeps_caseload(session, act)
    every = MOST_OF_A_BUILDING if keeps else most
    rows = clients_matching(session, act.organisation_id, words, site_id=site_id, most=every)
    outside = outside_caseload(session, [row.id for row in rows], act)
    kept = [row for row in rows if row.id not in outside or _is_named(words, row)]
    return kept[:most], outside


def _is_named(words: Sequence[str], row: ClientRow) -> bool:
    """Whether whole words of the name were typed, or the whole id: nobody leafs through names that way."""
    return bool(words) and (
        set(words) <= set(folded(row.name).split()) or list(words) == folded(row.local_id).split()
    )


def _with_nearest(
    session: Session, rows: Sequence[ClientRow], query: str, act: Act, most: int
) -> list[ClientRow]:
    """The nearest names first, then those that have what was typed somewhere inside: "anna" in "Hanna"."""
    known = dict(names_in_reach(session, act.organisation_id, site_id=reach_of(act.by)))
    for each in outside_caseload(session, known, act):
        del known[each]
    ids = [*nearest(folded(query), known, most=min(most, MOST_NEAR)), *(row.id for row in rows)]
    found = [find_client(session, act.organisation_id, client_id) for client_id in dict.fromkeys(ids)]
    return [row for row in found if row is not None][:most]


def line_of(row: ClientRow, sites: Mapping[uuid.UUID, str], *, outside: bool = False) -> ClientLine:
    """The line of a client in a list; `sites` has the names of the buildings."""
    if outside:
        return ClientLine(row.id, row.name, "", None, row.grade, row.class_name, "", outside=True)
    return ClientLine(
        row.id, row.name, row.local_id, row.born_on, row.grade, row.class_name, sites.get(row.site_id, "")
    )


def show(
    session: Session, client_id: uuid.UUID, *, act: Act, for_: Permission = Permission.READ_CLIENT
) -> Client:
    """One client's record, for somebody who may do `for_` with it; seeing it is an event."""
    row = access_client(session, client_id, act, for_)
    audit.append(
        session,
        act.event(EventKind.RECORD_VIEWED, (SubjectKind.CLIENT, row.id), client=row.id, view="client"),
    )
    return describe(session, row, act=act)


def describe(session: Session, row: ClientRow, *, act: Act) -> Client:
    """The plain value of a client that the caller already reached."""
    names = {site.id: site.name for site in sites_of(session, act.organisation_id)}
    return Client(
        id=row.id,
        name=row.name,
        given_name=row.given_name,
        pronouns=row.pronouns,
        local_id=row.local_id,
        born_on=row.born_on,
        grade=row.grade,
        class_name=row.class_name,
        site=names.get(row.site_id, ""),
        language=row.language,
        home_language=row.home_language,
        guardians=tuple(_guardian(each) for each in guardians_of(session, act.organisation_id, row.id)),
    )


def _guardian(row: GuardianRow) -> Guardian:
    return Guardian(row.id, row.name, row.relation, row.phone, row.language)
