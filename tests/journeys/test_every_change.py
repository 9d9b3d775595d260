"""Every address that changes something, over the API and at the pages: each change leaves an event in the trail."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from referral.consent import Giver
from referral.items import ItemsReason
from referral.model import State, Urgency
from referral.retention import EraseReason, HoldReason
from service.actions import access_review, enrolling, erasing, holding, items, notes, roster_import
from service.actions.items import AgreeItems
from service.actions.notes import WriteNote
from service.definitions import load_definitions
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store.alerts import AlertRow
from service.store.audit import AuditEventRow
from service.store.clients import GuardianRow
from service.store.referrals import ReferralRow
from service.web.guard import VISITING_ROUTES
from tests.journeys.changes import (
    ADMIN,
    AT_THE_PAGES,
    AUDITOR,
    LEAD,
    ON_CALL,
    OVER_THE_API,
    RECEIVER,
    ROSTER,
    SENDER,
    SUPERVISOR,
)
from tests.journeys.stage import ACUTE, RISK, calendar, override, screening, shift, view
from tests.referral.programmes import own_programme
from tests.service.answered import answered_referral, ask, done
from tests.service.builders import world
from tests.service.caring import need_of
from tests.service.crossing import agreed, opened, stranger
from tests.service.linking import outside_draft
from tests.service.referring import draft, referral_in, row_of
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor

CHANGES_NO_RECORD = {
    "language.choose",
    "clients.search",
    "queue.search",
    "api_clients.search",
    "api_witness.add_checkpoint",
    "audit.export",
    *("receive.open_referral", "receive.ask_code"),
    *("caseload.open_record", "api_clients.open_record"),
    *VISITING_ROUTES,
}
"""Those of receivers by link are in tests/proofs/test_t01_links.py. A search sends names in its body so that none
stands in an address; a language is a cookie; a witness keeps a digest of somebody else's trail; an export answers with
its file, after its event (test_audit_desk.py). Where a building keeps no caseloads there is no record to open with a
reason; where it does, see test_caseload_pages.py."""


def row(here, column, *where):
    """One value of the newest row that fits."""
    with here.read() as session:
        return session.scalars(select(column).where(*where).order_by(column.desc())).first()


def note_on(here, client_id):
    with here.write() as session:
        return notes.write(session, client_id, WriteNote("Seen in the corridor."), act=here.act(SENDER))


def kept(here):
    """A legal hold, and an erasure that was asked for."""
    with here.write() as session:
        held = holding.hold(session, here.client.id, HoldReason.COMPLAINT, act=here.act(Role.SUPERVISOR))
    gone = here.new_client("Xavi").id
    with here.write() as session:
        return held, erasing.ask(session, gone, EraseReason.ASKED, act=here.act(Role.SUPERVISOR))


def records(here):
    """A record for each address to change."""
    asked = here.new_client("Ida")
    ended = [
        referral_in(here, State.COMPLETED, client=here.new_client("Kim", f"Testcase{n}")) for n in range(3)
    ]
    need = {each: row(here, ReferralRow.need_id, ReferralRow.id == each) for each in ended}
    declined = referral_in(here, State.DECLINED, client=here.new_client("Lou"))
    risk = here.new_client("Mia")
    screening(here, here.new_client("Noor"), ACUTE)
    first = row(here, AlertRow.id, AlertRow.closed_at.is_(None))
    screening(here, here.new_client("Zoe"), ACUTE)
    held, wanted = kept(here)
    other = here.new_client("Uma")
    found = {
        "client": here.client.id,
        "asked": asked.id,
        "other": other.id,
        "was": enrolling.version_of(enrolling.details_of(other)),
        "plan": plan_of_nobody(here),
        "guardian": row(here, GuardianRow.id, GuardianRow.client_id == other.id),
        "school": here.school.id,
        "leaver": here.new_client("Yan").id,
        "running": screening(here, here.new_client("Ola")),
        "second": screening(here, here.new_client("Pia")),
        "third": screening(here, here.new_client("Quin")),
        "risky": screening(here, risk, RISK),
        "alert": first,
        "alarm": row(here, AlertRow.id, AlertRow.id != first),
        "held": held,
        "wanted": wanted,
        "shift": shift(here),
        "agreed": outside_draft(here, client=here.new_client("Tim")),
        "note": note_on(here, asked.id),
        "feed": calendar(here, RECEIVER),
        "draft": draft(here, client=here.new_client("Sol")),
        "sent": referral_in(here, State.SENT, client=here.new_client("Tam")),
        "picked": referral_in(here, State.SENT, client=here.new_client("Tom")),
        "read": ended[0],
        "loop": need[ended[1]],
        "close": need[ended[2]],
        "changed": override(here),
        "declined": row(here, ReferralRow.need_id, ReferralRow.id == declined),
        "judged": need_of(here, urgency=Urgency.URGENT, client=here.new_client("Vera")),
        "owner": here.people[Role.SUPERVISOR].id,
        "team": here.teams["psychology"].id,
        "clinician": here.people[RECEIVER].id,
        "spare": here.teams["social-work"].id,
        "leaving": here.people[Role.REFERRAL_STAFF].id,
        "view": view(here),
        "email": here.people[SENDER].email,
        "finding": finding(here),
        "answered": answered_referral(here),
        "wished": wished(here),
        **crossing(here),
    }
    return {name: str(each) for name, each in found.items()}


def plan_of_nobody(here):
    """The version of what a roster with nobody in it would do."""
    with here.read() as session:
        return roster_import.look(session, ROSTER.encode(), act=here.act(ADMIN)).plan.version


def crossing(here):
    """A draft with somebody whose guardian agreed, an organisation to send it to, and two packets that came."""
    other = world(
        "", here.parts.settings.data_dir, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts
    )
    opened(other)
    client = here.new_client("Rue")
    agreed(here, other, client)
    return {
        "crossing": draft(here, client=client),
        "partner": other.organisation.id,
        "packet": stranger(here),
        "unfit": stranger(here),
    }


def wished(here):
    """A referral whose receiver asked for the single answers, and somebody said yes."""
    referral_id = answered_referral(here)
    ask(here, referral_id, ItemsReason.TO_DECIDE)
    guardian = row(here, GuardianRow.id, GuardianRow.client_id == row_of(here, referral_id).client_id)
    done(here, items.agree, referral_id, AgreeItems(Giver.GUARDIAN, guardian))
    return referral_id


def finding(here):
    """The first finding of this week's review."""
    with here.write() as session:
        return access_review.show(session, None, act=here.act(AUDITOR)).lines[0].finding.key


def events(here):
    with here.read() as session:
        mine = AuditEventRow.organisation_id == here.organisation.id
        return session.scalar(select(func.count()).select_from(AuditEventRow).where(mine))


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    own_programme(tmp_path / "own", "1.1.0")
    made.parts = replace(made.parts, definitions=load_definitions(tmp_path / "own"))
    return made


def filled(value, known):
    """A path or body with the ids of the records."""
    if isinstance(value, dict):
        return {name: filled(each, known) for name, each in value.items()}
    return re.sub(r"\{(\w+)\}", lambda found: known[found[1]], value) if isinstance(value, str) else value


def endpoint(app, path, method):
    """The route that answers at this path."""
    return app.url_map.bind("localhost").match(path, method=method)[0]


def changing(app, *, api):
    """Every route that takes something other than a question."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}]
    names = {rule.endpoint for rule in rules if rule.rule.startswith("/api/") is api}
    return names - CHANGES_NO_RECORD


def test_every_change_over_the_api_is_an_event(here):
    app, known, reached = here.app(), records(here), set()
    people = {role: speaker(here, role, app) for role in (SENDER, RECEIVER, LEAD, ON_CALL, SUPERVISOR, ADMIN)}
    for role, method, path, body in OVER_THE_API:
        before, where = events(here), filled(path, known)
        answer = people[role](method, where, filled(body, known))
        assert answer.status_code in {200, 201, 204}, f"{path}: {answer.text}"
        assert events(here) > before, path
        reached.add(endpoint(app, f"/api/v1{where}", method))
    assert reached == changing(app, api=True)


def test_every_change_at_the_pages_is_an_event(here):
    app, known, reached = here.app(), records(here), set()
    people = {
        role: visitor(here, role, app)
        for role in (SENDER, RECEIVER, LEAD, ON_CALL, ADMIN, AUDITOR, SUPERVISOR)
    }
    for role, path, form in AT_THE_PAGES:
        before, where = events(here), filled(path, known)
        answer = people[role].post(where, **filled(form, known))
        # A link and its code are shown once, on the page that answers: 200.
        assert answer.status_code in {200, 303}, f"{path}: {answer.status_code}"
        assert events(here) > before, path
        reached.add(endpoint(app, where, "POST"))
        known["handed"] = (answer.location or "").rpartition("/")[2]
    assert reached == changing(app, api=False)
