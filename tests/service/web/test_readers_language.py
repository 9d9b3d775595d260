"""What is refused is told in the reader's language, on the page and over the API alike."""

import pytest

from referral.model import State
from service.permissions import Role
from service.relations import named_with_relation
from service.store.accounts import UserRow
from tests.service.builders import world
from tests.service.caring import need_of
from tests.service.referring import RECEIVER, SENDER, referral_in
from tests.service.reports.paper import words_on
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words

OUT_OF_ORDER = {
    "en": "Nobody can accept a referral that ended as not reached.",
    "es": "No se puede aceptar una derivación terminada como no localizada.",
}
NO_INSTRUMENT = {
    "en": "There is no instrument 'phq-8'. Available: ",
    "es": "No existe el cuestionario 'phq-8'. Hay: ",
}
NOT_OURS = {"en": "is not one that this queue gave", "es": "no es uno que haya dado esta cola"}
BOOKED = {"appointment_at": "2026-10-20T16:00:00Z"}
BOOKING = {"en": ("accept", "book an appointment for"), "es": ("aceptar", "dar cita a")}
both = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture
def here(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    here.kept_app = here.app()
    return here


def speak(here, language):
    with here.write() as session:
        for role in (SENDER, RECEIVER, Role.COORDINATOR):
            row = here.people[role]
            session.get(UserRow, (row.organisation_id, row.id)).language = language


@both
def test_a_step_out_of_order_is_told_over_the_api(here, language):
    referral_id = referral_in(here, State.NOT_REACHED)
    speak(here, language)
    answer = speaker(here, RECEIVER, here.kept_app).post(f"/referrals/{referral_id}/schedule", BOOKED)
    assert answer.status_code == 409
    assert answer.json["detail"] == OUT_OF_ORDER[language].replace(*BOOKING[language])


def test_the_letter_comes_in_the_language_of_whoever_reads_it(here):
    referral_id = referral_in(here, State.SENT)
    speak(here, "es")
    paper = visitor(here, RECEIVER, here.kept_app).get(f"/referrals/{referral_id}/letter.pdf").data
    assert "Solo para el servicio indicado" in words_on(paper)


@both
def test_a_step_out_of_order_is_told_on_the_page(here, language):
    referral_id = referral_in(here, State.NOT_REACHED)
    speak(here, language)
    page = visitor(here, RECEIVER, here.kept_app).post(f"/referrals/{referral_id}/accept")
    assert page.status_code == 409
    assert OUT_OF_ORDER[language] in words(page)


@both
def test_an_unknown_instrument_is_told_over_the_api(here, language):
    speak(here, language)
    started = {
        "client_id": str(here.client.id),
        "instruments": ["phq-8"],
        "mode": "interview",
        "agrees": True,
    }
    [problem] = speaker(here, SENDER, here.kept_app).post("/screenings", started).json["problems"]
    assert problem["message"].startswith(NO_INSTRUMENT[language])


@both
def test_a_cursor_of_another_hand_is_told(here, language):
    speak(here, language)
    [problem] = speaker(here, RECEIVER, here.kept_app).get("/referrals?cursor=mine").json["problems"]
    assert problem["message"] == NOT_OURS[language]


def test_no_sentence_on_the_page_of_a_refusal_ends_twice(here):
    told = words(visitor(here, Role.COORDINATOR, here.kept_app).get("/board", view="everything"))
    assert "Found: everything." in told
    assert ".." not in told


@pytest.mark.parametrize(("language", "relation"), [("en", "mother"), ("es", "madre")])
def test_what_a_guardian_is_to_the_student_is_told(here, language, relation):
    speak(here, language)
    client, need_id = here.client, need_of(here)
    person = visitor(here, SENDER, here.kept_app)
    for path in (f"/clients/{client.id}", f"/clients/{client.id}/consent", f"/needs/{need_id}"):
        assert f"Rosa Example, {relation}" in words(person.get(path)).replace(" ,", ","), path
    assert named_with_relation("Rosa Example, mother", language) == f"Rosa Example, {relation}"
