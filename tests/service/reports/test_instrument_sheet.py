"""An instrument's sheet, as a page that needs nothing else and on paper: all of it is there, and it is true."""

import base64
import hashlib
import re
from functools import cache

import pypdfium2
import pytest

from instruments.catalogue import load_catalogue
from instruments.model import text_in
from referral.model import Urgency
from service.definitions import load_definitions
from service.reports.instrument_facts import instrument_facts
from service.reports.instrument_page import instrument_page, policy_for
from service.reports.instrument_paper import PAPER, instrument_paper
from service.reports.instrument_text import instrument_text, ruler
from service.reports.shapes import Tick

NAMES = ("asq", "cries-8", "pc-ptsd-5", "phq-9", "protective-factors", "itq-ca")
EVERY = load_catalogue().ids()


@cache
def definitions():
    return load_definitions()


@cache
def sheet(name, language="en", *notices):
    found = definitions()
    return instrument_facts(found.instruments.get(name), tuple(found.routings), language, notices)


@cache
def printed(name, language="en", paper="letter"):
    """The words of each page."""
    document = pypdfium2.PdfDocument(instrument_paper(sheet(name, language), paper=paper))
    return [page.get_textpage().get_text_bounded() for page in document]


def bare(text):
    return re.sub(r"[\s\u00ad\ufffe-]+", "", text)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["asq", "phq-9", "protective-factors"])
def test_all_three_hold_every_question_answer_and_finding_in_the_language(name, language):
    one = definitions().instruments.get(name)
    texts = [text_in(item.ask, language) for item in one.items]
    texts += [text_in(option.label, language) for item in one.items for option in item.options]
    texts += [text_in(finding.label, language) for finding in one.findings]
    page, paper = bare(instrument_page(sheet(name, language))), bare("".join(printed(name, language)))
    lines = bare(instrument_text(sheet(name, language)))

    escaped = {"'": "&#39;", '"': "&#34;"}
    for text in texts:
        shown = " ".join(text.split())
        assert bare("".join(escaped.get(letter, letter) for letter in shown)) in page
        assert bare(shown) in paper
        assert bare(shown) in lines


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("paper", list(PAPER))
def test_paper_numbers_its_pages_and_prints_the_same_bytes_again(name, paper):
    pages = printed(name, "en", paper)

    for number, words in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in words
    assert instrument_paper(sheet(name), paper=paper) == instrument_paper(sheet(name), paper=paper)


@pytest.mark.parametrize("name", EVERY)
def test_every_instrument_of_the_library_has_a_page(name):
    page = instrument_page(sheet(name))

    assert page.startswith("<!doctype html>")
    assert definitions().instruments.get(name).digest[:16] in page


def test_the_page_has_no_script_no_address_and_allows_neither():
    page = instrument_page(sheet("phq-9"))
    css = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]

    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in page
    assert "default-src &#39;none&#39;" in page
    assert policy_for(css).startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<script|<link|<img|\son\w+=|\sstyle=|\s(href|src)=", page)


def test_words_of_a_definition_are_words_and_never_markup():
    page = instrument_page(sheet("phq-9", "en", "<b>bold & bad</b>"))

    assert "<b>bold" not in page
    assert "&lt;b&gt;bold &amp; bad&lt;/b&gt;" in page


def test_rules_come_by_urgency_and_only_those_about_the_instrument():
    (clinic, school) = sheet("asq").rule_sets

    assert (clinic.title, school.title) == (
        "By the rules of: Clinic screening (adults)",
        "By the rules of: School screening",
    )
    assert [each.urgency for each in school.follows] == [
        *(Urgency.IMMEDIATE, Urgency.IMMEDIATE, Urgency.URGENT),
        None,
    ]
    assert school.follows[0].where == "Crisis; first: safety assessment"
    assert all("ASQ" in each.because or "Suicide" in each.because for each in school.follows)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "gad-7",
            [
                ("Nothing follows", "Anxiety total 0–4"),
                (
                    "Watched or asked again",
                    "Anxiety total 5–9; may still be found there: Anxiety screen positive (more sensitive cut-off)",
                ),
            ],
        ),
        ("asq", [("Nothing follows", "may still be found there: Suicide risk screen negative")]),
    ],
)
def test_who_is_not_referred_is_said_exactly(name, lines):
    school = sheet(name).rule_sets[1]

    assert [(label, words) for label, words in school.unreferred] == lines


def test_an_instrument_that_no_rule_knows_says_so():
    assert sheet("phq-15").rule_sets == ()
    assert "No routing rule knows this instrument: nothing follows by itself." in instrument_page(
        sheet("phq-15")
    )
    assert "No routing rule knows this instrument" in " ".join("".join(printed("phq-15")).split())


def test_what_calls_for_action_today_is_said_at_the_question():
    asked = {each.number: each.critical for block in sheet("asq").blocks for each in block.questions}

    assert asked["1"] == "Calls for action today: answer “Yes” or a refusal"
    assert asked["5"] == "Calls for action today: answer “Yes”"
    assert [each.critical for block in sheet("gad-7").blocks for each in block.questions] == [""] * 7


def test_the_terminal_tells_what_follows_who_is_not_referred_and_what_was_not_verified():
    told = instrument_text(sheet("gad-7", "en", "First of all"))
    flat = " ".join(told.split())

    assert told.splitlines()[2] == "! First of all"
    assert "  Soon                    Severe anxiety score (GAD-7 15 to 21): Psychology\n" in told
    assert "Who is not referred" in flat
    assert "Nothing follows: Anxiety total 0–4" in flat
    assert "- UNVERIFIED: no total is given" in told
    assert "spitzer-2006: Spitzer RL" in flat
    assert "- Anxiety total: 4 points (reliable change; adults)" in told


@pytest.mark.parametrize("name", EVERY)
def test_no_line_of_the_terminal_is_wide_and_every_item_finding_and_band_set_has_its_id(name):
    one, told = definitions().instruments.get(name), instrument_text(sheet(name))

    assert max(len(line) for line in told.splitlines() if "https:" not in line) <= 96
    ids = [*(item.id for item in one.items), *(each.id for each in (*one.findings, *one.band_sets))]
    assert [each for each in ids if not re.search(rf"(^  |: |\(){each}\b", told, re.MULTILINE)] == []


def test_the_ruler_of_a_terminal_is_as_wide_as_the_score_has_values():
    line, numbers = ruler((Tick("low", 0, 2), Tick("high", 3, 5)))

    assert line == "|" + "-" * 29 + "|" + "-" * 29 + "|"
    assert numbers == "0" + " " * 29 + "3" + " " * 29 + "5"


def test_numbers_under_the_ruler_never_run_into_each_other():
    narrow = (Tick("a", 0, 89), Tick("b", 90, 97), Tick("c", 98, 100))

    assert ruler(narrow)[1].split() == ["0", "90", "100"]


@pytest.mark.parametrize(("language", "when"), [("en", "read on 2026-11-22"), ("es", "leído el 2026-11-22")])
def test_the_permission_says_when_it_was_read(language, when):
    assert when in dict(sheet("asq", language).facts)["permission"]


@pytest.mark.parametrize(
    ("name", "finding", "english", "spanish"),
    [
        (
            "gad-7",
            "anxiety-screen-positive",
            "When Anxiety total: at least 10",
            "Cuando Total de ansiedad: al menos 10",
        ),
        ("asq", "acute", "When question 5: “Yes”", "Cuando pregunta 5: “Sí”"),
    ],
)
def test_each_finding_says_when_it_is_found(name, finding, english, spanish):
    for language, words in (("en", english), ("es", spanish)):
        told = sheet(name, language)
        assert [each.when for each in told.found if each.id == finding] == [words]
        assert bare(words) in bare(instrument_text(told))
        assert bare(words) in bare(instrument_page(told))
        assert bare(words) in bare("".join(printed(name, language)))


def test_lines_that_share_their_number_are_told_by_their_ids():
    """The six columns of the LEC-5 are items of their own, with the number of their event."""
    (happened,) = [each for each in sheet("lec-5").found if each.id == "happened-to-me"]
    first = definitions().instruments.get("lec-5").items[0].id

    assert first in happened.when


def test_what_stays_english_on_a_spanish_page_says_so():
    page = instrument_page(sheet("gad-7", "es", "A notice."))

    for words in ("A notice.", "Spitzer RL", "UNVERIFIED: no total", "the form distributed"):
        before = page[: page.index(words)]
        assert 'lang="en"' in before[before.rindex("<") :] or 'lang="en"' in before[before.rindex("<p") :]
    assert 'lang="en"' not in instrument_page(sheet("gad-7", "en", "A notice.")).replace(
        '<html lang="en">', ""
    )
    assert "tamizaje; adults; spitzer-2006" in page
    assert "aún sin revisar por un profesional clínico" in page
