"""PHQ-9 and PCL-5 as each peer writes them: 29 answers to 16 outcomes. Expressions only.

Outcomes: both totals, the four clusters, the severity and the range as bands, three cut-offs of PHQ-9 and PCL-5
beside the adolescent one, thoughts of self-harm, both depressive syndromes and the pattern of PTSD. Where a language
has no names for what was worked out, sums and counts are worked out first and handed in with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any


class Absent(Exception):
    """A peer that is not installed, and what would install it."""


def module(name: str, package: str) -> Any:  # noqa: ANN401  a peer publishes what it publishes
    """A peer's module. Raises Absent when its package is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise Absent(f"{package} is not installed ({error})") from None


ITEMS = tuple(f"q{place}" for place in range(1, 10))
PCL = tuple(f"p{place}" for place in range(1, 21))
CLUSTERS = {"b": PCL[:5], "c": PCL[5:7], "d": PCL[7:14], "e": PCL[14:]}
NEEDED = {"b": 1, "c": 1, "d": 2, "e": 2}


def _least(item: str) -> int:
    return 1 if item == "q9" else 2


def _counted(items: Sequence[str], way: str) -> str:
    return " + ".join(way.format(item=item, least=_least(item)) for item in items)


def numbers(way: str) -> dict[str, str]:
    """The sums, and how many answers reach their line; `way` is how a language counts one."""
    return {
        "total": " + ".join(ITEMS),
        "symptoms": _counted(ITEMS, way),
        **{name: " + ".join(items) for name, items in CLUSTERS.items()},
        **{f"n{name}": _counted(items, way) for name, items in CLUSTERS.items()},
    }


C_LIKE_COUNT = "({item} >= {least} ? 1 : 0)"
FHIRPATH_COUNT = "iif({item} >= {least}, 1, 0)"

CORE = "(q1 >= 2 || q2 >= 2)"
WHOLE = "(b + c + d + e)"
SEVERITY = (("severe", 20), ("moderately severe", 15), ("moderate", 10), ("mild", 5))
RANGE = (("at or above cut-off", 33), ("in cut-off range", 31))


def _banded(number: str, words: Sequence[tuple[str, int]], otherwise: str, way: str) -> str:
    told = f"'{otherwise}'"
    for word, lowest in reversed(words):
        told = way.format(test=f"{number} >= {lowest}", word=f"'{word}'", otherwise=told)
    return told


def outcomes(way: str) -> dict[str, str]:
    """What rests on the sums and counts; `way` is how a language chooses between two."""
    return {
        "pcl": WHOLE,
        "severity": _banded("total", SEVERITY, "minimal", way),
        "positive": "total >= 10",
        "adolescent": "total >= 11",
        "thoughts": "q9 >= 1",
        "major": f"{CORE} && symptoms >= 5",
        "other": f"{CORE} && symptoms >= 2 && symptoms < 5",
        "range": _banded(WHOLE, RANGE, "below cut-off range", way),
        "stressed": f"{WHOLE} >= 31",
        "probable": f"{WHOLE} >= 33",
        "provisional": " && ".join(f"n{name} >= {needed}" for name, needed in NEEDED.items()),
    }


C_LIKE_CHOICE = "{test} ? {word} : {otherwise}"
FHIRPATH_CHOICE = "iif({test}, {word}, {otherwise})"


def worded(rules: Mapping[str, str]) -> dict[str, str]:
    """With `and` and `or` in words."""
    return {name: rule.replace("||", "or").replace("&&", "and") for name, rule in rules.items()}


def as_map(rules: Mapping[str, str], quote: str) -> str:
    """All rules as one map: one call instead of many."""
    return "{" + ", ".join(f"{quote}{name}{quote}: {rule}" for name, rule in rules.items()) + "}"


SQL_SYMPTOMS = " + ".join(f"CAST({item} >= {_least(item)} AS TINYINT)" for item in ITEMS)
SQL = f"""
    SELECT total, total >= 10, total >= 11, q9 >= 1, core AND symptoms >= 5, core AND symptoms >= 2 AND symptoms < 5
    FROM (SELECT q9, {" + ".join(ITEMS)} AS total, {SQL_SYMPTOMS} AS symptoms, (q1 >= 2 OR q2 >= 2) AS core
          FROM answers)
"""  # noqa: S608  nothing here comes from outside


def _var(name: str) -> dict[str, Any]:
    return {"var": name}


def _at_least(name: str, value: int) -> dict[str, Any]:
    return {">=": [_var(name), value]}


def _choice(name: str, words: Sequence[tuple[str, int]], otherwise: str) -> dict[str, Any]:
    return {"if": [*(part for word, lowest in words for part in (_at_least(name, lowest), word)), otherwise]}


def json_logic() -> tuple[dict[str, Any], dict[str, Any]]:
    """The sums and counts, and every outcome that rests on them, as json-logic writes it."""
    counted = {"symptoms": ITEMS, **{f"n{name}": items for name, items in CLUSTERS.items()}}
    summed = {"total": ITEMS, "pcl": PCL, **CLUSTERS}
    first = {name: {"+": [_var(item) for item in items]} for name, items in summed.items()}
    first |= {
        name: {"+": [{"if": [_at_least(item, _least(item)), 1, 0]} for item in items]}
        for name, items in counted.items()
    }
    core = {"or": [_at_least("q1", 2), _at_least("q2", 2)]}
    return first, {
        "severity": _choice("total", SEVERITY, "minimal"),
        "positive": _at_least("total", 10),
        "adolescent": _at_least("total", 11),
        "thoughts": _at_least("q9", 1),
        "major": {"and": [core, _at_least("symptoms", 5)]},
        "other": {"and": [core, _at_least("symptoms", 2), {"<": [_var("symptoms"), 5]}]},
        "range": _choice("pcl", RANGE, "below cut-off range"),
        "stressed": _at_least("pcl", 31),
        "probable": _at_least("pcl", 33),
        "provisional": {"and": [_at_least(f"n{name}", needed) for name, needed in NEEDED.items()]},
    }
