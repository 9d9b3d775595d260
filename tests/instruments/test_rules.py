"""The condition language: what each form means, and every mistake in one told in full, with its place."""

import pytest

from instruments.conditions import AllOf, AnyOf, AtLeast, Kind, Named, Not, OneOf, Possible, Refused, Within
from instruments.problems import BadDefinition
from tests.instruments.forms import SUM, loaded

BANDS = """\
bands:
  total:
    label: {en: Level, es: Nivel}
    source: ours
    bands: {0-3: {en: low, es: bajo}, 4-6: {en: high-one, es: alto}}
"""
LINE = 26
COLUMN = 45  # where the condition of the finding begins


def conditioned(when):
    finding = f"findings:\n  high: {{label: {{en: High, es: Alto}}, when: {when}, source: ours}}\n"
    return loaded(SUM, BANDS, finding)


def asserted(when):
    return loaded(SUM, BANDS, f"assert:\n  - {{if: {when}, then: {{item: q1, is: 1}}}}\n").assertions[0].given


Q1, Q2, Q3 = (Within(Kind.ITEM, name, 1, 1) for name in ("q1", "q2", "q3"))


@pytest.mark.parametrize(
    ("when", "condition"),
    [
        ("{item: q1, is: 1}", Q1),
        ("{item: q1, at_least: 1}", Within(Kind.ITEM, "q1", 1, None)),
        ("{item: q1, at_most: 1}", Within(Kind.ITEM, "q1", None, 1)),
        ("{item: q1, at_least: 1, at_most: 1}", Q1),
        ("{item: q1, between: [1, 1]}", Q1),
        ("{items: q1, is: 1}", Q1),
        ("{refused: q2}", Refused("q2")),
        ("{score: total, between: [2, 4]}", Within(Kind.SCORE, "total", 2, 4)),
        ("{band: total, is: low}", OneOf(Kind.BAND, "total", ("low",))),
        ("{band: total, one_of: [low, high-one]}", OneOf(Kind.BAND, "total", ("low", "high-one"))),
        ("{any: {items: q1..q3, is: 1}}", AnyOf((Q1, Q2, Q3))),
        ("{all: [{item: q1, is: 1}, {refused: q2..q3}]}", AllOf((Q1, Refused("q2"), Refused("q3")))),
        ("{none: [{items: [q1, q3], is: 1}]}", Not(AnyOf((Q1, Q3)))),
        ("{any: {item: q1, is: 1}}", Q1),
        ("{all: [{item: q1, is: 1}]}", Q1),
        ("{none: {item: q1, is: 1}}", Not(Q1)),
        ("{not: {item: q1, is: 1}}", Not(Q1)),
        ("{possible: {item: q1, is: 1}}", Possible(Q1)),
        ("{at_least: 1, of: {item: q1, is: 1}}", AtLeast(1, (Q1,))),
        ("{at_least: 3, of: {items: q1..q3, is: 1}}", AtLeast(3, (Q1, Q2, Q3))),
    ],
)
def test_each_form_of_a_condition_means_what_it_says(when, condition):
    assert asserted(when) == condition


def test_a_finding_is_named_by_its_id():
    again = "  higher: {label: {en: It, es: Eso}, when: high, source: ours}\n"
    first = "findings:\n  high: {label: {en: It, es: Eso}, when: {item: q1, is: 1}, source: ours}\n"

    assert loaded(SUM, first + again).findings[1].when == Named("high")


FORMS = "any, all, none, not, possible, of, items, item, refused, score, band, fact"
NO_FORM = f"allowed: a name, or a mapping with one of: {FORMS}"
BOUNDS = "a comparison; allowed: at_least, at_most, between or is"
KEYS = "allowed: at_least, at_most, between, is"
FAR = "allowed: a whole number from -1000000000 to 1000000000"


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("hihg", ["0: an unknown name; found 'hihg'"]),
        (
            "3",
            [
                "0: a condition; found the number '3'; allowed: a text (put it in quotes)",
                "0: an unknown name; found ''",
            ],
        ),
        ("[q1]", [f"0: a condition; found a list; {NO_FORM}"]),
        ("{anny: [q1]}", [f"0: a condition; found a mapping; {NO_FORM}"]),
        ("{any: []}", ["6: an empty list of conditions"]),
        (
            "{any: [{item: q1, is: 1}], all: []}",
            ["27: an unknown key in a condition; found 'all'; allowed: any"],
        ),
        ("{all: [{item: q1, is: 1}], x: 1}", ["27: an unknown key in a condition; found 'x'; allowed: all"]),
        (
            "{none: [{item: q1, is: 1}], x: 1}",
            ["28: an unknown key in a condition; found 'x'; allowed: none"],
        ),
        ("{not: {item: q1, is: 1}, x: 1}", ["25: an unknown key in a condition; found 'x'; allowed: not"]),
        (
            "{possible: {item: q1, is: 1}, x: 1}",
            ["30: an unknown key in a condition; found 'x'; allowed: possible"],
        ),
        (
            "{at_least: 1, of: {items: q1..q3, is: 2}, x: 1}",
            ["42: an unknown key in a condition; found 'x'; allowed: at_least, of"],
        ),
        ("{of: {items: q1..q3, is: 2}}", ["0: a condition lacks 'at_least'"]),
        (
            "{at_least: 4, of: {items: q1..q3, is: 2}}",
            ["11: at_least; found the number '4'; allowed: a whole number from 1 to 3"],
        ),
        (
            "{at_least: 0, of: {items: q1..q3, is: 2}}",
            ["11: at_least; found the number '0'; allowed: a whole number from 1 to 3"],
        ),
        (
            "{at_least: 2, of: []}",
            [
                "11: at_least; found the number '2'; allowed: a whole number from 1 to 1",
                "18: an empty list of conditions",
            ],
        ),
        (
            "{items: q1..q3, is: 2}",
            ["0: several items alone; found 3; allowed: inside any, all, none or of; or one item"],
        ),
        (
            "{any: [{items: q1..q9, is: 2}, {item: q1, is: 1}]}",
            ["15: an unknown name in items; found 'q9'; allowed: q1, q2, q3"],
        ),
        (
            "{any: [{refused: q9}, {item: q1, is: 1}]}",
            ["17: an unknown name in refused; found 'q9'; allowed: q1, q2, q3"],
        ),
        (
            "{any: [{refused: q1..q2, x: 1}]}",
            ["25: an unknown key in a condition; found 'x'; allowed: refused"],
        ),
        ("{item: q4, is: 1}", ["7: an unknown item; found 'q4'; allowed: q1, q2, q3"]),
        ("{score: sum, is: 1}", ["8: an unknown score; found 'sum'; allowed: total"]),
        (
            "{score: 1, is: 1}",
            [
                "8: score; found the number '1'; allowed: a text (put it in quotes)",
                "8: an unknown score; found ''; allowed: total",
            ],
        ),
        ("{fact: age, is: 1}", ["7: an unknown fact; found 'age'"]),
        ("{band: level, is: low}", ["7: an unknown band; found 'level'; allowed: total"]),
        (
            "{band: 1, is: low}",
            [
                "7: band; found the number '1'; allowed: a text (put it in quotes)",
                "7: an unknown band; found ''; allowed: total",
            ],
        ),
        ("{item: q1}", [f"0: {BOUNDS}"]),
        ("{any: [{items: q1..q2}]}", [f"7: {BOUNDS}", f"7: {BOUNDS}"]),
        (
            "{item: q1, is: 1, at_lest: 1}",
            [f"18: an unknown key in a comparison; found 'at_lest'; {KEYS}, item; did you mean at_least?"],
        ),
        (
            "{any: {items: q1, is: 1, x: 1}}",
            ["25: an unknown key in a comparison; found 'x'; allowed: at_least, at_most, between, is, items"],
        ),
        ("{item: q1, is: 9}", ["0: a comparison that never holds; found q1 from 0 to 2"]),
        ("{item: q1, at_most: 2}", ["0: a comparison that always holds; found q1 from 0 to 2"]),
        ("{score: total, at_least: 7}", ["0: a comparison that never holds; found total from 0 to 6"]),
        ("{score: total, between: [0, 6]}", ["0: a comparison that always holds; found total from 0 to 6"]),
        ("{item: q1, between: [2, 1]}", [f"0: {BOUNDS}", "20: between; allowed: [lowest, highest]"]),
        ("{item: q1, between: [1]}", [f"0: {BOUNDS}", "20: between; allowed: [lowest, highest]"]),
        ("{item: q1, between: [0, 1, 2]}", [f"0: {BOUNDS}", "20: between; allowed: [lowest, highest]"]),
        (
            "{item: q1, between: {a: b}}",
            [
                f"0: {BOUNDS}",
                "20: between; found a mapping; allowed: a list",
                "20: between; allowed: [lowest, highest]",
            ],
        ),
        ("{item: q1, between: [0, many]}", [f"24: between; found the text 'many'; {FAR}"]),
        ("{item: q1, is: many}", [f"15: is; found the text 'many'; {FAR}"]),
        ("{item: q1, at_most: many}", [f"20: at_most; found the text 'many'; {FAR}"]),
        ("{item: q1, at_most: 1000000001}", [f"20: at_most; found the number '1000000001'; {FAR}"]),
        ("{item: q1, at_most: -1000000001}", [f"20: at_most; found the number '-1000000001'; {FAR}"]),
        (
            "{item: q1, at_least: many}",
            [
                "0: a comparison that always holds; found q1 from 0 to 2",
                f"21: at_least; found the text 'many'; {FAR}",
            ],
        ),
        ("{band: total, is: hihg}", ["18: total; found 'hihg'; allowed: high-one, low"]),
        (
            "{band: total, one_of: [low, hihg-one]}",
            ["28: total; found 'hihg-one'; allowed: high-one, low; did you mean high-one?"],
        ),
        ("{band: total}", ["0: a comparison; allowed: is or one_of"]),
        (
            "{band: total, is: {a: b}}",
            ["0: a comparison; allowed: is or one_of", "18: one_of; found a mapping; allowed: a list"],
        ),
        (
            "{band: total, is: low, x: 1}",
            ["23: an unknown key in a comparison; found 'x'; allowed: band, is, one_of"],
        ),
    ],
)
def test_each_mistake_in_a_condition_is_told_in_full_where_it_stands(when, told):
    with pytest.raises(BadDefinition) as caught:
        conditioned(when)

    found = [str(problem) for problem in caught.value.problems]
    assert found == [
        f"tiny.yaml:{LINE}:{COLUMN + int(place)}:{words}"
        for place, _, words in (one.partition(":") for one in told)
    ]


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (
            "{item: q1, is: 1, at_least: 2}",
            "a comparison told twice; found is and at_least; allowed: one of them",
        ),
        (
            "{item: q1, is: 1, at_most: 1}",
            "a comparison told twice; found is and at_most; allowed: one of them",
        ),
        (
            "{item: q1, is: 1, between: [0, 1]}",
            "a comparison told twice; found is and between; allowed: one of them",
        ),
        (
            "{item: q1, between: [0, 1], at_least: 1}",
            "a comparison told twice; found between and at_least; allowed: one of them",
        ),
        (
            "{band: total, is: low, one_of: [high-one]}",
            "a comparison told twice; found is and one_of; allowed: one of them",
        ),
        ("{item: q1, at_least: 2, at_most: 1}", "a comparison that never holds; found q1 from 0 to 2"),
    ],
)
def test_a_comparison_of_which_a_part_would_be_passed_over_is_refused(when, told):
    with pytest.raises(BadDefinition) as caught:
        conditioned(when)

    assert [str(problem) for problem in caught.value.problems] == [f"tiny.yaml:{LINE}:{COLUMN}: {told}"]
