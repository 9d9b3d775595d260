"""What other programs computed from the same answers: agreement, and each known departure asserted as one.

The cases are facts (answers and numbers) of independent programs. Where a program departs from the publisher
the publisher's rule is what we follow, and the departure itself is the expected value here.
"""

import pytest

from instruments.answers import REFUSED
from tests.instruments.forms import instrument, scored, vectors


def is_complete(answers):
    return all(value is not None for value in answers.values())


def lower_bound(answers):
    """What a program adds up that counts missing items as 0."""
    return sum(value for value in answers.values() if value is not None)


TOTALS = [
    ("phq-9", "camcops", "total"),
    ("phq-9", "clincalc", "result"),
    ("phq-9", "hippocrates", "total"),
    ("phq-9", "spier", "total"),
    ("phq-9", "synexiun-psy", "total"),
    ("gad-7", "camcops", "total"),
    ("gad-7", "clincalc", "result"),
    ("gad-7", "hippocrates", "total"),
    ("gad-7", "synexiun-psy", "total"),
    ("pcl-5", "camcops", "total"),
    ("pcl-5", "ptsddiag", "total"),
    ("pcl-5", "synexiun-psy", "total"),
]


@pytest.mark.parametrize(("name", "source", "field"), TOTALS)
def test_totals_of_complete_forms_agree_and_incomplete_forms_have_none_here(name, source, field):
    for answers, said in vectors(name, source):
        ours = scored(name, answers)
        if is_complete(answers):
            assert ours.scores["total"] == said[field]
            assert ours.complete
        else:
            assert ours.scores["total"] is None
            assert not ours.complete
            refuses = said.get("error") is True
            assert refuses or said[field] == lower_bound(answers)


WORDS = {
    "NONE": "minimal",
    "none": "minimal",
    "Minimal or none": "minimal",
    "MILD": "mild",
    "MODERATE": "moderate",
    "MODERATELY_SEVERE": "moderately severe",
    "MODERATELY SEVERE": "moderately severe",
    "moderately_severe": "moderately severe",
    "Moderately severe": "moderately severe",
    "Moderately Severe": "moderately severe",
    "SEVERE": "severe",
}


@pytest.mark.parametrize(
    ("name", "source"),
    [(name, source) for name in ("phq-9", "gad-7") for source in ("camcops", "hippocrates", "synexiun-psy")],
)
def test_bands_of_complete_forms_agree_but_for_one_program_at_a_gad_7_total_of_5(name, source):
    departures = set()
    for answers, said in vectors(name, source):
        if is_complete(answers):
            ours = scored(name, answers)
            theirs = WORDS.get(said["severity"], said["severity"].lower())
            if theirs != ours.bands["total"]:
                departures.add((ours.scores["total"], theirs, ours.bands["total"]))
    known = {(5, "minimal", "mild")} if (name, source) == ("gad-7", "hippocrates") else set()
    assert departures == known


def test_the_depressive_syndromes_agree_with_the_only_program_that_has_them():
    for answers, said in vectors("phq-9", "camcops"):
        ours = scored("phq-9", answers)
        if is_complete(answers):
            assert ("major-depressive-syndrome" in ours.findings) is said["is_mds"]
            assert ("other-depressive-syndrome" in ours.findings) is said["is_ods"]
        elif said["is_mds"]:
            # Missing counts 0 there, so a yes is certain whatever the missing items are: ours says yes as well.
            assert "major-depressive-syndrome" in ours.findings


def test_item_9_agrees_and_where_it_is_missing_the_others_say_no_and_we_do_not():
    for source, field in (("synexiun-psy", "safety_item_positive"), ("spier", "item9")):
        for answers, said in vectors("phq-9", source):
            ours = scored("phq-9", answers)
            if answers["q9"] is None:
                assert "self-harm-thoughts" in ours.undecided
                assert not said[field]
            elif not said.get("error"):
                assert ("self-harm-thoughts" in ours.findings) is bool(said[field])


def test_pcl_5_clusters_and_the_cut_off_of_33_agree():
    for answers, said in vectors("pcl-5", "synexiun-psy"):
        if is_complete(answers):
            ours = scored("pcl-5", answers)
            theirs = [
                said[f"cluster_{c}"] for c in ("intrusion", "avoidance", "negative_mood", "hyperarousal")
            ]
            assert [ours.scores[f"cluster-{letter}"] for letter in "bcde"] == theirs
            assert ("ptsd-probable" in ours.findings) is said["positive_screen"]


@pytest.mark.parametrize(
    ("source", "field"), [("camcops", "ptsd_provisional"), ("ptsddiag", "provisional_ptsd")]
)
def test_the_provisional_ptsd_pattern_agrees_and_is_certain_where_theirs_holds_without_the_missing(
    source, field
):
    for answers, said in vectors("pcl-5", source):
        ours = scored("pcl-5", answers)
        if is_complete(answers) or said[field]:
            assert ("ptsd-provisional" in ours.findings) is said[field]


def test_pc_ptsd_5_agrees_with_the_program_that_has_the_gate():
    for answers, said in vectors("pc-ptsd-5", "cirg-fhirpath"):
        ours = scored("pc-ptsd-5", answers)
        if is_complete(answers):
            assert ours.scores["total"] == said["n_symptoms"]
        if answers["exposure"] == 0:
            assert (ours.scores["total"], said["n_symptoms"]) == (0, 0)
        if answers["exposure"] is None:
            # They count nothing when the gate is missing; we say that the total is not known, unless it is 0 anyway.
            certain = lower_bound(answers) == 0 and all(
                value == 0 for key, value in answers.items() if key != "exposure"
            )
            assert (ours.scores["total"], said["n_symptoms"]) == (0 if certain else None, 0)


def test_pc_ptsd_5_agrees_with_the_program_without_the_gate_at_its_cut_off_of_3():
    for answers, said in vectors("pc-ptsd-5", "synexiun-psy"):
        ours = scored("pc-ptsd-5", {"exposure": 1, **answers})
        if is_complete(answers):
            assert ours.scores["total"] == said["positive_count"]
            assert ("ptsd-screen-positive-sensitive" in ours.findings) is said["positive_screen"]
        else:
            assert ours.scores["total"] is None
            assert said["error"] is True


def test_asq_agrees_with_one_program_and_is_stricter_where_answers_are_missing():
    results = {"acute-positive": "acute", "non-acute-positive": "non-acute", "negative": "negative"}
    for answers, said in vectors("asq", "spier"):
        ours = scored("asq", answers)
        screen = [answers[f"q{n}"] for n in range(1, 5)]
        if answers["q5"] == 1 and not any(screen):
            # It ignores question 5 when 1 to 4 hold no yes. We believe a yes to question 5 always.
            assert "acute" in ours.findings
        elif any(screen) and answers["q5"] is not None:
            assert results[said["result"]] in ours.findings
        elif any(screen):
            assert said["result"] == "non-acute-positive"
            assert "non-acute" in ours.undecided
        elif None in screen:
            # It calls missing answers negative. We call the screen undecided.
            assert said["result"] in (None, "negative")
            assert {"positive", "negative"} <= set(ours.undecided)
        else:
            assert "negative" in ours.findings


def test_asq_agrees_with_the_other_program_except_that_a_refusal_is_a_positive_screen():
    departures = 0
    for answers, said in vectors("asq", "asq-ru-bot"):
        ours = scored("asq", answers)
        screen = [answers[f"q{n}"] for n in range(1, 5)]
        if said["error"]:
            assert None in screen
        elif 1 in screen:
            assert "positive" in ours.findings
            assert said["is_positive"] is True
            assert ("acute" in ours.findings) is (said["score"] == 2)
        elif REFUSED in screen:
            departures += 1
            assert said["is_positive"] is False
            assert "positive" in ours.findings
        else:
            assert (said["score"], answers["q5"] == 1) == (0, "acute" in ours.findings)
            assert ("negative" in ours.findings) is (answers["q5"] != 1)
    assert departures > 0


@pytest.mark.parametrize("name", ["asq", "gad-7", "pc-ptsd-5", "pcl-5", "phq-9"])
def test_every_vector_has_a_place_in_the_definition(name):
    items = {item.id for item in instrument(name).items}
    sources = {source for vector, source, _ in TOTALS if vector == name}
    for source in sources or {"pc-ptsd-5": {"cirg-fhirpath"}, "asq": {"spier"}}[name]:
        assert all(set(answers) <= items for answers, _ in vectors(name, source))
