"""The referral letter on paper: what stands there, in two languages, on one page whatever the names."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.model import Urgency
from service.actions.letter_contents import Contact, LetterResult, Party, Safety
from service.reports.fonts import typeface
from service.reports.letter import TIGHTNESS, _fits, referral_letter
from service.reports.letter_setting import Setting
from service.reports.sheet import Pen, Run, broken
from tests.service.reports.paper import BANDS, WRITTEN, both, maya, pages_of, words_on

NASTY = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Co", "Mn", "So", "Lo", "Zl"]), max_size=40),
    st.sampled_from(
        [
            "<b>Bold</b> & <script>alert(1)</script>",
            "</para><font size=40>",
            "W" * 3000,
            "long words " * 400,
            "\u202egnirts desrever",
            "فاطمة نموذج",
            "👩‍👧 Example 🏳️‍🌈",
            "Nguyễn Thị Ánh",
            "%d %s {0} {name} \\n \\u0041",
            "\ud800",
            "a\x00b\x07c\r\n\td",
        ]
    ),
)
TEXTS = NASTY.map(both)


def test_the_same_contents_give_the_same_bytes():
    assert referral_letter(maya()) == referral_letter(maya())


@pytest.mark.parametrize(
    "words",
    [
        "Alder Creek School District (example)",
        "Psychology intake",
        "Referral HR-7K2M-0417",
        "13 October 2026",
        "Referral to psychology",
        "Urgent Please acknowledge by 14:33 today and make first contact by 14 October, 10:33.",
        "Maya Example, she/her, born 2 February 2011 (15), Spanish at home",
        "Rosa Example, mother, 555-010-0142, speaks Spanish",
        "Rosa Example (mother), 13 October 2026; Maya Example, 13 October 2026",
        "Brief safety assessment done 10:33 today by R. Demo: low risk.",
        "Suicide risk reported, not acute",
        "14 of 27 Moderate (10 to 14) 9, 4 September",
        "Positive, not acute",
        "Assessment of mood and safety",
        "A screening result is not a diagnosis.",
        "Confidential. For the named service only. Trail entry 8f3a 91c4 77e0. Page 1 of 1",
    ],
)
def test_the_letter_says(words):
    assert words in words_on(referral_letter(maya()))


@pytest.mark.parametrize(
    "words",
    [
        "Derivación a psicología",
        "Confirme la recepción a más tardar hoy a las 14:33 y haga el primer contacto a más",
        "nació el 2 de febrero de 2011 (15 años), español en casa",
        "Madre, padre, tutor o tutora",
        "Rosa Example, madre, 555-010-0142, habla español",
        "Rosa Example (madre), 13 de octubre de 2026",
        "Riesgo de suicidio, no agudo",
        "14 de 27 Moderada (10 a 14) 9, 4 de septiembre",
        "Página 1 de 1",
    ],
)
def test_the_letter_says_it_in_spanish(words):
    assert words in words_on(referral_letter(maya(), language="es"))


def test_a_relation_in_words_of_ones_own_stays_as_it_was_written():
    told = maya(guardians=(Contact("Rosa Example", "host family", "555-010-0142", "en"),))
    assert "Rosa Example, host family, 555-010-0142" in words_on(referral_letter(told, language="es"))


def test_a_language_without_words_falls_back_to_english():
    assert "Why we ask" in words_on(referral_letter(maya(), language="vi"))


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_it_fits_on_either_paper(paper):
    assert pages_of(referral_letter(maya(), paper=paper)) == 1


def test_what_is_empty_leaves_no_heading_behind():
    bare = maya(
        client=None,
        guardians=(),
        consent=None,
        agreed=(),
        safety=None,
        reasons=(),
        results=(),
        request=(),
        supports=None,
    )
    words = words_on(referral_letter(bare))
    assert [
        told
        for told in ("Maya", "Rosa", "Consent", "Safety", "Why", "Results", "would help")
        if told in words
    ] == []


def test_without_a_yes_of_somebody_the_reason_of_the_rule_stands_there():
    emergency = maya(agreed=(), consent=both("Emergency: life is at risk now."))
    assert "Consent to share Emergency: life is at risk now." in words_on(referral_letter(emergency))


def test_a_safety_assessment_that_is_due_says_until_when():
    words = words_on(referral_letter(maya(safety=Safety(due_at=WRITTEN))))
    assert "Brief safety assessment due 10:33 today." in words


def test_a_result_without_a_score_shows_no_number_and_no_ruler():
    told = maya(results=(LetterResult("PHQ-9 1.0.0", both("Moderate")),), safety=None)
    words = words_on(referral_letter(told))
    assert "PHQ-9 1.0.0 Moderate First time" in words
    assert "Moderately severe" not in words


def test_bands_drawn_up_for_adults_say_so():
    bare, scored = (
        LetterResult("PHQ-9 1.0.0", both("Moderate"), for_adults=True),
        LetterResult(
            "GAD-7 1.0.0", both("Mild"), score=3, highest=21, band=BANDS[0], bands=BANDS, for_adults=True
        ),
    )
    words = words_on(referral_letter(maya(results=(bare, scored), safety=None)))
    assert "Moderate; figures for adults" in words
    assert words.count("; figures for") == 2


@pytest.mark.parametrize("urgency", Urgency)
def test_every_urgency_has_its_word_beside_its_shape(urgency):
    assert str(urgency).capitalize() in words_on(referral_letter(maya(urgency=urgency)))


def test_markup_is_printed_as_it_was_typed():
    words = words_on(referral_letter(maya(reasons=(both("<b>5 & 6</b> <img src=x>"),))))
    assert "<b>5 & 6</b> <img src=x>" in words


def test_what_does_not_fit_says_where_the_rest_is():
    many = tuple(
        both(f"Reason number {number}, told at some length so that it takes room") for number in range(40)
    )
    words = words_on(referral_letter(maya(reasons=many)))
    assert "Reason number 0" in words
    assert "and more, in Handrail" in words


@given(
    name=NASTY,
    place=NASTY,
    texts=st.lists(TEXTS, max_size=30),
    guardians=st.lists(NASTY, max_size=6),
    results=st.lists(NASTY, max_size=12),
    score=st.integers(0, 27),
    paper=st.sampled_from(["letter", "a4"]),
    language=st.sampled_from(["en", "es", "xx"]),
)
@settings(max_examples=25)
def test_whatever_the_names_the_letter_is_one_page(
    name, place, texts, guardians, results, score, paper, language
):
    contents = maya(
        organisation=name,
        sender=Party(place, (place, place, place, place, place)),
        receiver=Party(name, (place,) * 6),
        number=name,
        client=replace(maya().client, name=name, pronouns=place, home_language=place[:8]),
        guardians=tuple(Contact(each, each, each, each[:5]) for each in guardians),
        reasons=tuple(texts),
        request=tuple(texts),
        supports=both(place),
        results=tuple(
            LetterResult(each, both(each), score=score, highest=27, band=BANDS[0], bands=BANDS)
            for each in results
        ),
        signed_by=name,
        signed_title=place,
        trail=place,
    )
    pdf = referral_letter(contents, language=language, paper=paper)
    assert pages_of(pdf) == 1
    assert any(
        _fits(contents, "es" if language == "es" else "en", size, TIGHTNESS[-1]) for size in [(612, 792)]
    )


@given(words=NASTY, width=st.integers(30, 400), most=st.integers(1, 9))
def test_no_line_is_wider_than_its_place_nor_longer_than_it_may_be(words, width, most):
    face = typeface()
    lines = broken([Run(words, bold=True), Run(words)], face, 10.5, width, most)
    assert len(lines) <= most
    for line in lines:
        assert sum(face.width(run.words, 10.5, bold=run.bold) for run in line) <= width + 0.01


@given(words=NASTY)
def test_only_what_the_typeface_has_is_set(words):
    face = typeface()
    assert all(face.has(letter) for letter in face.settable(words))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Nguyễn Thị Ánh", "Nguyên Thi Ánh"),
        ("Łukasz Żółć", "Łukasz Żółć"),
        ("Иван", "????"),
        ("\u202eabc\u202c", "abc"),
        ("🙂", "?"),
        ("Zo\u0308e", "Zöe"),
        ("", ""),
    ],
)
def test_a_letter_the_typeface_lacks_loses_its_accent_before_itself(written, shown):
    assert typeface().settable(written) == shown


def test_without_the_projects_font_the_letter_is_set_in_one_every_reader_has(tmp_path):
    face = typeface(tmp_path)
    assert face.regular == "Helvetica"
    assert face.settable("Peña – 5 €") == "Peña – 5 €"
    assert face.settable("Łukasz") == "?ukasz"


def test_measuring_comes_to_the_same_place_as_drawing():
    dry = Pen(typeface(), None, 50, 500, 700)
    Setting(maya(), "en", dry, TIGHTNESS[0])
    before = dry.y
    dry.text([Run("one line")], Setting(maya(), "en", dry, TIGHTNESS[0]).ink())
    assert dry.y < before
    assert date(2026, 10, 13) == Setting(maya(), "en", dry, TIGHTNESS[0]).today
