"""Columns say exactly what single forms say, for every instrument, with missing, refused and wrong values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.answers import REFUSED
from instruments.batch import MISSING, ROWS, VERDICTS, BatchScorer, columns_of
from instruments.batch import REFUSED as REFUSED_CODE
from instruments.conditions import Verdict
from instruments.loading import load_definition
from instruments.scoring import compile_instrument
from tests.instruments.forms import ITEMS, SUM, catalogue, forms, instrument, loaded, tiny
from tests.instruments.test_scoring import everything

EVERY = catalogue().ids()


def row_of(results, row):
    """One row as the single result says it."""
    one = results.instrument
    verdicts = {name: VERDICTS[column[row]] for name, column in results.findings.items()}
    return (
        {
            name: int(low[row]) if low[row] == results.high[name][row] else None
            for name, low in results.low.items()
        },
        tuple(name for name, verdict in verdicts.items() if verdict is Verdict.YES),
        tuple(name for name, verdict in verdicts.items() if verdict is Verdict.UNKNOWN),
        tuple(name for name, column in results.critical.items() if column[row]),
        bool(results.complete[row]),
        {
            band_set.id: (band_set.bands[place].name if place >= 0 else None)
            for band_set in one.band_sets
            for place in [int(results.band(band_set)[row])]
        },
    )


def single(result):
    return (
        dict(result.scores),
        result.findings,
        result.undecided,
        result.critical,
        result.complete,
        dict(result.bands),
    )


def random_rows(one, number, *, complete, seed=20261122):
    random = np.random.default_rng(seed)
    blanks = [] if complete else [MISSING, REFUSED_CODE]
    return {item.id: random.choice([*blanks, *item.values], number).astype(np.int8) for item in one.items}


def raw_row(columns, row):
    names = {MISSING: None, REFUSED_CODE: REFUSED}
    return {item: names.get(int(column[row]), int(column[row])) for item, column in columns.items()}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("complete", [True, False])
def test_every_row_of_a_batch_says_what_the_single_form_says(name, complete):
    one = instrument(name)
    columns = random_rows(one, 60, complete=complete)
    results = BatchScorer(one)(columns)
    scorer = catalogue().scorer(name)

    assert [row_of(results, row) for row in range(60)] == [
        single(scorer.score(raw_row(columns, row))) for row in range(60)
    ]
    assert not results.invalid.any()


@given(st.data(), st.booleans())
@settings(max_examples=12)
def test_columns_agree_on_every_part_of_the_vocabulary(data, believed):
    scorer = everything(believed=believed)
    one = scorer.instrument
    answers = data.draw(st.lists(forms(one) | forms(one, complete=True), min_size=1, max_size=6))
    results = BatchScorer(one)(columns_of(one, answers))

    assert [row_of(results, row) for row in range(len(answers))] == [single(scorer(form)) for form in answers]


def test_a_wrong_value_marks_its_row_and_no_other():
    one = instrument("phq-9")
    columns = {f"q{n}": np.array([1, 1, 1, 1], dtype=np.int64) for n in range(1, 10)}
    columns["q4"][1], columns["q5"][2] = 4, -7
    results = BatchScorer(one)(columns)

    assert results.invalid.tolist() == [False, True, True, False]
    assert results.low["total"].tolist()[::3] == [9, 9]


def test_a_value_between_the_allowed_ones_is_wrong():
    results = BatchScorer(instrument("cries-8"))({f"q{n}": np.array([5, 2, 4]) for n in range(1, 9)})

    assert results.invalid.tolist() == [False, True, True]
    assert results.low["total"][0] == 40


def test_many_pieces_give_what_one_piece_gives():
    one = instrument("gad-7")
    rows = 2 * ROWS + 17
    columns = random_rows(one, rows, complete=True)
    columns["q3"][ROWS + 5] = MISSING
    results = BatchScorer(one)(columns)
    totals = sum(columns[f"q{n}"].astype(int) for n in range(1, 8))

    assert results.low["total"][ROWS + 5] != results.high["total"][ROWS + 5]
    known = np.arange(rows) != ROWS + 5
    assert (results.low["total"][known] == totals[known]).all()
    assert results.complete.sum() == rows - 1


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"q99": np.array([1])}, "not usable: q99"),
        ({"q1": np.array([1.0])}, "not usable: q1"),
        ({"q1": np.array([True])}, "not usable: q1"),
        ({"q1": np.array([1, 2]), "q2": np.array([1])}, r"lengths: \[1, 2\]"),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        BatchScorer(instrument("phq-9"))(columns)


def test_an_absent_column_is_missing_and_no_columns_are_no_rows():
    results = BatchScorer(instrument("phq-9"))({"q9": np.array([2])})

    assert results.critical["q9"].tolist() == [True]
    assert results.complete.tolist() == [False]
    assert len(BatchScorer(instrument("phq-9"))({}).complete) == 0


def test_an_optional_answer_that_a_score_needs_is_missed_in_columns_too():
    items = ITEMS.replace("q3: {ask: Three?", "q3: {optional: true, ask: Three?")
    one = loaded(SUM, items=items)
    columns = {"q1": np.array([1, 1]), "q2": np.array([1, 1]), "q3": np.array([MISSING, 1])}
    for table in (columns, {item: column[:1] for item, column in columns.items() if item != "q3"}):
        results = BatchScorer(one)(table)
        assert row_of(results, 0) == single(compile_instrument(one).score({"q1": 1, "q2": 1}))
        assert results.low["total"][0] != results.high["total"][0]


def test_answers_too_large_for_a_column_are_refused():
    head = tiny(SUM).replace("2: Often", "200: Often")

    with pytest.raises(ValueError, match="do not fit a column"):
        BatchScorer(load_definition(head, "tiny.yaml"))


def test_a_large_scale_gets_a_wider_column():
    one = loaded(SUM.replace("sum: q1..q3", "sum: q1..q3, weights: {q1..q3: 100}"))
    results = BatchScorer(one)({item: np.array([2], dtype=np.int8) for item in ("q1", "q2", "q3")})

    assert results.low["total"].tolist() == [600]


def test_a_long_count_gets_a_wider_column():
    names = [f"q{place}" for place in range(1, 131)]
    items = "items:\n" + "".join(f"  {each}: {{ask: This?, answers: yes-no}}\n" for each in names)
    parts = ", ".join(f"{{item: {each}, is: 1}}" for each in names)
    when = f"{{at_least: 100, of: [{parts}]}}"
    finding = f"findings:\n  much: {{label: {{en: Much, es: Mucho}}, when: {when}, source: ours}}\n"
    one = loaded(finding, items=items)
    columns = {each: np.ones(2, np.int8) for each in names}

    assert compile_instrument(one).score(dict.fromkeys(names, 1)).findings == ("much",)
    assert row_of(BatchScorer(one)(columns), 0)[1] == ("much",)
