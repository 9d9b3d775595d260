"""FHIR from strangers: what is understood, what is named as left out, and what is refused with every reason."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.exchange.fhir_import import from_questionnaire
from instruments.exchange.fhir_names import VARIABLE
from instruments.exchange.telling import NotReadable
from instruments.scoring import compile_instrument
from tests.instruments.exchange.questionnaires import (
    computed,
    defined,
    option,
    question,
    questionnaire,
    read,
    three,
)

R = "%resource.repeat(item).where(linkId='{}').answer.weight()"
Q1, Q2, Q3 = (R.format(f"q{place}") for place in (1, 2, 3))


def score(text, **answers):
    return compile_instrument(defined(three(computed(text)))).score(answers).scores["total"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{Q1} + {Q2} + {Q3}", 3),
        ("%resource.item.answer.value.ordinal().sum()", 3),
        ("%resource.item.where(linkId != 'q3').answer.weight().sum()", 3),
        ("%resource.item.where(linkId='q1' or linkId='q2').answer.weight().sum()", 3),
        (f"2 * {Q1} - {Q2} + {Q3}", 0),
        (f"{Q1} + (2 - {Q2}) + {Q3}", 1),
        (f"({Q1} + {Q2} + {Q3}) * 4", 12),
        (f"({Q1} + {Q2} + {Q3}) / 3", 100),
        ("%resource.item.answer.weight().avg()", 100),
        (f"({Q1} + {Q2} + {Q3}) / 10", 3),
        (f"(({Q1} + {Q2}) / 3) / 10", 1),
        (f"(({Q1} + {Q2}) * 2 + 2) div 4", 2),
        (f"(({Q1} + {Q2}) / 2).round()", 2),
        (f"({Q1} >= 1).toInteger() + ({Q2} >= 1 and {Q2} <= 1).toInteger()", 1),
        (f"iif({Q1} = 1, 1, 0) + iif({Q2} != 1, 1, 0)", 2),
        (f"iif({Q1} > 0 or {Q3} > 0, 1, 0)", 1),
        (f"({Q1} | {Q2} | {Q3}).max()", 2),
    ],
)
def test_sums_counts_means_and_maxima_are_carried(text, expected):
    assert score(text, q1=1, q2=2, q3=0) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{Q1} * {Q2}", "one answer multiplied or divided by another"),
        (f"{Q1} / 0", "a division by nothing"),
        ("5", "it depends on no answer"),
        ("%unknown + 1", "neither a number nor an answer"),
        ("%resource.item.where(linkId='q9').answer.weight()", "the item 'q9' is not carried"),
        ("%resource.item.first().answer.weight()", "a path that does not lead to items"),
        (f"iif({Q1} > 1, 5, 2)", "a choice that is not counting"),
        (f"{Q1} power 2", "'power' stands where end should"),
        ("today()", "the function today()"),
        (f"{Q1} +", "it ends early"),
        ("(" * 200 + "1", "nested too deeply"),
        (f"{Q1}; drop", "the part '; drop' cannot be read"),
        ("(" + Q1 + " >= 0).toInteger()", "always or never holds"),
    ],
)
def test_what_is_no_sum_count_or_mean_is_named_with_its_place(text, why):
    made = read(three(computed(text)))
    lines = [line for line in made.notes.lines() if line.startswith("Questionnaire.item[3]:")]

    assert len(lines) == 1
    assert "not carried" in lines[0]
    assert why in lines[0]


def test_expressions_that_are_too_much_work_are_given_up():
    every = " + ".join(["%resource.item.answer.weight().sum()"] * 400)
    lines = read(
        questionnaire(*(question(f"q{place}") for place in range(200)), computed(every))
    ).notes.lines()

    assert any("the expressions of this file are too large to follow" in line for line in lines)


def test_more_computed_values_than_any_form_has_are_refused():
    with pytest.raises(NotReadable, match="51 computed values; allowed: 50"):
        read(three(*(computed(Q1, f"score-{place}") for place in range(51))))


def test_two_scores_whose_names_are_alike_here_are_kept_apart():
    found = defined(three(computed(Q1, "Total"), computed(f"{Q1} + {Q2}", "total"), computed(Q3, "ÄÖ")))

    assert [scale.id for scale in found.scales] == ["total", "score-2", "score-3"]


def test_a_language_that_no_definition_can_name_is_refused():
    with pytest.raises(NotReadable, match="language: found 'Deutsch!'"):
        read(three(language="Deutsch!"))


@pytest.mark.parametrize("text", ["%v0 + 1", "%endless", "%round"])
def test_variables_that_grow_or_go_round_are_given_up(text):
    doubling = [(f"v{place}", f"%v{place + 1} + %v{place + 1}") for place in range(80)]
    more = [*doubling, ("v80", Q1), ("endless", "%endless + 1"), ("round", "%again"), ("again", "%round")]
    variables = [
        {"url": VARIABLE, "valueExpression": {"name": name, "language": "text/fhirpath", "expression": words}}
        for name, words in more
    ]
    lines = "\n".join(read(three(computed(text), extension=variables)).notes.lines())

    assert "without end" in lines or "leads to itself" in lines


def test_more_questions_than_any_form_has_are_refused():
    with pytest.raises(NotReadable, match="501 questions; allowed: 500"):
        read(questionnaire(*(question(f"q{place}") for place in range(501))))


@pytest.mark.parametrize(
    ("gate", "answers", "asked"),
    [
        ({"enableWhen": [{"question": "q1", "operator": "=", "answerCoding": {"code": "a2"}}]}, 2, True),
        ({"enableWhen": [{"question": "q1", "operator": "=", "answerCoding": {"code": "a2"}}]}, 1, False),
        ({"enableWhen": [{"question": "q1", "operator": "!=", "answerCoding": {"code": "a0"}}]}, 1, True),
        ({"enableWhen": [{"question": "q1", "operator": "!=", "answerCoding": {"code": "a0"}}]}, 0, False),
    ],
)
def test_branching_by_answers_is_carried(gate, answers, asked):
    found = compile_instrument(defined(questionnaire(question("q1"), question("q2", **gate))))

    assert ("q2" in found.score({"q1": answers}).unanswered) is asked


@pytest.mark.parametrize(
    ("test", "why"),
    [
        (
            {"question": "q9", "operator": "=", "answerCoding": {"code": "a1"}},
            "'q9', which is not a question before it",
        ),
        (
            {"question": "q1", "operator": "=", "answerCoding": {"code": "zz"}},
            "'zz', which is not one of its options",
        ),
        ({"question": "q1", "operator": "~", "answerCoding": {"code": "a1"}}, "the operator '~'"),
        ({"question": "q1", "operator": "exists", "answerBoolean": True}, "whether q1 has any answer"),
        (
            {"question": "q3", "operator": "=", "answerCoding": {"code": "a1"}},
            "'q3', which is not a question before it",
        ),
    ],
)
def test_branching_that_is_not_carried_leaves_the_question_always_asked_and_is_named(test, why):
    resource = questionnaire(question("q1"), question("q2", enableWhen=[test]), question("q3"))
    (line,) = [line for line in read(resource).notes.lines() if "the branching" in line]

    assert line.startswith(
        "Questionnaire.item[1]: the branching: not carried, so the question is always asked"
    )
    assert why in line
    assert "q2" in compile_instrument(defined(resource)).score({"q1": 0}).unanswered


@pytest.mark.parametrize(
    ("more", "path", "what"),
    [
        ({"type": "string", "answerOption": []}, "Questionnaire.item[1]", "an item of type string"),
        ({"type": "date", "answerOption": []}, "Questionnaire.item[1]", "an item of type date"),
        ({"repeats": True}, "Questionnaire.item[1]", "an item of type choice"),
        ({"initial": [{}]}, "Questionnaire.item[1].initial", "initial"),
        ({"maxLength": 4}, "Questionnaire.item[1].maxLength", "maxLength"),
        ({"extension": [{"url": "urn:x"}]}, "Questionnaire.item[1].extension[0]", "the extension urn:x"),
        ({"code": [{"system": "urn:x", "code": "1"}]}, "Questionnaire.item[1].code[0]", "a code of urn:x"),
        ({"answerValueSet": "http://example.test/vs"}, "Questionnaire.item[1]", "an item of type choice"),
    ],
)
def test_everything_else_is_named_by_its_path(more, path, what):
    notes = read(questionnaire(question("q1"), question("q2", **more))).notes.made

    assert (path, what) in {(note.path, note.what) for note in notes}


def test_options_of_a_value_set_in_the_same_file_are_taken_from_there():
    concepts = [
        {"code": f"a{value}", "display": words, "extension": [{"url": one["url"], "valueDecimal": value}]}
        for value, words in enumerate(["No", "A little", "Much"])
        for one in option(0, "")["extension"]
    ]
    held = {"resourceType": "ValueSet", "id": "vs", "compose": {"include": [{"concept": concepts}]}}
    asked = {"linkId": "q1", "text": "Q", "type": "choice", "answerValueSet": "#vs"}
    (item,) = defined(questionnaire(asked, contained=[held])).items

    assert [(one.value, one.label["en"]) for one in item.options] == [(0, "No"), (1, "A little"), (2, "Much")]


def test_a_boolean_and_whole_numbers_are_questions_too():
    asked = questionnaire(
        {"linkId": "q1", "text": "Ever?", "type": "boolean"},
        {
            "linkId": "q2",
            "text": "How many?",
            "type": "integer",
            "answerOption": [{"valueInteger": value} for value in (0, 5, 9)],
            "enableWhen": [{"question": "q1", "operator": "=", "answerBoolean": True}],
        },
    )
    found = defined(asked)

    assert [item.values for item in found.items] == [(1, 0), (0, 5, 9)]
    assert compile_instrument(found).score({"q1": 0}).complete


def test_every_problem_of_a_file_is_told_at_once():
    resource = questionnaire(
        question("q1"),
        {**question("q1"), "type": "chioce"},
        {**question(""), "text": 5},
        question("q3", answerOption=[option(0, "No"), option(0.5, "Half")]),
        question("q4", answerOption="none"),
    )
    with pytest.raises(NotReadable) as refused:
        read(resource)

    told = "\n".join(refused.value.problems)
    assert (
        "Questionnaire.item[1].linkId: found 'q1', also at Questionnaire.item[0]; allowed: each linkId once"
        in told
    )
    assert "Questionnaire.item[1].type: found 'chioce'" in told
    assert "Questionnaire.item[2].linkId: found nothing" in told
    assert (
        "Questionnaire.item[3].answerOption[1].extension: found the value 0.5; allowed: a whole number"
        in told
    )
    assert "Questionnaire.item[4].answerOption: found a text; allowed: a list of objects" in told


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({"resourceType": "Patient"}, "found 'Patient'; allowed: 'Questionnaire'"),
        (questionnaire(), "no question with a closed set of answers"),
        (
            questionnaire({"linkId": "a", "type": "display", "text": "x"}),
            "no question with a closed set of answers",
        ),
        ({"resourceType": "Questionnaire", "item": 5}, "Questionnaire.item: found the number 5"),
    ],
)
def test_what_is_no_questionnaire_is_refused(resource, words):
    with pytest.raises(NotReadable) as refused:
        read(resource)

    assert words in str(refused.value)


KEYS = (
    *("item", "linkId", "type", "text", "_text", "extension", "url", "valueDecimal", "answerOption", "code"),
    *("valueCoding", "enableWhen", "question", "operator", "valueExpression", "expression"),
)
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-9, 9) | st.text(max_size=8)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_any_json_is_read_or_refused_and_never_crashes(value):
    resource = {
        "resourceType": "Questionnaire",
        "item": [question("q1"), value, {"linkId": "g", "item": value}],
    }
    assert told_of(json.loads(json.dumps(resource)))


def told_of(resource):
    """The definition that was made, or the problems that were found."""
    try:
        return from_questionnaire(resource, "form.json").text
    except NotReadable as error:
        return error.problems
