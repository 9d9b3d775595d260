"""The upper part of the referral letter: letterhead, addresses, title, the box of urgency."""

from referral.model import Urgency
from service.actions.letter_contents import Party
from service.reports.letter_setting import Setting
from service.reports.letter_words import date_words, urgency_words
from service.reports.shapes import URGENCY_COLOURS, mark, urgency_shape
from service.reports.sheet import ACCENT, QUIET, Ink, Run


def head(at: Setting) -> None:
    """The letterhead: whose letter it is."""
    pen, sender = at.pen, at.contents.sender
    top, half = pen.y, pen.width * 0.55
    mark(pen.canvas, pen.left - 1, top - 1, 27 * pen.scale)
    pen.down(3)
    pen.text(
        [Run(at.contents.organisation, bold=True)], Ink(13.5, ACCENT, 2), pen.left + 36 * pen.scale, half - 36
    )
    name_end, pen.y = pen.y, top
    for words in (sender.name, *sender.lines[:3]):
        pen.text([Run(words)], Ink(8.8, QUIET, 2, "end"), pen.left + half, pen.width - half)
    pen.y = min(pen.y, name_end, top - 30 * pen.scale)
    pen.down(9)
    pen.rule(pen.y, ACCENT, 2.4)
    pen.down(10)


def ends(at: Setting) -> None:
    """To whom, when, and under which number."""
    pen, contents = at.pen, at.contents
    top, half = pen.y, pen.width * 0.6
    _party(at, contents.receiver, half)
    below, pen.y = pen.y, top
    written = date_words(at.today, at.language)
    for words in (written, at.say("number", contents.number)):
        pen.text([Run(words)], Ink(10.5, most=1, align="end"), pen.left + half, pen.width - half)
    pen.y = min(pen.y, below)
    pen.down(11)


def _party(at: Setting, party: Party, width: float) -> None:
    at.pen.text([Run(party.name, bold=True)], Ink(10.5, most=2), width=width)
    for words in party.lines[:4]:
        at.pen.text([Run(words)], Ink(10.5, most=1), width=width)


def title(at: Setting) -> None:
    """What is asked for."""
    name = at.text(at.contents.pathway)
    at.pen.text([Run(at.say("title", name[:1].lower() + name[1:]), bold=True)], Ink(17, most=2))
    at.pen.down(7)


def urgency(at: Setting) -> None:
    """The box with the urgency as word, shape and colour, and the two times that count."""
    pen, level, scale = at.pen, at.contents.urgency, at.pen.scale
    colour, word = URGENCY_COLOURS[level], urgency_words(level, at.language)
    times = at.say("times", at.moment(at.contents.acknowledge_by), at.moment(at.contents.contact_by)).split(
        "|"
    )
    runs = [Run(words, bold=bool(place % 2)) for place, words in enumerate(times)]
    top, inside = pen.y, 11 * scale
    word_wide = pen.face.width(word, 12.5 * scale, bold=True) + 22 * scale
    pen.down(7)
    pen.text(
        runs, Ink(10.5, most=3), pen.left + inside + word_wide + 14, pen.width - 2 * inside - word_wide - 14
    )
    pen.down(8)
    middle = (top + pen.y) / 2
    urgency_shape(pen.canvas, level, pen.left + inside, middle - 6 * scale, 12.5 * scale)
    pen.words(word, (pen.left + inside + 18 * scale, middle - 4.4 * scale), Ink(12.5, colour), bold=True)
    pen.box(
        (pen.left, pen.y, pen.width, top - pen.y),
        edge=colour,
        thick=3 if level is Urgency.IMMEDIATE else 1.6,
    )
    pen.down(10)
