"""Faults planted in definitions: each is caught, with its line and with answers that show it."""

import pytest

from instruments.checking import check_instrument
from tests.instruments.forms import HEAD, ITEMS, SUM, loaded

LABEL = "label: {en: It, es: Eso}, source: ours"
HIGH = f"findings:\n  high: {{when: {{score: total, at_least: 4}}, {LABEL}}}\n"
LINE = 20  # where the first section after the sum begins, the findings' own line below it


def report(*sections, **parts):
    return check_instrument(loaded(*sections, **parts), "tiny.yaml")


def problems(*sections, **parts):
    return [str(problem) for problem in report(*sections, **parts).problems]


def test_a_sound_definition_has_no_problem_and_says_what_was_proved():
    found = report(
        SUM, HIGH, "assert: [{if: high, then: {score: total, at_least: 4}, because: it says so}]\n"
    )

    assert found.problems == ()
    assert found.not_proved == ()
    assert "finding high can be yes" in found.proved


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("{all: [{score: total, at_most: 1}, {item: q1, is: 2}]}", "the finding high never holds"),
        (
            "{any: [{score: total, at_most: 4}, {items: q1..q3, at_least: 1}]}",
            "the finding high always holds",
        ),
        ("{all: [{item: q1, is: 1}, {refused: q1}]}", "the finding high never holds"),
        (
            "{at_least: 3, of: [{item: q1, is: 0}, {item: q1, is: 1}, {item: q1, is: 2}]}",
            "the finding high never",
        ),
    ],
)
def test_a_rule_that_can_never_change_anything_is_caught(when, problem):
    found = problems(SUM, f"findings:\n  high: {{when: {when}, {LABEL}}}\n")

    assert len(found) == 1
    assert found[0].startswith(f"tiny.yaml:{LINE + 1}:1: {problem}")


def test_a_rule_that_only_fires_on_a_refusal_is_no_fault():
    assert problems(SUM, f"findings:\n  high: {{when: {{refused: q1}}, {LABEL}}}\n") == []


def test_an_assertion_that_does_not_hold_is_caught_with_answers_that_show_it():
    (found,) = problems(SUM, HIGH, "assert:\n  - {if: {item: q1, is: 2}, then: high}\n")

    assert found.startswith(f"tiny.yaml:{LINE + 3}:1: an assertion that does not hold; found q1 = 2")
    assert "if is yes, then is" in found


def test_an_assertion_must_hold_for_missing_and_refused_answers_too():
    complete_only = "assert:\n  - {if: {any: {items: q1..q3, is: 2}}, then: {score: total, at_least: 2}}\n"
    too_much = "assert:\n  - {if: {none: [{item: q1, is: 2}]}, then: {score: total, at_most: 5}}\n"
    about_refusal = "assert:\n  - {if: {refused: q1}, then: {not: high}}\n"

    assert problems(SUM, HIGH, complete_only) == []
    assert problems(SUM, HIGH, too_much) == []
    (found,) = problems(SUM, HIGH, about_refusal)
    assert "q1 = refused" in found


def test_an_assertion_about_what_is_possible_sees_every_unknown():
    held = "assert:\n  - {if: {all: [{refused: q1}, {item: q2, is: 2}, {item: q3, is: 0}]}, then: {possible: high}}\n"
    broken = "assert:\n  - {if: {refused: q1}, then: {possible: high}}\n"

    assert problems(SUM, HIGH, held) == []
    assert "an assertion that does not hold; found q1 = refused" in problems(SUM, HIGH, broken)[0].replace(
        "q2 = 0, q3 = 0, ", ""
    )


GATED = ITEMS.replace(
    "q2: {ask: Two?, answers: often}", "q2: {ask: Two?, answers: often, asked_if: {item: q1, at_least: 1}}"
)
BELIEVED = GATED.replace("at_least: 1}}", "at_least: 1}, not_asked: 0, believed: true}")


@pytest.mark.parametrize(
    ("items", "before", "assertion", "witness"),
    [
        (
            ITEMS,
            f"findings:\n  f: {{when: {{possible: {{score: total, at_least: 5}}}}, {LABEL}}}\n",
            "if: {all: [{item: q1, is: 2}, {item: q2, is: 2}]}, then: f",
            "q1 = 2, q2 = 2, q3 = 0",
        ),
        (
            ITEMS,
            "  other: {label: {en: It, es: Eso}, sum: [{count: [{possible: {item: q3, is: 1}}]}]}\n",
            "if: {item: q1, is: 0}, then: {score: other, is: 1}",
            "q1 = 0, q3 = 0",
        ),
        (GATED, "", "if: {item: q1, is: 0}, then: {not: {item: q2, is: 2}}", "q1 = 0, q2 = 2"),
        (
            BELIEVED,
            "  two: {label: {en: It, es: Eso}, sum: [q1, q2]}\n",
            "if: {item: q1, is: 0}, then: {score: two, is: 0}",
            "q1 = 0, q2 = 1",
        ),
    ],
)
def test_an_assertion_that_only_further_answers_break_is_not_called_proved(items, before, assertion, witness):
    found = report(SUM, before, f"assert:\n  - {{{assertion}}}\n", items=items)

    (problem,) = found.problems
    assert problem.what == "an assertion that does not hold"
    assert problem.found == f"{witness}: if is yes, then is no"
    assert not any("assertion" in words for words in found.proved)


def test_an_assertion_that_never_applies_is_caught():
    never = "assert:\n  - {if: {all: [{item: q1, is: 1}, {item: q1, is: 2}]}, then: high}\n"

    assert "an assertion that never applies" in problems(SUM, HIGH, never)[0]


def test_a_band_that_no_answers_reach_is_caught_although_its_numbers_lie_in_range():
    items = "items:\n  q1: {ask: One?, answers: odd}\n  q2: {ask: Two?, answers: odd}\n"
    head = HEAD.replace("  yes-no:", "  odd: {0: Never, 5: Always}\n  yes-no:")
    bands = (
        "scales:\n  total: {label: {en: Total, es: Total}, sum: q1..q2}\n"
        "bands:\n  total:\n    label: {en: Level, es: Nivel}\n    source: ours\n"
        "    bands: {0-4: {en: low, es: bajo}, 5: {en: mid, es: medio}, "
        "6-9: {en: odd, es: raro}, 10: {en: top, es: alto}}\n"
    )

    assert problems(bands, head=head, items=items) == [
        "tiny.yaml:21:1: the band 'odd' of total is never reached"
    ]


@pytest.mark.parametrize(
    ("example", "problem"),
    [
        (
            "{name: x, answers: {q1..q3: 2}, scores: {total: 5}}",
            "example 'x': scores total; found 6; allowed: 5",
        ),
        (
            "{name: x, answers: {q1..q3: 2}, findings: []}",
            "example 'x': findings; found ('high',); allowed: ()",
        ),
        ("{name: x, answers: {q1: 2}, complete: true}", "example 'x': complete; found False; allowed: True"),
        ("{name: x, answers: {q1: 7}}", "example 'x' cannot be scored; found q1: found 7"),
        ("{name: x, answers: {q1: 2}, undecided: []}", "example 'x': undecided; found ('high',)"),
    ],
)
def test_an_example_that_comes_out_otherwise_is_caught(example, problem):
    (found,) = problems(SUM, HIGH, f"examples:\n  - {example}\n")

    assert problem in found


def test_a_missing_translation_is_caught_for_the_wording_and_for_our_own_labels():
    found = problems(
        SUM.replace(", es: Total", ""),
        head=HEAD.replace("languages: [en]", "languages: [en, es]"),
    )

    assert "tiny.yaml:1:1: item q1 has no wording in 'es'; allowed: every language listed" in found
    assert "tiny.yaml:1:1: the label of scale total is missing in 'es'" in found


def test_wording_for_some_items_only_is_caught():
    found = problems(SUM, items=ITEMS.replace("ask: Two?, ", ""))

    assert "wording for some items but not for all; found none for q2" in found[0]


def test_what_is_too_large_to_walk_is_called_not_proved_and_never_ok():
    claim = "assert:\n  - {if: {score: total, is: 3}, then: {item: q1, at_most: 2}, because: large}\n"
    definition = loaded(SUM, HIGH, claim.replace("at_most: 2", "at_most: 1"))
    found = check_instrument(definition, "tiny.yaml", most=3)

    assert found.proved == (
        "finding high can be yes",
        "finding high can be no",
    )  # forms that were tried show it
    assert found.problems == ()
    assert [words.partition(" (")[0] for words in found.not_proved] == ["large"]
