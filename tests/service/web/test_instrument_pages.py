"""The pages of instruments: what is quoted in another language than the page's says so, for a voice that reads it."""

import re

import pytest

from instruments.model import Terms
from service.permissions import Role
from tests.service.builders import definitions, world
from tests.service.web.visiting import visitor


@pytest.fixture(scope="module")
def spanish(migrated_sqlite, tmp_path_factory):
    folder = tmp_path_factory.mktemp("instruments")
    (folder / "handrail.db").write_bytes(migrated_sqlite.read_bytes())
    here = world(f"sqlite:///{folder / 'handrail.db'}", folder)
    person = visitor(here, Role.COUNSELOR)
    person.post("/language", language="es", next="/")
    yield person
    here.parts.close()


def quoted(page):
    """Every text that is marked as English, as one reads it."""
    found = re.findall(r'<(\w+)[^>]* lang="en"[^>]*>(.*?)</\1>', page.text, flags=re.DOTALL)
    return {re.sub(r"<[^>]+>", "", each).replace("&#39;", "'").replace("&#34;", '"') for _tag, each in found}


def test_the_terms_of_each_instrument_are_told_in_the_page_s_language(spanish):
    page = spanish.get("/instruments")
    assert 'lang="es"' in page.text
    assert "Gratis con condiciones" in page.text
    assert [each for each in Terms if str(each) in page.text.lower()] == []


@pytest.mark.parametrize("name", ["phq-9", "gad-7", "asq"])
def test_what_is_english_on_a_spanish_page_is_marked(spanish, name):
    instrument, page = definitions().instruments.get(name), spanish.get(f"/instruments/{name}")
    permission = instrument.permission
    english = {permission.basis, instrument.publisher}
    assert "aún sin revisar por un profesional clínico" in page.text
    assert english | set(instrument.notes) <= quoted(page)
    cited = {source.cite for source in instrument.sources} & {
        *map(str.strip, re.split(r"<[^>]+>", page.text))
    }
    assert cited <= quoted(page)


def test_questions_are_marked_only_where_they_are_not_in_the_page_s_language(spanish):
    every = definitions().instruments.instruments()
    both = next(each for each in every if {"en", "es"} <= set(each.languages))
    alone = next(each for each in every if each.has_wording and "es" not in each.languages)
    assert both.items[0].ask["en"] not in quoted(spanish.get(f"/instruments/{both.id}"))
    assert both.items[0].ask["es"] in spanish.get(f"/instruments/{both.id}").text
    assert alone.items[0].ask["en"] in quoted(spanish.get(f"/instruments/{alone.id}"))


@pytest.mark.parametrize("name", ["lec-5", "phq-2"])
def test_a_page_says_plainly_that_nobody_is_asked_and_why(spanish, name):
    page = spanish.get(f"/instruments/{name}").text

    assert "no se puede preguntar: las reglas de derivación de aquí (school-screening) no lo conocen" in page
    assert "no se puede preguntar" not in spanish.get("/instruments/asq").text


def test_a_page_shows_that_a_permission_is_unverified(spanish):
    assert "UNVERIFIED" in spanish.get("/instruments/lec-5").text


def test_a_page_says_for_whom_each_figure_holds_and_reads_every_stem(spanish):
    page = spanish.get("/instruments/phq-9")

    assert "Durante las últimas 2 semanas, ¿qué tan seguido" in page.text
    assert "Qué cuenta como cambio" in page.text
    assert "6 puntos" in page.text
    assert {"(reliable change; adults)", "adults", "13 to 17 years"} <= quoted(page)
    assert "desde 12 años" in page.text
    assert "Sin puntuación cuando falta una respuesta" in page.text
    assert "12 - 120" not in page.text


def test_what_is_ours_says_that_it_was_not_validated(spanish):
    ours = definitions().instruments.get("self-injury")

    assert ours.not_validated
    assert '<div class="note"><p><b>' in spanish.get("/instruments/self-injury").text
    assert '<div class="note"><p><b>' not in spanish.get("/instruments/phq-9").text
    assert "Puntuaciones y rangos" not in spanish.get("/instruments/self-injury").text
