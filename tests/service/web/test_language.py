"""A request that changes its language speaks the new one from then on."""

import re

from flask_babel import get_locale, gettext

from service.permissions import Role
from service.web.language import in_language
from tests.service.builders import world
from tests.service.web.visiting import visitor


def test_a_language_chosen_after_the_first_word_leaves_nothing_of_the_old_one(sqlite_url, tmp_path):
    with world(sqlite_url, tmp_path).app().test_request_context():
        assert (gettext("Class"), get_locale().language) == ("Class", "en")
        in_language("es")
        assert (gettext("Class"), get_locale().language) == ("Clase", "es")


def test_a_clients_pages_speak_the_screenings_language_and_what_is_chosen_there_stays_there(
    sqlite_url, tmp_path
):
    here = world(sqlite_url, tmp_path)
    staff = visitor(here, Role.COUNSELOR)

    def spoken(path):
        return re.search(r'<html lang="(..)">', staff.get(path).text)[1]

    def begun():
        where = f"/clients/{here.new_client().id}/screen"
        asked = {"instruments": "phq-9", "mode": "interview", "language": "es", "agrees": "yes"}
        return staff.post(where, **asked).headers["Location"]

    staff.post("/language", language="en", next="/clients")
    first = begun()
    assert spoken(first) == "es"
    staff.post("/language", language="en", next=first)
    assert (spoken(first), spoken(begun())) == ("en", "es")
    staff.post("/language", language="es", next=first)
    assert (spoken(first), spoken("/clients")) == ("es", "en")
    staff.post("/language", language="en", next=f"{first}/ending?after=all")
    end = staff.get(f"{first}/ending").text
    assert (spoken(f"{first}/help"), 'value="es" lang="es">' in end) == ("en", True)
    assert '?instrument=phq-9&amp;item=q1"' in staff.get(first, instrument="phq-9", item="q1").text
