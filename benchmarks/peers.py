"""Handrail and its peers on the same work in one run: PHQ-9, one form at a time and a million in columns.

Peers are installed for this alone: the dependency group `bench` for Python's, and two by name of a place, as they
need one of their own: PEER_CAMCOPS (the Python of an environment with camcops_server) and PEER_NODE (a folder with
node_modules of fhirpath and json-logic-js). A peer that is not there is named, never left out silently.
"""

from __future__ import annotations

import json
import os
import subprocess
import timeit
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks import columns, peer_columns, peer_rules
from benchmarks.by_hand import phq_9, random_forms
from benchmarks.peer_rules import Absent, module
from instruments.catalogue import Catalogue
from instruments.scoring import explain

Form = dict[str, Any]
HERE = Path(__file__).parent
ROUNDS = 7


def report(catalogue: Catalogue, rows: int = columns.ROWS) -> Iterator[str]:
    """Every line of the report."""
    forms: list[Form] = random_forms(9, 3)
    scorer = catalogue.scorer("phq-9")
    floor = _each(phq_9, forms)
    yield f"{'one PHQ-9, complete, answers to outcomes':<44}{'us':>12}{'times by hand':>16}{'times Handrail':>16}"
    ours = _each(scorer.score, forms)
    yield _line("by hand, every answer validated", floor, floor, ours)
    yield _line("Handrail, every answer validated", ours, floor, ours)
    checked = [scorer._checker(raw) for raw in forms]  # noqa: SLF001  explaining begins with checked answers
    yield _line(
        "Handrail explained, every line in words",
        _each(lambda a: explain(scorer.instrument, a), checked),
        floor,
        ours,
    )
    for name, way in SINGLE.items():
        try:
            yield _line(name, way(forms), floor, ours)
        except Absent as absent:
            yield f"{name:<44}not measured: {absent}"
    yield from peer_columns.report(catalogue, rows)


def _each(work: Callable[[Any], object], forms: list[Any]) -> float:
    return (
        min(timeit.repeat(lambda: [work(form) for form in forms], number=1, repeat=ROUNDS)) / len(forms) * 1e6
    )


def _same(totals: list[Any], forms: list[Form]) -> None:
    """Refuse to compare speeds of functions that do not say the same."""
    assert [int(total) for total in totals] == [sum(form.values()) for form in forms]


def _line(name: str, us: float, floor: float, ours: float) -> str:
    return f"{name:<44}{us:12.2f}{us / floor:16.1f}{us / ours:16.1f}"


def _cel(forms: list[Form]) -> float:
    compiled = module("cel", "common-expression-language").compile
    total, symptoms = compiled(peer_rules.TOTAL), compiled(peer_rules.SYMPTOMS)
    rest = compiled("{" + ", ".join(f"'{name}': {rule}" for name, rule in peer_rules.C_LIKE.items()) + "}")
    _same([total.execute(form) for form in forms], forms)
    return _each(
        lambda form: rest.execute({**form, "total": total.execute(form), "symptoms": symptoms.execute(form)}),
        forms,
    )


def _celpy(forms: list[Form]) -> float:
    celpy = module("celpy", "cel-python")
    environment, whole = celpy.Environment(), celpy.celtypes.IntType

    def program(text: str) -> Any:  # noqa: ANN401  as above
        return environment.program(environment.compile(text))

    total, symptoms = program(peer_rules.TOTAL), program(peer_rules.SYMPTOMS)
    rest = program("{" + ", ".join(f"'{name}': {rule}" for name, rule in peer_rules.C_LIKE.items()) + "}")

    def score(form: Form) -> object:
        given = {item: whole(value) for item, value in form.items()}
        return rest.evaluate({**given, "total": total.evaluate(given), "symptoms": symptoms.evaluate(given)})

    _same(
        [total.evaluate({item: whole(value) for item, value in form.items()}) for form in forms[:5]],
        forms[:5],
    )
    return _each(score, forms[:20])


def _zen(forms: list[Form]) -> float:
    compiled = module("zen", "zen-engine").compile_expression
    total, symptoms = compiled(peer_rules.TOTAL), compiled(peer_rules.SYMPTOMS)
    rest = compiled("{" + ", ".join(f"{name}: {rule}" for name, rule in peer_rules.WORDED.items()) + "}")
    _same([total.evaluate(form) for form in forms], forms)
    return _each(
        lambda form: rest.evaluate(
            {**form, "total": total.evaluate(form), "symptoms": symptoms.evaluate(form)}
        ),
        forms,
    )


def _json_logic(forms: list[Form]) -> float:
    apply = module("json_logic", "json-logic-qubit").jsonLogic
    total, symptoms, outcomes = peer_rules.json_logic()
    _same([apply(total, form) for form in forms], forms)

    def score(form: Form) -> object:
        given = {**form, "total": apply(total, form), "symptoms": apply(symptoms, form)}
        return [apply(rule, given) for rule in outcomes.values()]

    return _each(score, forms)


def _outside(command: list[str], given: object, environment: Mapping[str, str]) -> Any:  # noqa: ANN401  as above
    try:
        done = subprocess.run(  # noqa: S603  our own scripts
            command,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **environment},
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise Absent(str(error)) from None
    return json.loads(done.stdout)


def _camcops(forms: list[Form]) -> float:
    python = os.environ.get("PEER_CAMCOPS")
    if not python:
        raise Absent("PEER_CAMCOPS names no Python that has camcops_server")
    found = _outside([python, str(HERE / "peer_camcops.py")], forms, {})
    _same(found["totals"], forms)
    return float(found["us"])


def _node(name: str) -> Callable[[list[Form]], float]:
    def measured(forms: list[Form]) -> float:
        folder = os.environ.get("PEER_NODE")
        if not folder:
            raise Absent("PEER_NODE names no folder with node_modules")
        worded = {
            key: rule.replace("||", "or").replace("&&", "and")
            for key, rule in peer_rules.C_LIKE.items()
            if key != "severity"
        }
        given = {
            "forms": forms,
            "expressions": {
                "total": peer_rules.TOTAL,
                "symptoms": " + ".join(
                    f"iif({item} >= {1 if item == 'q9' else 2}, 1, 0)" for item in peer_rules.ITEMS
                ),
                "outcomes": {**worded, "severity": _iif()},
            },
            "logic": peer_rules.json_logic(),
        }
        found = _outside(
            ["node", str(HERE / "peers.js")], given, {"NODE_PATH": str(Path(folder) / "node_modules")}
        )
        if name not in found:
            raise Absent(f"{folder} has no {name}")
        _same(found[name]["totals"], forms)
        return float(found[name]["us"])

    return measured


def _iif() -> str:
    told = "'minimal'"
    for word, lowest in (("mild", 5), ("moderate", 10), ("moderately severe", 15), ("severe", 20)):
        told = f"iif(total >= {lowest}, '{word}', {told})"
    return told


SINGLE: Mapping[str, Callable[[list[Form]], float]] = {
    "CamCOPS (fewer outcomes, none validated)": _camcops,
    "CEL (common-expression-language, Rust)": _cel,
    "ZEN (zen-engine, Rust)": _zen,
    "json-logic (json-logic-qubit)": _json_logic,
    "json-logic-js": _node("json-logic-js"),
    "FHIRPath.js": _node("FHIRPath.js"),
    "CEL (cel-python)": _celpy,
}
