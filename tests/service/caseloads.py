"""A building that keeps caseloads, and a second counselor there, for tests."""

from service.actions import places
from service.actions.caseload import OpenRecord, open_record
from service.actions.places import NewSite
from service.kinds import OpenReason
from service.permissions import Role
from service.store.accounts import UserRow
from tests.service.caring import do


def keep_caseloads(here, *, yes=True):
    """The school's counselors open their caseload, or everybody there."""
    site = NewSite(here.school.name, "", "", here.school.phone, by_caseload=yes)
    do(here, places.change, here.school.id, site, role=Role.ADMINISTRATOR)


def colleague(here):
    """Another counselor of the same building, who acts as the counselor from now on; who did before."""
    before = here.people[Role.COUNSELOR]
    new = here.id()
    row = UserRow(
        organisation_id=here.organisation.id,
        id=new,
        email=f"{new.hex}@alder-creek.example",
        name="Second Counselor Demo",
        role=Role.COUNSELOR,
        site_id=before.site_id,
        password_hash=before.password_hash,
    )
    with here.write() as session:
        session.add(row)
    here.people[Role.COUNSELOR] = row
    return before


def give_reason(here, client, reason=OpenReason.COVERING, words="", role=Role.COUNSELOR):
    """Whether a reason was needed to open this record."""
    return do(here, open_record, client.id, OpenRecord(reason, words), role=role)
