"""The letters that reports are set in, and making any text safe to set: nothing is drawn here."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent.parent / "static" / "vendor" / "fonts"
FILES = {"regular": "atkinson-hyperlegible-next-400.ttf", "bold": "atkinson-hyperlegible-next-700.ttf"}

LONGEST = 1500
"""No place on a page holds a longer text than this."""

_SPACES = {"Cc", "Zs", "Zl", "Zp"}
_WORDS = {"L", "N", "M"}


@dataclass(frozen=True, slots=True)
class Typeface:
    """A plain and a bold font, and which characters both have."""

    regular: str
    bold: str
    has: Callable[[str], bool]

    def font(self, *, bold: bool) -> str:
        """The name of the font to set in."""
        return self.bold if bold else self.regular

    def width(self, words: str, size: float, *, bold: bool) -> float:
        """How wide a text is in points."""
        return float(pdfmetrics.stringWidth(words, self.font(bold=bold), size))

    def settable(self, words: str) -> str:
        """The text as this typeface can set it: one line, no control or direction marks, no gaps.

        A letter that the typeface lacks loses its accent rather than itself, and becomes "?" when even that
        does not help; pictures are left out. A text of which nothing would be left becomes "?".
        """
        shown = "".join(self._shown(letter) for letter in unicodedata.normalize("NFC", words[:LONGEST]))
        shown = " ".join(shown.split())
        return shown if shown or not words.strip() else "?"

    def _shown(self, letter: str) -> str:
        kind = unicodedata.category(letter)
        if kind in _SPACES:
            return " "
        if kind != "Cf" and self.has(letter):
            return letter
        return self._nearest(letter) if kind[0] in _WORDS else ""

    def _nearest(self, letter: str) -> str:
        """The letter with as many of its accents as there are glyphs for."""
        parts = unicodedata.normalize("NFD", letter)
        for end in range(len(parts), 0, -1):
            fewer = unicodedata.normalize("NFC", parts[:end])
            if all(self.has(one) for one in fewer):
                return fewer
        return "" if unicodedata.category(letter)[0] == "M" else "?"


@cache
def typeface(folder: Path = FONTS) -> Typeface:
    """The project's own typeface when set-up has laid it there, else the one that every PDF reader has."""
    files = {name: folder / file for name, file in FILES.items()}
    if not all(file.exists() for file in files.values()):
        return Typeface("Helvetica", "Helvetica-Bold", _in_every_reader)
    fonts = {name: TTFont(f"Handrail-{name}", str(file)) for name, file in files.items()}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    glyphs = frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts.values()))
    return Typeface("Handrail-regular", "Handrail-bold", lambda letter: ord(letter) in glyphs)


def _in_every_reader(letter: str) -> bool:
    try:
        return len(letter.encode("cp1252")) == 1
    except UnicodeEncodeError:
        return False
