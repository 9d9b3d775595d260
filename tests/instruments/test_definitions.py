"""The instruments themselves: every cut-off from both sides, every critical answer, every branching."""

import pytest

from instruments.answers import REFUSED, Answers
from instruments.checking import check_instrument
from instruments.conditions import Verdict
from instruments.model import Terms
from tests.instruments.forms import all_items, catalogue, instrument, scored

NAMES = ("asq", "gad-7", "pc-ptsd-5", "pcl-5", "phq-9")
EVERY = catalogue().ids()
WORDED = (
    *("asq", "gad-2", "gad-7", "lec-5", "pc-ptsd-5", "pcl-5", "phq-15", "phq-2", "phq-9"),
    *("protective-factors", "safety-assessment", "self-injury", "wellbeing-check-in"),
)
NEVER = ("sdq", "pearls", "ies-r", "ucla-ri")


def spread(number, most, total):
    """Answers to `number` items that add up to a total, the first items highest."""
    return {f"q{n}": max(0, min(most, total - most * (n - 1))) for n in range(1, number + 1)}


@pytest.mark.parametrize("name", EVERY)
def test_every_check_of_every_definition_passes_and_nothing_is_left_unproved(name):
    report = check_instrument(instrument(name), f"{name}.yaml")

    assert [str(problem) for problem in report.problems] == []
    assert report.not_proved == ()
    assert report.proved


@pytest.mark.parametrize("name", EVERY)
def test_every_definition_says_what_it_must(name):
    one = instrument(name)

    assert one.has_wording is (name in WORDED)
    assert one.permission.basis
    assert one.permission.seen_on
    assert one.examples
    assert one.notes
    assert one.wording_source
    assert one.clinical_check == "not yet checked by a clinician"
    assert {source.id for source in one.sources} >= {scale.source for scale in one.scales}


@pytest.mark.parametrize("name", EVERY)
def test_only_what_its_publisher_lets_us_show_carries_wording(name):
    one = instrument(name)
    allowed = one.permission.terms in {Terms.PUBLIC, Terms.NO_PERMISSION_NEEDED}

    assert allowed or not any(item.ask or item.lead for item in one.items)
    assert allowed or not any(option.label for item in one.items for option in item.options)


@pytest.mark.parametrize("name", NEVER)
def test_what_may_not_be_built_in_is_not_there(name):
    assert name not in EVERY


FINDINGS = {
    "asq": ("positive", "acute", "non-acute", "not-cleared", "negative"),
    "gad-7": ("anxiety-screen-positive", "anxiety-screen-positive-sensitive"),
    "pc-ptsd-5": ("trauma-exposure", "ptsd-screen-positive", "ptsd-screen-positive-sensitive"),
    "pcl-5": (
        *("ptsd-screen-positive", "ptsd-probable"),
        *("criterion-b", "criterion-c", "criterion-d", "criterion-e", "ptsd-provisional"),
    ),
    "phq-9": (
        *("self-harm-thoughts", "self-harm-thoughts-not-answered"),
        *("depression-screen-positive", "depression-screen-positive-adolescent"),
        *("major-depressive-syndrome", "other-depressive-syndrome"),
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_findings_are_stable(name):
    assert tuple(finding.id for finding in instrument(name).findings) == FINDINGS[name]


@pytest.mark.parametrize(
    ("name", "items", "most", "total", "band"),
    [
        *[("phq-9", 9, 3, total, "minimal") for total in (0, 4)],
        *[("phq-9", 9, 3, total, "mild") for total in (5, 9)],
        *[("phq-9", 9, 3, total, "moderate") for total in (10, 14)],
        *[("phq-9", 9, 3, total, "moderately severe") for total in (15, 19)],
        *[("phq-9", 9, 3, total, "severe") for total in (20, 27)],
        *[("gad-7", 7, 3, total, "minimal") for total in (0, 4)],
        *[("gad-7", 7, 3, total, "mild") for total in (5, 9)],
        *[("gad-7", 7, 3, total, "moderate") for total in (10, 14)],
        *[("gad-7", 7, 3, total, "severe") for total in (15, 21)],
        *[("pcl-5", 20, 4, total, "below cut-off range") for total in (0, 30)],
        *[("pcl-5", 20, 4, total, "in cut-off range") for total in (31, 32)],
        *[("pcl-5", 20, 4, total, "at or above cut-off") for total in (33, 80)],
    ],
)
def test_bands_begin_and_end_where_their_source_says(name, items, most, total, band):
    result = scored(name, spread(items, most, total))

    assert result.scores["total"] == total
    assert result.bands["total"] == band


@pytest.mark.parametrize(
    ("name", "items", "most", "finding", "cut"),
    [
        ("phq-9", 9, 3, "depression-screen-positive", 10),
        ("phq-9", 9, 3, "depression-screen-positive-adolescent", 11),
        ("gad-7", 7, 3, "anxiety-screen-positive", 10),
        ("gad-7", 7, 3, "anxiety-screen-positive-sensitive", 8),
        ("pcl-5", 20, 4, "ptsd-screen-positive", 31),
        ("pcl-5", 20, 4, "ptsd-probable", 33),
    ],
)
def test_a_cut_off_divides_exactly_where_its_source_says(name, items, most, finding, cut):
    assert finding not in scored(name, spread(items, most, cut - 1)).findings
    assert finding in scored(name, spread(items, most, cut)).findings


@pytest.mark.parametrize("value", [1, 2, 3])
def test_any_answer_above_zero_to_item_9_calls_for_action_however_incomplete_the_form(value):
    for answers in ({"q9": value}, {**all_items(8, 0), "q9": value}, {**all_items(8, REFUSED), "q9": value}):
        result = scored("phq-9", answers)
        assert "self-harm-thoughts" in result.findings
        assert result.critical == ("q9",)


@pytest.mark.parametrize("state", [REFUSED, None])
def test_item_9_without_an_answer_is_never_a_no(state):
    result = scored("phq-9", {**all_items(8, 3), "q9": state})

    assert "self-harm-thoughts" in result.undecided
    assert ("self-harm-thoughts-not-answered" in result.findings) is (state == REFUSED)
    assert result.scores["total"] is None
    assert result.bands == {"total": None, "adolescent": None}


def test_the_difficulty_question_is_not_scored_and_does_not_make_a_form_incomplete():
    without = scored("phq-9", all_items(9, 1))
    with_it = scored("phq-9", {**all_items(9, 1), "difficulty": 3})

    assert without.complete
    assert with_it == without


@pytest.mark.parametrize(
    ("answers", "major", "other"),
    [
        ({**all_items(9, 0), **dict.fromkeys(("q1", "q3", "q4", "q5", "q6"), 2)}, True, False),
        ({**all_items(9, 0), **dict.fromkeys(("q1", "q3", "q4", "q5"), 2), "q9": 1}, True, False),
        ({**all_items(9, 0), **dict.fromkeys(("q1", "q3", "q4", "q5"), 2)}, False, True),
        ({**all_items(9, 0), "q2": 2, "q9": 1}, False, True),
        ({**all_items(9, 0), "q1": 3}, False, False),
        ({**all_items(9, 3), "q1": 1, "q2": 1}, False, False),
        (all_items(9, 1), False, False),
    ],
)
def test_the_depressive_syndromes_need_a_core_symptom_and_count_item_9_from_several_days(
    answers, major, other
):
    found = scored("phq-9", answers).findings

    assert ("major-depressive-syndrome" in found) is major
    assert ("other-depressive-syndrome" in found) is other


@pytest.mark.parametrize(
    ("answers", "findings", "critical"),
    [
        ({**all_items(4, 0)}, {"negative"}, ()),
        ({**all_items(4, 0), "q1": 1, "q5": 0}, {"positive", "non-acute"}, ("q1",)),
        ({**all_items(4, 0), "q4": 1, "q5": 1}, {"positive", "acute"}, ("q4", "q5")),
        ({**all_items(4, 0), "q2": REFUSED, "q5": 0}, {"positive", "non-acute"}, ("q2",)),
        ({**all_items(4, 0), "q2": REFUSED, "q5": 1}, {"positive", "acute"}, ("q2", "q5")),
        ({**all_items(4, 0), "q3": 1, "q5": REFUSED}, {"positive", "not-cleared"}, ("q3",)),
        ({**all_items(4, REFUSED), "q5": REFUSED}, {"positive", "not-cleared"}, ("q1", "q2", "q3", "q4")),
        ({"q3": 1}, {"positive"}, ("q3",)),
        ({"q5": 1}, {"positive", "acute"}, ("q5",)),
        ({**all_items(4, 0), "q5": 1}, {"positive", "acute"}, ("q5",)),
        ({"q1": 0, "q2": 0}, set(), ()),
    ],
)
def test_asq_ends_as_the_publisher_says_and_cautiously_where_it_says_nothing(answers, findings, critical):
    result = scored("asq", answers)

    assert set(result.findings) == findings
    assert result.critical == critical


def test_a_positive_asq_that_stopped_before_question_5_stays_open_and_is_not_negative():
    result = scored("asq", {**all_items(4, 0), "q1": 1})

    assert set(result.undecided) == {"acute", "non-acute", "not-cleared"}
    assert result.unanswered == ("q5",)
    assert not result.complete


@pytest.mark.parametrize(
    ("answers", "total", "findings"),
    [
        ({"exposure": 0}, 0, set()),
        ({"exposure": 0, **all_items(5, 1)}, 0, set()),
        ({"exposure": 1, **all_items(5, 0)}, 0, {"trauma-exposure"}),
        ({"exposure": 1, **all_items(5, 0), "q1": 1, "q2": 1}, 2, {"trauma-exposure"}),
        (
            {"exposure": 1, **all_items(3, 1), "q4": 0, "q5": 0},
            3,
            {"trauma-exposure", "ptsd-screen-positive-sensitive"},
        ),
        (
            {"exposure": 1, **all_items(4, 1), "q5": 0},
            4,
            {"trauma-exposure", "ptsd-screen-positive-sensitive", "ptsd-screen-positive"},
        ),
        ({"exposure": 1, **all_items(4, 1)}, None, {*FINDINGS["pc-ptsd-5"]}),
        ({"exposure": REFUSED}, None, set()),
        (all_items(5, 1), None, set()),
    ],
)
def test_pc_ptsd_5_counts_symptoms_only_after_exposure(answers, total, findings):
    result = scored("pc-ptsd-5", answers)

    assert result.scores == {"total": total}
    assert set(result.findings) == findings


@pytest.mark.parametrize(
    ("symptoms", "met"),
    [
        (("q1", "q6", "q8", "q9", "q15", "q16"), True),
        (("q6", "q8", "q9", "q15", "q16"), False),
        (("q1", "q8", "q9", "q15", "q16"), False),
        (("q1", "q6", "q8", "q15", "q16"), False),
        (("q1", "q6", "q8", "q9", "q15"), False),
        (("q5", "q7", "q13", "q14", "q19", "q20"), True),
    ],
)
def test_the_provisional_ptsd_pattern_needs_every_cluster(symptoms, met):
    for value, counts in ((2, True), (1, False)):
        result = scored("pcl-5", {**all_items(20, 0), **dict.fromkeys(symptoms, value)})
        assert ("ptsd-provisional" in result.findings) is (met and counts)


def test_pcl_5_clusters_add_up_to_the_total():
    result = scored("pcl-5", {f"q{n}": n % 5 for n in range(1, 21)})

    clusters = [result.scores[f"cluster-{letter}"] for letter in "bcde"]
    assert clusters == [10, 3, 17, 10]
    assert sum(clusters) == result.scores["total"]


@pytest.mark.parametrize(
    ("name", "critical"),
    [("phq-9", {"q9"}), ("asq", {"q1", "q2", "q3", "q4", "q5"}), ("gad-7", set()), ("pcl-5", set())],
)
def test_critical_items_are_known_before_anybody_answers(name, critical):
    assert {item.id for item in instrument(name).items if item.critical} == critical


def test_one_refused_answer_still_decides_what_it_cannot_change():
    high = scored("gad-7", {**all_items(6, 3), "q7": REFUSED})
    low = scored("gad-7", {**all_items(6, 0), "q7": REFUSED})

    assert "anxiety-screen-positive" in high.findings
    assert (low.findings, low.undecided) == ((), ())
    assert high.scores["total"] is low.scores["total"] is None


def test_scores_of_another_instrument_are_refused():
    with pytest.raises(ValueError, match="answers to gad-7 cannot be scored as phq-9"):
        catalogue().scorer("phq-9")(Answers("gad-7", all_items(7, 1)))


def test_a_verdict_is_a_word_that_can_be_stored():
    assert [str(verdict) for verdict in Verdict] == ["yes", "no", "unknown"]
