"""Handrail and its peers on the same work in one run: PHQ-9 and PCL-5, 29 answers to 16 outcomes, one form at a time.

Also a million PHQ-9 in columns (`peer_columns.py`). Every peer's expressions are compiled before the clock starts.
Peers are installed for this alone: the dependency group `bench` for Python's, and two by name of a place, as they
need one of their own: PEER_CAMCOPS (the Python of an environment with camcops_server) and PEER_NODE (a folder with
node_modules of fhirpath and json-logic-js). A peer that is not there is named, never left out silently.
"""

from __future__ import annotations

import json
import os
import subprocess
import timeit
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import columns, peer_columns, peer_fhirpath, peer_rules
from benchmarks.by_hand import pcl_5, phq_9, random_forms
from benchmarks.peer_rules import Absent, module
from instruments.answers import check_answers
from instruments.catalogue import Catalogue
from instruments.scoring import explain

Form = dict[str, Any]
HERE = Path(__file__).parent
ROUNDS = 7
LONG_ENOUGH = 1.0
"""Seconds in which a machine that runs now fast, now slowly has a fast moment for each."""

MOST_SLOW = 40
"""How many forms a peer is given that takes milliseconds for each."""


def report(catalogue: Catalogue, rows: int = columns.ROWS) -> Iterator[str]:
    """Every line of the report."""
    pairs = list(zip(random_forms(9, 3), random_forms(20, 4), strict=True))
    forms = [{**phq, **{item.replace("q", "p"): value for item, value in pcl.items()}} for phq, pcl in pairs]
    one, two = catalogue.scorer("phq-9"), catalogue.scorer("pcl-5")
    floor = _each(lambda pair: (phq_9(pair[0]), pcl_5(pair[1])), pairs)
    head = "PHQ-9 and PCL-5, complete, 29 answers to outcomes"
    yield f"{head:<50}{'us':>12}{'times by hand':>16}{'times Handrail':>16}"
    ours = _each(lambda pair: (one.score(pair[0]), two.score(pair[1])), pairs)
    yield _line("by hand, every answer validated", floor, floor, ours)
    yield _line("Handrail, every answer validated", ours, floor, ours)
    checked = [(check_answers(one.instrument, phq), check_answers(two.instrument, pcl)) for phq, pcl in pairs]
    yield _line(
        "Handrail explained, every line in words",
        _each(lambda pair: (explain(one.instrument, pair[0]), explain(two.instrument, pair[1])), checked),
        floor,
        ours,
    )
    for name, way in SINGLE.items():
        try:
            yield _line(name, way(forms), floor, ours)
        except Absent as absent:
            yield f"{name:<50}not measured: {absent}"
    yield from peer_columns.report(catalogue, rows)


def _each(work: Callable[[Any], object], forms: list[Any]) -> float:
    """Microseconds a form, each result dropped as soon as it is there; the best of as long a time for everybody."""
    first, *_ = taken = timeit.repeat(lambda: deque(map(work, forms), 0), number=1, repeat=ROUNDS)
    taken += timeit.repeat(lambda: deque(map(work, forms), 0), number=1, repeat=int(LONG_ENOUGH / first))
    return min(taken) / len(forms) * 1e6


def _same(totals: list[Any], forms: list[Form]) -> None:
    """Refuse to compare speeds of functions that do not say the same."""
    assert [[int(total) for total in both] for both in totals] == [
        [sum(form[item] for item in items) for items in (peer_rules.ITEMS, peer_rules.PCL)] for form in forms
    ]


def _line(name: str, us: float, floor: float, ours: float) -> str:
    return f"{name:<50}{us:12.2f}{us / floor:16.1f}{us / ours:16.1f}"


def _both(told: Mapping[str, Any]) -> tuple[Any, Any]:
    return told["total"], told["pcl"]


def _measured(score: Callable[[Form], Mapping[str, Any]], forms: list[Form]) -> float:
    _same([_both(score(form)) for form in forms], forms)
    return _each(score, forms)


C_LIKE = (
    peer_rules.numbers(peer_rules.C_LIKE_COUNT),
    peer_rules.outcomes(peer_rules.C_LIKE_CHOICE),
)


def _cel(forms: list[Form]) -> float:
    compiled = module("cel", "common-expression-language").compile
    first, rest = (compiled(peer_rules.as_map(rules, "'")) for rules in C_LIKE)

    def score(form: Form) -> Form:
        given = first.execute(form)
        return {**given, **rest.execute({**form, **given})}

    return _measured(score, forms)


def _celpy(forms: list[Form]) -> float:
    celpy = module("celpy", "cel-python")
    environment, whole = celpy.Environment(), celpy.celtypes.IntType
    first, rest = (
        environment.program(environment.compile(peer_rules.as_map(rules, "'"))) for rules in C_LIKE
    )

    def score(form: Form) -> Form:
        given = {item: whole(value) for item, value in form.items()}
        known = {str(name): value for name, value in first.evaluate(given).items()}
        return {**known, **{str(name): value for name, value in rest.evaluate({**given, **known}).items()}}

    return _measured(score, forms[:MOST_SLOW])


def _zen(forms: list[Form]) -> float:
    compiled = module("zen", "zen-engine").compile_expression
    first, rest = (compiled(peer_rules.as_map(peer_rules.worded(rules), "")) for rules in C_LIKE)

    def score(form: Form) -> Form:
        given = first.evaluate(form)
        return {**given, **rest.evaluate({**form, **given})}

    return _measured(score, forms)


def _json_logic(forms: list[Form]) -> float:
    apply = module("json_logic", "json-logic-qubit").jsonLogic
    first, outcomes = peer_rules.json_logic()

    def score(form: Form) -> Form:
        given = {name: apply(rule, form) for name, rule in first.items()}
        known = {**form, **given}
        return {**given, **{name: apply(rule, known) for name, rule in outcomes.items()}}

    return _measured(score, forms)


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
    pairs = [
        (
            {item: form[item] for item in peer_rules.ITEMS},
            {item.replace("p", "q"): form[item] for item in peer_rules.PCL},
        )
        for form in forms
    ]
    found = _outside([python, str(HERE / "peer_camcops.py")], pairs, {})
    _same(found["totals"], forms)
    return float(found["us"])


@cache
def _in_node(folder: str, forms: str) -> Any:  # noqa: ANN401  as above
    given = {
        "forms": json.loads(forms),
        "responses": [peer_fhirpath.response(form) for form in json.loads(forms)],
        "fhirpath": {
            "by question": peer_fhirpath.by_question(),
            "by position": peer_fhirpath.by_position(),
            "flat": peer_fhirpath.flat(),
        },
        "logic": peer_rules.json_logic(),
    }
    return _outside(
        ["node", str(HERE / "peers.js")], given, {"NODE_PATH": str(Path(folder) / "node_modules")}
    )


def _node(name: str) -> Callable[[list[Form]], float]:
    def measured(forms: list[Form]) -> float:
        folder = os.environ.get("PEER_NODE")
        if not folder:
            raise Absent("PEER_NODE names no folder with node_modules")
        found = _in_node(folder, json.dumps(forms[:MOST_SLOW]))
        if name not in found:
            raise Absent(f"{folder} has no fhirpath or no json-logic-js")
        _same(found[name]["totals"], forms[:MOST_SLOW])
        return float(found[name]["us"])

    return measured


SINGLE: Mapping[str, Callable[[list[Form]], float]] = {
    "CamCOPS (fewer outcomes, none validated)": _camcops,
    "CEL (common-expression-language, Rust)": _cel,
    "ZEN (zen-engine, Rust)": _zen,
    "json-logic (json-logic-qubit)": _json_logic,
    "json-logic-js": _node("json-logic-js"),
    "FHIRPath.js, a response, by question (as SDC)": _node("by question"),
    "FHIRPath.js, a response, by position": _node("by position"),
    "FHIRPath.js, a plain object (no FHIR)": _node("flat"),
    "CEL (cel-python)": _celpy,
}
