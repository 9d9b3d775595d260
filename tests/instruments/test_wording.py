"""The exact words: against what public projects publish of the same forms, each difference named and explained.

The other wording is kept here only where it differs; equal wording needs no second copy.
"""

import hashlib

import pytest

from instruments.model import text_in
from tests.instruments.forms import catalogue, instrument

LOINC_ITEMS = {
    "phq-9": [
        *("44250-9", "44255-8", "44259-0", "44254-1", "44251-7"),
        *("44258-2", "44252-5", "44253-3", "44260-8", "69722-7"),
    ],
    "gad-7": ["69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"],
    "phq-15": [
        *("69671-6", "69672-4", "69673-2", "69674-0", "69675-7", "69676-5", "69677-3", "69678-1"),
        *("69679-9", "69680-7", "69717-7", "69681-5", "69682-3", "69731-8", "69732-6"),
    ],
    "c-ssrs-screener": [
        *("93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3", "93269-9"),
    ],
    "pc-ptsd-5": ["102011-4", "102012-2", "102013-0", "102014-8", "102015-5", "102016-3"],
}

# (instrument, item, whose text): the other text, and why ours is another. Ours is the publisher's form.
DIFFERENCES = {
    ("phq-9", "q6", "LOINC"): (
        "Feeling bad about yourself-or that you are a failure or have let yourself or your family down",
        "the form has a dash between spaces",
    ),
    ("phq-9", "q8", "LOINC"): (
        """Moving or speaking so slowly that other people could have noticed. Or the opposite-being so fidgety or
        restless that you have been moving around a lot more than usual""",
        "the form has a question mark and a dash between spaces",
    ),
    ("phq-9", "q9", "LOINC"): (
        "Thoughts that you would be better off dead, or of hurting yourself in some way",
        "the form has no comma",
    ),
    ("phq-9", "difficulty", "LOINC"): (
        """How difficult have these problems made it for you to do your work, take care of things at home, or get
        along with other people?""",
        "LOINC keeps the first half sentence apart, as a help text",
    ),
    ("gad-7", "q2", "LOINC"): (
        "Over the past 2 weeks have you not been able to stop or control worrying",
        "LOINC's own text of 68509-9; the form says otherwise",
    ),
    ("gad-7", "q6", "CIRG"): ("Becoming easily annoyed or irritable.", "the form has no full stop"),
    ("pc-ptsd-5", "q1", "CIRG"): (
        """In the past month, have you had nightmares about the event(s) or thought about the event(s) when you did
        not want to?""",
        "the stem is repeated in the question",
    ),
    ("pc-ptsd-5", "q2", "CIRG"): (
        """In the past month, have you tried hard not to think about the event(s) or went out of your way to avoid
        situations that reminded you of the event(s)?""",
        "the stem is repeated in the question",
    ),
    ("pc-ptsd-5", "q3", "CIRG"): (
        "In the past month, have you been constantly on guard, watchful, or easily startled?",
        "the stem is repeated in the question",
    ),
    ("pc-ptsd-5", "q4", "CIRG"): (
        "In the past month have you felt numb or detached from people, activities, or your surroundings?",
        "the stem is repeated in the question",
    ),
    ("pc-ptsd-5", "q5", "CIRG"): (
        """In the past month have you felt guilty or unable to stop blaming yourself or others for the event(s) or
        any problems the event(s) may have caused?""",
        "the stem is repeated in the question",
    ),
}


def bare(text):
    """Letters and figures only: what must be equal whatever the punctuation."""
    return "".join(character for character in text.lower() if character.isalnum())


@pytest.mark.parametrize(("name", "item", "whose"), DIFFERENCES)
def test_a_known_difference_to_another_text_is_still_one_and_has_its_reason(name, item, whose):
    other, reason = DIFFERENCES[name, item, whose]
    ours = text_in(instrument(name).item(item).ask, "en")

    assert reason
    assert ours != other
    same_words = bare(other) in bare(ours) or bare(ours) in bare(other)
    assert same_words or (name, item) == ("gad-7", "q2")


@pytest.mark.parametrize("name", LOINC_ITEMS)
def test_items_carry_the_codes_of_the_published_questionnaires_in_the_published_order(name):
    assert [item.codes["loinc"] for item in instrument(name).items] == LOINC_ITEMS[name]


# One digest for all questions, stems and answers of a language, so that no letter changes unnoticed. A change here
# is a new version of the instrument, with its source; never just a new digest.
WORDINGS = {
    ("asq", "en"): "46e6b43d70f229b6",
    ("asq", "es"): "03fb2e71383ab1f9",
    ("gad-2", "en"): "daa66c8947d0f5f8",
    ("gad-2", "es"): "0f8ab37e80e46249",
    ("gad-7", "en"): "115b837a8b6bbd41",
    ("gad-7", "es"): "541c0aeb439b11f5",
    ("lec-5", "en"): "1b52048792471728",
    ("pc-ptsd-5", "en"): "b7f7e1ebe4349c0f",
    ("pcl-5", "en"): "4477cf51823807e9",
    ("phq-15", "en"): "f4d885e5024d9def",
    ("phq-2", "en"): "9e926b6e2a7fa98d",
    ("phq-2", "es"): "620dc890a7d2490c",
    ("phq-9", "en"): "66e33644a244ecf1",
    ("phq-9", "es"): "5fc3736497a13bc6",
}


def wording_digest(one, language):
    lines = [one.introduction.get(language, "")]
    for item in one.items:
        labels = [f"{option.value} {option.label[language]}" for option in item.options]
        lines += [item.id, item.lead.get(language, ""), item.ask[language], *labels]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


@pytest.mark.parametrize(("name", "language"), WORDINGS)
def test_not_a_letter_of_the_wording_has_changed(name, language):
    assert wording_digest(instrument(name), language) == WORDINGS[name, language]


def test_every_language_of_every_published_wording_is_pinned_here():
    known = (one for one in catalogue().instruments() if one.has_wording and one.publisher != "Handrail")
    assert {(one.id, language) for one in known for language in one.languages} == set(WORDINGS)


@pytest.mark.parametrize(("short", "long"), [("phq-2", "phq-9"), ("gad-2", "gad-7")])
def test_the_short_form_asks_the_first_two_questions_of_the_long_one(short, long):
    assert instrument(short).items == instrument(long).items[:2]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_tenth_question_of_the_phq_9_is_read_without_the_stem_of_the_nine(language):
    one = instrument("phq-9")
    *nine, tenth = one.items
    assert {item.lead[language][:4] for item in nine} == {{"en": "Over", "es": "Dura"}[language]}
    assert (tenth.id, dict(tenth.lead)) == ("difficulty", {})


PUBLISHED = [
    ("phq-9", "q1", "en", "Little interest or pleasure in doing things"),
    ("phq-9", "q2", "en", "Feeling down, depressed, or hopeless"),
    ("phq-9", "q3", "en", "Trouble falling or staying asleep, or sleeping too much"),
    ("phq-9", "q4", "en", "Feeling tired or having little energy"),
    ("phq-9", "q5", "en", "Poor appetite or overeating"),
    (
        "phq-9",
        "q7",
        "en",
        "Trouble concentrating on things, such as reading the newspaper or watching television",
    ),
    ("phq-9", "q9", "en", "Thoughts that you would be better off dead or of hurting yourself in some way"),
    ("phq-9", "q9", "es", "Pensamientos de que estaría mejor muerto(a) o de lastimarse de alguna manera"),
    ("gad-7", "q1", "en", "Feeling nervous, anxious or on edge"),
    ("gad-7", "q2", "en", "Not being able to stop or control worrying"),
    ("asq", "q1", "en", "In the past few weeks, have you wished you were dead?"),
    (
        "asq",
        "q2",
        "en",
        "In the past few weeks, have you felt that you or your family would be better off if you were dead?",
    ),
    ("asq", "q3", "en", "In the past week, have you been having thoughts about killing yourself?"),
    ("asq", "q4", "en", "Have you ever tried to kill yourself?"),
    ("asq", "q5", "en", "Are you having thoughts of killing yourself right now?"),
    ("asq", "q5", "es", "¿Está pensando en suicidarse en este momento?"),
    ("pc-ptsd-5", "exposure", "en", "Have you ever experienced this kind of event?"),
    ("pcl-5", "q1", "en", "Repeated, disturbing, and unwanted memories of the stressful experience?"),
    ("pcl-5", "q20", "en", "Trouble falling or staying asleep?"),
]


@pytest.mark.parametrize(("name", "item", "language", "words"), PUBLISHED)
def test_an_item_reads_as_its_publisher_wrote_it(name, item, language, words):
    assert instrument(name).item(item).ask[language] == words


def test_the_highest_but_one_anchor_is_the_forms_own_and_not_loincs():
    labels = [option.label["en"] for option in instrument("gad-7").item("q2").options]

    assert labels == ["Not at all", "Several days", "More than half the days", "Nearly every day"]


def test_words_fall_back_to_english_and_never_to_nothing():
    item = instrument("pcl-5").item("q19")

    assert text_in(item.ask, "es") == text_in(item.ask, "en") == "Having difficulty concentrating?"
    assert text_in({}, "en") == ""
