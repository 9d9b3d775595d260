"""T26: every address that changes something or shows a person leaves an event; so does every refusal."""

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from sqlalchemy import select

from referral.entries import read_entry
from referral.events import EventKind
from service.permissions import Role
from service.store.audit import AuditEventRow
from service.web.guard import OPEN_ROUTES, VISITING_ROUTES, WATCHING_ROUTES
from tests.architecture.sources import assert_none
from tests.journeys.stage import method
from tests.proofs.asking import asking, rules
from tests.service.web.visiting import visitor

NOBODY = (
    OPEN_ROUTES
    | VISITING_ROUTES
    | {
        "home.show",  # only leads on
        "password.show",  # an empty form
        "instruments.index",  # definitions, of nobody
        "instruments.show",
        *("receivers.index", "receivers.show", "receivers.edit", "receivers.new"),  # teams and offices
        *("api_receivers.index", "api_receivers.show"),
        "on_call.roster",  # staff and hours, no client
        *("desks.show", "api_desks.index"),  # staff, and how many each holds
        *("packets.intake", "api_packets.intake"),  # pathways and teams
        "api_instruments.index",
        "api_timeline.status",  # how long the trail is
        *("roster.index", "enrolling.new"),  # ask for a file, and for somebody who is not here yet
        "audit.proof",  # a part of the page whose opening is the event
        "client.hand_back",  # asks for a password, shows nobody
        "client.help_now",  # crisis lines, on the client's own screen
        "client.ending",  # thanks, on the client's own screen
    }
)
"""Addresses that show no person and change nothing."""

WATCHED = WATCHING_ROUTES | {"queue.panel"}
"""Parts of a page that fetch themselves anew; opening the page is the event."""

AGAIN = {
    *("api_alerts.acknowledge", "on_call.acknowledge", "client.finish", "client.stop", "referrals.take"),
    "api_enrolling.take_guardian_away",
}
"""Acts that were done just before by another address: repeating them changes nothing and writes nothing."""

DONE = {"GET": {200}, "POST": {200, 201, 303}, "PUT": {200}, "DELETE": {204}}
REFUSED = {403, 404}


def events(made, behind=0):
    """What the trail says behind the first so many events, oldest first."""
    mine = AuditEventRow.organisation_id == made.here.organisation.id, AuditEventRow.seq > behind
    wanted = select(AuditEventRow.entry).where(*mine).order_by(AuditEventRow.seq)
    with made.here.read() as session:
        return [read_entry(entry) for entry in session.scalars(wanted)]


def told_after(made, app, role):
    """(rule, status, the events of asking it) for every address, as one person."""
    ask, before = asking(made, app, role), len(events(made))
    for rule in rules(app):
        answer = ask(rule)
        after = events(made, before)
        yield rule, answer.status_code, after
        before += len(after)


def silent(rule, status, written, person):
    """What is missing in the trail after an answer; None when nothing is."""
    mine = [each for each in written if each["actor"] == str(person.id)]
    if rule.endpoint in OPEN_ROUTES:
        return None
    if status in REFUSED and not any(each["kind"] == EventKind.ACCESS_REFUSED for each in mine):
        return f"{method(rule)} {rule.endpoint}: {status} and no refusal in the trail"
    if status in DONE[method(rule)] and rule.endpoint not in NOBODY | WATCHED | AGAIN and not mine:
        return f"{method(rule)} {rule.endpoint}: {status} and nothing in the trail"
    return None


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CLINICIAN, Role.AUDITOR, Role.ON_CALL])
def test_whoever_sees_or_changes_something_or_is_refused_stands_in_the_trail(own_copy, role):
    person = own_copy.here.people[role]
    cells = list(told_after(own_copy, own_copy.here.app(), role))
    print(f"T26 {role}: {len(cells)} addresses, {sum(len(written) for *_, written in cells)} events")
    assert len(cells) > 90
    assert_none(filter(None, (silent(rule, status, written, person) for rule, status, written in cells)))


def test_a_refused_look_at_a_client_of_the_own_organisation_stands_under_that_client(own_copy):
    person = own_copy.here.people[Role.AUDITOR]
    found = {
        rule.endpoint: written
        for rule, status, written in told_after(own_copy, own_copy.here.app(), Role.AUDITOR)
        if status == 404
    }
    (event,) = found["clients.show"]
    assert (event["kind"], event["client"], event["actor"]) == (
        "access refused",
        str(own_copy.ids["client_id"]),
        str(person.id),
    )
    assert event["details"] == {"permission": "reach", "view": "clients.show"}


def test_every_event_that_was_written_is_a_valid_audit_event(own_copy):
    """Every address asked as two people, then all of the trail exported and validated, event by event."""
    for role in (Role.SUPERVISOR, Role.AUDITOR):
        assert [*told_after(own_copy, own_copy.here.app(), role)]
    answer = visitor(own_copy.here, Role.AUDITOR).post("/audit/export", format="fhir")
    found = [AuditEvent.model_validate_json(line) for line in answer.text.splitlines()]
    kinds = {each.subtype[-1].code for each in found}
    print(f"T26: {len(found)} of {len(found)} events of {len(kinds)} kinds are valid FHIR AuditEvents")
    assert len(found) == len(events(own_copy)) - 1  # the export tells of itself only in the next one
    assert {"record viewed", "access refused", "access report made", "referral step"} <= kinds


def test_an_address_that_writes_nothing_is_noticed(own_copy, monkeypatch):
    """The broken variant: a page of a client that forgets its event."""
    monkeypatch.setattr("service.store.audit.append", lambda _session, _event: None)
    person = own_copy.here.people[Role.SUPERVISOR]
    cells = told_after(own_copy, own_copy.here.app(), Role.SUPERVISOR)
    found = [silent(rule, status, written, person) for rule, status, written in cells]
    assert any("clients.show" in line for line in found if line)
