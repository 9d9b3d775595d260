"""T6: people of two organisations do what they like, and what comes of it is what a second telling says.

One seeded walk through the API: opening, sending, every step, handing over, closing, reopening, consent withdrawn,
accounts switched off, and looking. After each the answer is the oracle's; in the end every state and event is.
"""

import pytest

from tests.architecture.sources import assert_none
from tests.proofs.tenancy import close
from tests.proofs.walking import Cast, Walk

FORMS = [
    pytest.param("sqlite", 8000, id="sqlite"),
    pytest.param("postgresql", 2000, id="postgresql", marks=pytest.mark.postgres),
    pytest.param("sqlite", 500_000, id="sqlite, long", marks=pytest.mark.long),
    pytest.param(
        "postgresql", 500_000, id="postgresql, long", marks=[pytest.mark.postgres, pytest.mark.long]
    ),
]
"""On which database, and how many acts."""


@pytest.fixture
def cast(request, tmp_path):
    yield Cast(request.getfixturevalue(f"{request.param}_url"), tmp_path)
    close()


@pytest.mark.slow
@pytest.mark.parametrize(("cast", "count"), FORMS, indirect=["cast"])
def test_what_people_do_comes_to_what_the_oracle_says(cast, count):
    walk = Walk(cast)
    walk.go(count)
    different = walk.differences()
    taken = [step for referral in walk.oracle.referrals for step in referral.taken]
    print(
        f"T6: {count} acts, {len(walk.oracle.needs)} needs, {len(walk.oracle.referrals)} referrals, "
        f"{len(taken)} steps of {len({(step, before) for step, before, _to, _who in taken})} kinds; "
        f"answers that differ: {len(walk.wrong)}, rows and events that differ: {len(different)}"
    )
    assert_none(walk.wrong)
    assert_none(different)
    assert len(taken) > count / 20


@pytest.mark.parametrize("cast", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("broken", "by"),
    [
        ("service.actions.taking.check_turn", lambda *_given, **_more: None),
        ("service.access._reaches", lambda *_given: True),
    ],
    ids=["steps out of turn", "a door open to all"],
)
def test_a_program_that_does_otherwise_is_found(cast, monkeypatch, broken, by):
    """The deliberately broken variants."""
    monkeypatch.setattr(broken, by)
    walk = Walk(cast)
    walk.go(400)
    assert walk.wrong
