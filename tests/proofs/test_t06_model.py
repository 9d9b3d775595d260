"""T6: people of two organisations do what they like, and what comes of it is what a second telling says.

One seeded walk through the API: adding clients, screening, opening, sending, every step, handing over, closing,
reopening, consent withdrawn, accounts switched off, and looking. After each the answer is the oracle's; in the end
every state and event is. On the way the rows keep every promise of the lifecycle.
"""

import pytest

from referral.model import ClosingReason, Urgency
from service.actions import closing, needs
from service.actions.closing import CloseNeed
from service.actions.needs import OpenNeed
from service.permissions import Role
from tests.architecture.sources import assert_none
from tests.proofs.cast import Cast
from tests.proofs.promises import broken
from tests.proofs.tenancy import close
from tests.proofs.walking import Walk
from tests.service.builders import world
from tests.service.caring import do

PARTS = range(1, 11)
FORMS = [
    pytest.param("sqlite", 6, 8000, id="sqlite"),
    pytest.param("postgresql", 6, 2000, id="postgresql", marks=pytest.mark.postgres),
    *(
        pytest.param("sqlite", 100 + part, 50_000, id=f"sqlite, long {part}", marks=pytest.mark.long)
        for part in PARTS
    ),
    *(
        pytest.param(
            "postgresql",
            200 + part,
            50_000,
            id=f"postgresql, long {part}",
            marks=[pytest.mark.postgres, pytest.mark.long],
        )
        for part in PARTS
    ),
]
"""On which database, from which seed, and how many acts: at length a million, each part a walk from its beginning."""


@pytest.fixture
def cast(request, tmp_path):
    yield Cast(request.getfixturevalue(f"{request.param}_url"), tmp_path)
    close()


@pytest.mark.slow
@pytest.mark.parametrize(("cast", "seed", "count"), FORMS, indirect=["cast"])
def test_what_people_do_comes_to_what_the_oracle_says(cast, seed, count):
    walk = Walk(cast, seed)
    walk.go(count)
    different = [] if walk.wrong else walk.differences()
    taken = [step for referral in walk.oracle.referrals for step in referral.taken]
    print(
        f"T6: seed {seed}, {count} acts, {len(cast.clients)} clients, {len(walk.oracle.needs)} needs, "
        f"{len(walk.oracle.referrals)} referrals, "
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
        ("service.actions.following._need_for", lambda *_given: None),
    ],
    ids=["steps out of turn", "a door open to all", "a finding that opens no need"],
)
def test_a_program_that_does_otherwise_is_found(cast, monkeypatch, broken, by):
    """The deliberately broken variants."""
    monkeypatch.setattr(broken, by)
    walk = Walk(cast)
    walk.go(400)
    assert walk.wrong


def test_a_promise_that_is_not_kept_is_found(sqlite_url, tmp_path, monkeypatch):
    """Another one: somebody at risk is let go of without an adult who took over."""
    here = world(sqlite_url, tmp_path)
    need_id = do(
        here, needs.open_by_judgement, here.client.id, OpenNeed("psychology", Urgency.URGENT, "Worried.")
    )
    assert broken(here) == []
    monkeypatch.setattr("service.actions.closing.stands_against", lambda *_given, **_more: ())
    do(here, closing.close, need_id, CloseNeed(ClosingReason.CARE_ELSEWHERE), role=Role.COORDINATOR)
    assert broken(here) == [
        "nothing runs under a closed need",
        "who was at risk is closed with an adult who took over",
    ]
