"""The three-valued logic: what is certain, what is not, and that an unknown never becomes a no."""

from itertools import product

import pytest

from instruments.conditions import (
    AllOf,
    AnyOf,
    AtLeast,
    Gap,
    Named,
    Not,
    OneOf,
    Possible,
    Verdict,
    at_least,
    compare,
    evaluate,
    opposite,
)

YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN


class Known:
    """A lookup over a table of verdicts."""

    def __init__(self, **verdicts):
        self.verdicts = verdicts

    def verdict(self, name):
        return self.verdicts[name]

    def text(self, kind, name):
        return self.verdicts[name]


@pytest.mark.parametrize(
    ("first", "second", "both", "either"),
    [
        (YES, YES, YES, YES),
        (YES, NO, NO, YES),
        (YES, UNKNOWN, UNKNOWN, YES),
        (NO, NO, NO, NO),
        (NO, UNKNOWN, NO, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_all_and_any_follow_kleene(first, second, both, either):
    for a, b in ((first, second), (second, first)):
        lookup = Known(a=a, b=b)
        assert evaluate(AllOf((Named("a"), Named("b"))), lookup) is both
        assert evaluate(AnyOf((Named("a"), Named("b"))), lookup) is either


@pytest.mark.parametrize(("verdict", "turned"), [(YES, NO), (NO, YES), (UNKNOWN, UNKNOWN)])
def test_not_turns_yes_and_no_and_leaves_unknown(verdict, turned):
    assert opposite(verdict) is turned
    assert evaluate(Not(Named("a")), Known(a=verdict)) is turned


def test_a_count_is_certain_exactly_when_no_way_to_fill_in_the_unknown_changes_it():
    for verdicts in product((YES, NO, UNKNOWN), repeat=4):
        fillings = product(*[(YES, NO) if verdict is UNKNOWN else (verdict,) for verdict in verdicts])
        sums = [filling.count(YES) for filling in fillings]
        for count in range(1, 5):
            ways = {total >= count for total in sums}
            expected = UNKNOWN if len(ways) == 2 else YES if ways == {True} else NO
            assert at_least(count, verdicts) is expected
            parts = tuple(Named(name) for name in "abcd")
            known = Known(**dict(zip("abcd", verdicts, strict=True)))
            assert evaluate(AtLeast(count, parts), known) is expected


@pytest.mark.parametrize(
    ("reading", "low", "high", "verdict"),
    [
        ((9, 9), 10, None, NO),
        ((10, 10), 10, None, YES),
        ((8, 11), 10, None, UNKNOWN),
        ((10, 13), 10, None, YES),
        ((0, 3), 10, None, NO),
        ((5, 5), 5, 9, YES),
        ((9, 10), 5, 9, UNKNOWN),
        ((10, 12), None, 9, NO),
        ((0, 9), None, 9, YES),
        (Gap.UNKNOWN, 1, None, UNKNOWN),
        (Gap.NOT_ASKED, 1, None, NO),
    ],
)
def test_a_comparison_is_certain_only_when_the_whole_span_agrees(reading, low, high, verdict):
    assert compare(reading, low, high) is verdict


def test_a_word_that_is_not_known_yet_is_unknown():
    condition = OneOf("band", "total", ("severe",))

    assert evaluate(condition, Known(total=None)) is UNKNOWN
    assert evaluate(condition, Known(total="severe")) is YES
    assert evaluate(condition, Known(total="mild")) is NO


@pytest.mark.parametrize(("verdict", "possible"), [(YES, YES), (UNKNOWN, YES), (NO, NO)])
def test_possible_means_not_a_no(verdict, possible):
    assert evaluate(Possible(Named("a")), Known(a=verdict)) is possible
