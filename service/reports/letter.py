"""The referral letter: one page that a clinic would send, from plain contents to PDF bytes, always the same.

What may stand in it was decided before (`service.actions.letters`); here it is only set. A letter too long
for its page is set smaller, then cut where "in Handrail" says so: it is always exactly one page.
"""

import io

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from service.actions.letter_contents import LetterContents
from service.reports import letter_body as body
from service.reports import letter_top as top
from service.reports.fonts import typeface
from service.reports.letter_setting import Setting, Tightness
from service.reports.letter_words import LANGUAGES, say
from service.reports.sheet import MM, QUIET, Ink, Pen

PAPER = {"letter": LETTER, "a4": A4}
SIDE, TOP, FOOT = 19 * MM, 15 * MM, 13 * MM

# The last one always fits: its parts, each at their most lines, are shorter than the page (a test proves it).
TIGHTNESS = (
    Tightness(1.0, 6, 8),
    Tightness(0.95, 6, 8),
    Tightness(0.9, 6, 8),
    Tightness(0.85, 5, 8),
    Tightness(0.8, 4, 6),
    Tightness(0.75, 2, 4),
)


def referral_letter(contents: LetterContents, *, language: str = "en", paper: str = "letter") -> bytes:
    """The letter as a PDF of one page on US letter paper ("letter") or "a4", in English or Spanish."""
    language = language if language in LANGUAGES else "en"
    size = PAPER[paper]
    tight = next((each for each in TIGHTNESS if _fits(contents, language, size, each)), TIGHTNESS[-1])
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=size, invariant=1, lang=language)
    canvas.setTitle(say("number", language, typeface().settable(contents.number)))
    canvas.setAuthor(typeface().settable(contents.organisation))
    setting = _setting(contents, language, size, tight, canvas)
    _compose(setting)
    _foot(setting)
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def _setting(
    contents: LetterContents,
    language: str,
    size: tuple[float, float],
    tight: Tightness,
    canvas: Canvas | None,
) -> Setting:
    wide, high = size
    pen = Pen(typeface(), canvas, SIDE, wide - SIDE, high - TOP, tight.scale)
    return Setting(contents, language, pen, tight)


def _fits(contents: LetterContents, language: str, size: tuple[float, float], tight: Tightness) -> bool:
    dry = _setting(contents, language, size, tight, None)
    _compose(dry)
    return dry.pen.y >= FOOT + 9 * MM


def _compose(at: Setting) -> None:
    for part in (
        top.head,
        top.ends,
        top.title,
        top.urgency,
        body.facts,
        body.why,
        body.results,
        body.request,
        body.sign,
    ):
        part(at)


def _foot(at: Setting) -> None:
    pen = at.pen
    pen.scale = 1.0
    pen.rule(FOOT + 13)
    pen.words(at.say("foot"), (pen.left, FOOT), Ink(8.5, QUIET))
    pen.words(at.say("trail", at.contents.trail), (pen.right, FOOT), Ink(8.5, QUIET, align="end"))
