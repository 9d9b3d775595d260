"""T5: whoever loses a right, an account, a password or their organisation loses it with their next request."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from service.actions import sign_ins, suspending
from service.kinds import SuspensionReason
from service.permissions import Role
from service.store.accounts import UserRow
from service.web.guard import OPEN_ROUTES, VISITING_ROUTES
from tests.architecture.sources import assert_none
from tests.databases import ENGINES
from tests.journeys.stage import method, path
from tests.proofs.asking import LAST, rules
from tests.proofs.copies import browser_of, kept
from tests.proofs.tenancy import close
from tests.service.builders import PASSWORD
from tests.service.crossing import suspension
from tests.service.linking import linked
from tests.service.web.receiving import caller
from tests.whole import url_of, whole

ENDED = {
    "the account is closed": {"active": False},
    "the password is another": {"password_hash": "$argon2id$another"},
}
"""What ends every sign-in of a person."""
REFUSED = {401, 403, 404}
SURFACES = {
    "a page": "/clients/{client_id}",
    "the API": "/api/v1/clients/{client_id}",
    "a list": "/board",
    "a list over the API": "/api/v1/needs",
    "a letter": "/referrals/{referral_id}/letter.pdf",
    "a receipt": "/referrals/{referral_id}/receipts/{event_id}",
    "the trail": "/audit",
    "a timeline": "/clients/{client_id}/timeline",
}


@pytest.fixture(scope="module", params=ENGINES)
def made(request, tmp_path_factory):
    return kept(request, tmp_path_factory.mktemp("stale"))


@pytest.fixture
def pair(made):
    with made.copy() as opened:
        yield opened
        close()


def changed(pair, role, /, **values):
    """The account as it is changed while its owner is signed in."""
    person = pair.ours.here.people[role]
    with whole(url_of(pair.ours.here)) as session:
        mine = (UserRow.organisation_id == person.organisation_id, UserRow.id == person.id)
        session.execute(update(UserRow).where(*mine).values(values))


def statuses(pair, browser, token):
    """What each surface answers now."""
    told = {"Authorization": f"Bearer {token}"}
    return {
        name: browser.get(
            address.format(**pair.ours.ids), headers=told if "/api/" in address else {}
        ).status_code
        for name, address in SURFACES.items()
    }


@pytest.mark.parametrize("what", ENDED)
def test_every_sign_in_of_a_person_ends_at_once(pair, what):
    app = pair.ours.here.app()
    browser, token = browser_of(pair.ours, Role.SUPERVISOR, app)
    other = app.test_client()
    again = {"email": pair.ours.here.people[Role.SUPERVISOR].email, "password": PASSWORD}
    second = other.post("/api/v1/sign-ins", json=again).json["token"]
    assert set(statuses(pair, browser, token).values()) == {200}
    changed(pair, Role.SUPERVISOR, **ENDED[what])
    told = {"Authorization": f"Bearer {second}"}
    found = list(still_open(pair, app, browser, token))
    print(f"T5 {what}: {len(rules(app))} addresses asked; still open: {len(found)}")
    assert_none(found)
    assert other.get("/api/v1/referrals", headers=told).status_code == 401
    assert other.post("/api/v1/sign-ins", json=again).status_code == 401


def still_open(pair, app, browser, token):
    """Addresses that answer somebody whose sign-ins have ended."""
    told = {"Authorization": f"Bearer {token}"}
    for rule in rules(app):
        if rule.endpoint in OPEN_ROUTES | VISITING_ROUTES | set(LAST):  # a visit is no sign-in of staff
            continue
        address = path(rule, pair.ours.ids)
        answer = browser.open(address, method=method(rule), headers=told if "/api/" in address else {})
        to_the_door = answer.status_code in {302, 303} and "/sign-in" in answer.location
        if not to_the_door and answer.status_code != 401:
            yield f"{method(rule)} {rule.endpoint}: {answer.status_code}"


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(pair):
    app = pair.ours.here.app()
    browser, token = browser_of(pair.ours, Role.SUPERVISOR, app)
    assert set(statuses(pair, browser, token).values()) == {200}
    changed(pair, Role.SUPERVISOR, role=Role.ADMINISTRATOR)
    found = statuses(pair, browser, token)
    print(
        f"T5 role taken away: {sum(each in REFUSED for each in found.values())} of {len(found)} surfaces refused"
    )
    assert set(found.values()) <= REFUSED


def test_a_building_that_is_left_is_out_of_reach_with_the_next_request(pair):
    browser, token = browser_of(pair.ours, Role.COUNSELOR, pair.ours.here.app())
    changed(pair, Role.COUNSELOR, site_id=pair.ours.here.teams["psychiatry"].id)
    found = statuses(pair, browser, token)
    assert {found[name] for name in ("a page", "the API", "a letter", "a timeline")} == {404}


def test_a_device_in_a_clients_hands_dies_with_the_account(pair):
    """The one sign-in that outlasts the idle minutes."""
    browser, _token = browser_of(pair.ours, Role.COUNSELOR, pair.ours.here.app())
    form = {"instruments": "gad-7", "mode": "handed-over tablet", "agrees": "yes", "language": "en"}
    begun = browser.post(f"/clients/{pair.ours.here.client.id}/screen", data=form)
    assert browser.get(begun.location).status_code == 200
    changed(pair, Role.COUNSELOR, active=False)
    assert "/sign-in" in browser.get(begun.location).location


def shut(pair):
    suspension(pair.ours.here, suspending.suspend, reason=SuspensionReason.SECURITY, although_open=True)


def test_everybody_of_a_suspended_organisation_is_refused_at_once_and_nobody_else(pair):
    app = pair.ours.here.app()
    browser, token = browser_of(pair.ours, Role.SUPERVISOR, app)
    others, _theirs = browser_of(pair.theirs, Role.SUPERVISOR, app)
    stranger, told = app.test_client(), {"Authorization": f"Bearer {token}"}
    again = {"email": pair.ours.here.people[Role.SUPERVISOR].email, "password": PASSWORD}
    assert set(statuses(pair, browser, token).values()) == {200}
    shut(pair)
    found = list(let_in(pair, app, browser, told))
    print(f"T5 suspended: {len(rules(app))} addresses asked; still open: {len(found)}")
    assert_none(found)
    page = browser.get("/board")
    assert (page.status_code, "988" in page.text, "911" in page.text) == (403, True, True)
    assert "is suspended" in stranger.get("/api/v1/needs", headers=told).json["detail"]
    for answer in (
        stranger.post("/api/v1/sign-ins", json=again),
        stranger.post("/sign-in", data=again),
    ):
        assert answer.status_code == 403
    assert stranger.post("/sign-in", data=again | {"password": "wrong"}).status_code == 401
    assert others.get("/board").status_code == 200
    suspension(pair.ours.here, suspending.resume)
    assert "/sign-in" in browser.get("/board").location, "whoever was signed in before signs in anew"
    assert stranger.post("/sign-in", data=again).status_code == 303


def let_in(pair, app, browser, told):
    """Addresses that answer somebody of a suspended organisation with anything but that page."""
    for rule in rules(app):
        if rule.endpoint in OPEN_ROUTES | VISITING_ROUTES:
            continue
        address = path(rule, pair.ours.ids)
        answer = browser.open(address, method=method(rule), headers=told if "/api/" in address else {})
        if answer.status_code != 403 or ("988" not in answer.text and not answer.is_json):
            yield f"{method(rule)} {rule.endpoint}: {answer.status_code}"


def test_a_link_and_a_device_in_a_clients_hands_die_with_the_organisation(pair):
    app = pair.ours.here.app()
    browser, _token = browser_of(pair.ours, Role.COUNSELOR, app)
    form = {"instruments": "gad-7", "mode": "handed-over tablet", "agrees": "yes", "language": "en"}
    begun = browser.post(f"/clients/{pair.ours.here.client.id}/screen", data=form)
    sent, guest = linked(pair.ours.here), caller(app)
    assert guest.come_in(sent.token, sent.code).status_code == 303
    looks = (begun.location, browser), ("/receive/referral", guest.client)
    assert {each.get(address).status_code for address, each in looks} == {200}
    shut(pair)
    tried = guest.client.post("/receive", data={"key": sent.token, "code": sent.code})
    for answer in (tried, *(each.get(address) for address, each in looks)):
        assert (answer.status_code, "988" in answer.text) == (403, True)


def test_a_suspended_organisation_that_is_let_in_is_found(pair, monkeypatch):
    """The deliberately broken variant: nobody asks whether it is suspended."""
    browser, token = browser_of(pair.ours, Role.SUPERVISOR, pair.ours.here.app())
    resume = sign_ins.resume
    monkeypatch.setattr(
        sign_ins, "resume", lambda *given, **more: replace(resume(*given, **more), suspended=False)
    )
    shut(pair)
    assert set(statuses(pair, browser, token).values()) == {200}


def test_a_sign_in_that_outlives_its_password_is_found(pair, monkeypatch):
    """The deliberately broken variant: a sign-in that asks for no more than its secret."""
    app = pair.ours.here.app()
    browser, token = browser_of(pair.ours, Role.SUPERVISOR, app)
    monkeypatch.setattr("service.actions.sign_ins._stands", lambda _row, _user: True)
    changed(pair, Role.SUPERVISOR, password_hash="$argon2id$another")
    assert set(statuses(pair, browser, token).values()) == {200}
