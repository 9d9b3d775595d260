"""Other programs' cases for the rest of the library: agreement on complete forms, each departure asserted as one."""

from collections.abc import Mapping
from itertools import product

import pytest

from tests.instruments.forms import scored, vectors

# instrument, program, its field, our scale
SCORES = [
    ("phq-2", "hippocrates", "total", "total"),
    ("phq-2", "synexiun-psy", "total", "total"),
    ("gad-2", "hippocrates", "total", "total"),
    ("gad-2", "synexiun-psy", "total", "total"),
    ("phq-15", "camcops", "total", "total"),
    ("phq-15", "synexiun-psy", "total", "total"),
    ("itq", "scoreItq", "ptsdSum", "ptsd"),
    ("itq", "scoreItq", "dsoSum", "dso"),
    ("psc-17", "amine-academy", "total", "total"),
    ("psc-17", "amine-academy", "subscales.internalising.score", "internalizing"),
    ("psc-17", "amine-academy", "subscales.attention.score", "attention"),
    ("psc-17", "amine-academy", "subscales.externalising.score", "externalizing"),
    ("psc-17", "psc17", "totalScore", "total"),
    ("psc-17", "psc17", "subscales.internalizing", "internalizing"),
    ("psc-17", "psc17", "subscales.attention", "attention"),
    ("psc-17", "psc17", "subscales.externalizing", "externalizing"),
    ("k10", "synexiun-psy", "total", "total"),
    ("who-5", "synexiun-psy", "raw_total", "raw"),
    ("who-5", "synexiun-psy", "index", "total"),
    ("audit-c", "camcops", "total", "total"),
    ("audit-c", "clincalc", "result", "total"),
    ("audit-c", "synexiun-psy", "total", "total"),
    ("audit", "camcops", "total", "total"),
    ("audit", "clincalc", "result", "total"),
    ("audit", "synexiun-psy", "total", "total"),
    ("brs", "synexiun-psy", "total", "total"),
    ("nsesss-ptsd", "level2", "raw", "total"),
]


def is_complete(answers):
    return all(value is not None for value in answers.values())


@pytest.mark.parametrize(("name", "source", "field", "scale"), SCORES)
def test_scores_of_complete_forms_agree(name, source, field, scale):
    checked = 0
    for answers, said in vectors(name, source):
        if is_complete(answers):
            checked += 1
            assert scored(name, answers).scores[scale] == said[field]
    assert checked >= 90


# instrument, program, its field, our band set or finding, what its words mean in ours
WORDS: list[tuple[str, str, str, str, Mapping[object, object]]] = [
    ("phq-15", "synexiun-psy", "severity", "total", {}),
    (
        "phq-15",
        "camcops",
        "severity",
        "total",
        {"NONE": "minimal", "MILD": "low", "MODERATE": "medium", "SEVERE": "high"},
    ),
    (
        "k10",
        "synexiun-psy",
        "severity",
        "total",
        {"moderate": "mild", "high": "moderate", "very_high": "severe"},
    ),
    (
        "audit",
        "synexiun-psy",
        "band",
        "total",
        {"low_risk": "low risk", "dependence": "possible dependence"},
    ),
    ("brs", "synexiun-psy", "severity", "total", {}),
    (
        "nsesss-ptsd",
        "level2",
        "band",
        "level",
        {"None": "none", "Mild": "mild", "Moderate": "moderate", "Severe": "severe", "Extreme": "extreme"},
    ),
]


@pytest.mark.parametrize(("name", "source", "field", "band_set", "words"), WORDS)
def test_bands_of_complete_forms_agree(name, source, field, band_set, words):
    for answers, said in vectors(name, source):
        if is_complete(answers):
            assert scored(name, answers).bands[band_set] == words.get(said[field], said[field])


FINDINGS = [
    ("phq-2", "synexiun-psy", "positive_screen", "depression-screen-positive"),
    ("gad-2", "synexiun-psy", "positive_screen", "anxiety-screen-positive"),
    ("who-5", "synexiun-psy", "poor_wellbeing_flag", "low-well-being"),
    ("psc-17", "amine-academy", "totalPositive", "psychosocial-screen-positive"),
    ("psc-17", "amine-academy", "subscales.internalising.positive", "internalizing-positive"),
    ("psc-17", "amine-academy", "subscales.attention.positive", "attention-positive"),
    ("psc-17", "amine-academy", "subscales.externalising.positive", "externalizing-positive"),
    ("itq", "artdukintsugi-personality-assessment", "ptsdMet", "ptsd-criteria"),
    ("itq", "artdukintsugi-personality-assessment", "dsoMet", "dso-criteria"),
    ("itq", "artdukintsugi-personality-assessment", "cptsdMet", "complex-ptsd-provisional"),
    ("itq", "artdukintsugi-personality-assessment", "ptsdClusters.reExperiencing", "re-experiencing"),
    ("itq", "artdukintsugi-personality-assessment", "ptsdClusters.functional", "ptsd-impairment"),
    ("itq", "artdukintsugi-personality-assessment", "dsoClusters.disturbedRel", "disturbed-relationships"),
    ("itq", "artdukintsugi-personality-assessment", "dsoClusters.functional", "dso-impairment"),
    ("itq", "scoreItq", "ptsdCriteria", "ptsd-criteria"),
    ("itq", "scoreItq", "dsoCriteria", "dso-criteria"),
    ("itq", "scoreItq", "cptsdCriteria", "complex-ptsd-provisional"),
]


@pytest.mark.parametrize(("name", "source", "field", "finding"), FINDINGS)
def test_findings_of_complete_forms_agree(name, source, field, finding):
    for answers, said in vectors(name, source):
        if is_complete(answers):
            assert (finding in scored(name, answers).findings) is said[field]


def test_a_psc_17_program_that_asks_to_discuss_does_so_when_any_scale_is_positive():
    for answers, said in vectors("psc-17", "psc17"):
        if is_complete(answers):
            assert bool(scored("psc-17", answers).findings) is (said["band"] == "discuss")


def test_complex_ptsd_excludes_ptsd_as_the_publisher_says():
    for answers, said in vectors("itq", "artdukintsugi-personality-assessment"):
        if is_complete(answers):
            found = scored("itq", answers).findings
            assert ("ptsd-provisional" in found) is (said["diagnosis"] == "ptsd")
            assert ("complex-ptsd-provisional" in found) is (said["diagnosis"] == "cptsd")


@pytest.mark.parametrize("field", ["ptsdCriteria", "cptsdCriteria"])
def test_itq_criteria_that_hold_without_the_missing_answers_hold_here_too(field):
    finding = {"ptsdCriteria": "ptsd-criteria", "cptsdCriteria": "complex-ptsd-provisional"}[field]
    for answers, said in vectors("itq", "scoreItq"):
        if said[field]:
            assert finding in scored("itq", answers).findings


def test_psc_17_counts_blanks_as_0_and_is_invalid_with_four_of_them():
    for answers, said in vectors("psc-17", "amine-academy"):
        blanks = list(answers.values()).count(None)
        ours = scored("psc-17", answers)
        assert ours.scores["total"] == (said["total"] if blanks <= 3 else None)
        assert ours.complete is said["complete"]


def test_k6_agrees_once_the_other_coding_is_undone_and_the_cut_off_is_put_right():
    departures = 0
    for answers, said in vectors("k6", "synexiun-psy"):
        if is_complete(answers):
            ours = scored("k6", {item: value - 1 for item, value in answers.items()})
            assert ours.scores["total"] == said["total"] - 6
            serious = "serious-distress" in ours.findings
            assert serious is (said["total"] >= 19)
            departures += serious is not said["positive_screen"]
    assert departures > 0


def test_the_audit_c_cut_off_follows_the_sex_and_both_are_told():
    findings = {"male": "alcohol-screen-positive-men", "female": "alcohol-screen-positive-women"}
    for answers, said in vectors("audit-c", "synexiun-psy"):
        if is_complete(answers) and said["given.sex"] in findings:
            ours = scored("audit-c", answers)
            assert (findings[said["given.sex"]] in ours.findings) is said["positive_screen"]


def test_nsesss_estimates_only_as_far_as_the_rule_goes():
    for answers, said in vectors("nsesss-ptsd", "level2"):
        missing = list(answers.values()).count(None)
        ours = scored("nsesss-ptsd", answers)
        if 0 < missing <= 2:
            known = said["raw"]
            assert ours.scores["total"] == (2 * known * 9 + (9 - missing)) // (2 * (9 - missing))
        elif missing:
            # They average whatever was answered; the rule gives no score.
            assert (ours.scores["total"], said["band"] is not None) == (None, True)


RISKS = {"acute": "high-risk", "moderate": "moderate-risk", "low": "low-risk", "none": "negative"}


def columbia(answers, recent):
    """The screener's answers with the recency of behaviour as its own question."""
    return {**answers, "q6-recent": int(recent and answers["q6"] == 1)}


def test_the_columbia_triage_agrees_with_the_program_that_follows_it():
    for answers, said in vectors("c-ssrs-screener", "synexiun-psy"):
        if is_complete(answers):
            found = scored("c-ssrs-screener", columbia(answers, said["given.behavior_within_3mo"])).findings
            assert RISKS[said["risk"]] in found
            levels = {"high-risk", "moderate-risk", "low-risk", "negative"}
            assert len(levels & set(found)) == 1


def test_the_columbia_triage_departs_from_the_other_program_only_where_that_departs_from_the_publisher():
    seen = set()
    for answers, said in vectors("c-ssrs-screener", "spier"):
        if is_complete(answers):
            found = scored("c-ssrs-screener", answers).findings
            ours = next(
                level for level in ("high-risk", "moderate-risk", "low-risk", "negative") if level in found
            )
            theirs = {
                "high": "high-risk",
                "moderate": "moderate-risk",
                "low": "low-risk",
                "none": "negative",
            }[said["risk"]]
            if ours != theirs:
                seen.add((theirs, ours))
                plan_or_past = answers["q4"] == 1 or answers["q6"] == 1 or answers["q6-recent"] == 1
                assert plan_or_past
    # Item 4 is high, behaviour longer ago moderate; a yes to the past 3 months is believed without a yes to item 6.
    assert seen <= {
        *product(("moderate-risk", "low-risk", "negative"), ["high-risk"]),
        ("high-risk", "moderate-risk"),
    }


LETTERS = dict(
    zip(("a1", "a2", "a3", "c", "r", "a", "f1", "f2", "t"), [f"q{n}" for n in range(1, 10)], strict=True)
)


def test_crafft_agrees_but_for_use_without_any_yes_and_for_the_name_of_a_single_yes():
    levels = {"Low": "substance-risk-low", "Moderate": "substance-risk-medium", "High": "substance-risk-high"}
    departures = set()
    for answers, said in vectors("crafft-2.1", "crafft"):
        if is_complete(answers):
            ours = scored("crafft-2-1", {LETTERS[item]: value for item, value in answers.items()})
            assert ours.scores["total"] == said["score"]
            if levels[said["risk"]] not in ours.findings:
                departures.add((said["risk"], said["score"], "substance-use" in ours.findings))
                assert "substance-risk-medium" in ours.findings
    assert departures == {("Low", 0, True)}
