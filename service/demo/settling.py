"""Making a tenant of the demo: the organisation, its sites and people, as rows; the trail begins here."""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from service.access import Act, Session
from service.actions import programmes
from service.actions.sign_ins import actor_of
from service.definitions import Definitions
from service.demo.places import Person, Place
from service.demo.stage import Stage
from service.ids import uuid7
from service.kinds import SiteKind
from service.permissions import Role
from service.store import audit
from service.store.accounts import UserRow
from service.store.organisations import OrganisationRow, SiteRow
from service.store.scope import enter


def settle(
    session: Session,
    place: Place,
    definitions: Definitions,
    *,
    dice: random.Random,
    began: datetime,
    now: datetime,
    password_hash: str,
) -> Stage:
    """The tenant with its sites and people, ready to be played from `began` to `now`."""

    def new_id() -> uuid.UUID:
        return uuid7(began, dice.getrandbits(74))

    organisation = _organisation(session, place, definitions, new_id())
    sites = dict(_sites(place, organisation.id, new_id))
    session.add_all(sites.values())
    session.flush()
    users = {
        person.key: _user(place, person, organisation.id, new_id(), sites, password_hash)
        for person in place.people
    }
    session.add_all(users.values())
    session.flush()
    administrator = next(row for row in users.values() if row.role is Role.ADMINISTRATOR)
    programmes.start(session, place.programme, act=Act(actor_of(administrator), began, new_id, definitions))
    return Stage(
        place,
        session,
        definitions,
        dice,
        now,
        organisation.id,
        {key: actor_of(row) for key, row in users.items()},
        {key: row.id for key, row in sites.items()},
        began,
    )


def _organisation(
    session: Session, place: Place, definitions: Definitions, new_id: uuid.UUID
) -> OrganisationRow:
    """The tenant itself; its trail begins."""
    enter(session, new_id)
    row = OrganisationRow(
        id=new_id,
        name=place.name,
        kind=place.kind,
        zone=definitions.calendars[place.calendar].zone.key,
        calendar=place.calendar,
        crisis_phone=place.crisis_phone,
    )
    session.add(row)
    session.flush()
    audit.begin_chain(session, row.id)
    return row


def _sites(
    place: Place, organisation_id: uuid.UUID, new_id: Callable[[], uuid.UUID]
) -> Iterator[tuple[str, SiteRow]]:
    for building in place.buildings:
        row = SiteRow(
            organisation_id=organisation_id,
            id=new_id(),
            name=building.name,
            kind=SiteKind.BUILDING,
            address=building.address,
            phone=building.phone,
            languages="en, es",
        )
        yield building.key, row
    for team in place.teams:
        row = SiteRow(
            organisation_id=organisation_id,
            id=new_id(),
            name=team.name,
            kind=SiteKind.TEAM,
            pathway=team.pathway,
            address=team.address,
            phone=team.phone,
            languages=team.languages,
            hours=team.hours,
            wait_days=team.wait_days,
        )
        yield team.key, row


def _user(
    place: Place,
    person: Person,
    organisation_id: uuid.UUID,
    user_id: uuid.UUID,
    sites: Mapping[str, SiteRow],
    password_hash: str,
) -> UserRow:
    return UserRow(
        organisation_id=organisation_id,
        id=user_id,
        email=place.email(person),
        name=person.name,
        title=person.title,
        role=person.role,
        site_id=None if person.site is None else sites[person.site].id,
        language=person.language,
        password_hash=password_hash,
    )
