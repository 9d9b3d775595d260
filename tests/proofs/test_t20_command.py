"""T20 on a database: the same attacks in a SQLite file, and what `handrail audit verify` says of it."""

import pytest

from referral.checkpoints import Checkpoint, origin_of
from referral.merkle import leaf_digest
from referral.notes import signed
from tests.proofs.attacks import (
    backdated,
    deleted,
    edited,
    inserted,
    moved,
    recomputed,
    swapped,
    truncated,
)
from tests.proofs.stolen import Stolen
from tests.referral.keys import STRANGER
from tests.referral.trees import root_of
from tests.service.sealed import public_keys

RECOMPUTED = [edited, backdated, deleted, inserted, swapped]


@pytest.fixture(scope="module")
def stolen(migrated_sqlite, tmp_path_factory):
    return Stolen(migrated_sqlite, tmp_path_factory.mktemp("stolen"))


def distinct(rows):
    """The rows, as far as the database takes them: never twice the same digest before an event."""
    seen = set()
    for number, row in enumerate(rows):
        fresh = row.previous not in seen
        seen.add(row.previous)
        yield row if fresh else row._replace(previous=bytes([number]) * 32)


def places(stolen):
    return range(0, len(stolen.rows) - 1, 5)


def test_the_untouched_database_is_proved(stolen):
    assert (stolen.verify(stolen.file), stolen.checked(stolen.file)) == (0, 0)


@pytest.mark.parametrize("attack", [*RECOMPUTED, moved])
def test_rows_that_were_changed_are_found_without_checkpoints(stolen, attack):
    tried = found = 0
    for at in places(stolen):
        rows = [row._replace(seq=seq) for seq, row in enumerate(attack(stolen.rows, at), start=1)]
        found += stolen.verify(stolen.written(stolen.end, distinct(rows))) == 1
        tried += 1
    print(f"T20 command, {attack.__name__}: detected {found}/{tried}")
    assert found == tried > 1


@pytest.mark.parametrize("attack", RECOMPUTED)
def test_what_the_owner_recomputes_passes_without_checkpoints_and_is_found_with_them(stolen, attack):
    tried = blind = found = 0
    for at in places(stolen):
        copy = stolen.written(*recomputed(attack(stolen.rows, at), stolen.organisation))
        blind += stolen.verify(copy) == 0
        found += stolen.checked(copy) in {1, 2}
        tried += 1
    print(
        f"T20 command, recomputed after {attack.__name__}: without checkpoints {blind}/{tried} pass, "
        f"with them {found}/{tried} are detected"
    )
    assert blind == found == tried > 1


def test_a_trail_cut_at_every_length_and_an_older_database_are_found_with_checkpoints(stolen):
    lengths = range(0, len(stolen.rows), 3)
    cut = [stolen.written(*recomputed(truncated(stolen.rows, at), stolen.organisation)) for at in lengths]
    passed = sum(stolen.verify(copy) == 0 for copy in cut)
    statuses = [stolen.checked(copy) for copy in (*cut, stolen.early)]
    print(
        f"T20 command, cut: without checkpoints {passed}/{len(cut)} pass, "
        f"with them {statuses.count(2)}/{len(statuses)} are detected"
    )
    assert passed == len(cut)
    assert statuses == [2] * len(statuses)
    assert stolen.verify(stolen.early, "--keys", str(stolen.keys)) == 0


def test_what_the_owner_signs_with_a_key_of_his_own_changes_nothing(stolen, tmp_path):
    head, rows = recomputed(edited(stolen.rows, 2), stolen.organisation)
    root = root_of(leaf_digest(row.entry) for row in rows)
    text = Checkpoint(origin_of("handrail.example", stolen.organisation), head.count, root).text
    copy = stolen.written(head, rows, str(signed(text, [STRANGER])))
    assert stolen.checked(copy) == 1
    assert stolen.verify(copy, "--keys", str(public_keys(tmp_path, STRANGER))) == 0
    other = stolen.written(head, rows, None)
    assert stolen.verify(other, "--keys", str(stolen.keys)) == 3
