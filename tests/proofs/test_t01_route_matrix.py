"""T1: every address, every method, every kind of person: what `rights.yaml` expects, and nothing else.

Records of another organisation are in tests/journeys/test_strangers.py: they answer byte for byte like none.
"""

import shutil
from collections.abc import Mapping
from dataclasses import replace

import pytest
from ruamel.yaml import YAML

from service.permissions import GRANTS, Permission, Role
from tests.architecture.sources import ROOT, assert_none
from tests.journeys.stage import PEOPLE, method, path, stage
from tests.service import builders
from tests.service.builders import make_parts, world
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor

POLICY = YAML(typ="safe", pure=True).load((ROOT / "tests/proofs/rights.yaml").read_text("utf-8"))
GROUPS = tuple(name.removesuffix(" addresses") for name in POLICY if name.endswith(" addresses"))
REFUSED = {403, 404}
WRONG_PASSWORD = {"client.unlock", "sign_ins.sign_in"}
"""Addresses that ask for a password, and answer 401 to none."""

LAST = ("sign_ins.sign_out", "api_sign_ins.end", "client.hand_back", "client.unlock")
"""What ends a sign-in is asked last."""


def expected() -> Mapping[str, frozenset[Role]]:
    """Each address with the roles that may use it."""
    everybody = frozenset(PEOPLE)
    found = dict.fromkeys((*POLICY["everybody"], *POLICY["signed in"]), everybody)
    for group in GROUPS:
        roles = frozenset(Role(name) for name in POLICY[group])
        found |= dict.fromkeys(POLICY[f"{group} addresses"], roles)
    return found


EXPECTED = expected()


@pytest.fixture(scope="module")
def staged(migrated_sqlite, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rights")
    yield stage(world(f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'whole.db')}", folder)), folder
    while builders.opened:
        builders.opened.pop()()


@pytest.fixture
def own_copy(staged):
    """The stage in a file of its own, so that what one person does is nobody else's."""
    made, folder = staged
    made.here.parts.close()
    file = shutil.copy(folder / "whole.db", folder / "copy.db")
    parts = make_parts(f"sqlite:///{file}", folder, made.here.clock, seed=7)
    yield replace(made, here=replace(made.here, parts=parts))
    parts.close()


def rules(app):
    """Every address, looks first, what ends a sign-in last."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (rule.endpoint in LAST, method(rule) != "GET", rule.endpoint))


def bodies(made) -> Mapping[str, object]:
    """A body that can be read, where an address reads it before it looks at the record."""
    guardian = {"purpose": "screening", "status": "given", "giver": "client"}
    need = {
        "client_id": str(made.ids["client_id"]),
        "pathway": "psychology",
        "urgency": "routine",
        "reason": "x",
    }
    start = {"client_id": str(made.ids["client_id"]), "instruments": ["gad-7"], "agrees": True}
    return {
        "api_clients.record_consent": guardian,
        "api_needs.create": need,
        "api_screenings.start": start,
        "api_screenings.answer": {"instrument": "phq-9", "answers": {"q1": 0}},
        "api_referrals.send": {"receiver_id": str(made.here.teams["psychology"].id)},
    }


def asking(made, app, role):
    """`ask(rule)`: the status that this person gets, over the API or at the pages."""
    say, person = speaker(made.here, role, app), visitor(made.here, role, app)
    token, good = person.token(), bodies(made)

    def ask(rule):
        address = path(rule, made.ids)
        body = None if method(rule) == "GET" else good.get(rule.endpoint, {})
        if address.startswith("/api/v1"):
            return say(method(rule), address.removeprefix("/api/v1"), body).status_code
        if method(rule) == "GET":
            return person.client.get(address, headers={"HX-Request": "true"}).status_code
        return person.client.post(address, data={"csrf_token": token}).status_code

    return ask


def wrong(rule, role, status, policy=EXPECTED):
    """What is wrong with an answer to this role; None when it is as the policy says."""
    allowed = role in policy[rule.endpoint]
    refused = status in REFUSED or (status == 401 and rule.endpoint not in WRONG_PASSWORD)
    if status >= 500 or allowed is refused:
        return (
            f"{role}: {method(rule)} {rule.endpoint}: {status}, expected {'let in' if allowed else 'refused'}"
        )
    return None


def test_each_address_is_in_the_policy_once_and_no_other(staged):
    named = [
        *POLICY["everybody"],
        *POLICY["signed in"],
        *(a for g in GROUPS for a in POLICY[f"{g} addresses"]),
    ]
    assert sorted(named) == sorted({rule.endpoint for rule in staged[0].here.app().url_map.iter_rules()})


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_is_let_in_where_the_policy_says_and_nowhere_else(own_copy, role):
    app = own_copy.here.app()
    ask = asking(own_copy, app, role)
    cells = [(rule, ask(rule)) for rule in rules(app)]
    print(f"T1 {role}: {len(cells)} cells")
    assert len(cells) > 90
    assert_none(filter(None, (wrong(rule, role, status) for rule, status in cells)))


def far(made, role):
    """The same person, but of a building that has none of these clients."""
    with made.here.write() as session:
        row = session.merge(made.here.people[role])
        row.site_id = made.here.teams["psychiatry"].id


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.REFERRAL_STAFF, Role.CLINICIAN])
def test_out_of_reach_every_record_is_as_if_it_had_never_been(own_copy, role):
    far(own_copy, role)
    app = own_copy.here.app()
    ask = asking(own_copy, app, role)
    of_a_client = [
        rule
        for rule in rules(app)
        if rule.arguments & {"client_id", "need_id", "screening_id", "referral_id"}
    ]
    cells = [(rule, ask(rule)) for rule in of_a_client]
    print(f"T1 {role} out of reach: {len(cells)} cells")
    assert len(cells) > 60
    assert_none(f"{role}: {rule.endpoint}: {status}" for rule, status in cells if status not in REFUSED)


def test_a_role_that_is_given_one_right_too_many_is_noticed(own_copy, monkeypatch):
    """The broken variant: an auditor who may read records, against the same policy."""
    more = GRANTS[Role.AUDITOR] | {Permission.FIND_CLIENTS}
    monkeypatch.setattr("service.permissions.GRANTS", {**GRANTS, Role.AUDITOR: more})
    app = own_copy.here.app()
    ask = asking(own_copy, app, Role.AUDITOR)
    assert [rule.endpoint for rule in rules(app) if wrong(rule, Role.AUDITOR, ask(rule))] != []
