"""What a check says, in full: each problem with its line, what was found and allowed, and what was proved."""

import re

import pytest

from instruments.checking import check_instrument
from tests.instruments.forms import HEAD, ITEMS, SUM, loaded

LABEL = "label: {en: It, es: Eso}, source: ours"
HIGH = f"findings:\n  high: {{when: {{score: total, at_least: 4}}, {LABEL}}}\n"
BANDS = """\
bands:
  total:
    label: {en: Level, es: Nivel}
    source: ours
    bands: {0-3: {en: low, es: bajo}, 4-6: {en: high-one, es: alto}}
"""
OF_BANDS = ("band 'low' of total is reached", "band 'high-one' of total is reached")
OF_HIGH = ("finding high can be yes", "finding high can be no")
HOLDS = "assert:\n  - {if: high, then: {score: total, at_least: 4}, because: it says so}\n"


def report(*sections, most=100_000, **parts):
    return check_instrument(loaded(*sections, **parts), "tiny.yaml", most=most)


def problems(*sections, **parts):
    return [str(problem) for problem in report(*sections, **parts).problems]


def without_counts(words):
    """How many states a walk took is its own affair."""
    return tuple(re.sub(r"\d+ states", "N states", one) for one in words)


def test_everything_that_was_proved_is_named():
    found = report(SUM, BANDS, HIGH, HOLDS, "  - {if: high, then: {score: total, at_least: 3}}\n")

    assert found.problems == ()
    assert found.not_proved == ()
    assert without_counts(found.proved) == (
        *OF_BANDS,
        *OF_HIGH,
        "it says so (line 28, N states)",
        "assertion (line 29, N states)",
    )


def test_everything_that_was_too_large_to_walk_is_named_and_only_what_a_form_shows_is_proved():
    never = f"  never: {{when: {{all: [{{item: q1, is: 1}}, {{item: q1, is: 2}}]}}, {LABEL}}}\n"
    found = report(SUM, BANDS, HIGH, never, HOLDS, most=0)

    assert found.problems == ()
    assert found.proved == (*OF_BANDS, *OF_HIGH, "finding never can be no")
    assert without_counts(found.not_proved) == (
        "finding never can be yes",
        "it says so (line 29, N states)",
    )


EVEN = HEAD.replace("  yes-no:", "  even: {0: Never, 2: Sometimes, 4: Often}\n  yes-no:")
OF_THREE = "bands: {0-2: {en: low, es: bajo}, 3: {en: odd, es: raro}, 4-12: {en: high, es: alto}}"


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("", ["tiny.yaml:22:1: the band 'odd' of total is never reached"]),
        (", missing: {method: prorate, allow: 1, source: ours}", []),
    ],
)
def test_a_band_that_only_an_estimate_reaches_is_reached(missing, told):
    bands = BANDS.replace("bands: {0-3: {en: low, es: bajo}, 4-6: {en: high-one, es: alto}}", OF_THREE)

    found = report(
        SUM.replace("q1..q3", f"q1..q3{missing}"), bands, head=EVEN, items=ITEMS.replace("often", "even")
    )

    assert [str(problem) for problem in found.problems] == told
    assert found.not_proved == ()
    assert ("band 'odd' of total is reached" in found.proved) is (not told)


def test_what_complete_forms_show_needs_no_walk_over_the_others():
    found = report(SUM, BANDS, HIGH, most=15)

    assert set(found.proved) == {*OF_BANDS, *OF_HIGH}


def test_a_finding_that_never_or_always_holds_is_told_with_how_much_was_walked():
    never = f"  never: {{when: {{all: [{{item: q1, is: 1}}, {{item: q1, is: 2}}]}}, {LABEL}}}\n"
    always = f"  always: {{when: {{possible: {{not: never}}}}, {LABEL}}}\n"
    found = report(SUM, f"findings:\n{never}", always)

    assert without_counts(map(str, found.problems)) == (
        "tiny.yaml:21:1: the finding never never holds; found N states walked",
        "tiny.yaml:22:1: the finding always always holds; found N states walked",
    )
    assert found.proved == ("finding never can be no", "finding always can be yes")
    assert found.not_proved == ()


@pytest.mark.parametrize(
    ("scale", "assertion", "found"),
    [
        ("", "if: {item: q1, is: 2}, then: {refused: q2}", "q1 = 2: if is yes, then is unknown"),
        ("", "if: {not: {refused: q1}}, then: {item: q1, is: 1}", "q1 = 0: if is yes, then is no"),
        ("", "if: {possible: {item: q1, is: 0}}, then: {item: q1, is: 0}", None),
        (
            # An estimate is a yes that further answers can turn: the walk goes on behind it.
            ", missing: {method: prorate, allow: 1, source: ours}",
            "if: {all: [{item: q1, is: 2}, {item: q2, is: 2}]}, then: {score: total, at_least: 5}",
            "q1 = 2, q2 = 2, q3 = 0: if is yes, then is no",
        ),
        (
            # So is what is still possible.
            "",
            "if: {all: [{item: q1, is: 2}, {item: q2, is: 2}]}, then: {possible: {score: total, at_least: 5}}",
            "q1 = 2, q2 = 2, q3 = 0: if is yes, then is no",
        ),
        (
            "",
            "if: {items: q1, is: 2}, then: {any: [{refused: q1}, {possible: {score: total, is: 6}}]}",
            "q1 = 2, q3 = 0: if is yes, then is no",
        ),
    ],
)
def test_an_assertion_that_does_not_hold_is_told_with_the_answers_that_break_it(scale, assertion, found):
    section = SUM.replace("q1..q3", f"q1..q3{scale}") + f"assert:\n  - {{{assertion}}}\n"
    (told,) = problems(section)

    shown = found or "no answer at all: if is yes, then is unknown"
    assert told == f"tiny.yaml:21:1: an assertion that does not hold; found {shown}"


def test_an_assertion_that_never_applies_is_told_once():
    never = "assert:\n  - {if: {all: [{item: q1, is: 1}, {refused: q1}]}, then: {item: q1, is: 1}}\n"

    assert problems(SUM, never) == ["tiny.yaml:21:1: an assertion that never applies"]


def test_an_assertion_that_only_applies_where_its_second_part_holds_too_is_no_fault():
    same = "assert:\n  - {if: {item: q1, is: 2}, then: {item: q1, at_least: 1}}\n"

    assert problems(SUM, same) == []


def test_each_difference_of_an_example_is_told():
    examples = """\
examples:
  - {name: off, answers: {q1: 7}}
  - name: all often
    answers: {q1..q3: 2}
    scores: {total: 5}
    bands: {total: low}
    findings: []
    undecided: [high]
    critical: [q1]
    complete: false
  - {name: right, answers: {q1..q3: 2}, scores: {total: 6}, bands: {total: high-one}, findings: [top, high]}
  - {name: open, answers: {q1: 2}, scores: {total: null}, undecided: [top, high], complete: false}
"""

    top = f"  top: {{when: {{score: total, is: 6}}, {LABEL}}}\n"
    assert problems(SUM, BANDS, HIGH, top, examples) == [
        (
            "tiny.yaml:29:1: example 'off' cannot be scored; "
            "found q1: found 7, allowed: 0, 1, 2, 'refused' or null (0 is 'Never')"
        ),
        "tiny.yaml:30:1: example 'all often': scores total; found 6; allowed: 5",
        "tiny.yaml:30:1: example 'all often': bands total; found high-one; allowed: low",
        "tiny.yaml:30:1: example 'all often': findings; found ('high', 'top'); allowed: ()",
        "tiny.yaml:30:1: example 'all often': undecided; found (); allowed: ('high',)",
        "tiny.yaml:30:1: example 'all often': critical; found (); allowed: ('q1',)",
        "tiny.yaml:30:1: example 'all often': complete; found True; allowed: False",
    ]


def test_every_missing_translation_is_told():
    found = problems(
        SUM.replace("{en: Total, es: Total}", "{en: Total}"),
        BANDS.replace("{en: Level, es: Nivel}", "{es: Nivel}").replace("{en: low, es: bajo}", "{en: low}"),
        HIGH.replace("{en: It, es: Eso}", "{en: It}"),
        head=HEAD.replace("languages: [en]", "languages: [en, es]").replace(
            "{0: Never, 1: Sometimes, 2: Often}", "{0: {en: Never, es: Nunca}, 2: Often}"
        ),
        items="items:\n  q1: {lead: Lately, ask: {en: One?, es: Uno}, answers: often}\n"
        "  q2: {ask: Two?, answers: often}\n  q3: {ask: {es: Tres}, answers: often}\n",
    )

    assert found == [
        *(
            f"tiny.yaml:1:1: {where} has no wording in {language!r}; allowed: every language listed"
            for where, language in [
                ("the stem of item q1", "es"),
                ("answer 2 of item q1", "es"),
                ("item q2", "es"),
                ("answer 2 of item q2", "es"),
                ("item q3", "en"),
                ("answer 2 of item q3", "es"),
            ]
        ),
        "tiny.yaml:1:1: the label of scale total is missing in 'es'",
        "tiny.yaml:21:1: the label of band set total is missing in 'en'",
        "tiny.yaml:21:1: the label of band 'low' of total is missing in 'es'",
        "tiny.yaml:26:1: the label of finding high is missing in 'es'",
    ]


def test_wording_is_there_for_every_item_or_for_none():
    of_two = problems(SUM, items=ITEMS.replace("ask: One?, ", "").replace("ask: Two?, ", ""))
    of_none = problems(SUM, items=re.sub(r"ask: \w+\?, ", "", ITEMS))

    assert of_two == ["tiny.yaml:1:1: wording for some items but not for all; found none for q1, q2"]
    assert of_none == []
