"""T6: people of two organisations do what they like, and what comes of it is what a second telling says.

One seeded walk through the API: opening, sending, every step, handing over, closing, reopening, consent withdrawn,
accounts switched off, and looking. After each the answer is the oracle's; in the end every state and event is. On the
way each invariant of the lifecycle holds for every need and referral, asked of their rows alone.
"""

import pytest

from referral.lifecycle import Actor
from service.store.needs import NeedRow
from tests.architecture.sources import assert_none
from tests.proofs.invariants import backwards, broken
from tests.proofs.tenancy import close
from tests.proofs.walking import Cast, Walk
from tests.service.caring import need_of

FORMS = [
    pytest.param("sqlite", 8000, id="sqlite"),
    pytest.param("postgresql", 2000, id="postgresql", marks=pytest.mark.postgres),
    pytest.param("sqlite", 500_000, id="sqlite, long", marks=pytest.mark.long),
    pytest.param(
        "postgresql", 500_000, id="postgresql, long", marks=[pytest.mark.postgres, pytest.mark.long]
    ),
]
"""On which database, and how many acts."""
LOOKS = 20
"""How often on the way every need and referral is looked at for the invariants of the lifecycle."""


@pytest.fixture
def cast(request, tmp_path):
    yield Cast(request.getfixturevalue(f"{request.param}_url"), tmp_path)
    close()


@pytest.mark.slow
@pytest.mark.parametrize(("cast", "count"), FORMS, indirect=["cast"])
def test_what_people_do_comes_to_what_the_oracle_says(cast, count):
    walk, both, unkept = Walk(cast), (cast.ours, cast.theirs), []
    for _look in range(LOOKS):
        walk.go(count // LOOKS)
        unkept += [each for here in both for each in broken(here)]
    different = walk.differences()
    taken = [step for referral in walk.oracle.referrals for step in referral.taken]
    print(
        f"T6: {count} acts, {len(walk.oracle.needs)} needs, {len(walk.oracle.referrals)} referrals, "
        f"{len(taken)} steps of {len({(step, before) for step, before, _to, _who in taken})} kinds; "
        f"answers that differ: {len(walk.wrong)}, rows and events that differ: {len(different)}, "
        f"invariants that do not hold: {len(unkept)}"
    )
    assert_none(walk.wrong)
    assert_none(different)
    assert_none(unkept)
    assert_none([each for here in both for each in backwards(here)])
    assert len(taken) > count / 20


@pytest.mark.parametrize("cast", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("broken_by", "by"),
    [
        ("service.actions.taking.check_turn", lambda *_given, **_more: None),
        ("service.access._reaches", lambda *_given: True),
    ],
    ids=["steps out of turn", "a door open to all"],
)
def test_a_program_that_does_otherwise_is_found(cast, monkeypatch, broken_by, by):
    """The deliberately broken variants."""
    monkeypatch.setattr(broken_by, by)
    walk = Walk(cast)
    walk.go(400)
    assert walk.wrong


@pytest.mark.parametrize("cast", ["sqlite"], indirect=True)
def test_a_need_that_stands_as_none_may_is_named(cast):
    """The invariants can be broken: each thing that is put wrong in the rows is found, and nothing else."""
    need_id = need_of(cast.ours)
    assert broken(cast.ours) == []
    for column, wrong, claim in (
        ("next_step", {}, "an open need has a next step"),
        ("next_actor", Actor.NOBODY, "somebody acts next"),
    ):
        with cast.ours.write() as session:
            row = session.get_one(NeedRow, (cast.ours.organisation.id, need_id))
            before = getattr(row, column)
            setattr(row, column, wrong)
        assert f"{claim}: {need_id}" in broken(cast.ours)
        with cast.ours.write() as session:
            setattr(session.get_one(NeedRow, (cast.ours.organisation.id, need_id)), column, before)
    assert broken(cast.ours) == []
