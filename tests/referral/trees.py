"""Roots of trees, leaf by leaf."""

from referral.merkle import Growing


def root_of(leaves):
    """The root over leaf digests."""
    tree = Growing()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root
