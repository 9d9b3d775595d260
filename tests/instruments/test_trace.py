"""The explanation of a result: the item's own words, the threshold, the verdict, and why something is not there."""

import pytest

from instruments.answers import REFUSED, check_answers
from instruments.conditions import Kind, Verdict
from instruments.reasons import range_in_words
from instruments.scoring import explain
from tests.instruments.forms import all_items, instrument


def trace(name, answers, language="en"):
    return explain(instrument(name), check_answers(instrument(name), answers), language)


def lines(step):
    return [("  " * one.depth + one.text, str(one.verdict)) for one in step.because]


def test_a_critical_answer_is_told_in_the_items_own_words():
    step = trace("asq", {**all_items(2, 0), "q3": 1, "q4": 0, "q5": 0}).step(Kind.FINDING, "positive")

    assert step.found == "yes"
    assert (
        "  3. In the past week, have you been having thoughts about killing yourself?: Yes (1); looked for exactly 1",
        "yes",
    ) in lines(step)


def test_it_is_told_in_spanish_where_there_is_spanish():
    step = trace("phq-9", {**all_items(8, 0), "q9": 1}, "es").step(Kind.FINDING, "self-harm-thoughts")

    assert step.label == "Pensamientos de muerte o de lastimarse"
    ((text, verdict),) = lines(step)
    assert text.startswith(
        "9. Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera: "
    )
    assert text.endswith(": Varios días (1); se buscaba al menos 1")
    assert verdict == "yes"


def test_a_score_that_is_not_there_says_which_answer_is_lacking_and_what_is_still_possible():
    step = trace("gad-7", {**all_items(6, 1), "q7": REFUSED}).step(Kind.SCORE, "total")

    assert step.verdict is Verdict.UNKNOWN
    assert step.found == "no score (6 to 9 possible)"
    assert step.note == "no score, because there is no answer to q7"
    assert step.inputs[6].found == "declined to answer"


def test_a_band_names_its_range_and_a_finding_that_did_not_come_about_says_why():
    found = trace("phq-9", all_items(9, 1))

    assert found.step(Kind.BAND, "total").found == "mild"
    assert found.step(Kind.BAND, "total").note == "9: 5 to 9"
    assert lines(found.step(Kind.FINDING, "depression-screen-positive")) == [
        ("Depression total: 9; looked for at least 10", "no")
    ]


def test_every_score_band_and_finding_has_a_step_with_its_source():
    one = instrument("pcl-5")
    found = trace("pcl-5", all_items(20, 2))

    assert len(found.steps) == len(one.scales) + len(one.band_sets) + len(one.findings)
    assert all(step.source in {source.id for source in one.sources} for step in found.steps)
    assert (found.instrument, found.version, found.digest) == ("pcl-5", one.version, one.digest)


def test_a_question_that_was_not_asked_says_so():
    step = trace("pc-ptsd-5", {"exposure": 0}).step(Kind.SCORE, "total")

    assert (step.found, step.note) == ("0", "")
    assert {one.found for one in step.inputs} == {"not asked"}


@pytest.mark.parametrize(
    ("low", "high", "english", "spanish"),
    [
        (10, None, "at least 10", "al menos 10"),
        (None, 4, "at most 4", "como máximo 4"),
        (5, 9, "5 to 9", "de 5 a 9"),
        (1, 1, "exactly 1", "exactamente 1"),
    ],
)
def test_a_range_is_a_phrase(low, high, english, spanish):
    assert (range_in_words(low, high), range_in_words(low, high, "es")) == (english, spanish)
