"""T1 and T26 for receivers by link: one referral, its few steps, each under the receiver's name; nothing else opens."""

import pytest

from referral.events import EventKind
from referral.model import State
from service.permissions import GRANTS, Permission, Role
from service.web.guard import OPEN_ROUTES, VISITING_ROUTES
from service.web.visiting import VISIT
from tests.architecture.sources import assert_none
from tests.journeys.stage import PEOPLE, method, path
from tests.proofs.asking import rules
from tests.proofs.test_t01_route_matrix import POLICY
from tests.proofs.test_t26_completeness import events
from tests.service.answered import answered_draft
from tests.service.linking import agree, link_row, linked
from tests.service.referring import row_of
from tests.service.web.receiving import caller
from tests.service.web.visiting import visitor

LAST = "receive.leave"
ASKS = "receive.ask_items"
"""Without its reason it shows the page again."""


def asked(guest, rule, ids):
    """The answer of an address to a browser with a visit and with a form's token."""
    where = path(rule, ids)
    if method(rule) == "GET":
        return guest.client.get(where)
    return guest.client.open(where, method=method(rule), data={"csrf_token": guest.token()})


def came_in(made, app):
    client = made.here.new_client("Noor", "Testcase")
    agree(made.here, client)
    sent, guest = linked(made.here, referral_id=answered_draft(made.here, client)), caller(app)
    assert guest.come_in(sent.token, sent.code).status_code == 303
    return sent, guest


def visit_of(guest):
    with guest.client.session_transaction() as cookie:
        return cookie[VISIT]


def back_in(guest, secret):
    """The same browser; the door of those who sign in forgets whom it turns away."""
    with guest.client.session_transaction() as cookie:
        cookie[VISIT] = secret
    return guest


def shut(rule, answer):
    """Whether an address kept a visitor out: programs with 401, people at the door of those who sign in."""
    if rule.rule.startswith("/api/"):
        return answer.status_code == 401
    return answer.status_code in {302, 303} and answer.location.startswith("/sign-in")


def test_the_policy_names_what_a_visit_opens():
    assert set(POLICY["by link"]) == VISITING_ROUTES


def test_a_receiver_by_link_is_let_into_their_own_addresses_and_no_other(own_copy):
    app = own_copy.here.app()
    _sent, guest = came_in(own_copy, app)
    others = [rule for rule in rules(app) if rule.endpoint not in OPEN_ROUTES | VISITING_ROUTES]
    secret = visit_of(guest)
    cells = [(rule, asked(back_in(guest, secret), rule, own_copy.ids)) for rule in others]
    print(f"T1 receiver by link: {len(cells)} cells that stay shut, {len(VISITING_ROUTES)} that open")
    assert len(cells) > 90
    assert_none(f"{rule.endpoint}: {answer.status_code}" for rule, answer in cells if not shut(rule, answer))
    assert back_in(guest, secret).client.get("/receive/referral").status_code == 200


@pytest.mark.parametrize("role", PEOPLE)
def test_no_sign_in_opens_what_a_link_opens(own_copy, role):
    app = own_copy.here.app()
    linked(own_copy.here)
    person = visitor(own_copy.here, role, app)
    for rule in rules(app):
        if rule.endpoint in VISITING_ROUTES:
            assert asked(person, rule, own_copy.ids).location == "/receive", rule.endpoint


def test_every_address_of_a_visit_leaves_an_event_that_names_the_receiver(own_copy):
    app = own_copy.here.app()
    sent, guest = came_in(own_copy, app)
    receiver = str(link_row(own_copy.here, sent.referral_id).receiver_id)
    ids = own_copy.ids | {"name": "accept"}
    mine = [rule for rule in rules(app) if rule.endpoint in VISITING_ROUTES]
    for rule in sorted(mine, key=lambda rule: rule.endpoint == LAST):
        before = len(events(own_copy))
        done = {422} if rule.endpoint == ASKS else {200, 303}
        assert asked(guest, rule, ids).status_code in done, rule.endpoint
        (event, *_more) = events(own_copy)[before:]
        assert (event["actor"], event["role"]) == (receiver, "receiver by link"), rule.endpoint
    assert row_of(own_copy.here, sent.referral_id).state is State.ACCEPTED


def test_a_step_that_is_not_theirs_is_a_refusal_in_the_trail(own_copy):
    app = own_copy.here.app()
    sent, guest = came_in(own_copy, app)
    before = len(events(own_copy))
    assert guest.act("/receive/referral/claim").status_code == 403
    *_looks, refusal = events(own_copy)[before:]
    assert (refusal["kind"], refusal["role"]) == (EventKind.ACCESS_REFUSED, "receiver by link")
    assert row_of(own_copy.here, sent.referral_id).state is State.SENT


def test_a_link_that_is_given_one_right_too_many_is_noticed(own_copy, monkeypatch):
    """The broken variant: a door that forgets which referral a link opened."""
    more = GRANTS[Role.LINK] | {Permission.READ_CLIENT}
    monkeypatch.setattr("service.permissions.GRANTS", {**GRANTS, Role.LINK: more})
    monkeypatch.setattr("service.web.guard.VISITING_ROUTES", VISITING_ROUTES | {"clients.show"})
    app = own_copy.here.app()
    _sent, guest = came_in(own_copy, app)
    (rule,) = [rule for rule in rules(app) if rule.endpoint == "clients.show"]
    assert not shut(rule, asked(guest, rule, own_copy.ids))
