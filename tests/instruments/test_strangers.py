"""Definitions from strangers: whatever a file holds, reading it ends soon, in an instrument or in BadDefinition.

Texts are made from nothing, from pieces of the language, and from our own definitions spoilt here and there.
`python -m tests.proofs.fuzz_definitions FOLDER` goes on for as long as one likes, led by coverage.
"""

import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments.catalogue import DEFINITIONS
from instruments.source import MAX_BYTES
from tests.instruments.forms import HEAD, ITEMS, SUM
from tests.instruments.strangers import ENDS, read_stranger

SECONDS = 2.0
MEGABYTES = 200
SPARING = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORDS = st.sampled_from(
    [
        *("sum", "max", "min", "count", "mean", "table", "of", "score", "item", "items", "any", "all", "not"),
        *("none", "at_least", "at_most", "is", "between", "refused", "band", "fact", "possible", "reverse"),
        *(
            "weights",
            "points",
            "multiply",
            "divide",
            "missing",
            "method",
            "prorate",
            "allow",
            "never",
            "over",
        ),
        *(
            "q1",
            "q2..q3",
            "q1..q3",
            "total",
            "q3..q1",
            "q1..q99999999",
            "asked_if",
            "when",
            "critical",
            "source",
        ),
    ]
)
LEAVES = (
    WORDS | st.integers(-(10**20), 10**20) | st.booleans() | st.none() | st.floats() | st.text(max_size=12)
)
NODES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@cache
def library():
    return tuple(path.read_text(encoding="utf-8") for path in sorted(DEFINITIONS.glob("*.yaml")))


def flow(node):
    """A value in YAML's flow style."""
    if isinstance(node, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(value)}" for key, value in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ", ".join(map(flow, node)) + "]"
    return (
        node if isinstance(node, str) else {True: "true", False: "false", None: "null"}.get(node, repr(node))
    )


@st.composite
def spoilt(draw):
    """One of our definitions with some lines taken out, doubled, swapped, cut, or with something put in."""
    lines = draw(st.sampled_from(library())).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        put_in = draw(
            LEAVES.map(flow)
            | NODES.map(flow)
            | st.sampled_from(["&a ", "*a", "!!python/object ", "- ", "? "])
        )
        at = draw(st.integers(0, len(lines[place])))
        changed = {
            "out": "",
            "doubled": lines[place] * 2,
            "swapped": lines[other],
            "cut": lines[place][:at],
            "put in": lines[place][:at] + put_in + lines[place][at:],
            "value": lines[place].partition(":")[0] + ": " + put_in + "\n",
        }
        lines[place] = changed[draw(st.sampled_from(sorted(changed)))]
    return "".join(lines)


@given(st.binary(max_size=2000) | st.text(max_size=2000) | NODES.map(flow))
@settings(SPARING, max_examples=60)
def test_anything_at_all_is_read_or_refused(text):
    assert read_stranger(text) in ENDS


@given(spoilt())
@SPARING
def test_a_spoilt_definition_is_read_or_refused(text):
    began = time.thread_time()

    assert read_stranger(text) in ENDS
    assert time.thread_time() - began < SECONDS


@given(
    st.sampled_from(["sum", "max", "count", "mean", "missing", "table", "points", "weights"]), NODES, NODES
)
@SPARING
def test_a_scale_of_any_shape_is_read_or_refused(key, node, rule):
    text = f"{HEAD}{ITEMS}scales:\n  total: {{sum: q1..q3, {key}: {flow(node)}, missing: {flow(rule)}}}\n"

    assert read_stranger(text) in ENDS


@given(NODES)
@SPARING
def test_a_condition_of_any_shape_is_read_or_refused(node):
    text = f"{HEAD}{ITEMS}{SUM}findings:\n  one: {{when: {flow(node)}, source: ours}}\n"

    assert read_stranger(text) in ENDS


BOMBS = {
    "aliases": "a: &a [x, x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)),
    "brackets": "[" * 5000,
    "braces": "{a: " * 5000,
    "dashes": "- " * 5000 + "x",
    "questions": "? " * 5000,
    "indents": "".join(" " * n + "a:\n" for n in range(700)),
    "many keys": "".join(f"k{n}: 1\n" for n in range(30_000)),
    "one key again": "a: 1\n" * 30_000,
    "digits": "a: " + "9" * 200_000,
    "quotes": "'" * 100_000,
    "escapes": 'a: "' + "\\u0041" * 30_000 + '"',
    "tags": "!" * 100_000,
    "anchors": "&" * 100_000,
    "comments": "#" * (MAX_BYTES - 1),
    "colons": ": " * 50_000,
    "tabs": "\t" * 100_000,
    "nulls": "a: \0\n" * 1000,
    "huge range": f"{HEAD}{ITEMS}scales: {{total: {{sum: q1..q999999999999}}}}\n",
    "huge table": f"{HEAD}{ITEMS}scales: {{total: {{sum: q1..q3, multiply: 999999999999999999}}}}\n",
    "huge answer": HEAD.replace("2: Often", "999999999999999999: Often") + ITEMS + SUM,
    "too large": "a" * (MAX_BYTES + 1),
    "many items": HEAD
    + "items:\n"
    + "".join(f"  q{n}: {{ask: x, answers: often}}\n" for n in range(800))
    + "scales: {total: {sum: q0..q799}}\n",
    "deep conditions": HEAD
    + ITEMS
    + "findings: {one: {source: ours, when: "
    + "{not: " * 400
    + "x"
    + "}" * 400
    + "}}\n",
    "wide conditions": HEAD
    + ITEMS
    + "findings: {one: {source: ours, when: {any: ["
    + "{item: q1, is: 1}, " * 1000
    + "]}}}\n",
    "many gates": HEAD
    + "items:\n  q0: {ask: x, answers: often}\n"
    + "".join(
        f"  q{n}: {{ask: x, answers: often, asked_if: {{item: q{n - 1}, is: 1}}}}\n" for n in range(1, 400)
    )
    + "scales: {total: {sum: [q399]}}\n",
    "many names": HEAD
    + ITEMS
    + "findings:\n  f0: {source: ours, when: {item: q1, is: 1}}\n"
    + "".join(f"  f{n}: {{source: ours, when: {{not: f{n - 1}}}}}\n" for n in range(1, 400)),
    "many scores": HEAD
    + ITEMS
    + "scales:\n  s0: {sum: q1..q3}\n"
    + "".join(f"  s{n}: {{score: s{n - 1}}}\n" for n in range(1, 900)),
    "many findings": HEAD
    + ITEMS
    + "findings:\n"
    + "".join(f"  f{n}: {{source: ours, when: {{item: q1, is: 1}}}}\n" for n in range(1, 900)),
    "code": HEAD.replace("Never", "\"__import__('os').system('x')\"") + ITEMS + SUM,
}


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    """How each bomb ended, how long reading it took, and the most memory so far, all in one process of their own."""
    folder = tmp_path_factory.mktemp("bombs")
    for place, text in enumerate(BOMBS.values()):
        (folder / f"{place:02}.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.instruments.strangers", *map(str, sorted(folder.iterdir()))],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return dict(zip(BOMBS, (line.split("\t") for line in done.stdout.splitlines()), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_within_two_seconds_and_all_of_it_takes_two_hundred_megabytes_at_most(name, ends):
    end, seconds, megabytes = ends[name]

    assert end in ENDS
    assert float(seconds) < SECONDS
    assert float(megabytes) < MEGABYTES
