"""The organisation that one works in."""

import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.access import Act
from service.kinds import OrganisationKind
from service.store.organisations import find_organisation


@dataclass(frozen=True, slots=True)
class Organisation:
    """What pages, letters and clocks need to know of the tenant."""

    id: uuid.UUID
    name: str
    kind: OrganisationKind
    zone: str
    calendar: str
    crisis_phone: str

    @property
    def is_district(self) -> bool:
        """Whether clients are called students here."""
        return self.kind is OrganisationKind.DISTRICT


def show(session: Session, *, act: Act) -> Organisation:
    """The actor's own organisation."""
    row = find_organisation(session, act.organisation_id)
    return Organisation(row.id, row.name, row.kind, row.zone, row.calendar, row.crisis_phone)
