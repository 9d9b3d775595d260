"""REDCap data dictionaries: what goes out reckons as ours does, what comes in is understood or named."""

import csv
import io
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.exchange.redcap_import import from_dictionary
from instruments.exchange.redcap_text import COLUMNS
from instruments.exchange.telling import NotReadable
from instruments.loading import load_definition
from instruments.scoring import compile_instrument
from tests.instruments.exchange.trips import LIBRARY, exported, forms, names_asked, own_rule
from tests.instruments.forms import catalogue, instrument

CHOICES, LOGIC = COLUMNS[5], COLUMNS[11]
TWO = [
    ("q1", "radio", "One?", "0, No | 1, A little | 2, Much"),
    ("q2", "radio", "Two?", "0, No | 1, A little | 2, Much"),
]


def dictionary(*fields, columns=COLUMNS):
    """A dictionary of fields given as name, type, label, choices, branching, required."""
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, columns, restval="")
    table.writeheader()
    keys = [COLUMNS[0], COLUMNS[3], COLUMNS[4], CHOICES, LOGIC, COLUMNS[12]]
    for cells in fields:
        table.writerow({COLUMNS[1]: "tiny", **dict(zip(keys, cells, strict=False))})
    return written.getvalue().encode()


def read(*fields):
    return from_dictionary(dictionary(*fields), "form.csv")


def total(text, **answers):
    found = load_definition(read(*TWO, ("total", "calc", "Total", text)).text, "form.yaml")
    return compile_instrument(found).score(answers).scores["total"]


def rows(name):
    return list(csv.DictReader(io.StringIO(exported(name, "redcap").text)))


def reckoned(text, values):
    """What REDCap makes of an expression: a blank is NaN in sums, and equal to no code."""
    text = re.sub(r"\[(\w+)\]", r"V('\1')", text)
    text = re.sub(r"(?<![<>])=", "==", text).replace("if(", "IF(")
    known = {
        "V": lambda name: values.get(name, math.nan),
        "IF": lambda asked, yes, no: yes if asked else no,
        "rounddown": lambda number, _places: number if math.isnan(number) else math.floor(number),
        "max": lambda *found: max((one for one in found if not math.isnan(one)), default=math.nan),
    }
    return eval(re.sub(r"'(-?\d+)'", r"\1", text).replace("''", "None"), {"__builtins__": {}}, known)  # noqa: S307


@pytest.mark.parametrize("name", LIBRARY)
def test_the_calculations_that_go_out_give_our_scores(name):
    one = instrument(name)

    @settings(max_examples=10, deadline=None)
    @given(forms(one))
    def agrees(answers):
        values = {key.replace("-", "_"): value for key, value in answers.items()}
        ours = catalogue().scorer(name).score(answers).scores
        for row in rows(name):
            if row[COLUMNS[3]] != "calc":
                continue
            scale = next(each for each in one.scales if each.id == row[COLUMNS[0]].replace("_", "-"))
            found = values[row[COLUMNS[0]]] = reckoned(row[CHOICES], values)
            expected = ours[scale.id]
            if math.isnan(found):
                complete = len(answers) == len(names_asked(one, answers))
                assert expected is None or own_rule(one, scale) or not complete
            else:
                assert found == expected / 10**scale.decimals

    agrees()


def test_the_dictionary_has_the_columns_and_the_record_id_that_redcap_asks_for():
    table = list(csv.reader(io.StringIO(exported("phq-9", "redcap").text)))

    assert table[0] == list(COLUMNS)
    assert {len(row) for row in table} == {18}
    assert table[1][:5] == ["record_id", "phq_9", "", "text", "Record ID"]
    assert table[2][5] == "0, Not at all | 1, Several days | 2, More than half the days | 3, Nearly every day"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[q1] + [q2]", 3),
        ("sum([q1], [q2])", 3),
        ("mean([q1],[q2])", 150),
        ("round(mean([q1],[q2]), 1)", 15),
        ("round([q1] * 3 + [q2])", 7),
        ("[q1] * 2 - [q2]", 3),
        ("max([q1], [q2])", 2),
        ("if([q1] >= 1, 1, 0) + if([q2] = '0', 1, 0)", 1),
        ("if([q1] <> '2' or [q2] > 0, 1, 0)", 1),
    ],
)
def test_calculations_are_carried(text, expected):
    assert total(text, q1=2, q2=1) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[q1] * [q2]", "one answer multiplied or divided by another"),
        ("[weight] + 1", "the field 'weight' is not carried"),
        ('datediff([q1], "today", "d")', "the function datediff()"),
        ("if([q1] > 1, 5, 2)", "a choice that is not counting"),
        ("[event_1_arm_1][q1]", "'[q1]' stands where end should"),
        ("", "it ends early"),
    ],
)
def test_other_calculations_are_named_by_their_row(text, why):
    lines = read(*TWO, ("total", "calc", "Total", text)).notes.lines()
    (line,) = [line for line in lines if "the calculation 'total'" in line]

    assert line.startswith("row 4 (total), Choices, Calculations, OR Slider Labels")
    assert why in line


def test_a_sum_that_skips_blanks_is_said_to_need_every_answer_here():
    lines = read(*TWO, ("total", "calc", "Total", "sum([q1],[q2])")).notes.lines()

    assert any("there is no score until every answer is there" in line for line in lines)
    assert total("sum([q1],[q2])", q1=2) is None


def test_yes_no_fields_and_branching_are_carried():
    made = read(("q1", "yesno", "Ever?"), ("q2", "truefalse", "Now?", "", "[q1] = '1'", "y"))
    found = load_definition(made.text, "form.yaml")

    assert [(item.values, item.optional) for item in found.items] == [((1, 0), True), ((1, 0), False)]
    assert compile_instrument(found).score({"q1": 0}).unanswered == ()
    assert compile_instrument(found).score({"q1": 1}).unanswered == ("q2",)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (
            ("note", "notes", "Anything else?"),
            "row 4 (note), Field Type: a field of type 'notes': not carried",
        ),
        (("many", "checkbox", "Which?", "1, A | 2, B"), "a field of type 'checkbox': not carried"),
        (("slide", "slider", "How much?"), "a field of type 'slider': not carried"),
        (("q3", "radio", "Q", "a, A | b, B"), "not carried: the answer code 'a'"),
        (("q3", "radio", "Q", "1, A"), "not carried: fewer than two answers"),
        (
            ("q3", "radio", "Q", "0, A | 1, B", "[later] = '1'"),
            "the branching: not carried, so the question is always",
        ),
        (("q3", "radio", "Q", "0, A | 1, B", "[q1] = ''"), "blank, as a condition: read as declined"),
    ],
)
def test_other_fields_are_named_by_their_row(cells, words):
    assert words in "\n".join(read(*TWO, cells).notes.lines())


def test_cells_that_a_definition_has_no_place_for_are_named():
    content = dictionary(*TWO).replace(b"One?,", b'"One?",').decode()
    noted = content.replace('2, Much",,', '2, Much",help text,', 1).encode()

    assert any(
        "Field Note: field_note: not carried" in line
        for line in from_dictionary(noted, "f.csv").notes.lines()
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the column 'Variable / Field Name' is missing"),
        (
            dictionary(*TWO).replace(b"Field Type", b"Field Typ", 1),
            "an unknown column 'Field Typ'; did you mean Field Type?",
        ),
        (dictionary(*TWO, TWO[0]), "row 4 (q1): the field 'q1' twice; first in row 2 (q1)"),
        (
            dictionary(("Q1", "radio", "x", "0, A | 1, B")),
            "row 2: field name: found 'Q1'; allowed: small letters",
        ),
        (dictionary(("q1", "radio", "x", "0, A | 0, B")), "an answer code twice; allowed: once"),
        (dictionary(("record_id", "text", "x")), "no radio, dropdown, yesno or truefalse field"),
        (
            dictionary(*TWO).replace(b"q2,tiny", b"q2,other"),
            "2 forms: 'tiny', 'other'; allowed: one form in a file",
        ),
        (dictionary(*TWO) + b"a,b\r\n", "row 4: found 2 cells; allowed: 18"),
        (dictionary(*TWO) + b'"a"b', "not readable as CSV"),
        (dictionary(*TWO) + b"\xff", "not UTF-8"),
        (dictionary(("q1", "radio", "x" * 20_001, "0, A | 1, B")), "a cell of more than 20000 characters"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_place(content, words):
    with pytest.raises(NotReadable) as refused:
        from_dictionary(content, "form.csv")

    assert words in str(refused.value)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("[]q12()+-*/<>=',.{}%| andorifmax\"\n"), max_size=40))
def test_any_expression_is_read_or_named_and_never_crashes(text):
    made = read(*TWO, ("q3", "yesno", "x", "", text), ("total", "calc", "Total", text))

    assert made.text
