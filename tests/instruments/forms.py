"""What the instrument tests start from: our own catalogue, loaded once, and small definitions to plant faults in."""

import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from instruments.answers import REFUSED, check_answers
from instruments.catalogue import load_catalogue
from instruments.loading import load_definition
from instruments.scoring import compile_instrument

VECTORS = Path(__file__).parent / "vectors"


@cache
def catalogue():
    return load_catalogue()


def instrument(name):
    return catalogue().get(name)


def scored(name, answers):
    """The result of raw answers, by the way in that everybody uses."""
    return catalogue().scorer(name).score(answers)


def all_items(number, value):
    return {f"q{place}": value for place in range(1, number + 1)}


def vectors(name, source):
    """One program's cases: (answers by item, what the program said by field)."""
    files = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    found = next(one for one in files["sources"] if one["source"] == source)
    return [
        (dict(zip(found["items"], answers, strict=True)), dict(zip(found["fields"], said, strict=True)))
        for answers, said in found["cases"]
    ]


HEAD = """\
instrument: tiny
version: "1.0.0"
name: Tiny
title: {en: Tiny, es: Mini}
publisher: Nobody
permission: {terms: public domain, basis: made for a test, source: this test, seen_on: "2026-11-22"}
sources:
  ours: {cite: this test, confidence: ours}
languages: [en]
ages: {from: 8}
answers:
  often: {0: Never, 1: Sometimes, 2: Often}
  yes-no: {1: Yes, 0: No}
"""

ITEMS = """\
items:
  q1: {ask: One?, answers: often}
  q2: {ask: Two?, answers: often}
  q3: {ask: Three?, answers: often}
"""

SUM = """\
scales:
  total: {label: {en: Total, es: Total}, sum: q1..q3}
"""


def tiny(*sections, head=HEAD, items=ITEMS):
    """The text of a small definition with these sections after its items."""
    return "".join([head, items, *sections])


def loaded(*sections, **parts):
    return load_definition(tiny(*sections, **parts), "tiny.yaml")


def scorer(*sections, **parts):
    return compile_instrument(loaded(*sections, **parts))


def forms(definition, *, complete=False):
    """Any answers that a form of this instrument can hold: values, refusals, gaps, answers off the branches."""
    choices = {
        item.id: st.sampled_from(item.values if complete else (*item.values, REFUSED, None))
        for item in definition.items
    }
    return st.fixed_dictionaries(choices).map(lambda raw: check_answers(definition, raw))
