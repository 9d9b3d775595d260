"""Scoring one form against hand-written Python of the same rule, in one run: `python -m benchmarks.scoring`.

The floor is what somebody would write by hand for this one instrument: it validates every answer, adds up, names
the bands, decides the same findings and returns them as plain tuples. Ratios matter, since machines differ;
each figure is the best of several rounds, taken in turns so that a busy machine is busy for both.
"""

from __future__ import annotations

import timeit
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial

from benchmarks import columns
from benchmarks.by_hand import FORMS, Plain, pcl_5, phq_9, random_forms
from instruments.answers import REFUSED, Answers, check_answers
from instruments.catalogue import Catalogue, load_catalogue
from instruments.scoring import Scorer, explain

ROUNDS = 9
SEEN = 25
"""How many times the forms of one round an explainer has seen before it is measured."""

TURNS = 60
"""Rounds of explaining. Many: each is of new forms and lasts a few milliseconds, and machines have slow moments."""


def checked_the_same(
    scorer: Scorer, floor: Callable[[Mapping[str, object]], Plain], forms: list[dict[str, object]]
) -> None:
    """Refuse to compare speeds of functions that do not say the same."""
    for raw in forms:
        result, plain = scorer.score(raw), floor(raw)
        assert tuple(result.scores.values()) == plain[: len(result.scores)]
        assert plain[len(result.scores)] == result.bands["total"]
        assert result.findings in plain


def best(work: Callable[[], object], floor: Callable[[], object], forms: int) -> tuple[float, float]:
    """The best time of each, in microseconds a form, the two measured in turns."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(timeit.timeit(work, number=5))
        theirs.append(timeit.timeit(floor, number=5))
    return min(ours) / 5 / forms * 1e6, min(theirs) / 5 / forms * 1e6


def compare(
    scorer: Scorer, floor: Callable[[Mapping[str, object]], Plain], forms: list[dict[str, object]]
) -> tuple[float, float]:
    """Microseconds a form: ours, and the floor's."""
    checked_the_same(scorer, floor, forms)
    return best(
        lambda: [scorer.score(raw) for raw in forms], lambda: [floor(raw) for raw in forms], len(forms)
    )


def told(what: str, ours: float, floor: float) -> str:
    """One line of the report."""
    return f"{what:<58}{ours:7.2f} us {floor:7.2f} us {ours / floor:6.2f} x"


def _explained(scorers: Mapping[str, tuple[Scorer, int, int]]) -> list[float]:
    """Microseconds for one explanation of forms not seen before, by explainers that have seen others, taken in turns.

    Each trace is whole, every word in it, and is let go before the next one.
    """
    for seed in range(SEEN):
        for scorer, items, most in scorers.values():
            deque((explain(scorer.instrument, form) for form in _checked(scorer, items, most, seed)), 0)
    taken: dict[str, list[float]] = {name: [] for name in scorers}
    for seed in range(SEEN, SEEN + TURNS):
        for name, (scorer, items, most) in scorers.items():
            forms = _checked(scorer, items, most, seed)
            work = partial(deque, (explain(scorer.instrument, form) for form in forms), 0)
            taken[name].append(timeit.timeit(work, number=1))
    return [min(times) / FORMS * 1e6 for times in taken.values()]


def _checked(scorer: Scorer, items: int, most: int, seed: int) -> list[Answers]:
    return [check_answers(scorer.instrument, raw) for raw in random_forms(items, most, seed=seed)]


def report(catalogue: Catalogue) -> list[str]:
    """Every line of the report."""
    phq, pcl = catalogue.scorer("phq-9"), catalogue.scorer("pcl-5")
    phq_forms, pcl_forms = random_forms(9, 3), random_forms(20, 4)
    one, one_floor = compare(phq, phq_9, phq_forms)
    two, two_floor = compare(pcl, pcl_5, pcl_forms)
    gaps = [{**raw, "q3": REFUSED, "q5": None} for raw in phq_forms]
    partial, _ = best(lambda: [phq.score(raw) for raw in gaps], lambda: None, len(gaps))
    why, more = _explained({"phq-9": (phq, 9, 3), "pcl-5": (pcl, 20, 4)})
    return [
        f"{'one form, every answer validated, to the whole result':<58}{'ours':>10} {'by hand':>10} {'ratio':>8}",
        told("PHQ-9: 9 answers", one, one_floor),
        told("PHQ-9 and PCL-5: 29 answers", one + two, one_floor + two_floor),
        f"{'PHQ-9 with a missing and a refused answer':<58}{partial:7.2f} us",
        told("PHQ-9 explained, every line in words", why, one_floor),
        told("PCL-5 explained, every line in words", more, two_floor),
        told("both explained, 29 answers", why + more, one_floor + two_floor),
        "Where the time goes: validating the answers, then adding up; the result of an outcome seen before is shared.",
        *columns.report(catalogue),
    ]


def main() -> None:
    """Print the report."""
    print("\n".join(report(load_catalogue())))


if __name__ == "__main__":
    main()
