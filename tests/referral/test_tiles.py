"""Tiles of digests: however a tree grew, they hold the same, and every proof can be read from them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.merkle import inclusion_path, leaf_digest, root_by_inclusion, tree_root
from referral.tiles import TileMissing, grown, subtrees
from tests.referral.trees import root_of

LEAVES = [leaf_digest(str(number).encode()) for number in range(70_000)]


def built(steps):
    tiles, size = {}, 0
    for step in steps:
        tiles |= grown(size, LEAVES[size : size + step], tiles.__getitem__)
        size += step
    return tiles, size


@settings(max_examples=30)
@given(st.lists(st.integers(0, 700), max_size=8))
def test_however_a_tree_grew_its_tiles_are_those_of_one_go(steps):
    tiles, size = built(steps)
    assert tiles == built([size])[0]
    assert tree_root(size, subtrees(tiles.__getitem__)) == root_of(LEAVES[:size])


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
def test_at_every_border_of_a_tile_root_and_paths_hold(size):
    tiles, _size = built([size])
    read, root = subtrees(tiles.__getitem__), root_of(LEAVES[:size])
    assert tree_root(size, read) == root
    for index in {0, size // 2, size - 1}:
        path = inclusion_path(index, size, read)
        assert root_by_inclusion(index, size, LEAVES[index], path) == root


def test_a_tree_of_three_levels_of_tiles():
    tiles, _size = built([65_536, 300])
    assert sorted({level for level, _index in tiles}) == [0, 1, 2]
    assert len(tiles[2, 0]) == 32


def test_a_tile_that_is_too_short_is_named():
    tiles, size = built([300])
    tiles[0, 1] = tiles[0, 1][:-32]
    with pytest.raises(TileMissing, match="tile 0/1 does not hold"):
        grown(size, LEAVES[:1], tiles.__getitem__)
    with pytest.raises(TileMissing, match="tile 0/1"):
        tree_root(size, subtrees(tiles.__getitem__))
