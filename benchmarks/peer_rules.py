"""PHQ-9 as each peer writes it: total, severity, both cut-offs, thoughts, both syndromes. Expressions only.

Each peer is given the answers as they come and gives back the same seven outcomes; where its language has no names
for what was worked out, the sum and the symptoms are worked out first and handed in with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
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
TOTAL = " + ".join(ITEMS)
SYMPTOMS = " + ".join(f"({item} >= {1 if item == 'q9' else 2} ? 1 : 0)" for item in ITEMS)
SEVERITY = (
    "total >= 20 ? 'severe' : total >= 15 ? 'moderately severe' : total >= 10 ? 'moderate'"
    " : total >= 5 ? 'mild' : 'minimal'"
)
CORE = "(q1 >= 2 || q2 >= 2)"

C_LIKE: Mapping[str, str] = {
    "severity": SEVERITY,
    "positive": "total >= 10",
    "adolescent": "total >= 11",
    "thoughts": "q9 >= 1",
    "major": f"{CORE} && symptoms >= 5",
    "other": f"{CORE} && symptoms >= 2 && symptoms < 5",
}
"""As CEL writes it."""

WORDED: Mapping[str, str] = {
    name: rule.replace("||", "or").replace("&&", "and") for name, rule in C_LIKE.items()
}
"""As ZEN writes it."""

SQL_SYMPTOMS = " + ".join(f"CAST({item} >= {1 if item == 'q9' else 2} AS TINYINT)" for item in ITEMS)
SQL = f"""
    SELECT total, total >= 10, total >= 11, q9 >= 1, core AND symptoms >= 5, core AND symptoms >= 2 AND symptoms < 5
    FROM (SELECT q9, {TOTAL} AS total, {SQL_SYMPTOMS} AS symptoms, (q1 >= 2 OR q2 >= 2) AS core FROM answers)
"""  # noqa: S608  nothing here comes from outside


def _var(name: str) -> dict[str, Any]:
    return {"var": name}


def _at_least(name: str, value: int) -> dict[str, Any]:
    return {">=": [_var(name), value]}


def json_logic() -> tuple[dict[str, Any], dict[str, Any], dict[str, dict[str, Any]]]:
    """The total, the symptoms, and every outcome that rests on them, as json-logic writes it."""
    core = {"or": [_at_least("q1", 2), _at_least("q2", 2)]}
    words = (("severe", 20), ("moderately severe", 15), ("moderate", 10), ("mild", 5))
    steps = [part for word, lowest in words for part in (_at_least("total", lowest), word)]
    symptoms = [{"if": [_at_least(item, 1 if item == "q9" else 2), 1, 0]} for item in ITEMS]
    outcomes = {
        "severity": {"if": [*steps, "minimal"]},
        "positive": _at_least("total", 10),
        "adolescent": _at_least("total", 11),
        "thoughts": _at_least("q9", 1),
        "major": {"and": [core, _at_least("symptoms", 5)]},
        "other": {"and": [core, _at_least("symptoms", 2), {"<": [_var("symptoms"), 5]}]},
    }
    return {"+": [_var(item) for item in ITEMS]}, {"+": symptoms}, outcomes
