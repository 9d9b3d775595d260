"""Finding a client, and the card of one: who they are, what was consented to, screened, needed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, access_client, reach_of
from service.actions.near_names import nearest
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

MOST_NEAR = 20
"""Names that are only near fill one screen, not more."""


@dataclass(frozen=True, slots=True)
class ClientLine:
    """One client as a list shows them."""

    id: uuid.UUID
    name: str
    local_id: str
    born_on: date
    grade: str
    class_name: str
    site: str


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


def find(session: Session, query: str, *, act: Act, most: int = 30) -> Sequence[ClientLine]:
    """Clients in reach whose name, id or class matches; with a typing slip, the nearest names.

    An empty query lists the first by name. Nothing is found, rather than refused, for an actor without clients.
    """
    act.by.must(Permission.FIND_CLIENTS)
    site_id = reach_of(act.by)
    rows = clients_matching(session, act.organisation_id, query.split(), site_id=site_id, most=most)
    if not rows and query.strip():
        rows = _nearest(session, query, site_id, act, most)
    names = {site.id: site.name for site in sites_of(session, act.organisation_id)}
    return [_line(row, names) for row in rows]


def _nearest(session: Session, query: str, site_id: uuid.UUID | None, act: Act, most: int) -> list[ClientRow]:
    known = dict(names_in_reach(session, act.organisation_id, site_id=site_id))
    found = nearest(folded(query), known, most=min(most, MOST_NEAR))
    rows = [find_client(session, act.organisation_id, client_id) for client_id in found]
    return [row for row in rows if row is not None]


def _line(row: ClientRow, sites: dict[uuid.UUID, str]) -> ClientLine:
    return ClientLine(
        row.id, row.name, row.local_id, row.born_on, row.grade, row.class_name, sites.get(row.site_id, "")
    )


def show(session: Session, client_id: uuid.UUID, *, act: Act) -> Client:
    """One client's record; seeing it is an event."""
    row = access_client(session, client_id, act, Permission.READ_CLIENT)
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
