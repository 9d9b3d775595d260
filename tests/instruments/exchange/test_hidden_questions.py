"""Questions that branching hides: what they count in an imported score is what the file says, or nothing is carried."""

import pytest

from instruments.exchange.fhir_names import VARIABLE
from tests.instruments.exchange.questionnaires import computed, question, questionnaire, three
from tests.instruments.exchange.test_wrong_scores import FIELDS, OFTEN, fhir, redcap, written

HIDDEN = ("q3", "radio", "Q", "0, No | 1, A | 2, B | 3, C", "[q1] = '1'")


def behind(text, variable="", **gate):
    """Three questions, the third of them hidden unless the first is 2, and a variable %v for it."""
    gates = gate or {"enableWhen": [OFTEN]}
    value = {"name": "v", "language": "text/fhirpath", "expression": written(variable or "{q3}")}
    more = [{"url": VARIABLE, "valueExpression": value}]
    questions = [question("q1"), question("q2"), question("q3", **gates)]
    return questionnaire(*questions, computed(written(text)), extension=more)


SKIPPING = "iif({q1} = 2, {q3}, iif(({q1} = 2).not(), 0, {{}}))"


@pytest.mark.parametrize(
    ("text", "variable", "expected"),
    [
        ("{q1} + %v", SKIPPING, 1),
        ("{q1} + (2 - %v)", SKIPPING, 3),
        ("{q1} + %v", SKIPPING.replace(", 0,", ", 1,"), 2),
        ("{q1} + (%v >= 1).toInteger()", SKIPPING, 1),
        ("%resource.item.answer.weight().sum()", "", 1),
    ],
)
def test_a_hidden_question_counts_what_the_file_says(text, variable, expected):
    assert fhir(behind(text, variable), {"q1": 1, "q2": 0})[0] == expected


@pytest.mark.parametrize(
    ("text", "variable", "why"),
    [
        ("{q1} + {q3}", "", "q3 is not always asked"),
        ("{q1} + %v", "", "q3 is not always asked"),
        ("({q1} | {q3}).max()", "", "q3 is not always asked"),
        ("%resource.item.answer.weight().avg()", "", "q3 is not always asked"),
        ("{q1} + ({q3} != 1).toInteger()", "", "q3 is not always asked"),
        ("{q1} + (%v = 0).toInteger()", SKIPPING, "holds for a question that is not asked"),
        (
            "{q1} + %v",
            "iif({q1} = 1, {q3}, iif(({q1} = 1).not(), 0, {{}}))",
            "q3 counts under another condition than it is asked",
        ),
        (
            "{q1} + %v",
            SKIPPING.replace("{q3}", "%resource.item.where(linkId='q2' or linkId='q3').answer.weight()"),
            "not carried",
        ),
        ("%resource.item.answer.weight().sum() + %v", SKIPPING.replace(", 0,", ", 1,"), "and 0 elsewhere"),
    ],
)
def test_a_hidden_question_without_a_word_on_what_it_counts_is_named(text, variable, why):
    found, told = fhir(behind(text, variable), {"q1": 1, "q2": 0})

    assert (found, why in told) == ("no score", True)


def test_conditions_that_lead_round_are_given_up():
    text = "iif(%v = 2, {q3}, iif((%v = 2).not(), 0, {{}}))"

    assert fhir(behind("{q1} + %v", text), {"q1": 1, "q2": 0})[0] == "no score"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[q1] + [q3]", "no score"),
        ("[q1] + (3 - [q3])", "no score"),
        ("max([q1], [q3])", "no score"),
        ("mean([q1], [q3])", "no score"),
        ("[q1] + if([q3] <> '1', 1, 0)", "no score"),
        ("sum([q1], [q3])", 2),
        ("[q1] + if([q1] = '1', [q3], 0)", 2),
        ("[q1] + (3 - if([q1] = '1', [q3], 0))", 5),
        ("[q1] + if([q1] = '1', [q3], 7)", "no score"),
    ],
)
def test_a_hidden_field_is_blank_in_redcap_and_never_nought_here(text, expected):
    assert redcap(text, {"q1": 2, "q2": 0}, [*FIELDS[:2], HIDDEN])[0] == expected


def test_a_constant_never_vanishes_with_a_hidden_question_that_has_no_nought():
    hidden = ("q3", "radio", "Q", "1, A | 2, B", "[q1] = '1'")

    assert redcap("[q1] + if([q1] = '1', [q3], 0)", {"q1": 2, "q2": 0}, [*FIELDS[:2], hidden])[0] == 2
    assert redcap("if([q1] = '1', [q3], 0) + 3", {"q1": 2, "q2": 0}, [*FIELDS[:2], hidden])[0] == "no score"


def test_conditions_that_lead_very_deep_are_given_up():
    deep = "iif({minus} %v{next} = 1, {{q3}}, iif(({minus} %v{next} = 1).not(), 0, {{{{}}}}))"
    names = [(f"v{place}", written(deep.format(minus="- " * 55, next=place + 1))) for place in range(12)]
    variables = [
        {"url": VARIABLE, "valueExpression": {"name": name, "language": "text/fhirpath", "expression": text}}
        for name, text in [*names, ("v12", written("{q1}"))]
    ]

    assert fhir(three(computed("%v0"), extension=variables), {"q1": 1})[0] == "no score"


def test_a_condition_that_is_a_very_long_chain_is_given_up():
    chain = "{q1}" + " - 1" * 2000 + " = 1"
    text = f"iif({chain}, {{q3}}, iif(({chain}).not(), 0, {{{{}}}}))"

    assert fhir(behind("{q1} + %v", text), {"q1": 1, "q2": 0})[0] == "no score"
