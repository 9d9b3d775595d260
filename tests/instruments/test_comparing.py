"""Two versions of an instrument, compared in outcomes: who moves, from what to what, and that nobody else does."""

import pytest

from instruments.comparing import NotComparable, compare_versions
from instruments.walking import raw
from tests.instruments.forms import ITEMS, SUM, instrument, loaded

RULES = """\
bands:
  total: {label: {en: L, es: N}, source: ours, bands: {0-3: {en: low, es: bajo}, 4-6: {en: high, es: alto}}}
findings:
  high: {label: {en: High, es: Alto}, when: {score: total, at_least: 4}, source: ours}
  one: {label: {en: One, es: Uno}, when: {item: q1, at_least: 1}, source: ours}
"""


def test_a_version_compared_with_itself_moves_nobody():
    found = compare_versions(instrument("asq"), instrument("asq"))

    assert (found.moves, found.only_before, found.only_after, found.not_compared) == ((), (), (), ())


def test_a_lower_cut_off_moves_exactly_those_between_the_two_and_nobody_down():
    found = compare_versions(loaded(SUM, RULES), loaded(SUM, RULES.replace("at_least: 4", "at_least: 3")))

    assert {move.what for move in found.moves} == {"finding high"}
    assert {(str(move.before), str(move.after)) for move in found.moves} == {
        ("no", "yes"),
        ("no", "unknown"),
        ("unknown", "yes"),
    }
    certain = next(move for move in found.moves if (move.before, move.after) == ("no", "yes"))
    assert sum(raw(certain.witness).values()) == 3
    assert 0 < certain.states < certain.of


def test_moved_bands_are_told_by_their_names():
    changed = RULES.replace("0-3:", "0-4:").replace("4-6:", "5-6:")
    found = compare_versions(loaded(SUM, RULES), loaded(SUM, changed))

    assert {move.what for move in found.moves} == {"band total = low", "band total = high"}


def test_what_only_one_version_has_is_listed():
    found = compare_versions(loaded(SUM, RULES), loaded(SUM, RULES.replace("  one:", "  other:")))

    assert (found.only_before, found.only_after) == (("one",), ("other",))


def test_versions_that_ask_differently_cannot_be_compared():
    with pytest.raises(NotComparable, match="do not ask the same items"):
        compare_versions(loaded(SUM), loaded(SUM, items=ITEMS + "  q4: {ask: Four?, answers: often}\n"))
