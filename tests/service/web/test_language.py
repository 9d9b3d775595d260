"""A request that changes its language speaks the new one from then on."""

from flask_babel import get_locale, gettext

from service.web.language import in_language
from tests.service.builders import world


def test_a_language_chosen_after_the_first_word_leaves_nothing_of_the_old_one(sqlite_url, tmp_path):
    with world(sqlite_url, tmp_path).app().test_request_context():
        assert (gettext("Class"), get_locale().language) == ("Class", "en")
        in_language("es")
        assert (gettext("Class"), get_locale().language) == ("Clase", "es")
