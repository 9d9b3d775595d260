"""T1: every address, every method, every kind of person: what `rights.yaml` expects, and nothing else.

Records of another organisation are in tests/journeys/test_strangers.py: they answer byte for byte like none.
"""

from collections.abc import Mapping

import pytest
from ruamel.yaml import YAML

from service.permissions import GRANTS, Permission, Role
from tests.architecture.sources import ROOT, assert_none
from tests.journeys.stage import PEOPLE, method
from tests.proofs.asking import asking, rules

POLICY = YAML(typ="safe", pure=True).load((ROOT / "tests/proofs/rights.yaml").read_text("utf-8"))
GROUPS = tuple(name.removesuffix(" addresses") for name in POLICY if name.endswith(" addresses"))
REFUSED = {403, 404}
WRONG_PASSWORD = {"client.unlock", "sign_ins.sign_in"}
"""Addresses that ask for a password, and answer 401 to none."""


def expected() -> Mapping[str, frozenset[Role]]:
    """Each address with the roles that may use it."""
    everybody = frozenset(PEOPLE)
    found = dict.fromkeys((*POLICY["everybody"], *POLICY["signed in"]), everybody)
    for group in GROUPS:
        roles = frozenset(Role(name) for name in POLICY[group])
        found |= dict.fromkeys(POLICY[f"{group} addresses"], roles)
    return found


EXPECTED = expected()


def wrong(rule, role, status):
    """What is wrong with an answer to this role; None when it is as the policy says."""
    allowed = role in EXPECTED[rule.endpoint]
    refused = status in REFUSED or (status == 401 and rule.endpoint not in WRONG_PASSWORD)
    if status >= 500 or allowed is refused:
        return (
            f"{role}: {method(rule)} {rule.endpoint}: {status}, expected {'let in' if allowed else 'refused'}"
        )
    return None


def test_each_address_is_in_the_policy_once_and_no_other(staged):
    named = [
        *POLICY["everybody"],
        *POLICY["by signature"],
        *POLICY["by link"],
        *POLICY["signed in"],
        *(a for g in GROUPS for a in POLICY[f"{g} addresses"]),
    ]
    assert sorted(named) == sorted({rule.endpoint for rule in staged[0].here.app().url_map.iter_rules()})


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_is_let_in_where_the_policy_says_and_nowhere_else(own_copy, role):
    app = own_copy.here.app()
    ask = asking(own_copy, app, role)
    cells = [(rule, ask(rule).status_code) for rule in rules(app) if rule.endpoint in EXPECTED]
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
        if rule.arguments & {"client_id", "need_id", "note_id", "screening_id", "referral_id"}
    ]
    cells = [(rule, ask(rule).status_code) for rule in of_a_client]
    print(f"T1 {role} out of reach: {len(cells)} cells")
    assert len(cells) > 60
    assert_none(f"{role}: {rule.endpoint}: {status}" for rule, status in cells if status not in REFUSED)


def test_a_role_that_is_given_one_right_too_many_is_noticed(own_copy, monkeypatch):
    """The broken variant: an auditor who may read records, against the same policy."""
    more = GRANTS[Role.AUDITOR] | {Permission.FIND_CLIENTS}
    monkeypatch.setattr("service.permissions.GRANTS", {**GRANTS, Role.AUDITOR: more})
    app = own_copy.here.app()
    ask = asking(own_copy, app, Role.AUDITOR)
    assert [
        rule.endpoint
        for rule in rules(app)
        if rule.endpoint in EXPECTED and wrong(rule, Role.AUDITOR, ask(rule).status_code)
    ] != []
