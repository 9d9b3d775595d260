"""Handrail and its peers on a million complete PHQ-9 in columns, in one run; see `peers.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from benchmarks import columns, peer_rules
from benchmarks.peer_rules import Absent, module
from instruments.batch import BatchScorer
from instruments.catalogue import Catalogue


def report(catalogue: Catalogue, rows: int) -> Iterator[str]:
    """Every line of the report."""
    random = np.random.default_rng(columns.SEED)
    answers = {item: random.integers(0, 4, rows).astype(np.int8) for item in peer_rules.ITEMS}
    score = BatchScorer(catalogue.get("phq-9"))
    floor = columns.seconds(lambda: columns.phq_9(list(answers.values())))
    yield ""
    yield f"{f'{rows:,} complete PHQ-9 in columns':<44}{'ms':>12}{'times by hand':>16}"
    yield _batch("NumPy by hand", floor, floor)
    yield _batch("Handrail, every answer validated", columns.seconds(lambda: score(answers)), floor)
    for name, way in {"Polars": _polars, "DuckDB": _duckdb}.items():
        try:
            yield _batch(name, way(answers), floor)
        except Absent as absent:
            yield f"{name:<44}not measured: {absent}"


def _batch(name: str, seconds: float, floor: float) -> str:
    return f"{name:<44}{seconds * 1e3:12.1f}{seconds / floor:16.1f}"


def _polars(answers: Mapping[str, columns.Column]) -> float:
    polars = module("polars", "polars")
    frame, items = polars.DataFrame(dict(answers)), [polars.col(item) for item in answers]
    symptoms = sum(((item >= 2).cast(polars.Int8) for item in items[:8]), (items[8] >= 1).cast(polars.Int8))  # noqa: PLR2004 - as the rule says
    core = (items[0] >= 2) | (items[1] >= 2)  # noqa: PLR2004 - as the rule says
    total = sum(items[1:], items[0])

    def score() -> Any:  # noqa: ANN401  as above
        named = frame.lazy().with_columns(total=total, symptoms=symptoms, core=core)
        scored, some = polars.col("total"), polars.col("symptoms")
        return named.select(
            scored,
            a=scored >= 10,  # noqa: PLR2004 - as the rule says
            b=scored >= 11,  # noqa: PLR2004 - as the rule says
            c=items[8] >= 1,
            d=polars.col("core") & (some >= 5),  # noqa: PLR2004 - as the rule says
            e=polars.col("core") & (some >= 2) & (some < 5),  # noqa: PLR2004 - as the rule says
        ).collect()

    assert (score()["total"].to_numpy() == columns.phq_9(list(answers.values()))[0]).all()
    return columns.seconds(score)


def _duckdb(answers: Mapping[str, columns.Column]) -> float:
    connection = module("duckdb", "duckdb").connect()
    connection.execute("SET threads = 1")
    table = module("pyarrow", "pyarrow").table(dict(answers))
    connection.register("given", table)
    connection.execute("CREATE TABLE answers AS SELECT * FROM given")
    return columns.seconds(lambda: connection.execute(peer_rules.SQL).fetchnumpy())
