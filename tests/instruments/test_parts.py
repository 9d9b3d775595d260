"""The parts of a definition: what a change is a change of, and which step of the version it needs."""

import pytest

from instruments.parts import Part, step_between, stepped
from tests.instruments.forms import HEAD, ITEMS, SUM, loaded

RULES = """\
bands:
  total: {label: {en: L, es: N}, source: ours, bands: {0-3: {en: low, es: bajo}, 4-6: {en: high, es: alto}}}
findings:
  high: {label: {en: High, es: Alto}, when: {score: total, at_least: 4}, source: ours}
changes:
  - {scale: total, points: 2, meaning: reliable, population: adults, source: ours}
notes: [A note.]
assert:
  - {if: high, then: {score: total, at_least: 3}, because: it follows}
"""


def version(number, old="", new=""):
    """The small definition under a version, with one thing changed."""
    text = {"head": HEAD.replace("1.0.0", number), "items": ITEMS, "rules": RULES}
    assert any(old in part for part in text.values())
    changed = {name: part.replace(old, new) if old else part for name, part in text.items()}
    return loaded(SUM, changed["rules"], head=changed["head"], items=changed["items"])


CHANGES = [
    ("at_least: 4}", "at_least: 5}", Part.SCORING),
    ("0-3:", "0-2: {en: least, es: menor}, 3-3:", Part.SCORING),
    ("points: 2", "points: 3", Part.SCORING),
    ("{ask: Two?, answers: often}", "{ask: Two?, answers: often, optional: true}", Part.SCORING),
    ("Two?", "The second?", Part.WORDING),
    ("Sometimes", "At times", Part.WORDING),
    ("languages: [en]", "languages: [en, es]", Part.WORDING),
    ("en: High,", "en: Elevated,", Part.METADATA),
    ("es: bajo", "es: menor", Part.METADATA),
    ("A note.", "Another note.", Part.METADATA),
    ("publisher: Nobody", "publisher: Somebody", Part.METADATA),
    ("at_least: 3}", "at_least: 2}", Part.METADATA),
]


@pytest.mark.parametrize(("old", "new", "part"), CHANGES)
@pytest.mark.parametrize("number", ["1.0.1", "1.1.0", "2.0.0"])
def test_a_change_is_one_of_scoring_wording_or_the_rest_and_needs_its_step(old, new, part, number):
    found = step_between(version("1.0.0"), version(number, old, new))

    least = stepped("1.0.0", part)
    assert found.changed[0] is part
    assert bool(found.problem) is (number < least)
    if found.problem:
        assert found.problem == f"{part} changed from 1.0.0 to {number}; allowed: {least} or later"


def test_the_same_content_needs_no_step_and_may_take_one():
    assert step_between(version("1.0.0"), version("1.0.0")).changed == ()
    assert step_between(version("1.0.0"), version("2.0.0")).problem == ""


@pytest.mark.parametrize(
    ("old", "new", "part"), [("Two?", "Second?", Part.WORDING), ("A note.", "None.", Part.METADATA)]
)
def test_a_change_under_the_same_version_is_a_problem(old, new, part):
    found = step_between(version("1.0.0"), version("1.0.0", old, new))

    assert (found.changed, found.taken) == ((part,), None)
    assert found.problem == f"{part} changed from 1.0.0 to 1.0.0; allowed: {stepped('1.0.0', part)} or later"


def test_a_version_that_goes_back_is_a_problem():
    found = step_between(version("1.10.0"), version("1.9.0", "Two?", "Second?"))

    assert found.problem == "version 1.9.0 is older than 1.10.0; allowed: 1.11.0 or later"


def test_several_changes_need_the_step_of_the_weightiest():
    later = version("1.1.0", "at_least: 4}", "at_least: 5}")

    assert (
        step_between(version("1.0.0"), later).problem
        == "scoring changed from 1.0.0 to 1.1.0; allowed: 2.0.0 or later"
    )


@pytest.mark.parametrize(
    ("part", "number"), [(Part.SCORING, "2.0.0"), (Part.WORDING, "1.3.0"), (Part.METADATA, "1.2.4")]
)
def test_each_part_has_its_number(part, number):
    assert stepped("1.2.3", part) == number
