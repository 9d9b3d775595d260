"""Files whose scores are easily read wrong: each gives the file's own number, or is named as not carried."""

import json
from dataclasses import replace

import pytest

from instruments.answers import check_answers
from instruments.exchange.fhir_names import VARIABLE
from instruments.exchange.formats import WRITERS
from instruments.exchange.redcap_import import from_dictionary
from instruments.loading import load_definition
from instruments.scoring import asked, compile_instrument
from tests.instruments.exchange.questionnaires import (
    ORDINAL,
    computed,
    defined,
    question,
    questionnaire,
    read,
    three,
)
from tests.instruments.exchange.test_redcap import dictionary
from tests.instruments.forms import loaded

Q = {f"q{place}": f"%resource.repeat(item).where(linkId='q{place}').answer.weight()" for place in range(1, 5)}
FIELDS = [(f"q{place}", "radio", "Q", "0, No | 1, A | 2, B | 3, C") for place in range(1, 4)]
OFTEN = {"question": "q1", "operator": "=", "answerCoding": {"code": "a2"}}


def redcap(text, answers, fields=FIELDS):
    """The score that a calculation gives and what was told of it; "no score" when it is not carried."""
    made = from_dictionary(dictionary(*fields, ("total", "calc", "Total", text)), "form.csv")
    one = load_definition(made.text, "form.yaml")
    scores = compile_instrument(one).score(answers).scores
    return scores.get("total", "no score"), "\n".join(made.notes.lines())


def fhir(resource, answers):
    made, one = read(resource), defined(resource)
    scores = compile_instrument(one).score(answers).scores
    return scores.get("total", "no score"), "\n".join(made.notes.lines())


def written(text):
    """An expression with its answers by their paths."""
    return text.format(**Q)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("max([q1]+[q2],[q3])", 5),
        ("max([q1],[q2]+[q3])", 3),
        ("max([q1]+3,[q2])", 6),
        ("max([q1], 5 - [q2])", 3),
        ("max([q1], 5 - [q3])", 4),
        ("max(2 * [q2], [q1])", 4),
        ("mean([q1],[q2],[q3])", 200),
        ("rounddown([q1] / 2, 0)", 1),
    ],
)
def test_the_number_is_that_of_the_file(text, expected):
    assert redcap(text, {"q1": 3, "q2": 2, "q3": 1})[0] == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("max([q1], 2)", "a maximum of something other than answers"),
        ("max([q1] / 2, [q2])", "a maximum of something other than answers"),
        ("max([q1],[q2]) + 2 * [q1]", "q1 counts in two ways in one score"),
        ("mean([q1]+[q2],[q3])", "a mean of something other than answers"),
        ("mean([q1],[q1])", "a mean of something other than answers"),
        ("mean([q1],5)", "a mean of something other than answers"),
        ("mean(2 * [q1],[q2])", "a mean of something other than answers"),
        ("rounddown(([q1] - [q2]) / 2, 0)", "rounding of numbers below zero"),
        ("round(([q1] - [q2]) / 2)", "rounding of numbers below zero"),
    ],
)
def test_what_has_no_sure_number_is_named(text, why):
    found, told = redcap(text, {"q1": 3, "q2": 2, "q3": 1})

    assert (found, why in told) == ("no score", True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("iif({q1} = 1 or {q2} = 1, 5, {{}}) + {q3}", "a choice that is not counting"),
        ("iif({q1} = 1 or {q2} = 1, ({q1} | {q2}).max(), {{}})", "a choice that is not counting"),
        (
            "iif(({q1} | {q2}).max() = 1 or ({q1}.exists() and {q2}.exists()), ({q1} | {q2}).max(), {{}})",
            "a maximum that is given before it is certain",
        ),
        ("iif(({q1} | {q2}).max() = 2 or ({q1}.exists()), ({q1} | {q2}).max(), {{}})", "not counting"),
        ("({q1} - {q2}) div 2", "rounding of numbers below zero"),
        ("{q1} div -2", "rounding of numbers below zero"),
        ("(({q1} - {q2}) / 2).round()", "rounding of numbers below zero"),
        ("{q1}.iif({q2} = 1, 1, 0)", "a choice that is not counting"),
        ("%resource.repeat(answer).where(linkId='q1').answer.weight()", "a path that does not lead to items"),
    ],
)
def test_what_has_no_sure_number_in_fhir_is_named(text, why):
    found, told = fhir(three(computed(written(text))), {"q1": 0, "q2": 1, "q3": 1})

    assert (found, why in told) == ("no score", True)


def test_the_maximum_that_we_write_ourselves_comes_back():
    whole = "({q1} | {q2}).max()"
    text = written(f"iif({whole} = 2 or ({{q1}}.exists() and {{q2}}.exists()), {whole}, {{{{}}}})")

    assert fhir(three(computed(text)), {"q1": 2})[0] == 2
    assert fhir(three(computed(text)), {"q1": 1})[0] is None
    assert fhir(three(computed(text)), {"q1": 1, "q2": 0})[0] == 1


def test_a_score_with_decimals_is_not_added_in_its_own_small_steps():
    fields = [*FIELDS, ("part", "calc", "Part", "round(mean([q1],[q2]), 1)")]

    assert redcap("[part] + [q3]", {"q1": 1, "q2": 2, "q3": 1}, fields)[0] == "no score"


def test_a_variable_with_a_fraction_counts_exactly_in_a_later_score():
    value = {"name": "part", "language": "text/fhirpath", "expression": written("({q1} + {q2}) / 2")}
    resource = three(
        computed("%part", "part"),
        computed("%part * 2"),
        extension=[{"url": VARIABLE, "valueExpression": value}],
    )

    assert fhir(resource, {"q1": 1, "q2": 2, "q3": 0})[0] == 3


def integers(weights):
    options = [
        {
            "valueInteger": value,
            **({"extension": [{"url": ORDINAL, "valueDecimal": worth}]} if weights else {}),
        }
        for value, worth in ((0, 5), (1, 7))
    ]
    asked_number = {"linkId": "q1", "text": "Q", "type": "integer", "answerOption": options}
    return questionnaire(asked_number, question("q2"), computed(written("{q1} + {q2}")))


def test_the_weight_of_a_whole_number_is_its_weight_not_the_number():
    one = defined(integers(weights=True))

    assert [(each.value, each.label["en"]) for each in one.items[0].options] == [(5, "0"), (7, "1")]
    assert fhir(integers(weights=True), {"q1": 7, "q2": 1})[0] == 8


def test_whole_numbers_and_yes_or_no_without_weights_have_none():
    yes_no = questionnaire({"linkId": "q1", "text": "Q", "type": "boolean"}, computed(Q["q1"]))

    for resource in (integers(weights=False), yes_no):
        found, told = fhir(resource, {"q1": 1})
        assert (found, "the file gives the answers of q1 no numbers" in told) == ("no score", True)


def nested(text="{q1} + {q2}"):
    """q4 stands under q3, which is asked only after the highest answer to q1."""
    under = question("q3", item=[question("q4")], enableWhen=[OFTEN])
    return questionnaire(question("q1"), question("q2"), under, computed(written(text)))


def test_a_question_under_a_hidden_question_is_hidden_too():
    one = defined(nested())

    def names(answers):
        return [item.id for item in asked(one, check_answers(one, answers))]

    assert names({"q1": 0}) == ["q1", "q2"]
    assert names({"q1": 2}) == ["q1", "q2", "q3", "q4"]
    assert "a question under an answer" in "\n".join(read(nested()).notes.lines())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%resource.item.answer.weight().sum()", 5),
        ("%resource.repeat(item).answer.weight().sum()", 5),
        ("%resource.descendants().where(linkId.startsWith('q')).answer.weight().sum()", 7),
    ],
)
def test_a_path_reaches_questions_under_answers_only_where_it_goes_down_all_the_way(text, expected):
    assert fhir(nested(text), {"q1": 2, "q2": 1, "q3": 2, "q4": 2})[0] == expected


def test_a_maximum_of_weighted_answers_goes_out_as_an_expression_that_holds():
    one = loaded(
        "scales:\n  total: {label: {en: T, es: T}, max: [q1, q2], points: {q1: {0: 0, 1: 2, 2: 4}}}\n"
    )
    text = WRITERS["fhir-r4"](one).text

    assert "(2 * %q1).exists() and %q2.exists()" in text
    assert fhir(json.loads(text), {"q1": 1, "q2": 1})[0] == 2


@pytest.mark.parametrize("target", ["fhir-r4", "redcap"])
def test_a_scale_that_rests_on_one_with_decimals_is_not_sent_out(target):
    part = "  part: {label: {en: P, es: P}, sum: [q1, q2], divide: 2, multiply: 10, decimals: 1}\n"
    total = "  total: {label: {en: T, es: T}, sum: [q3, {score: part}]}\n"
    notes = WRITERS[target](loaded(f"scales:\n{part}{total}")).notes.lines()

    assert any("scales.total" in line and "it rests on a scale with decimals" in line for line in notes)


def test_words_that_a_spreadsheet_would_run_are_named_and_not_changed():
    one = loaded()
    first = replace(one.items[0], ask={"en": "=HYPERLINK(1)"})
    made = WRITERS["redcap"](replace(one, items=(first, *one.items[1:])))

    assert "=HYPERLINK(1)" in made.text
    assert any("a cell that begins with '='" in line for line in made.notes.lines())
