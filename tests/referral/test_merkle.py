"""The Merkle tree against the definition of RFC 6962, its published roots, and whoever bends a path."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    keeps_all,
    leaf_digest,
    root_by_inclusion,
    tree_root,
)
from tests.referral.trees import root_of

ENTRIES = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots over the first 1 to 8 of these entries, as the reference implementation of the RFC tests them."""

MOST = 40
LEAVES = [leaf_digest(str(number).encode()) for number in range(MOST)]
SIZES = range(MOST + 1)


def by_definition(leaves):
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def read(level, index):
    return by_definition(LEAVES[index << level : (index + 1) << level])


def flipped(digest, bit):
    changed = bytearray(digest)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size):
    assert root_of(map(leaf_digest, ENTRIES[:size])).hex() == ROOTS[size - 1]


def test_the_root_over_nothing_is_the_digest_of_nothing():
    assert root_of([]) == EMPTY_ROOT == tree_root(0, read)


@pytest.mark.parametrize("size", SIZES)
def test_streamed_and_from_subtrees_the_root_is_that_of_the_definition(size):
    assert root_of(LEAVES[:size]) == tree_root(size, read) == by_definition(LEAVES[:size])


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_each_leaf_is_proved_by_its_path_and_by_no_other_place(size):
    root = by_definition(LEAVES[:size])
    for index in range(size):
        path = inclusion_path(index, size, read)
        assert root_by_inclusion(index, size, LEAVES[index], path) == root
        for other in set(range(-1, size + 2)) - {index}:
            assert root_by_inclusion(other, size, LEAVES[index], path) != root


@pytest.mark.parametrize("new", SIZES)
def test_each_earlier_tree_is_the_beginning_of_a_later_one(new):
    for old in range(new + 1):
        path = consistency_path(old, new, read)
        assert keeps_all(old, by_definition(LEAVES[:old]), new, by_definition(LEAVES[:new]), path)


@pytest.mark.parametrize("new", range(2, MOST + 1, 3))
def test_no_other_tree_passes_for_an_earlier_one(new):
    root = by_definition(LEAVES[:new])
    for old in range(1, new):
        path = consistency_path(old, new, read)
        forged = by_definition([*LEAVES[: old - 1], leaf_digest(b"forged")])
        right = by_definition(LEAVES[:old])
        assert not keeps_all(old, forged, new, root, path)
        assert not keeps_all(old, right, new, by_definition([*LEAVES[: new - 1], b"x" * 32]), path)
        assert not keeps_all(old, right, new, root, (*path, right))
        assert not keeps_all(old, right, new, root, path[:-1])
        assert not keeps_all(new, root, old, right, path)


def test_an_empty_tree_is_the_beginning_of_any_and_only_with_an_empty_path():
    root = by_definition(LEAVES[:3])
    assert keeps_all(0, EMPTY_ROOT, 3, root, ())
    assert not keeps_all(0, EMPTY_ROOT, 3, root, (root,))
    assert not keeps_all(0, root, 3, root, ())
    assert not keeps_all(3, EMPTY_ROOT, 3, root, ())
    assert not keeps_all(-1, EMPTY_ROOT, 3, root, ())


@given(st.integers(1, MOST), st.data())
def test_a_path_with_any_bit_changed_a_step_more_or_a_step_less_leads_elsewhere(size, data):
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(index, size, read), by_definition(LEAVES[:size])
    assert root_by_inclusion(index, size, LEAVES[index], (*path, LEAVES[0])) is None
    assert (
        root_by_inclusion(index, size, flipped(LEAVES[index], data.draw(st.integers(0, 255))), path) != root
    )
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        bent = (*path[:at], flipped(path[at], data.draw(st.integers(0, 255))), *path[at + 1 :])
        assert root_by_inclusion(index, size, LEAVES[index], bent) != root
        assert root_by_inclusion(index, size, LEAVES[index], path[:-1]) is None
        assert root_by_inclusion(index, size, LEAVES[index], (*path[:-1], path[-1][:31])) is None


def test_a_leaf_that_is_not_there_has_no_path():
    with pytest.raises(ValueError, match="index: found 3; allowed: 0 to 2"):
        inclusion_path(3, 3, read)
    with pytest.raises(ValueError, match="old size: found 4; allowed: 0 to 3"):
        consistency_path(4, 3, read)
