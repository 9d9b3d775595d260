"""Scoring one form against hand-written Python of the same rule, in one run: `python -m benchmarks.scoring`.

The floor is what somebody would write by hand for this one instrument: it validates every answer, adds up, names
the bands, decides the same findings and returns them as plain tuples. Ratios matter, since machines differ;
each figure is the best of several rounds, taken in turns so that a busy machine is busy for both.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable, Mapping
from random import Random

from benchmarks import columns
from instruments.answers import REFUSED, check_answers
from instruments.catalogue import Catalogue, load_catalogue
from instruments.scoring import Scorer, explain

ROUNDS = 9
FORMS = 200
SEED = 20261122

Plain = tuple[object, ...]


def phq_9(raw: Mapping[str, object]) -> Plain:
    """PHQ-9 by hand: total, severity, adolescent cut-off, six findings, critical item."""
    if len(raw) != 9:  # noqa: PLR2004 - the nine items
        raise ValueError(raw)
    total = symptoms = 0
    for place in range(1, 10):
        value = raw[f"q{place}"]
        if type(value) is not int or not 0 <= value <= 3:  # noqa: PLR2004 - the scale of an item
            raise ValueError(place)
        total += value
        symptoms += value >= 2 or (place == 9 and value == 1)  # noqa: PLR2004 - as the rule says
    core = raw["q1"] >= 2 or raw["q2"] >= 2  # type: ignore[operator]  # noqa: PLR2004 - as the rule says
    return (total, *_phq_9_words(total, symptoms, core=core, thoughts=raw["q9"] != 0))


def _phq_9_words(total: int, symptoms: int, *, core: bool, thoughts: bool) -> Plain:
    found = []
    if thoughts:
        found.append("self-harm-thoughts")
    if total >= 10:  # noqa: PLR2004 - the cut-off
        found.append("depression-screen-positive")
    if total >= 11:  # noqa: PLR2004 - the adolescent cut-off
        found.append("depression-screen-positive-adolescent")
    if core and symptoms >= 2:  # noqa: PLR2004 - as the rule says
        found.append("major-depressive-syndrome" if symptoms >= 5 else "other-depressive-syndrome")  # noqa: PLR2004
    adolescent = "at or above cut-off" if total >= 11 else "below cut-off"  # noqa: PLR2004 - the adolescent cut-off
    return _severity(total), adolescent, tuple(found), ("q9",) if thoughts else ()


def _severity(total: int) -> str:
    for lowest, name in ((20, "severe"), (15, "moderately severe"), (10, "moderate"), (5, "mild")):
        if total >= lowest:
            return name
    return "minimal"


def pcl_5(raw: Mapping[str, object]) -> Plain:
    """PCL-5 by hand: total, four clusters, cut-off range, seven findings."""
    if len(raw) != 20:  # noqa: PLR2004 - the twenty items
        raise ValueError(raw)
    values: list[int] = []
    for place in range(1, 21):
        value = raw[f"q{place}"]
        if type(value) is not int or not 0 <= value <= 4:  # noqa: PLR2004 - the scale of an item
            raise ValueError(place)
        values.append(value)
    parts = values[:5], values[5:7], values[7:14], values[14:]
    total = sum(values)
    return (total, *(sum(part) for part in parts), *_pcl_5_words(total, parts))


def _pcl_5_words(total: int, parts: tuple[list[int], ...]) -> Plain:
    found = []
    if total >= 31:  # noqa: PLR2004 - the lower cut-off
        found.append("ptsd-screen-positive")
    if total >= 33:  # noqa: PLR2004 - the upper cut-off
        found.append("ptsd-probable")
    needed = (("criterion-b", 1), ("criterion-c", 1), ("criterion-d", 2), ("criterion-e", 2))
    met = [
        name
        for (name, count), part in zip(needed, parts, strict=True)
        if sum(value >= 2 for value in part) >= count  # noqa: PLR2004 - as the rule says
    ]
    found += [*met, "ptsd-provisional"] if len(met) == len(needed) else met
    if total < 31:  # noqa: PLR2004 - the lower cut-off
        return "below cut-off range", tuple(found)
    return "in cut-off range" if total < 33 else "at or above cut-off", tuple(found)  # noqa: PLR2004


def random_forms(items: int, most: int, *, seed: int = SEED) -> list[dict[str, object]]:
    """Complete forms as they would come in, the same each time."""
    random = Random(seed)  # noqa: S311 - not a secret
    return [{f"q{place}": random.randint(0, most) for place in range(1, items + 1)} for _ in range(FORMS)]


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


def report(catalogue: Catalogue) -> list[str]:
    """Every line of the report."""
    phq, pcl = catalogue.scorer("phq-9"), catalogue.scorer("pcl-5")
    phq_forms, pcl_forms = random_forms(9, 3), random_forms(20, 4)
    one, one_floor = compare(phq, phq_9, phq_forms)
    two, two_floor = compare(pcl, pcl_5, pcl_forms)
    gaps = [{**raw, "q3": REFUSED, "q5": None} for raw in phq_forms]
    explained = [
        [check_answers(one.instrument, raw) for raw in forms]
        for one, forms in ((phq, phq_forms), (pcl, pcl_forms))
    ]
    partial, _ = best(lambda: [phq.score(raw) for raw in gaps], lambda: None, len(gaps))
    why, more = best(
        lambda: [explain(phq.instrument, form) for form in explained[0]],
        lambda: [explain(pcl.instrument, form) for form in explained[1]],
        FORMS,
    )
    return [
        f"{'one form, every answer validated, to the whole result':<58}{'ours':>10} {'by hand':>10} {'ratio':>8}",
        told("PHQ-9: 9 answers", one, one_floor),
        told("PHQ-9 and PCL-5: 29 answers", one + two, one_floor + two_floor),
        f"{'PHQ-9 with a missing and a refused answer':<58}{partial:7.2f} us",
        f"{'PHQ-9 explained, every line in words':<58}{why:7.2f} us",
        f"{'PCL-5 explained, every line in words':<58}{more:7.2f} us",
        "Where the time goes: validating the answers, then adding up; the result of an outcome seen before is shared.",
        *columns.report(catalogue),
    ]


def main() -> None:
    """Print the report."""
    print("\n".join(report(load_catalogue())))


if __name__ == "__main__":
    main()
