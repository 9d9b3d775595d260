"""Referrals that went outside, for the tests: sent with a link whose token and code are known."""

from dataclasses import dataclass

from referral.consent import Purpose
from referral.model import Urgency
from service.actions import links, outside, visits
from service.actions.choosing import Choice
from service.actions.links import Minted
from service.actions.outside import Outside, SendOutside
from service.kinds import ReceiverKind
from service.permissions import Role, system
from service.store.clients import guardians_of
from service.store.outside import link_of
from tests.service.builders import consent
from tests.service.referring import draft

DOCTOR = Outside("Dr. Demo, Elm Street Practice (example)", ReceiverKind.FAMILY_DOCTOR, "555-010-0177")
DAYS = 14


@dataclass(frozen=True)
class Linked:
    """One referral that went outside: its id, and what opens it."""

    referral_id: object
    token: str
    code: str


def agree(here, client, pathway="psychology"):
    """A guardian agrees to share with this pathway."""
    with here.write() as session:
        guardian = guardians_of(session, here.organisation.id, client.id)[0]
        session.add(consent(here, client, guardian, purpose=Purpose.SHARING, pathway=pathway))


def minted(here, token, code):
    return Minted(token, here.parts.passwords.hash(code), DAYS)


def outside_draft(here, *, urgency=Urgency.SOON, client=None):
    """The id of a draft whose client's guardian agreed to share."""
    person = client or here.new_client("Noor", "Testcase")
    agree(here, person)
    return draft(here, urgency=urgency, client=person)


def linked(here, *, token="t" * 43, code="12345678", referral_id=None, to=DOCTOR, **facts):
    """A referral sent outside."""
    referral_id = referral_id or outside_draft(here, **facts)
    with here.write() as session:
        command = SendOutside(None, to, Choice(words="The family asked for their own doctor."))
        outside.send(session, referral_id, command, minted(here, token, code), act=here.act(Role.COUNSELOR))
    return Linked(referral_id, token, code)


def opened(here, token, code, secret):
    """Whether link and code opened the referral for the browser with this secret, as the door does it."""
    with here.parts.open_read() as session, session.begin():
        found = visits.held(session, token)
    fits = here.parts.passwords.matches(None if found is None else found.code_hash, code)
    if found is None:
        return False
    act = here.parts.act(system(found.organisation_id))
    with here.parts.open_write(found.organisation_id) as session, session.begin():
        return visits.begin(session, found, secret, fits=fits, act=act, acting=here.parts.act)


def visitor_of(here, secret):
    """Who the browser with this secret belongs to now, or None."""
    with here.parts.open_read() as session, session.begin():
        return visits.resume(session, secret, now=here.clock())


def link_row(here, referral_id):
    with here.read() as session:
        return link_of(session, here.organisation.id, referral_id)


def renew(here, referral_id, code, role=Role.COUNSELOR):
    """A fresh code for the link."""
    with here.write() as session:
        hashed = here.parts.passwords.hash(code)
        return links.fresh_code(session, referral_id, hashed, DAYS, act=here.act(role))


def take_back(here, referral_id, role=Role.COUNSELOR):
    with here.write() as session:
        links.revoke(session, referral_id, act=here.act(role))
