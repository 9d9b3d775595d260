"""What an instrument says before its first question is read once, there, in the page's language."""

from datetime import date

import pytest

from service.permissions import Role
from tests.service.builders import definitions, world
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def begun(here, *instruments, client=None, language="en"):
    body = {"client_id": str((client or here.client).id), "instruments": list(instruments), "agrees": True}
    return speaker(here, Role.COUNSELOR).post("/screenings", {**body, "language": language}).json["id"]


def intro(name, language="en"):
    return definitions().instruments.get(name).introduction[language]


def asked(here, screening_id):
    """The page of the next question: what is shown, and what waits for a lost connection."""
    page = visitor(here, Role.COUNSELOR).get(f"/s/{screening_id}").text
    shown, _, ahead = page.partition("<template")
    return shown, ahead


def answer(here, screening_id, instrument, **answers):
    body = {"instrument": instrument, "answers": answers}
    assert speaker(here, Role.COUNSELOR).put(f"/screenings/{screening_id}/answers", body).status_code == 200


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_stands_above_the_first_question_and_above_no_later_one(here, language):
    screening_id = begun(here, "wellbeing-check-in", language=language)
    words = intro("wellbeing-check-in", language)
    shown, ahead = asked(here, screening_id)
    assert shown.count(words) == 1
    assert shown.index(words) < shown.index("<h1")
    assert 'aria-describedby="intro"' in shown
    assert words not in ahead

    answer(here, screening_id, "wellbeing-check-in", q1=3)
    assert words not in "".join(asked(here, screening_id))


def test_it_waits_with_the_first_question_of_a_later_form(here):
    screening_id = begun(here, "gad-7", "wellbeing-check-in")
    shown, ahead = asked(here, screening_id)
    assert intro("wellbeing-check-in") not in shown
    assert ahead.count(intro("wellbeing-check-in")) == 1

    answer(here, screening_id, "gad-7", **{f"q{n}": 0 for n in range(1, 8)})
    assert asked(here, screening_id)[0].count(intro("wellbeing-check-in")) == 1


def test_it_is_there_again_when_somebody_goes_back_to_the_first_question(here):
    screening_id = begun(here, "self-injury")
    answer(here, screening_id, "self-injury", q1=0)
    page = visitor(here, Role.COUNSELOR).get(f"/s/{screening_id}", instrument="self-injury", item="q1").text

    assert intro("self-injury") in page


def test_an_instrument_without_one_shows_none_and_a_stem_is_not_said_twice(here):
    shown, ahead = asked(here, begun(here, "phq-9"))
    assert 'class="intro"' not in shown + ahead
    grown = here.new_client(born_on=date(2007, 1, 1))
    shown, ahead = asked(here, begun(here, "pcl-5", client=grown))
    assert (shown + ahead).count(intro("pcl-5").rstrip(".")) == 1
