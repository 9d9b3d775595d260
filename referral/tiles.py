"""The tree's digests in tiles of 256 (the layout of C2SP tlog-tiles): kept so that no proof reads a whole trail.

Tile (level, index) holds up to 256 digests: the roots of whole subtrees of 256^level leaves. A tile only grows.
Nothing here is evidence: every tile can be made anew from the entries.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from referral.merkle import DIGEST_SIZE, ReadSubtree, folded

HEIGHT = 8
WIDTH = 1 << HEIGHT
FULL = WIDTH * DIGEST_SIZE

Place = tuple[int, int]
ReadTile = Callable[[Place], bytes]


class TileMissing(LookupError):
    """A tile is not there, or too short for the tree that it belongs to: the kept digests do not fit the entries."""

    def __init__(self, place: Place) -> None:
        self.place = place
        super().__init__(f"tile {place[0]}/{place[1]} does not hold what the tree needs; it can be made anew")


def grown(size: int, leaves: Sequence[bytes], read: ReadTile) -> Mapping[Place, bytes]:
    """The tiles that change when leaf digests follow on a tree of `size` leaves, whole as they stand afterwards.

    `read` gives a tile as it stands; it is asked only for tiles that have been begun. Raises TileMissing.
    """
    changed: dict[Place, bytes] = {}
    level, fresh = 0, list(leaves)
    while fresh:
        there = size >> (HEIGHT * level)
        fresh = list(_filled(level, there, fresh, read, changed))
        level += 1
    return changed


def _filled(
    level: int, there: int, fresh: Sequence[bytes], read: ReadTile, changed: dict[Place, bytes]
) -> Iterator[bytes]:
    """Put digests behind those that are there; gives the root of each tile that became full."""
    at = 0
    while at < len(fresh):
        place, begun = (level, there // WIDTH), there % WIDTH
        take = fresh[at : at + WIDTH - begun]
        tile = (_begun(place, begun, read) if begun else b"") + b"".join(take)
        changed[place] = tile
        at, there = at + len(take), there + len(take)
        if len(tile) == FULL:
            yield _apex(tile)


def subtrees(read: ReadTile) -> ReadSubtree:
    """The roots of whole subtrees, read from tiles. Each tile is read once."""
    kept: dict[Place, bytes] = {}

    def root(level: int, index: int) -> bytes:
        tile_level, height = divmod(level, HEIGHT)
        first = index << height
        place = (tile_level, first // WIDTH)
        if place not in kept:
            kept[place] = read(place)
        at = first % WIDTH * DIGEST_SIZE
        part = kept[place][at : at + (DIGEST_SIZE << height)]
        if len(part) != DIGEST_SIZE << height:
            raise TileMissing(place)
        return _apex(part)

    return root


def _begun(place: Place, count: int, read: ReadTile) -> bytes:
    tile = read(place)
    if len(tile) < count * DIGEST_SIZE:
        raise TileMissing(place)
    return tile[: count * DIGEST_SIZE]


def _apex(digests: bytes) -> bytes:
    """The root over a power of two of digests."""
    row = [digests[at : at + DIGEST_SIZE] for at in range(0, len(digests), DIGEST_SIZE)]
    while len(row) > 1:
        row = [folded(row[at : at + 2]) for at in range(0, len(row), 2)]
    return row[0]
