"""An instrument's sheet on paper: as many pages as it takes, nothing cut off, always the same bytes."""

import io
from collections.abc import Callable, Iterator, Sequence

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfgen.canvas import Canvas

from referral.model import Urgency
from service.reports.fonts import LONGEST, typeface
from service.reports.instrument_facts import Block, Found, InstrumentFacts, Reading
from service.reports.instrument_follows import Follows, RuleSet
from service.reports.shapes import URGENCY_COLOURS, bands_drawn, urgency_shape
from service.reports.sheet import ACCENT, MM, QUIET, Ink, Pen, Run

PAPER = {"letter": LETTER, "a4": A4}
SIDE, TOP, FOOT = 19 * MM, 17 * MM, 20 * MM
ACTS = URGENCY_COLOURS[Urgency.IMMEDIATE]
MOST_LINES = 400

Part = Callable[[Pen], None]
"""One thing to set that is never divided between two pages: it draws where the pen stands, and moves it."""


def instrument_paper(sheet: InstrumentFacts, *, paper: str = "letter") -> bytes:
    """The sheet as a PDF on US letter paper ("letter") or "a4"."""
    pages = _pages(list(_parts(sheet)), PAPER[paper])
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=PAPER[paper], invariant=1, lang=sheet.language)
    canvas.setTitle(typeface().settable(f"{sheet.name}: {sheet.title}"))
    canvas.setAuthor("Handrail")
    for number, parts in enumerate(pages, start=1):
        pen = _pen(PAPER[paper], canvas)
        for part in parts:
            part(pen)
        _foot(pen, sheet, sheet.say("page", number, len(pages)))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _pen(size: tuple[float, float], canvas: Canvas | None) -> Pen:
    wide, high = size
    return Pen(typeface(), canvas, SIDE, wide - SIDE, high - TOP)


def _pages(parts: Sequence[Part], size: tuple[float, float]) -> list[list[Part]]:
    """The parts by page: one that does not fit where the last ended begins the next."""
    pages: list[list[Part]] = [[]]
    dry = _pen(size, None)
    for part in parts:
        before = dry.y
        part(dry)
        if dry.y < FOOT and pages[-1]:
            pages.append([])
            dry = _pen(size, None)
            part(dry)
        elif dry.y > before:
            dry.y = before
        pages[-1].append(part)
    return pages


def _parts(sheet: InstrumentFacts) -> Iterator[Part]:
    yield lambda pen: _head(pen, sheet)
    amber = Ink(10.5, URGENCY_COLOURS[Urgency.URGENT], MOST_LINES)
    yield from (_line(notice, amber, bold=True, above=5) for notice in sheet.notices)
    yield lambda pen: pen.down(5)
    for key, words in sheet.facts:
        yield from _fact(sheet.say(key), words)
    yield from _asked(sheet)
    yield from _titled(sheet.say("scales"), [_reading(each) for each in sheet.readings])
    yield from _titled(sheet.say("findings"), _found(sheet))
    yield from _rules(sheet)
    cited = [f"{cite} ({sheet.say('confidence', how)})" for cite, how in sheet.sources]
    for key, lines in (("changes", sheet.changes), ("notes", sheet.notes), ("sources", cited)):
        yield from _titled(sheet.say(key), [part for line in lines for part in _long(line)])


def _head(pen: Pen, sheet: InstrumentFacts) -> None:
    pen.text([Run(sheet.name, bold=True)], Ink(11, ACCENT))
    pen.text([Run(sheet.title, bold=True)], Ink(17, most=4))
    pen.down(2)
    pen.text([Run(sheet.about)], Ink(10.5, QUIET, 8))
    pen.down(6)
    pen.rule(pen.y, ACCENT, 2.4)
    pen.down(6)


def _foot(pen: Pen, sheet: InstrumentFacts, page: str) -> None:
    pen.rule(FOOT - 6)
    pen.words(f"{sheet.say('foot')} {sheet.foot}", (pen.left, FOOT - 18), Ink(8.5, QUIET))
    pen.words(page, (pen.right, FOOT - 18), Ink(8.5, QUIET, align="end"))


def _titled(title: str, parts: Sequence[Part]) -> Iterator[Part]:
    """A heading that stays with the first of its parts; nothing where there are none."""

    def heading(pen: Pen) -> None:
        pen.down(10)
        pen.text([Run(title, bold=True)], Ink(12.5, ACCENT))
        pen.down(2)

    if parts:
        yield _together(heading, parts[0])
    yield from parts[1:]


def _together(*parts: Part) -> Part:
    """Several things that stand on one page."""

    def draw(pen: Pen) -> None:
        for part in parts:
            part(pen)

    return draw


def _line(words: str, ink: Ink, *, bold: bool = False, above: float = 2.0, indent: float = 0.0) -> Part:
    def draw(pen: Pen) -> None:
        pen.down(above)
        pen.text([Run(words, bold)], ink, pen.left + indent, pen.width - indent)

    return draw


def _long(words: str, ink: Ink | None = None, above: float = 3.0) -> Iterator[Part]:
    """A text of any length, in pieces that the typeface takes whole."""
    for place in range(0, max(1, len(words)), LONGEST):
        yield _line(words[place : place + LONGEST], ink or Ink(10, most=MOST_LINES), above=above)


def _fact(label: str, words: str) -> Iterator[Part]:
    def draw(pen: Pen) -> None:
        pen.down(1.5)
        top, left = pen.y, pen.left + 34 * MM
        pen.text([Run(label)], Ink(10, QUIET), width=33 * MM)
        low, pen.y = pen.y, top
        pen.text([Run(words[:LONGEST])], Ink(10, most=MOST_LINES), left, pen.right - left)
        pen.y = min(low, pen.y)

    yield draw


def _asked(sheet: InstrumentFacts) -> Iterator[Part]:
    parts = [*(_long(sheet.introduction) if sheet.introduction else [])]
    for block in sheet.blocks:
        parts += _block(block)
    yield from _titled(sheet.say("items"), parts)


def _block(block: Block) -> Iterator[Part]:
    def stem(pen: Pen) -> None:
        pen.down(6)
        if block.lead:
            pen.text([Run(block.lead, bold=True)], Ink(10.5, most=MOST_LINES))
        pen.text([Run(block.answers)], Ink(9.5, QUIET, 6))
        pen.down(2)

    questions = []
    for each in block.questions:
        below = [(note, QUIET) for note in each.notes] + ([(each.critical, ACTS)] if each.critical else [])
        questions.append(_question(each.number, each.words, below))
    yield _together(stem, questions[0])
    yield from questions[1:]


def _question(number: str, words: str, below: Sequence[tuple[str, str]]) -> Part:
    def draw(pen: Pen) -> None:
        left = pen.left + 9 * MM
        pen.down(2.5)
        top = pen.y
        pen.text([Run(number, bold=True)], Ink(10.5, ACCENT), width=8 * MM)
        pen.y = top
        pen.text([Run(words)], Ink(10.5, most=MOST_LINES), left, pen.right - left)
        for line, colour in below:
            pen.text([Run(line, bold=colour == ACTS)], Ink(9, colour, 6), left, pen.right - left)

    return draw


def _reading(reading: Reading) -> Part:
    def draw(pen: Pen) -> None:
        pen.down(5)
        pen.text([Run(reading.title, bold=True)], Ink(10.5, most=4))
        if reading.ticks:
            bands_drawn(pen, reading.ticks)
        pen.text([Run(reading.under)], Ink(9, QUIET, 4))

    return draw


def _found(sheet: InstrumentFacts) -> list[Part]:
    def one(words: str, found: Found, colour: str, *, bold: bool) -> Part:
        def draw(pen: Pen) -> None:
            pen.down(3)
            pen.text([Run(words, bold)], Ink(10.5, colour, 4))
            pen.text([Run(found.when)], Ink(9.5, most=8))
            pen.text([Run(found.under)], Ink(9, QUIET, 4))

        return draw

    plain = Ink().colour
    return [
        one(f"{each.words} ({sheet.say('critical')})", each, ACTS, bold=True)
        if each.critical
        else one(each.words, each, plain, bold=False)
        for each in sheet.found
    ]


def _rules(sheet: InstrumentFacts) -> Iterator[Part]:
    parts = [part for each in sheet.rule_sets for part in _rule_set(each, sheet)]
    yield from _titled(sheet.say("rules"), parts or [_line(sheet.say("no rules"), Ink())])


def _rule_set(one: RuleSet, sheet: InstrumentFacts) -> Iterator[Part]:
    follows = [_follow(each) for each in one.follows]
    yield _together(_line(one.title, Ink(10.5), bold=True, above=5), *follows[:1])
    yield from follows[1:]
    regions = [part for label, words in one.unreferred for part in _fact(label, words or "–")]
    heading = _line(sheet.say("unreferred"), Ink(10.5), bold=True, above=6)
    yield _together(heading, _line(one.unreferred_note, Ink(9, QUIET, 6)), *regions[:1])
    yield from regions[1:]


def _follow(each: Follows) -> Part:
    def draw(pen: Pen) -> None:
        colour = QUIET if each.urgency is None else URGENCY_COLOURS[each.urgency]
        left = pen.left + 34 * MM
        pen.down(3)
        top = pen.y
        if each.urgency is not None:
            urgency_shape(pen.canvas, each.urgency, pen.left, top - 12, 9)
        pen.text([Run(each.called, bold=True)], Ink(10, colour, 3), pen.left + 14, 30 * MM - 14)
        low, pen.y = pen.y, top
        pen.text([Run(each.because)], Ink(10, most=8), left, pen.right - left)
        pen.text([Run(each.where)], Ink(9, QUIET, 4), left, pen.right - left)
        pen.y = min(low, pen.y)

    return draw
