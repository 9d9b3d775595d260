"""A clinic's own words for an instrument without any: all of them or none, and never another scoring."""

import re

import pytest

from instruments.attaching import attach, empty_form, ends_of, says_the_same
from instruments.catalogue import DEFINITIONS, load_catalogue
from instruments.checking import check_instrument
from instruments.parts import Part, digest_of_part
from instruments.problems import BadDefinition
from tests.instruments.forms import catalogue, instrument

BARE = tuple(name for name in catalogue().ids() if not instrument(name).has_wording)


def definition(name):
    return (DEFINITIONS / f"{name}.yaml").read_bytes()


def filled(name, languages=("en",)):
    """The empty form of an instrument with something said in every place."""
    form = empty_form(definition(name), f"{name}.yaml", languages)
    return re.sub(r': ""', lambda place: f': "words {place.start()}"', form)


def attached(name, words, file="words.yaml"):
    return attach(definition(name), f"{name}.yaml", words.encode(), file)


def refused(name, words):
    with pytest.raises(BadDefinition) as caught:
        attached(name, words)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("name", BARE)
def test_any_instrument_without_words_takes_a_filled_in_form_and_scores_as_before(name):
    before, done = instrument(name), attached(name, filled(name, ("en", "es")))

    assert (before.version, done.instrument.version) == ("1.0.0", "1.1.0")
    assert done.instrument.has_wording
    assert done.instrument.languages == ("en", "es")
    assert digest_of_part(done.instrument, Part.SCORING) == digest_of_part(before, Part.SCORING)
    assert done.instrument.digest != before.digest


@pytest.mark.parametrize("name", ["cries-8", "crafft-2-1", "nssi-severity"])
def test_the_new_definition_passes_every_check(name):
    report = check_instrument(attached(name, filled(name)).instrument, "words.yaml")

    assert (report.problems, report.not_proved) == ((), ())


def test_a_form_that_is_still_empty_names_every_place_at_once():
    problems = refused("crafft-2-1", empty_form(definition("crafft-2-1"), "crafft-2-1.yaml", ("en", "es")))

    assert problems[0].startswith("words.yaml:6:9: source; found nothing; allowed: whose text this is")
    assert "words.yaml:14:20: answer 1 of 'yes-no' has no words in 'en'" in problems
    assert "words.yaml:16:20: item 'q1' has no words in 'es'" in problems
    assert len(problems) == 1 + 2 * 2 + 9 * 2


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  q3: {", "  q33: {", "words.yaml:16:3: an unknown key in items; found 'q33'; allowed: q1"),
        ("  q3: {", "  q33: {", "words.yaml:14:3: item 'q3' is missing"),
        ("0: {", "7: {", "an unknown key in the answers 'often'; found '7'; allowed: 0, 1, 3, 5"),
        ("0: {", "7: {", "answer 0 of 'often' is missing"),
        ("often:", "sometimes:", "the answers 'often' are missing"),
        ("wording_of: ", "wording_of: x", "words for another instrument; found xcries-8; allowed: cries-8"),
        ('languages: ["en"]', "languages: [en, es]", "item 'q1' has no words in 'es'"),
        ('languages: ["en"]', "languages: []", "languages; found none; allowed: at least one"),
        ("items:\n", "itemz:\n", "the wording lacks 'items'"),
        ("items:\n", "itemz:\n", "did you mean items?"),
        ("  q3: {en:", "  q3: {fr:", "a language of item 'q3'; found 'fr'; allowed: en"),
        ("  q3: {en:", "  q3: {ask: {en: A}, led:", "an unknown key in item 'q3'; found 'led'"),
        ("  q3: {en:", "  q3: {en: 7, es:", "the number '7'; allowed: a text (put it in quotes)"),
    ],
)
def test_what_is_missing_or_unknown_is_named_where_it_stands(old, new, problem):
    words = filled("cries-8").replace('"cries-8"', "cries-8")
    assert old in words

    assert any(problem in each for each in refused("cries-8", words.replace(old, new, 1)))


@pytest.mark.parametrize("again", ["Sometimes", " sometimes ", "SOMETIMES"])
def test_two_answers_of_one_set_that_read_alike_are_refused(again):
    words = re.sub(r"(1: {en: )\"[^\"]*\"", r'\1"Sometimes"', filled("cries-8"), count=1)
    words = re.sub(r"(3: {en: )\"[^\"]*\"", rf'\1"{again}"', words, count=1)
    (problem,) = refused("cries-8", words)

    assert "answer 3 of 'often' reads like answer 1 in 'en'; allowed: words of its own" in problem


def test_one_label_for_a_whole_scale_is_refused_at_every_further_answer_and_in_its_language_alone():
    words = filled("brs", ("en", "es"))
    alike = re.sub(r'([2-5]: {en: "[^"]*", es: )"[^"]*"', r'\1"Igual"', words)
    problems = refused("brs", alike)

    assert len(problems) == 3
    assert all("'es'" in problem and "reads like answer 2" in problem for problem in problems)


def test_each_set_of_answers_shows_the_words_of_its_lowest_and_highest_value():
    words = re.sub(r'(0: {en: )"[^"]*"', r'\1"Never"', filled("cries-8"))
    words = re.sub(r'(5: {en: )"[^"]*"', r'\1"Often"', words)
    (ends,) = ends_of(attached("cries-8", words).instrument)

    assert (ends.lowest.value, dict(ends.lowest.label)) == (0, {"en": "Never"})
    assert (ends.highest.value, dict(ends.highest.label)) == (5, {"en": "Often"})
    assert ends.items == tuple(f"q{number}" for number in range(1, 9))


def test_instruments_with_more_sets_of_answers_show_each_once():
    for name in BARE:
        done = attached(name, filled(name)).instrument
        named = [item for ends in ends_of(done) for item in ends.items]
        assert sorted(named) == sorted(item.id for item in done.items)
        assert all(ends.lowest.value < ends.highest.value for ends in ends_of(done))


def test_a_text_of_a_size_that_no_question_has_is_refused():
    words = re.sub(r"(q3: {en: )\"[^\"]*\"", rf'\1"{"a" * 4001}"', filled("cries-8"))

    assert refused("cries-8", words) == [
        "words.yaml:16:12: item 'q3'; found 4001; allowed: at most 4000 characters"
    ]


def test_the_introduction_and_the_stem_may_stay_empty_and_an_item_may_have_its_own():
    words = filled("cries-8").replace("q8: {en:", 'q8: {lead: {en: "In the past week:"}, ask:')
    words = re.sub(r'(introduction|lead):\n  en: "[^"]*"', r'\1:\n  en: ""', words)
    words = re.sub(r'ask: ("[^"]*")', r"ask: {en: \1}", words)
    done = attached("cries-8", words).instrument

    assert (dict(done.introduction), dict(done.item("q1").lead)) == ({}, {})
    assert dict(done.item("q8").lead) == {"en": "In the past week:"}


def test_the_words_are_kept_to_the_letter_and_so_is_their_source():
    words = filled("cries-8").replace('q1: {en: "', 'q1: {en: "Größe: ¿\\"No\\"? # 5% ')
    done = attached("cries-8", words).instrument

    assert done.item("q1").ask["en"].startswith('Größe: ¿"No"? # 5% words')
    assert done.wording_source.startswith("words ")


def test_codes_of_answers_branching_and_rules_stay_as_they_were():
    before, done = instrument("crafft-2-1"), attached("crafft-2-1", filled("crafft-2-1")).instrument

    assert [item.asked_if for item in done.items] == [item.asked_if for item in before.items]
    assert done.findings == tuple(before.findings) or [each.when for each in done.findings] == [
        each.when for each in before.findings
    ]
    assert done.permission == before.permission


def test_words_that_are_attached_a_second_time_say_the_same():
    first = attached("cries-8", filled("cries-8"))
    again = attach(first.text.encode(), "own.yaml", filled("cries-8").encode(), "words.yaml")

    assert again.instrument.version == "1.2.0"
    assert says_the_same(first.instrument, again.instrument)


def test_an_own_folder_adds_its_version_and_keeps_the_shipped_one(tmp_path):
    done = attached("cries-8", filled("cries-8"))
    (tmp_path / "cries-8@1.1.0.yaml").write_text(done.text, encoding="utf-8")
    known = load_catalogue(own=tmp_path)

    assert known.versions("cries-8") == ("1.1.0", "1.0.0")
    assert (known.get("cries-8").has_wording, known.get("cries-8", "1.0.0").has_wording) == (True, False)
    assert known.get("cries-8") == done.instrument
    assert known.ids() == catalogue().ids()


def test_an_own_file_with_an_odd_version_in_its_name_is_refused_clearly(tmp_path):
    (tmp_path / "cries-8@draft.yaml").write_text(
        attached("cries-8", filled("cries-8")).text, encoding="utf-8"
    )

    with pytest.raises(
        BadDefinition, match=r"cries-8@draft.yaml:1:1: .* allowed: a version of three numbers"
    ):
        load_catalogue(own=tmp_path).get("cries-8")
