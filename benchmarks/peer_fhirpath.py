"""PHQ-9 and PCL-5 in FHIRPath, in three ways; `peers.js` runs them, compiled once.

By question: each questionnaire's items are found once, then each of the 29 answers by its link id, into variables,
as SDC questionnaires do it; everything else rests on the variables. By position: the answers of a questionnaire are
gathered in one step and told apart by their places. That is the quickest way over a response, and wrong as soon as
one answer is missing. Flat: over a plain object of answers, which is no FHIR.
"""

from __future__ import annotations

from typing import Any

from benchmarks import peer_rules
from benchmarks.peer_rules import CLUSTERS, ITEMS, PCL

_PHQ, _PCL = "item.where(linkId = 'phq-9').item", "item.where(linkId = 'pcl-5').item"
_NAMES = (*ITEMS, *PCL, "total", "symptoms", *CLUSTERS, *(f"n{name}" for name in CLUSTERS))


def response(form: dict[str, Any]) -> dict[str, Any]:
    """A form as a QuestionnaireResponse: a group for each questionnaire, whole numbers as answers."""

    def group(name: str, items: tuple[str, ...]) -> dict[str, Any]:
        return {
            "linkId": name,
            "item": [{"linkId": item, "answer": [{"valueInteger": form[item]}]} for item in items],
        }

    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "item": [group("phq-9", ITEMS), group("pcl-5", PCL)],
    }


def by_question() -> list[dict[str, str]]:
    """Stages of expressions; what a stage works out is a variable in those after it."""
    found = {item: f"%phq.where(linkId = '{item}').answer.valueInteger" for item in ITEMS}
    found |= {item: f"%pcl.where(linkId = '{item}').answer.valueInteger" for item in PCL}
    return [
        {"phq": _PHQ, "pcl": _PCL},
        found,
        _with_variables(peer_rules.numbers(peer_rules.FHIRPATH_COUNT)),
        _outcomes(),
    ]


def by_position() -> list[dict[str, str]]:
    """The same from the answers gathered at once."""
    parts = {name: f"%pcl.skip({PCL.index(items[0])}).take({len(items)})" for name, items in CLUSTERS.items()}
    counted = {f"n{name}": f"{part}.where($this >= 2).count()" for name, part in parts.items()}
    symptoms = "%phq.take(8).where($this >= 2).count() + %phq.skip(8).where($this >= 1).count()"
    return [
        {"phq": f"{_PHQ}.answer.value", "pcl": f"{_PCL}.answer.value"},
        {
            **{item: f"%phq[{ITEMS.index(item)}]" for item in ("q1", "q2", "q9")},
            "total": "%phq.sum()",
            "symptoms": symptoms,
            **{name: f"{part}.sum()" for name, part in parts.items()},
            **counted,
        },
        _outcomes(),
    ]


def flat() -> list[dict[str, str]]:
    """The same over a plain object of answers by name, which is no FHIR: what the engine costs by itself."""
    rules = peer_rules.numbers(peer_rules.FHIRPATH_COUNT)
    return [rules, peer_rules.worded(peer_rules.outcomes(peer_rules.FHIRPATH_CHOICE))]


def _outcomes() -> dict[str, str]:
    return _with_variables(peer_rules.worded(peer_rules.outcomes(peer_rules.FHIRPATH_CHOICE)))


def _with_variables(rules: dict[str, str]) -> dict[str, str]:
    """Each name as a variable; words in quotes stay as they are."""
    return {name: _spelled(rule) for name, rule in rules.items()}


def _spelled(rule: str) -> str:
    quoted = rule.split("'")
    for place in range(0, len(quoted), 2):
        words = quoted[place].replace("(", "( ").replace(")", " )").replace(",", " ,").split(" ")
        quoted[place] = " ".join(f"%{word}" if word in _NAMES else word for word in words)
    return "'".join(quoted)
