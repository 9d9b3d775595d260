"""LEC-5, an inventory of events without a score, and ITQ-CA, whose symptom part scores as the ITQ's."""

import pytest

from instruments.answers import REFUSED, check_answers
from instruments.checking import check_instrument
from instruments.model import Terms
from instruments.scoring import asked
from tests.instruments.forms import instrument, scored, vectors

CLUSTERS = {
    "re-experiencing": ("q1", "q2"),
    "avoidance": ("q3", "q4"),
    "sense-of-threat": ("q5", "q6"),
    "affective-dysregulation": ("q7", "q8"),
    "negative-self-concept": ("q9", "q10"),
    "disturbed-relationships": ("q11", "q12"),
}
KINDS = {
    "happened": "happened-to-me",
    "witnessed": "witnessed",
    "learned": "learned-about",
    "job": "part-of-the-job",
}


def as_itq_ca(itq):
    """The symptom answers of an adult form, with the clinician's word on everyday life from its impairment items."""
    places = {f"q{n}": f"q{n}" for n in range(1, 7)} | {f"q{n + 3}": f"q{n}" for n in range(7, 13)}
    answers = {child: itq[adult] for adult, child in places.items()}
    answers["ptsd-impairment"] = int(any(itq[f"q{n}"] >= 2 for n in (7, 8, 9)))
    answers["dso-impairment"] = int(any(itq[f"q{n}"] >= 2 for n in (16, 17, 18)))
    return answers


def test_complete_symptom_answers_come_out_as_two_other_programs_have_them_for_the_adult_form():
    complete = [case for case in vectors("itq", "scoreItq") if None not in case[0].values()]
    for itq, said in complete:
        ours = scored("itq-ca", as_itq_ca(itq))
        assert ours.scores == {"ptsd": said["ptsdSum"], "dso": said["dsoSum"]}
        assert ("ptsd-criteria" in ours.findings) is said["ptsdCriteria"]
        assert ("complex-ptsd-provisional" in ours.findings) is said["cptsdCriteria"]
        assert not {"ptsd-provisional", "complex-ptsd-provisional"} <= set(ours.findings)
    assert len(complete) >= 90


@pytest.mark.parametrize(("finding", "pair"), CLUSTERS.items())
def test_a_cluster_needs_one_of_its_two_symptoms_at_2(finding, pair):
    below = scored("itq-ca", {f"q{n}": 1 for n in range(1, 13)})
    assert finding not in below.findings
    for item in pair:
        assert finding in scored("itq-ca", {**{f"q{n}": 0 for n in range(1, 13)}, item: 2}).findings


def test_without_the_clinicians_word_on_everyday_life_the_pattern_stays_open():
    result = scored("itq-ca", {f"q{n}": 4 for n in range(1, 13)})

    assert {"ptsd-symptoms", "dso-symptoms"} <= set(result.findings)
    assert {"ptsd-criteria", "ptsd-provisional", "complex-ptsd-provisional"} <= set(result.undecided)
    assert result.complete


def test_itq_ca_says_what_is_not_verified_and_carries_no_words():
    one = instrument("itq-ca")

    assert one.permission.terms is Terms.PUBLIC
    assert not one.has_wording
    assert "could not be verified" in " ".join(one.wording_source.split())
    assert any(note.startswith("UNVERIFIED") for note in one.notes)
    assert one.changes == ()
    assert one.ages == (7, 17)


@pytest.mark.parametrize(("kind", "finding"), KINDS.items())
@pytest.mark.parametrize("number", [1, 9, 17])
def test_one_ticked_box_names_the_event_and_the_way_it_was_met(kind, finding, number):
    result = scored("lec-5", {f"q{number}-{kind}": 1})

    assert set(result.findings) == {finding, f"event-{number}"}


def test_not_being_sure_is_told_and_names_no_event():
    result = scored("lec-5", {"q3-unsure": 1})

    assert result.findings == ("not-sure",)


@pytest.mark.parametrize("none", [0, 1, REFUSED])
def test_the_boxes_of_an_event_come_first_and_are_asked_whether_or_not_it_applies(none):
    one = instrument("lec-5")
    found = asked(one, check_answers(one, {"q1-none": none}))
    boxes = [f"q{n}-{kind}" for n in range(1, 18) for kind in (*KINDS, "unsure", "none")]

    assert [item.id for item in found] == boxes
    assert [item.id for item in found if item.optional] == [f"q{n}-none" for n in range(1, 18)]


def test_a_yes_to_does_not_apply_hides_no_event():
    boxes = {f"q{n}-{kind}": 0 for n in range(1, 18) for kind in (*KINDS, "unsure")}
    meant = {key: value for key, value in boxes.items() if not key.startswith("q8-")}

    assert {"event-8", "happened-to-me"} <= set(scored("lec-5", {**meant, "q8-none": 1}).undecided)
    assert "event-8" in scored("lec-5", {**boxes, "q8-happened": 1, "q8-none": 1}).findings
    assert scored("lec-5", boxes).complete


def test_an_event_that_was_declined_leaves_every_way_open():
    boxes = {f"q{n}-{kind}": 0 for n in range(1, 18) for kind in (*KINDS, "unsure")}
    result = scored("lec-5", {**boxes, **{f"q8-{kind}": REFUSED for kind in KINDS}})

    assert result.findings == ()
    assert {"event-8", "happened-to-me", "witnessed"} <= set(result.undecided)


def test_lec_5_has_no_score_and_every_finding_of_it_is_proved():
    report = check_instrument(instrument("lec-5"), "lec-5.yaml")

    assert (instrument("lec-5").scales, instrument("lec-5").band_sets) == ((), ())
    assert (report.problems, report.not_proved) == ((), ())
    assert "UNVERIFIED" in instrument("lec-5").permission.basis
