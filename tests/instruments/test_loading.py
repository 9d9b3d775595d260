"""From text to instrument: what a definition may say, and that every mistake in it is named at once with its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.loading import load_definition
from instruments.problems import BadDefinition
from tests.instruments.forms import HEAD, ITEMS, SUM, loaded, scorer, tiny


def problems(*sections, **parts):
    with pytest.raises(BadDefinition) as caught:
        loaded(*sections, **parts)
    return [str(problem) for problem in caught.value.problems]


FINDING = """\
findings:
  high: {label: {en: High, es: Alto}, when: %s, source: ours}
"""


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("scals: {}\n", "tiny.yaml:18:1: an unknown key in the definition; found 'scals'; allowed: "),
        (
            "scales: {total: {sum: q1..q9}}\n",
            "an unknown name in items of a scale; found 'q9'; allowed: q1, q2, q3",
        ),
        ("scales: {total: {sum: q3..q1}}\n", "items of a scale; found q3..q1; allowed: q1..q3"),
        ("scales: {total: {label: Total}}\n", "a scale without a formula; allowed: sum, max, min"),
        ("scales: {Total: {sum: q1}}\n", "the id of a scale; found 'Total'; allowed: small letters"),
        ("scales: {q1: {sum: q1..q2}}\n", "the name 'q1' is used for more than one item, scale or finding"),
        (
            "scales: {total: {sum: q1..q3, missing: {method: guess}}}\n",
            "method; found 'guess'; allowed: prorate, refuse, zero",
        ),
        (
            SUM + FINDING % "{score: total, at_least: 7}",
            "a comparison that never holds; found total from 0 to 6",
        ),
        (
            SUM + FINDING % "{score: total, at_least: 0}",
            "a comparison that always holds; found total from 0 to 6",
        ),
        (FINDING % "{item: q4, is: 1}", "an unknown item; found 'q4'; allowed: q1, q2, q3"),
        (FINDING % "{item: q1, is: 9}", "a comparison that never holds; found q1 from 0 to 2"),
        (FINDING % "{item: q1}", "a comparison; allowed: at_least, at_most, between or is"),
        (FINDING % "{item: q1, at_lest: 1}", "an unknown key in a comparison; found 'at_lest'"),
        (FINDING % "{score: sum, at_least: 1}", "an unknown score; found 'sum'"),
        (FINDING % "hihg", "an unknown name; found 'hihg'"),
        (FINDING % "{any: []}", "an empty list of conditions"),
        (
            FINDING % "{at_least: 4, of: {items: q1..q3, is: 2}}",
            "at_least; found the number '4'; allowed: a whole",
        ),
        (FINDING % "{items: q1..q3, is: 2}", "several items alone; found 3"),
        (FINDING % "{band: total, is: mild}", "an unknown band; found 'total'"),
        (FINDING % "{fact: age, at_least: 3}", "an unknown fact; found 'age'"),
        (FINDING % "[q1]", "a condition; found a list"),
        (FINDING % "{item: q1, between: [2, 1]}", "between; allowed: [lowest, highest]"),
        (
            "findings: {low: {when: {item: q1, is: 0}, source: nobody}}\n",
            "source; found 'nobody'; allowed: ours",
        ),
        (
            "findings: {low: {when: {all: [{item: q1, is: 0}, {item: q2, is: 0}]}, critical: true, source: ours}}\n",
            "a critical finding must follow from one answer alone",
        ),
        ("changes: [{scale: sum, points: 3, meaning: x, source: ours}]\n", "scale; found 'sum'"),
        ("examples: [{answers: {q9: 1}}]\n", "an unknown name in answers; found 'q9'"),
        ("assert: [{if: {item: q1, is: 1}}]\n", "an assertion lacks 'then'"),
        ("minutes: many\n", "minutes; found the text 'many'; allowed: a whole number from 1 to 240"),
        ("informants: [robot]\n", "informants; found 'robot'; allowed: clinician, guardian, self, teacher"),
        ("codes: {loinc: 5}\n", "codes; found the number '5'; allowed: a text (put it in quotes)"),
        ("notes: {a: b}\n", "notes; found a mapping; allowed: a list"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(section, problem):
    assert problem in "\n".join(problems(section))


@pytest.mark.parametrize(
    ("bands", "problem"),
    [
        ("{0-2: {en: low, es: bajo}, 4-6: {en: high, es: alto}}", "a gap between bands: no band for 3"),
        ("{0-3: {en: low, es: bajo}, 3-6: {en: high, es: alto}}", "bands overlap at 3"),
        ("{0-3: {en: low, es: bajo}, 4-5: {en: high, es: alto}}", "a gap between bands: no band for 6"),
        ("{0-3: {en: low, es: bajo}, 4-9: {en: high, es: alto}}", "the band 'high' goes beyond the scale"),
        ("{0-6: {en: low, es: bajo}, 7-9: {en: high, es: alto}}", "the band 'high' can never be reached"),
        ("{6-0: {en: low, es: bajo}}", "a band; found '6-0'; allowed: 0-6"),
        ("{few: {en: low, es: bajo}}", "a band; found 'few'; allowed: a range such as 5-9, or 5"),
    ],
)
def test_bands_must_cover_their_scale_exactly(bands, problem):
    section = f"bands:\n  total: {{label: {{en: Level, es: Nivel}}, source: ours, bands: {bands}}}\n"

    assert problem in "\n".join(problems(SUM, section))


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        (
            HEAD.replace('"1.0.0"', "2026.1"),
            "version; found the number '2026.1'; allowed: a text (put it in quotes)",
        ),
        (HEAD.replace('"1.0.0"', '"1.0"'), "version; found '1.0'; allowed: three numbers"),
        (HEAD.replace("instrument: tiny", "instrument: Tiny One"), "instrument; found 'Tiny One'"),
        (HEAD.replace("publisher: Nobody\n", ""), "the definition lacks 'publisher'"),
        (HEAD.replace("public domain", "mine"), "terms; found 'mine'; allowed: free with conditions"),
        (HEAD.replace('"2026-11-22"', '"22/11/2026"'), "seen_on; found '22/11/2026'; allowed: a day such as"),
        (HEAD.replace("from: 8", "from: 800"), "ages; found the number '800'"),
        (HEAD.replace("0: Never", "never: Never"), "the value of an answer; found the text 'never'"),
        (
            HEAD.replace("{1: Yes, 0: No}", "{1: Yes}"),
            "the answer set 'yes-no'; allowed: at least two answers",
        ),
        (HEAD.replace("es: Mini", "spanish!: Mini"), "a language of title; found 'spanish!'"),
    ],
)
def test_a_mistake_in_the_head_is_named(head, problem):
    assert problem in "\n".join(problems(head=head))


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        (
            ITEMS.replace("answers: often", "answers: oftn", 1),
            "answers; found 'oftn'; allowed: often, yes-no; did you",
        ),
        (ITEMS.replace("  q1:", "  Q 1:"), "the id of an item; found 'Q 1'"),
        (
            ITEMS + "  q4: {ask: Four?, answers: often, asked_if: {item: q5, is: 1}}\n",
            "an unknown item; found 'q5'",
        ),
        (ITEMS + "  q4: {ask: Four?, answers: often, not_asked: 7}\n", "not_asked; found the number '7'"),
        (
            ITEMS + "  q4: {ask: 4, answers: often}\n",
            "ask; found the number '4'; allowed: a text (put it in quotes)",
        ),
        (
            ITEMS + "  q4: {ask: Four?, answers: {0: a, 1: b}}\n",
            "answers; found a mapping; allowed: the name of an",
        ),
        (ITEMS + "  q4: {ask: Four?, answers: often, optional: maybe}\n", "optional; found the text 'maybe'"),
        (ITEMS + "  q4: Four?\n", "item 'q4'; found the text 'Four?'; allowed: a mapping"),
    ],
)
def test_a_mistake_in_an_item_is_named(items, problem):
    assert problem in "\n".join(problems(items=items))


def test_every_problem_is_named_at_once_in_the_order_of_the_lines():
    found = problems("scales: {total: {sum: q9}}\nminuts: 3\n", head=HEAD.replace("public domain", "mine"))

    lines = [int(problem.split(":")[1]) for problem in found]
    assert len(found) == 3
    assert lines == sorted(lines)


def test_a_bare_no_is_a_word_and_a_version_keeps_its_zeros():
    one = loaded(SUM, head=HEAD.replace('"1.0.0"', '"1.10.0"'), items=ITEMS.replace("often}", "yes-no}", 1))

    assert [option.label["en"] for option in one.item("q1").options] == ["Yes", "No"]
    assert one.version == "1.10.0"


def test_the_digest_names_the_content_and_not_the_comments_or_the_layout():
    plain = loaded(SUM)
    commented = load_definition(
        "# a comment\n" + tiny(SUM).replace("q1..q3}", '"q1..q3"}   # all'), "other.yaml"
    )
    changed = loaded(SUM.replace("q1..q3", "q1..q2"))
    reworded = loaded(SUM, items=ITEMS.replace("One?", "One!"))

    assert plain.digest == commented.digest
    assert len({plain.digest, changed.digest, reworded.digest}) == 3
    assert len(plain.digest) == 64


def test_a_condition_may_use_every_form_of_the_language():
    one = scorer(
        SUM,
        """\
bands:
  total: {label: {en: Level, es: Nivel}, source: ours, bands: {0-3: {en: low, es: bajo}, 4-6: {en: high, es: alto}}}
findings:
  a: {when: {item: q1, is: 2}, source: ours}
  b: {when: {any: {items: q1..q2, at_least: 1}}, source: ours}
  c: {when: {all: [a, b, {score: total, between: [3, 5]}]}, source: ours}
  d: {when: {none: [a, {refused: q3}]}, source: ours}
  e: {when: {at_least: 2, of: [a, {items: q1..q3, at_most: 0}]}, source: ours}
  f: {when: {band: total, one_of: [high]}, source: ours}
  g: {when: {not: {band: total, is: high}}, source: ours}
""",
    )

    assert one.score({"q1": 2, "q2": 0, "q3": 1}).findings == ("a", "b", "c", "e", "g")
    assert one.score({"q1": 0, "q2": 0, "q3": 0}).findings == ("d", "e", "g")
    assert one.score({"q1": 2, "q2": 2, "q3": 2}).findings == ("a", "b", "f")
    assert one.score({"q1": 0, "q2": 2, "q3": "refused"}).undecided == ("e", "f", "g")


def refusals(text):
    """The problems of a text that is refused, none when it loads; any other error comes through."""
    try:
        load_definition(text, "tiny.yaml")
    except BadDefinition as refused:
        return refused.problems
    return ()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), st.integers(0, 600))
@settings(max_examples=60)
def test_a_definition_with_anything_put_anywhere_in_it_loads_or_is_refused_and_nothing_else(put, place):
    text = tiny(SUM, FINDING % "{score: total, at_least: 4}")

    assert all(problem.place.line >= 1 for problem in refusals(text[:place] + put + text[place:]))
