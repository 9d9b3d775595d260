"""What a letter tells of an instrument without bands: every danger where it may, and no single answer else."""

import pytest

from service.access import Act
from service.actions.letter_results import MayTell, letter_results
from service.actions.letters import contents
from service.kinds import ScreeningStatus
from service.reports.letter import referral_letter
from service.store.needs import needs_of
from service.store.referrals import latest_referral
from service.store.screenings import find_screening
from tests.journeys.stage import screening
from tests.service.builders import definitions, world
from tests.service.reports.paper import pages_of, words_on

NOT_TOLD = "Answered; not told in this letter"
NOT_DECIDED = "Not every question was answered; not decided"
NOTHING = "Nothing that stands out"

# Hurt today, wished to die, thoughts now, a wound; later findings of the file hold as well (relief, would stop).
DANGER = {f"q{n}": 1 for n in range(1, 17)}
ALL_TRUE = {f"q{n}": 3 for n in range(1, 11)}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def told(here, forms, *, safety=True, status=ScreeningStatus.SUBMITTED, language="en"):
    screening_id = screening(here, here.client, forms, status)
    act: Act = here.act()
    with here.read() as session:
        row = find_screening(session, act.organisation_id, screening_id)
        (result,) = letter_results(session, row, MayTell(scores=safety, safety=safety), act=act)
    return result.words[language]


def labels(*names, language="en"):
    """What the self-injury questions call these findings."""
    findings = {
        each.id: each.label[language] for each in definitions().instruments.get("self-injury").findings
    }
    return "; ".join(findings[name] for name in names)


def test_every_critical_finding_is_told_and_none_hides_another_and_no_other_is(here):
    words = told(here, {"self-injury": DANGER})

    assert words == labels("suicidal-thoughts-now", "wished-to-die", "injury-needs-care-now")


def test_a_finding_that_is_one_answer_and_not_critical_is_not_told(here):
    assert told(here, {"self-injury": {**dict.fromkeys(DANGER, 0), "q1": 1, "q4": 1}}) == NOT_TOLD


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"q1": 0, "q2": 0, "q3": 0, "q4": 0}, "Suicide risk screen negative"),
        (
            {"q1": 0, "q2": 0, "q3": 0, "q4": 1, "q5": 0},
            "Suicide risk screen positive; Positive, no thoughts of suicide right now",
        ),
        (
            {"q1": 0, "q2": 0, "q3": 1, "q4": 0, "q5": 1},
            "Suicide risk screen positive; Thoughts of suicide right now",
        ),
        ({"q1": 1}, f"Suicide risk screen positive; {NOT_DECIDED}"),
    ],
)
def test_the_asq_tells_every_outcome_and_what_is_still_open(here, answers, words):
    assert told(here, {"asq": answers}, status=ScreeningStatus.STOPPED) == words


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        ({"self-injury": DANGER}, NOT_TOLD),
        ({"protective-factors": {**ALL_TRUE, "q5": 0}}, NOT_TOLD),
        ({"asq": {"q1": 0, "q2": 0, "q3": 1, "q4": 0, "q5": 1}}, NOT_TOLD),
        ({"asq": {"q1": 1}}, NOT_DECIDED),
        ({"protective-factors": ALL_TRUE}, NOTHING),
    ],
)
def test_a_letter_that_may_not_speak_of_safety_tells_no_finding(here, forms, words):
    assert told(here, forms, safety=False, status=ScreeningStatus.STOPPED) == words


def test_a_form_that_was_left_is_never_one_in_which_nothing_stands_out(here):
    left = {"protective-factors": {f"q{n}": 3 for n in range(1, 5)}}

    assert told(here, left, status=ScreeningStatus.STOPPED) == NOT_DECIDED
    in_spanish = told(here, left, status=ScreeningStatus.STOPPED, language="es")
    assert in_spanish == "No se respondieron todas las preguntas; sin decidir"


def test_the_paper_holds_all_of_it_on_its_one_page(here):
    screening(here, here.client, {"self-injury": DANGER})
    here.clock.forward(days=1)
    screening(here, here.client, {"self-injury": DANGER})
    with here.write() as session:
        needs = needs_of(session, here.organisation.id, here.client.id)
        crisis = next(need for need in needs if need.pathway == "crisis")
        referral = latest_referral(session, here.organisation.id, crisis.id)
        letter = contents(session, referral, trail=str(referral.id), act=here.act())
    for language in ("en", "es"):
        paper = referral_letter(letter, language=language)
        last = labels("wished-to-die", "injury-needs-care-now", language=language)
        assert pages_of(paper) == 1
        assert words_on(paper).count(last) == 2
