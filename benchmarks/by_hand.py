"""The floor for single forms: what somebody would write by hand for one instrument. Imports nothing of the project.

It validates every answer, adds up, names the bands, decides the same findings and returns them as plain tuples.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

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
