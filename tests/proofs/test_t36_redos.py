"""T36: no regular expression and no validator can be made slow: 50 KB of the worst text, 100 ms of processor time.

Each expression of the source is fed what its own repeats take, for ever, and then disappointed. A definition brings
no expression of its own: those that are made, and not written out, are made of our own words.
"""

import sys

import pytest

from instruments.exchange.assembling import is_id, usable_id
from instruments.exchange.elements import is_language
from instruments.exchange.telling import printable
from instruments.nodes import plain_value
from instruments.problems import Problems, nearest
from instruments.reading import Reader
from instruments.source import Leaf
from referral.entries import entry_bytes, plain_pattern, scan_entry
from service.actions.near_names import nearest as near_names
from service.actions.near_names import stands_in
from service.web.readable import is_readable
from tests.proofs.doors import DOORS
from tests.proofs.regexes import (
    LENGTH,
    MOST_SECONDS,
    TooSlow,
    expressions,
    hostile,
    made,
    seconds,
    slowest,
    using,
)
from tests.referral.trails import event

EXPRESSIONS = list(expressions())
NAMES = ("q1", "q2", "total")
WORST = [
    (part * LENGTH)[: LENGTH - len(end)] + end
    for part in (
        *(
            "a",
            "1",
            " ",
            "-",
            ".",
            "..",
            "a1",
            "a-",
            "q1..",
            "1.",
            "1e",
            "(",
            "((",
            "[",
            "{",
            "'",
            '"',
            "\\",
            "\\'",
            ",",
            "|",
        ),
        *(
            "=",
            "@",
            "/",
            "<",
            "\t",
            "\r",
            "\n",
            "a\n",
            "é",
            "e\u0301",
            "\u202e",
            "\U0001f600",
            "%",
            "&",
            "en-",
            "en-us,",
            "a@",
            "a@a.",
        ),
        *(
            "2026-",
            "+00:00",
            "0" * 9,
            "- ",
            "a: ",
            "? ",
            "!",
            "&a ",
            "*a ",
            "#",
            " #",
            "[q1]",
            "q1 = ",
            "%a.",
            "a.b",
            "and ",
            "not ",
        ),
    )
    for end in ("", "!")
]


def _reading(take):
    def read(text):
        reader = Reader(Problems())
        take(reader, Leaf(None, text, text))

    return read


DETAILS = entry_bytes(event(), 1).decode().replace('{"step":"decline"}', '{"step":"X"}')

VALIDATORS = {
    "id": _reading(lambda reader, leaf: reader.identifier(leaf, "an id")),
    "names": _reading(lambda reader, leaf: reader.names(leaf, "names", NAMES)),
    "day": _reading(lambda reader, leaf: reader.day(leaf, "a day")),
    "word": _reading(lambda reader, leaf: reader.word(leaf, "a word", NAMES)),
    "plain value": plain_value,
    "id of a questionnaire": is_id,
    "id made of a name": usable_id,
    "language": is_language,
    "what was meant": lambda text: nearest(text, NAMES),
    "printable": printable,
    "readable": is_readable,
    "search": lambda text: near_names(text, {1: "maya example"}, most=5),
    "a line of answers": lambda text: DOORS["lines"](text.replace("\n", " ").encode()),
    "an entry of the trail": lambda text: scan_entry(text.encode("ascii", "replace")),
    "a plain entry of the trail": lambda text: plain_pattern().fullmatch(text.encode("ascii", "replace")),
    "details of a plain entry": lambda text: plain_pattern().fullmatch(
        DETAILS.replace("X", text[:-2]).encode("ascii", "replace")
    ),
    "details of an entry": lambda text: scan_entry(
        DETAILS.replace("X", text[:-2]).encode("ascii", "replace")
    ),
    "search in names": lambda text: stands_in(text.split()[:5], "maya example"),
}


@pytest.mark.slow
def test_no_expression_of_the_source_can_be_made_slow(capsys):
    found = {}
    for where, pattern, flags, use in EXPRESSIONS:
        found[where, use] = slowest(using(pattern, flags, use), hostile(pattern, flags))

    assert {name: took for name, took in found.items() if took >= MOST_SECONDS} == {}
    assert len(found) >= 35
    with capsys.disabled():
        sys.stdout.write(
            f"\nT36: 0 slow of {len(found)} expressions; slowest {max(found.values()) * 1000:.0f} ms\n"
        )


@pytest.mark.parametrize(
    "pattern",
    [r"(a+)+$", r"\s+$", r"(a|a)*b", r"(.*)*x", r" *\(", r"([a-z]+-?)+\Z", r"[a-z.]*?1+\.\.[a-z.]*1\Z"],
)
def test_an_expression_that_can_be_made_slow_is_seen(pattern):
    assert is_slow(pattern)


def is_slow(pattern):
    """Whether a pattern takes longer than any of ours may; how much longer is the processor's matter."""
    try:
        return slowest(using(pattern, 0, "search"), hostile(pattern)) >= MOST_SECONDS
    except TooSlow:
        return True


def test_no_definition_brings_an_expression():
    assert sorted(made()) == [
        "referral/entries.py: '\\\\{' + ','.join(parts) + '\\\\}'",
        "referral/entries.py: ('\\\\{' + ','.join(parts) + '\\\\}').encode('ascii')",
        "referral/entries.py: _DETAIL.replace(_TEXT, f'({_TEXT})', 1)",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", VALIDATORS)
def test_no_validator_can_be_made_slow(name):
    assert {text[:12] for text in WORST if _took(VALIDATORS[name], text) >= MOST_SECONDS} == set()


READING = sorted(DOORS.keys() - {"lines"})  # which reads a stream, a line at a time


@pytest.mark.slow
@pytest.mark.parametrize(
    "every", [pytest.param(5, id="suite"), pytest.param(1, marks=pytest.mark.long, id="all")]
)
@pytest.mark.parametrize("name", READING)
def test_no_door_takes_a_second_for_the_worst_text(name, every):
    door, first = DOORS[name], READING.index(name) % every  # so that each text is tried at some door

    assert {
        text[:12] for text in WORST[first::every] if _took(lambda one: door(one.encode()), text) >= 1
    } == set()


def _took(take, text):
    took = seconds(take, text)
    return took if took < MOST_SECONDS else min(took, seconds(take, text))
