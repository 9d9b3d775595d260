"""The vocabulary of scoring: reversed, weighted and looked-up answers, maxima, means, missing rules, branching."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.answers import REFUSED, check_answers
from instruments.formulas import half_up
from instruments.scoring import compile_instrument
from tests.instruments.forms import ITEMS, forms, loaded, scorer

TOTAL = "scales:\n  total: {%s}\n"


@pytest.mark.parametrize(
    ("formula", "answers", "total"),
    [
        ("sum: q1..q3", (2, 1, 0), 3),
        ("sum: [q1, q3]", (2, 1, 0), 2),
        ("sum: q1..q3, reverse: [q1]", (2, 1, 0), 1),
        ("sum: q1..q3, weights: {q1: 3, q2..q3: 2}", (2, 1, 1), 10),
        ("sum: q1..q3, points: {q1..q3: {0: 0, 1: 1, 2: 3}}", (2, 1, 0), 4),
        ("sum: q1..q3, multiply: 4", (2, 1, 0), 12),
        ("sum: q1..q3, divide: 2", (2, 1, 0), 2),
        ("mean: q1..q3, decimals: 2", (2, 1, 2), 167),
        ("max: q1..q3", (0, 1, 0), 1),
        ("min: q1..q3", (2, 1, 2), 1),
        ("sum: [q1, {max: [q2, q3]}]", (1, 0, 2), 3),
        ("count: {items: q1..q3, at_least: 1}", (2, 1, 0), 2),
        ("count: [{item: q1, is: 2}, {items: q2..q3, at_most: 0}]", (2, 1, 0), 2),
    ],
)
def test_a_formula_gives_its_number_in_both_ways(formula, answers, total):
    one = scorer(TOTAL % formula)
    raw = dict(zip(("q1", "q2", "q3"), answers, strict=True))
    result = one.score(raw)

    assert result.scores["total"] == total
    assert one.instrument.scales[0].low <= total <= one.instrument.scales[0].high


def test_a_table_and_an_earlier_scale_can_be_used():
    rows = ", ".join(f"{raw}: {20 + 5 * raw}" for raw in range(7))
    one = scorer(
        f"scales:\n  raw: {{sum: q1..q3}}\n  t: {{table: {{of: raw, {rows}}}}}\n  two: {{sum: [{{score: raw}}, q1]}}\n"
    )

    assert one.score({"q1": 2, "q2": 1, "q3": 0}).scores == {"raw": 3, "t": 35, "two": 5}
    assert one.score({"q1": 2}).scores == {"raw": None, "t": None, "two": None}


PRORATE = TOTAL % "sum: q1..q3, missing: {method: prorate, allow: 1, never: [q3], source: this test}"


@pytest.mark.parametrize(
    ("answers", "total"),
    [
        ({"q1": 2, "q2": 1, "q3": 0}, 3),
        ({"q1": 2, "q3": 1}, 5),
        ({"q1": 1, "q3": 0}, 2),
        ({"q1": 1, "q2": REFUSED, "q3": 0}, 2),
        ({"q1": 0, "q3": 0}, 0),
        ({"q1": 2, "q2": 1}, None),
        ({"q3": 2}, None),
        ({}, None),
    ],
)
def test_prorating_is_exact_rounds_half_up_and_never_estimates_a_safety_item(answers, total):
    assert scorer(PRORATE).score(answers).scores["total"] == total


@pytest.mark.parametrize(
    ("answers", "total"),
    [({"q1": 2, "q2": 1}, 3), ({"q1": 2, "q2": REFUSED, "q3": 1}, 3), ({"q1": 2}, None)],
)
def test_blank_items_count_0_as_far_as_the_rule_allows(answers, total):
    one = scorer(TOTAL % "sum: q1..q3, missing: {method: zero, allow: 1, source: this test}")

    assert one.score(answers).scores["total"] == total


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_half_up_is_the_nearest_whole_number_and_halves_go_up(numerator, denominator):
    rounded = half_up(numerator, denominator)

    assert 2 * abs(rounded * denominator - numerator) <= denominator
    assert 2 * (rounded * denominator - numerator) != -denominator


def test_a_maximum_is_known_before_every_line_is_answered():
    one = scorer(TOTAL % "max: q1..q3")

    assert one.score({"q1": 2}).scores["total"] == 2
    assert one.score({"q1": 1}).scores["total"] is None


GATED = ITEMS + "  q4: {ask: Four?, answers: often, asked_if: {item: q1, at_least: 1}, not_asked: 1}\n"


@pytest.mark.parametrize(
    ("answers", "total", "unanswered"),
    [
        ({"q1": 0}, 1, ("q2", "q3")),
        ({"q1": 1}, None, ("q2", "q3", "q4")),
        ({"q1": 1, "q4": 2}, 3, ("q2", "q3")),
        ({"q1": 0, "q4": 2}, 1, ("q2", "q3")),
        ({"q1": REFUSED}, None, ("q1", "q2", "q3")),
        ({"q4": 2}, None, ("q1", "q2", "q3")),
    ],
)
def test_a_skipped_item_counts_what_the_definition_says_and_is_not_missing(answers, total, unanswered):
    result = scorer(TOTAL % "sum: [q1, q4]", items=GATED).score(answers)

    assert result.scores["total"] == total
    assert result.unanswered == unanswered


EVERYTHING = """\
scales:
  a: {sum: q1..q4, reverse: [q2], missing: {method: prorate, allow: 2, source: this test}}
  b: {max: [q1, q3, q4]}
  c: {count: {items: q1..q4, at_least: 1}}
  d: {sum: [{score: b}, q2], multiply: 3, divide: 2}
  e: {mean: q1..q3, decimals: 2}
  f: {sum: q2..q4, missing: {method: zero, allow: 1, source: this test}}
  g: {sum: q1..q2, missing: {method: prorate, allow: 2, over: q1..q4, never: [q3], source: this test}}
findings:
  high: {when: {score: a, at_least: 5}, source: ours}
  spread: {when: {at_least: 2, of: [high, {items: q1..q4, is: 2}, {refused: q4}]}, source: ours}
  none-of-it: {when: {none: [high, spread, {score: f, at_least: 3}]}, source: ours}
"""


@cache
def everything(*, believed):
    """A definition that uses the whole vocabulary, with answers off the branch counted or not."""
    return scorer(
        EVERYTHING, items=GATED.replace("not_asked: 1", "not_asked: 1, believed: true") if believed else GATED
    )


@given(st.data(), st.booleans())
@settings(max_examples=60)
def test_both_ways_agree_on_every_part_of_the_vocabulary(data, believed):
    one = everything(believed=believed)
    answers = data.draw(forms(one.instrument) | forms(one.instrument, complete=True))

    assert one(answers) == one.exactly(answers)


def test_nothing_is_prorated_from_nothing():
    one = everything(believed=True)
    answers = check_answers(one.instrument, {"q1": REFUSED, "q2": REFUSED, "q3": 0, "q4": 0})

    assert one(answers) == one.exactly(answers)
    assert one(answers).scores["g"] is None


def test_an_answer_off_the_branch_counts_where_the_definition_believes_it():
    one = scorer(TOTAL % "sum: [q1, q4]", items=GATED.replace("not_asked: 1", "not_asked: 1, believed: true"))

    assert one.score({"q1": 0, "q4": 2}).scores["total"] == 2
    assert one.score({"q1": 0}).scores["total"] == 1
    assert one.score({"q1": 0, "q2": 0, "q3": 0, "q4": 2}).scores["total"] == 2


def test_blanks_may_be_counted_over_more_items_than_the_scale_has():
    one = scorer(TOTAL % "sum: q1..q2, missing: {method: zero, allow: 1, over: q1..q3, source: this test}")

    assert one.score({"q1": 2, "q3": 0}).scores["total"] == 2
    assert one.score({"q1": 2}).scores["total"] is None


def test_equal_outcomes_are_the_same_object_and_cannot_be_changed():
    one = scorer(TOTAL % "sum: q1..q3")
    result = one.score({"q1": 1, "q2": 0, "q3": 0})

    assert one.score({"q1": 0, "q2": 1, "q3": 0}) is result
    with pytest.raises(TypeError):
        result.scores["total"] = 5
    with pytest.raises(AttributeError):
        result.complete = False


@pytest.mark.parametrize("raw", [{}, {"q1": 2}, {"q3": "refused"}, {"q1": 1, "q2": 0, "q3": 2}])
def test_a_form_of_which_nothing_is_needed_is_scored_both_ways(raw):
    one = loaded(items=ITEMS.replace("{ask", "{optional: true, ask"))
    scorer = compile_instrument(one)

    assert scorer.score(raw) == scorer.exactly(check_answers(one, raw))
    assert scorer.score(raw).complete
