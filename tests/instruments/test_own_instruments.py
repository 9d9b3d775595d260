"""Our own instruments: plainly not validated, plain words in two languages, and no sign of risk is ever cancelled."""

import re

import pytest

from instruments.answers import REFUSED
from instruments.model import Confidence, Terms
from tests.instruments.forms import all_items, instrument, scored

OWN = ("self-injury", "protective-factors", "safety-assessment", "wellbeing-check-in")
ASKED_OF_THE_YOUNG = ("self-injury", "protective-factors", "wellbeing-check-in")
NEVER_SAID = re.compile(
    r"commit|fail|manipulat|attention.seek|cutter|abuser|addict|crazy|cometer|fracas|manipula|llamar la atención",
    re.IGNORECASE,
)
CALM = {"q1": 0, "q15": 0, "q16": 0}
TALK = {
    "q1": 1,
    "q2": 0,
    "q3": 0,
    "q4": 0,
    "q5": 0,
    "q6": 0,
    "q7": 1,
    "q8": 1,
    "q9": 1,
    "q10": 2,
    "q11": 1,
}


def said(one, language):
    """Every sentence that the person who answers reads."""
    texts = [one.introduction, *(item.lead for item in one.items), *(item.ask for item in one.items)]
    texts += [option.label for item in one.items for option in item.options]
    return [text[language] for text in texts if text]


def sentences(one, language):
    return [part for text in said(one, language) for part in re.split(r"(?<=[.?!])\s+", text) if part]


@pytest.mark.parametrize("name", OWN)
def test_it_says_first_of_all_that_it_is_not_validated(name):
    one = instrument(name)

    assert "not validated" in one.about["en"]
    assert "no validad" in one.about["es"]
    assert one.notes[0].startswith("Not validated")
    assert (one.publisher, one.permission.terms) == ("Handrail", Terms.NO_PERMISSION_NEEDED)
    assert Confidence.OURS in {source.confidence for source in one.sources}
    assert one.changes == ()


@pytest.mark.parametrize("name", OWN)
def test_it_has_no_cut_off_and_no_band(name):
    assert instrument(name).band_sets == ()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ASKED_OF_THE_YOUNG)
def test_its_sentences_are_short_and_its_words_are_plain(name, language):
    found = sentences(instrument(name), language)
    words = [word for sentence in found for word in re.findall(r"\w+", sentence)]

    assert max(len(re.findall(r"\w+", sentence)) for sentence in found) <= 20
    assert sum(map(len, words)) / len(words) < 5.2


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", OWN)
def test_no_word_shames_anybody(name, language):
    labels = [finding.label[language] for finding in instrument(name).findings]

    assert [text for text in [*said(instrument(name), language), *labels] if NEVER_SAID.search(text)] == []


@pytest.mark.parametrize(
    ("answers", "findings", "critical"),
    [
        (CALM, set(), ()),
        ({**CALM, "q15": 1}, {"suicidal-thoughts-now"}, ("q15",)),
        ({**CALM, "q15": REFUSED}, {"suicidal-thoughts-not-answered"}, ("q15",)),
        ({**CALM, "q16": 1}, {"injury-needs-care-now"}, ("q16",)),
        ({"q1": 1, "q14": 1}, {"self-injury-ever", "wished-to-die"}, ("q14",)),
        ({"q1": 1, "q14": REFUSED}, {"self-injury-ever", "suicidal-thoughts-not-answered"}, ("q14",)),
        (
            {"q1": 1, "q14": 1, "q15": REFUSED},
            {"self-injury-ever", "wished-to-die", "suicidal-thoughts-not-answered"},
            ("q14", "q15"),
        ),
        ({"q1": 1, "q2": 3}, {"self-injury-ever", "self-injury-past-month", "self-injury-past-week"}, ()),
        ({"q1": 1, "q6": 3}, {"self-injury-ever", "strong-urge", "very-strong-urge"}, ()),
        ({"q1": 1, "q2": 2, "q3": 2, "q4": 1}, {"self-injury-ever", "self-injury-past-month"}, ()),
        (
            {"q1": 1, "q2": 1, "q3": 3, "q4": 2},
            {"self-injury-ever", "self-injury-repeated", "several-ways"},
            (),
        ),
        (
            {"q1": 1, "q6": 2, "q9": 1, "q13": 0},
            {"self-injury-ever", "strong-urge", "function-relief", "wants-to-stop"},
            (),
        ),
    ],
)
def test_self_injury_tells_what_calls_for_action_and_sums_nothing_up(answers, findings, critical):
    result = scored("self-injury", answers)

    assert set(result.findings) == findings
    assert result.critical == critical
    assert result.scores == {}


@pytest.mark.parametrize(
    ("item", "language", "words"),
    [
        ("q1", "en", "Have you ever hurt your body on purpose?"),
        ("q1", "es", "¿Alguna vez te has hecho daño en el cuerpo a propósito?"),
        ("q16", "en", "Have you hurt yourself, or taken something, so that you need care right now?"),
        ("q16", "es", "¿Te has hecho daño, o has tomado algo, y necesitas atención ahora mismo?"),
    ],
)
def test_no_wish_is_presumed_and_having_taken_something_is_asked(item, language, words):
    assert instrument("self-injury").item(item).ask[language] == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "If you may be in danger, we will tell an adult who can help."),
        ("es", "Si puedes estar en peligro, avisaremos a una persona adulta que pueda ayudar."),
    ],
)
def test_nobody_answers_about_self_injury_without_being_told_who_may_hear_of_it(language, words):
    assert words in instrument("self-injury").introduction[language]


@pytest.mark.parametrize("number", [6, 7, 8, 9])
def test_the_spanish_form_says_when_a_question_is_about_the_young_person(number):
    ask = instrument("safety-assessment").item(f"q{number}").ask["es"]

    assert ask.startswith("La persona joven: ¿")


def test_the_question_about_right_now_is_asked_of_everybody():
    gates = {item.id: item.asked_if for item in instrument("self-injury").items}

    assert (gates["q15"], gates["q16"]) == (None, None)
    assert all(gates[f"q{n}"] for n in range(2, 15))


@pytest.mark.parametrize(
    ("answers", "findings", "strengths"),
    [
        (all_items(10, 2), set(), 10),
        (all_items(10, 1), {"home-hardly-safe"}, 0),
        ({**all_items(10, 3), "q5": 1}, {"home-hardly-safe"}, 9),
        ({**all_items(10, 3), "q5": REFUSED}, {"home-safety-not-answered"}, None),
        ({**all_items(10, 3), "q5": 0}, {"not-safe-at-home"}, 9),
        ({**all_items(10, 3), "q6": 0}, {"not-safe-at-school-or-work"}, 9),
        ({**all_items(10, 3), "q1": 0, "q2": 0}, {"nobody-to-talk-to"}, 8),
        ({**all_items(10, 3), "q1": 0, "q2": 1}, set(), 8),
    ],
)
def test_strengths_are_counted_and_never_cancel_a_sign(answers, findings, strengths):
    result = scored("protective-factors", answers)

    assert (set(result.findings), result.scores["strengths"]) == (findings, strengths)


@pytest.mark.parametrize("week", [0, 3])
def test_who_asks_to_talk_today_is_heard_whatever_the_week_was(week):
    result = scored("wellbeing-check-in", {**all_items(5, week), "q6": 2})

    assert {"wants-to-talk-today", "wants-to-talk"} <= set(result.findings)
    assert result.critical == ("q6",)
    assert result.scores["total"] == 5 * week


@pytest.mark.parametrize(("value", "finding"), [(0, "low"), (1, "further-evaluation"), (2, "imminent")])
def test_the_result_is_what_the_trained_person_concluded_and_nothing_else(value, finding):
    result = scored("safety-assessment", {**TALK, "q12": value})

    assert result.findings == (finding,)


@pytest.mark.parametrize(
    ("answers", "findings"),
    [
        ({"q2": 1}, {"thoughts-right-now"}),
        ({"q2": REFUSED}, {"thoughts-not-answered"}),
        ({"q3": 1}, {"plan"}),
        ({"q3": 1, "q4": 1}, {"plan", "plan-with-means"}),
    ],
)
def test_what_was_declined_is_never_told_as_said(answers, findings):
    result = scored("safety-assessment", answers)

    assert set(result.findings) == findings
    assert result.critical == tuple(item for item in answers if item != "q4")


@pytest.mark.parametrize(
    ("answers", "second_look"),
    [
        ({"q12": 0}, False),
        ({"q2": 1, "q12": 0}, True),
        ({"q2": 1, "q12": 1}, True),
        ({"q2": 1, "q12": 2}, False),
        ({"q2": REFUSED, "q12": 0}, True),
        ({"q3": 1, "q12": 0}, True),
        ({"q3": 1, "q12": 1}, False),
        ({"q3": 1, "q4": 1, "q12": 1}, True),
        ({"q2": REFUSED, "q12": 1}, True),
        ({"q2": REFUSED, "q12": 2}, False),
        ({"q3": 1, "q5": 3, "q12": 1}, True),
        ({"q3": 1, "q5": 2, "q12": 1}, False),
        ({"q5": 3, "q12": 1}, False),
        ({"q1": 3, "q12": 0}, True),
        ({"q1": 2, "q12": 0}, False),
        ({"q1": 3, "q12": 1}, False),
        ({"q9": 0, "q12": 0}, True),
        ({"q3": REFUSED, "q12": 0}, True),
        ({"q4": REFUSED, "q12": 0}, True),
        ({"q5": 2, "q12": 0}, True),
        ({"q5": 1, "q12": 0}, False),
    ],
)
def test_answers_that_point_higher_than_the_result_ask_for_a_second_look(answers, second_look):
    assert ("second-look" in scored("safety-assessment", {**TALK, **answers}).findings) is second_look
