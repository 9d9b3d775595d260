"""What others publish comes in; where we have the same instrument, it scores the same as ours."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.scoring import compile_instrument
from tests.instruments.exchange.questionnaires import (
    cirg_pc_ptsd_5,
    defined,
    lforms,
    read,
    spier_asq,
    spier_phq_9,
)
from tests.instruments.forms import all_items, catalogue, instrument

NINE = tuple(f"q{place}" for place in range(1, 10))


def numbers(count, most):
    return st.lists(st.integers(0, most), min_size=count, max_size=count)


def with_scoring_of(found, name):
    """An imported form with the scales of our own instrument attached; its questions stand in the same order."""
    ours = instrument(name)
    names = {item.id: other.id for item, other in zip(found.items, ours.items, strict=False)}
    items = tuple(replace(item, id=names[item.id]) for item in found.items if item.id in names)
    return compile_instrument(replace(found, items=items, scales=ours.scales, band_sets=ours.band_sets))


LFORMS = with_scoring_of(defined(lforms("phq-9", NINE)), "phq-9")
SPIER = compile_instrument(defined(spier_phq_9()))


@settings(max_examples=40, deadline=None)
@given(numbers(9, 3))
def test_a_panel_from_lforms_scores_as_ours_once_our_scoring_is_attached(values):
    answers = dict(zip(NINE, values, strict=True))
    ours = catalogue().scorer("phq-9").score(answers)

    assert LFORMS.score(answers).scores == ours.scores
    assert LFORMS.score(answers).bands == ours.bands


def test_a_panel_from_lforms_names_what_is_not_in_it():
    lines = "\n".join(read(lforms("phq-9", NINE)).notes.lines())

    assert (
        "Questionnaire.item[9]: an item of type decimal: not carried: it holds a number that nothing" in lines
    )
    assert "the linkId '/44250-9': is q1 here" in lines
    assert "questionnaire-optionPrefix: not carried" in lines
    assert "the code of an answer: not carried: it names no code system" in lines
    assert "Questionnaire.item: required: no question is required in the file" in lines


@settings(max_examples=40, deadline=None)
@given(numbers(9, 3))
def test_a_total_over_all_links_that_begin_alike_is_the_sum_of_those(values):
    answers = dict(zip(NINE, values, strict=True))
    found = SPIER.score({**answers, "difficulty": 3})

    assert found.scores["total-score"] == catalogue().scorer("phq-9").score(answers).scores["total"]


def test_a_total_that_skips_blanks_is_said_to_need_every_answer_here():
    lines = "\n".join(read(spier_phq_9()).notes.lines())
    found = compile_instrument(defined(spier_phq_9())).score({**all_items(9, 1), "q4": None})

    assert "adds up whatever was answered; here there is no score until every answer is there" in lines
    assert found.scores == {"total-score": None}


def test_the_stem_of_a_published_form_becomes_its_introduction():
    found = defined(spier_phq_9())

    assert found.introduction["en"].startswith("Over the last 2 weeks")
    assert [item.optional for item in found.items] == [False] * 9 + [True]


def test_a_group_that_opens_after_any_yes_is_branching():
    found = defined(spier_asq())
    scorer = compile_instrument(found)

    assert [item.id for item in found.items] == ["q1", "q2", "q3", "q4", "q5"]
    assert scorer.score(all_items(4, 0)).complete
    assert scorer.score({**all_items(4, 0), "q2": 1}).unanswered == ("q5",)


def test_answers_without_numbers_are_yes_1_and_no_0_and_that_is_said():
    lines = "\n".join(read(spier_asq()).notes.lines())
    found = defined(cirg_pc_ptsd_5())

    assert "options without a number: yes counts 1 and no 0, as everywhere here" in lines
    assert "Questionnaire.item[1].item[1]: an item of type text: not carried" in lines
    assert {item.values for item in found.items} == {(1, 0)}


def test_a_result_that_is_text_is_named_and_not_carried():
    assert any(
        "a computed value of type string: not carried" in line
        for line in read(cirg_pc_ptsd_5()).notes.lines()
    )
