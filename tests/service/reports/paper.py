"""A letter to change and to set, and reading back what stands on a page."""

from datetime import UTC, date, datetime

import pypdfium2

from referral.model import Disposition, Urgency
from service.actions.letter_contents import (
    Addressed,
    Agreed,
    Before,
    Contact,
    LetterContents,
    LetterResult,
    Party,
    Safety,
    Segment,
)

WRITTEN = datetime(2026, 10, 13, 16, 33, tzinfo=UTC)
BANDS = tuple(
    Segment({"en": english, "es": spanish}, low, high)
    for english, spanish, low, high in (
        ("Minimal", "Mínima", 0, 4),
        ("Mild", "Leve", 5, 9),
        ("Moderate", "Moderada", 10, 14),
        ("Moderately severe", "Moderadamente grave", 15, 19),
        ("Severe", "Grave", 20, 27),
    )
)


def both(english, spanish=None):
    return {"en": english, "es": spanish or english}


def maya(**changed):
    """The referral letter about Maya Example, with whatever a test wants otherwise."""
    contents = {
        "organisation": "Alder Creek School District (example)",
        "sender": Party("Alder High School, Counseling", ("1 Sample Street, Alder Creek", "555-010-0114")),
        "receiver": Party("Psychology intake", ("22 Fern Street, Alder Creek", "555-010-0133")),
        "number": "HR-7K2M-0417",
        "written_at": WRITTEN,
        "zone": "America/Denver",
        "pathway": both("Psychology", "Psicología"),
        "urgency": Urgency.URGENT,
        "acknowledge_by": datetime(2026, 10, 13, 20, 33, tzinfo=UTC),
        "contact_by": datetime(2026, 10, 14, 16, 33, tzinfo=UTC),
        "client": Addressed("Maya Example", "she/her", date(2011, 2, 2), is_student=True, home_language="es"),
        "guardians": (Contact("Rosa Example", "mother", "555-010-0142", "es"),),
        "consent": both("A parent or guardian agreed."),
        "agreed": (Agreed("Rosa Example", "mother", WRITTEN), Agreed("Maya Example", "", WRITTEN)),
        "safety": Safety(WRITTEN, WRITTEN, "R. Demo", Disposition.LOW, "R. Demo", plan=True),
        "reasons": (both("Suicide risk reported, not acute", "Riesgo de suicidio, no agudo"),),
        "screened_on": date(2026, 10, 13),
        "results": (
            LetterResult(
                "PHQ-9 1.0.0",
                both("Moderate", "Moderada"),
                score=14,
                highest=27,
                band=BANDS[2],
                bands=BANDS,
                before=Before(date(2026, 9, 4), 9, both("Mild", "Leve")),
            ),
            LetterResult("ASQ 1.0.0", both("Positive, not acute", "Positivo, no agudo")),
        ),
        "request": (both("Assessment of mood and safety", "Evaluación del ánimo y de la seguridad"),),
        "supports": both(
            "The counselor stays the contact.", "La persona orientadora sigue siendo el contacto."
        ),
        "signed_by": "R. Demo",
        "signed_title": "School counselor",
        "trail": "8f3a 91c4 77e0",
    }
    return LetterContents(**(contents | changed))


def pages_of(pdf):
    """How many pages a PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def words_on(pdf):
    """Every word of the first page, in one line."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()
