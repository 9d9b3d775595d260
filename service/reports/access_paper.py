"""The report of who was at a client's record, on paper: as many pages as it needs, the same bytes for the same data.

What stands in it was decided before (`service.actions.access_report`); here it is only set.
"""

import io
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from instruments.model import text_in
from service.actions.access_report import AccessLine, AccessReport
from service.reports.fonts import typeface
from service.reports.letter_words import LANGUAGES, date_words
from service.reports.shapes import mark
from service.reports.sheet import ACCENT, MM, QUIET, Ink, Pen, Run

PAPER = {"letter": LETTER, "a4": A4}
SIDE, TOP, FOOT = 19 * MM, 15 * MM, 13 * MM
TIMES = 33 * MM
_SMALLEST = 60.0
"""What a line with its second row may take: with less room left, a new page begins."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Who looked at this record",
        "about": "Record of {0}",
        "erased": "a person whose name was erased",
        "made": "Made {0} by {1}",
        "why": "This paper lists every person who looked at or worked with this record in Handrail, when, in which "
        "role, and by what right. Looks that were refused are listed too. It does not say what stands in the record.",
        "lists": "Lists in which this name stood among others are not in it. If you do not know why somebody is "
        "named here, ask the person who gave you this paper, or the organisation above.",
        "none": "Nobody has looked at this record yet.",
        "once": "{0}",
        "times": "{0} to {1}",
        "count": "{0}, {1} times",
        "page": "Page {0} of {1}",
        "foot": "Confidential. Keep this paper safe.",
    },
    "es": {
        "title": "Quién consultó esta ficha",
        "about": "Ficha de {0}",
        "erased": "una persona cuyo nombre se borró",
        "made": "Hecho el {0} por {1}",
        "why": "Este documento nombra a cada persona que consultó esta ficha en Handrail o trabajó con ella, cuándo, "
        "en qué función y con qué derecho. También figuran las consultas que no se permitieron. No dice lo que está "
        "escrito en la ficha.",
        "lists": "No incluye las listas en las que este nombre estaba junto a otros. Si no sabe por qué se nombra "
        "aquí a alguien, pregunte a quien le dio este documento o a la organización de arriba.",
        "none": "Todavía nadie ha consultado esta ficha.",
        "once": "{0}",
        "times": "de {0} a {1}",
        "count": "{0}, {1} veces",
        "page": "Página {0} de {1}",
        "foot": "Confidencial. Guarde bien este documento.",
    },
}


def access_paper(report: AccessReport, *, language: str = "en", paper: str = "letter") -> bytes:
    """The whole report as a PDF on US letter paper ("letter") or "a4", in English or Spanish."""
    language = language if language in LANGUAGES else "en"
    pages = _Pages(report, language, PAPER[paper], None).set_all()
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=PAPER[paper], invariant=1, lang=language)
    canvas.setTitle(_WORDS[language]["title"])
    canvas.setAuthor(typeface().settable(report.organisation))
    _Pages(report, language, PAPER[paper], canvas, pages).set_all()
    canvas.save()
    return made.getvalue()


class _Pages:
    """The report while it is set, page after page. Without a canvas it only counts them."""

    def __init__(
        self,
        report: AccessReport,
        language: str,
        size: tuple[float, float],
        canvas: Canvas | None,
        of: int = 0,
    ) -> None:
        self._report, self._language, self._top, self._of = report, language, size[1] - TOP, of
        self._pen = Pen(typeface(), canvas, SIDE, size[0] - SIDE, self._top)
        self._page = 1

    def set_all(self) -> int:
        """Set everything; how many pages it took."""
        self._head()
        for day, lines in self._report.days:
            self._room(_SMALLEST + 20)
            self._pen.down(8)
            self._pen.text([Run(date_words(day, self._language), bold=True)], Ink(11.5, ACCENT))
            self._pen.down(3)
            for line in lines:
                self._line(line)
        if not self._report.lines:
            self._pen.text([Run(self._say("none"))], Ink(10.5))
        self._end_page()
        return self._page

    def _say(self, key: str, *parts: object) -> str:
        return _WORDS[self._language][key].format(*parts)

    def _head(self) -> None:
        pen, report = self._pen, self._report
        mark(pen.canvas, pen.left - 1, pen.y - 1, 27)
        pen.down(3)
        pen.text([Run(report.organisation, bold=True)], Ink(13.5, ACCENT, 2), pen.left + 36, pen.width - 36)
        pen.down(9)
        pen.rule(pen.y, ACCENT, 2.4)
        pen.down(10)
        pen.text([Run(self._say("title"), bold=True)], Ink(17, most=2))
        pen.text([Run(self._say("about", report.name or self._say("erased")), bold=True)], Ink(11, most=3))
        made = (
            f"{date_words(self._local(report.made_at).date(), self._language)}, {self._clock(report.made_at)}"
        )
        pen.text([Run(self._say("made", made, report.made_by))], Ink(10, QUIET, 2))
        pen.down(6)
        for key in ("why", "lists"):
            pen.text([Run(self._say(key))], Ink(10, most=8))
            pen.down(3)
        pen.down(3)
        pen.rule(pen.y)

    def _line(self, line: AccessLine) -> None:
        self._room(_SMALLEST)
        pen, top = self._pen, self._pen.y
        pen.text([Run(self._when(line))], Ink(10, QUIET, 2), width=TIMES - 6)
        below, pen.y = pen.y, top
        did = text_in(line.did, self._language)
        counted = self._say("count", did, line.times) if line.times > 1 else did
        who = [
            Run(text_in(line.by, self._language), bold=True),
            Run(f", {text_in(line.role, self._language)}: "),
        ]
        inside = pen.left + TIMES, pen.width - TIMES
        pen.text([*who, Run(counted, bold=line.refused)], Ink(10.5, most=3), *inside)
        pen.text([Run(text_in(line.right, self._language))], Ink(9.5, QUIET, 2), *inside)
        pen.y = min(pen.y, below)
        pen.down(4)

    def _when(self, line: AccessLine) -> str:
        first, last = self._clock(line.first), self._clock(line.last)
        return self._say("once", first) if first == last else self._say("times", first, last)

    def _clock(self, moment: datetime) -> str:
        local = self._local(moment)
        return f"{local.hour}:{local:%M}"

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self._report.zone))

    def _room(self, points: float) -> None:
        if self._pen.y - points < FOOT + 14:
            self._end_page()
            self._pen.y, self._page = self._top, self._page + 1

    def _end_page(self) -> None:
        pen = self._pen
        pen.rule(FOOT + 13)
        pen.words(self._say("foot"), (pen.left, FOOT), Ink(8.5, QUIET))
        pen.words(self._say("page", self._page, self._of), (pen.right, FOOT), Ink(8.5, QUIET, align="end"))
        if pen.canvas is not None:
            pen.canvas.showPage()


def day_of(report: AccessReport) -> date:
    """The day of the report on the organisation's calendar."""
    return report.made_at.astimezone(ZoneInfo(report.zone)).date()
