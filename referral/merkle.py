"""The Merkle tree over an organisation's entries (RFC 6962): its root, and proofs that an outsider can check.

The same bytes as the chain of `audit.py`, laid out as a tree: one entry is proved with a few digests, and so is
that a later tree keeps all of an earlier one. Where the tree's digests are kept is in `tiles.py`.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"
EMPTY_ROOT = sha256(b"").digest()
DIGEST_SIZE = 32
TOGETHER = 6
"""The level of the subtrees that many leaves are taken in by: 64 leaves each."""

ReadSubtree = Callable[[int, int], bytes]
"""(level, index) -> the root of the whole subtree of 2^level leaves that begins at leaf index * 2^level."""


def leaf_digest(entry: bytes) -> bytes:
    """The digest of one entry as a leaf (RFC 6962, section 2.1)."""
    return sha256(LEAF + entry).digest()


def node_digest(left: bytes, right: bytes) -> bytes:
    """The digest of an inner node."""
    return sha256(NODE + left + right).digest()


class Growing:
    """A tree that leaves are added to, kept as the roots of its whole subtrees: one digest a level."""

    def __init__(self) -> None:
        self._peaks: list[bytes] = []
        self._count = 0

    def add(self, leaf: bytes) -> None:
        """The next leaf digest."""
        self._put(leaf, 0)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """The next leaf digests; whole subtrees of them are made level by level."""
        at, wide = 0, 1 << TOGETHER
        while at < len(leaves):
            if self._count % wide or len(leaves) - at < wide:
                self._put(leaves[at], 0)
                at += 1
            else:
                self._put(_whole_root(leaves[at : at + wide]), TOGETHER)
                at += wide

    def _put(self, digest: bytes, level: int) -> None:
        """The next whole subtree of 2^level leaves, where so many divide what there is."""
        below = self._count >> level
        # Each one at the end of that number, in binary, is a whole subtree as large as what is being added.
        while below & 1:
            digest = node_digest(self._peaks.pop(), digest)
            below >>= 1
        self._peaks.append(digest)
        self._count += 1 << level

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        return folded(self._peaks)


def _whole_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves whose number is a power of two."""
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=True)
        leaves = [sha256(NODE + left + right).digest() for left, right in pairs]
    return leaves[0]


def folded(peaks: Sequence[bytes]) -> bytes:
    """The root over the roots of whole subtrees, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_digest(peak, root)
    return root


def tree_root(size: int, read: ReadSubtree) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _range_root(0, size, read)


def inclusion_path(index: int, size: int, read: ReadSubtree) -> tuple[bytes, ...]:
    """The digests that lead from leaf `index` (from 0) to the root of `size` leaves (RFC 6962, section 2.1.1).

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"index: found {index}; allowed: 0 to {size - 1}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int, read: ReadSubtree) -> tuple[bytes, ...]:
    """The digests that show that the tree of `old` leaves is the beginning of that of `new` (section 2.1.2).

    Raises ValueError when the old tree is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"old size: found {old}; allowed: 0 to {new}")
    if old in (0, new):
        return ()
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start, whole = middle, False
    if not whole:
        path.append(_range_root(start, end, read))
    return tuple(reversed(path))


def root_by_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to, or None when no tree of this size has such a path (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _digests(path):
        return None
    at, last, root = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node_digest(step, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_digest(root, step)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def keeps_all(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path shows that the new tree begins with all of the old one (RFC 9162, section 2.1.4.2)."""
    if old > new or old < 0 or not _digests(path):
        return False
    if old in (0, new):
        return not path and (old_root == EMPTY_ROOT if old == 0 else old_root == new_root)
    steps = list(path) if old & (old - 1) else [old_root, *path]
    return bool(steps) and _climbed(old - 1, new - 1, steps) == (old_root, new_root)


def _climbed(at: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of the old and the new tree by these steps; None when there are too few or too many."""
    while at & 1:
        at, last = at >> 1, last >> 1
    old_root = new_root = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old_root, new_root = node_digest(step, old_root), node_digest(step, new_root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_root = node_digest(new_root, step)
        at, last = at >> 1, last >> 1
    return (old_root, new_root) if last == 0 else None


def _digests(path: Sequence[bytes]) -> bool:
    return all(len(step) == DIGEST_SIZE for step in path)


def _split(width: int) -> int:
    """The largest power of two below a width of at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_root(start: int, end: int, read: ReadSubtree) -> bytes:
    """The root over leaves start to end, where start lies on a border of a subtree at least as wide."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(width)
    return node_digest(_range_root(start, middle, read), _range_root(middle, end, read))
