"""Accounts: kept without reading anybody's record, never leaving a need without somebody who looks after it."""

from dataclasses import replace
from functools import partial

import pytest

from service.access import NotFound
from service.actions import accounts, own_password
from service.actions.account_checks import ROLES
from service.actions.accounts import Person
from service.actions.own_password import NewPassword
from service.actions.refusals import Conflict, Invalid
from service.passwords import temporary
from service.permissions import NotAllowed, Role
from service.store.accounts import find_user
from tests.service.builders import PASSWORD, world
from tests.service.caring import do, events, need_of, need_row

ADMIN, COUNSELOR, COORDINATOR = Role.ADMINISTRATOR, Role.COUNSELOR, Role.COORDINATOR


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def user(here, user_id):
    with here.read() as session:
        return find_user(session, here.organisation.id, user_id)


def person(here, role=COUNSELOR, **more):
    return replace(Person("Kim Demo", "", role, here.school.id, "en"), **more)


def refused(here, action, *facts, role=ADMIN):
    with pytest.raises(Invalid) as found:
        do(here, action, *facts, role=role)
    return {problem.field for problem in found.value.problems}


def test_an_account_begins_with_a_password_that_its_owner_must_change(here):
    made = do(here, accounts.add, " Kim@Alder-Creek.example ", person(here), "hashed", role=ADMIN)
    row = user(here, made)
    assert (row.email, row.role, row.active) == ("kim@alder-creek.example", COUNSELOR, True)
    assert row.password_until == here.clock() + accounts.GOOD_FOR
    entry = events(here)[-1]
    assert (entry["kind"], entry["subject"], entry["details"]) == (
        "account added",
        str(made),
        {"role": "counselor"},
    )
    assert "Kim" not in str(entry)


@pytest.mark.parametrize(
    ("email", "changes", "fields"),
    [
        ("", {}, {"email"}),
        ("kim at school", {}, {"email"}),
        ("kim@school", {}, {"email"}),
        ("counselor@alder-creek.example", {}, {"email"}),
        ("kim@a.example", {"name": " "}, {"name"}),
        ("kim@a.example", {"name": "two\nlines"}, {"name"}),
        ("kim@a.example", {"title": "x" * 121}, {"title"}),
        ("kim@a.example", {"role": None}, {"role"}),
        ("kim@a.example", {"role": Role.SYSTEM}, {"role"}),
        ("kim@a.example", {"role": Role.LINK}, {"role"}),
        ("kim@a.example", {"role": Role.PARTNER}, {"role"}),
        ("kim@a.example", {"site_id": None}, {"site_id"}),
        ("kim@a.example", {"role": Role.CLINICIAN}, {"site_id"}),
        ("kim@a.example", {"language": "xx"}, {"language"}),
        ("kim", {"name": "", "role": None}, {"email", "name", "role"}),
    ],
)
def test_every_wrong_field_is_named_and_nothing_is_saved(here, email, changes, fields):
    before = len(events(here))
    assert refused(here, accounts.add, email, person(here, **changes), "hashed") == fields
    assert len(events(here)) == before


def test_a_place_of_another_organisation_is_no_place(here, tmp_path):
    other = world("", tmp_path, clock=here.clock, parts=here.parts)
    assert refused(here, accounts.add, "k@a.example", person(here, site_id=other.school.id), "h") == {
        "site_id"
    }


@pytest.mark.parametrize("role", [role for role in ROLES if role is not ADMIN])
def test_nobody_but_an_administrator_keeps_accounts(here, role):
    target = here.people[COUNSELOR].id
    for action, facts in (
        (accounts.everybody, ()),
        (accounts.show, (target,)),
        (accounts.add, ("k@a.example", person(here), "h")),
        (accounts.change, (target, person(here))),
        (accounts.renew_password, (target, "h")),
        (accounts.close, (target, None)),
        (accounts.reopen, (target, "h")),
    ):
        with pytest.raises(NotAllowed):
            do(here, action, *facts, role=role)


def test_whoever_leaves_hands_over_their_open_needs_in_the_same_act(here):
    leaving, heir = here.people[COUNSELOR].id, here.people[COORDINATOR].id
    needs = [need_of(here, client=here.new_client("Noor", f"Test{n}")) for n in range(2)]
    assert refused(here, accounts.close, leaving, None) == {"heir_id"}
    assert refused(here, accounts.close, leaving, here.people[Role.AUDITOR].id) == {"heir_id"}
    assert refused(here, accounts.close, leaving, leaving) == {"heir_id"}
    assert user(here, leaving).active
    do(here, accounts.close, leaving, heir, role=ADMIN)
    assert not user(here, leaving).active
    assert {need_row(here, each).owner_id for each in needs} == {heir}
    last = [(entry["kind"], entry["after"]) for entry in events(here)[-3:]]
    assert last == [*[("need reassigned", str(heir))] * 2, ("account changed", "closed")]
    do(here, accounts.close, leaving, heir, role=ADMIN)
    assert events(here)[-1]["after"] == "closed"
    do(here, accounts.reopen, leaving, "another", role=ADMIN)
    assert (user(here, leaving).active, user(here, leaving).password_hash) == (True, "another")
    with pytest.raises(Conflict):
        do(here, accounts.reopen, leaving, "a third", role=ADMIN)
    assert user(here, leaving).password_hash == "another"


@pytest.mark.parametrize("changes", [{"role": Role.AUDITOR, "site_id": None}, {"site_id": "other"}])
def test_a_role_or_place_from_which_needs_are_out_of_reach_hands_them_over(here, changes):
    need = need_of(here)
    mover = here.people[COUNSELOR].id
    if changes.get("site_id") == "other":
        with here.write() as session:
            place = type(here.school)(
                organisation_id=here.organisation.id, id=here.id(), name="Birch", kind="building"
            )
            session.add(place)
        changes = {"site_id": place.id}
    assert refused(here, accounts.change, mover, person(here, **changes)) == {"heir_id"}
    heir = here.people[COORDINATOR].id
    do(here, accounts.change, mover, person(here, **changes, heir_id=heir), role=ADMIN)
    assert need_row(here, need).owner_id == heir


def test_a_new_title_moves_nothing_and_the_same_again_is_no_event(here):
    need, who = need_of(here), here.people[COUNSELOR]
    said = Person(who.name, "Counselor of the ninth grade", COUNSELOR, who.site_id, "en")
    do(here, accounts.change, who.id, said, role=ADMIN)
    assert need_row(here, need).owner_id == who.id
    assert events(here)[-1]["details"] == {"fields": ["title"]}
    before = len(events(here))
    do(here, accounts.change, who.id, said, role=ADMIN)
    assert len(events(here)) == before


def test_nobody_locks_everybody_out(here):
    me = here.people[ADMIN].id
    for action, facts in ((accounts.close, (me, None)), (accounts.change, (me, person(here)))):
        with pytest.raises(Conflict):
            do(here, action, *facts, role=ADMIN)
    assert (user(here, me).active, user(here, me).role) == (True, ADMIN)


def test_an_account_of_another_organisation_is_not_there(here, tmp_path):
    other = world("", tmp_path, clock=here.clock, parts=here.parts)
    theirs = other.people[COUNSELOR].id
    for action, facts in (
        (accounts.show, (theirs,)),
        (accounts.change, (theirs, person(here))),
        (accounts.renew_password, (theirs, "h")),
        (accounts.close, (theirs, None)),
        (accounts.reopen, (theirs, "h")),
    ):
        with pytest.raises(NotFound):
            do(here, action, *facts, role=ADMIN)


@pytest.mark.parametrize(
    ("now", "new", "again", "fields"),
    [
        ("wrong", "a lantern on the river", "a lantern on the river", {"now"}),
        (PASSWORD, "too short", "too short", {"new"}),
        (PASSWORD, "x" * 129, "x" * 129, {"new"}),
        (PASSWORD, "abababababababab", "abababababababab", {"new"}),
        (PASSWORD, "alder creek school", "alder creek school", {"new"}),
        (PASSWORD, "counselorcounselor", "counselorcounselor", {"new"}),
        (PASSWORD, PASSWORD, PASSWORD, {"new"}),
        (PASSWORD, "a lantern on the river", "a lantern on the road", {"again"}),
        ("", "", "x", {"now", "new", "again"}),
    ],
)
def test_a_password_that_would_be_guessed_is_refused(here, now, new, again, fields):
    before = user(here, here.people[COUNSELOR].id).password_hash
    choose = partial(own_password.choose, passwords=here.parts.passwords)
    with pytest.raises(Invalid) as found:
        do(here, choose, NewPassword(now, new, again), role=COUNSELOR)
    assert {problem.field for problem in found.value.problems} == fields
    assert user(here, here.people[COUNSELOR].id).password_hash == before


def test_a_first_password_is_easy_to_read_out_and_hard_to_guess():
    drawn = iter(range(16))
    made = temporary(lambda letters: letters[next(drawn)])
    assert made == "abcd-efgh-jkmn-pqrs"
    offered = set()
    temporary(lambda letters: offered.update(letters) or letters[0])
    assert (len(offered), offered & set("il01o")) == (31, set())
