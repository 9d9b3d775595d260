"""A sheet of paper and a pen: lines broken to a width, shapes, and a dry run that only measures.

Every report draws through this, so that measuring and drawing can never differ. Lengths are points; y grows
upwards, and what is drawn moves the pen down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from service.reports.fonts import Typeface

MM = 72 / 25.4

INK, QUIET, ACCENT, LINE, WELL = "#10262b", "#33494e", "#0b4f5c", "#c5d3d1", "#e5eeec"
LEADING = 1.36


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one weight."""

    words: str
    bold: bool = False


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Ink:
    """How a text is set: its size in points at full scale, colour and the most lines it may take."""

    size: float = 10.5
    colour: str = INK
    most: int = 40
    align: str = "start"


@dataclass(slots=True)
class Pen:
    """Where drawing has come to. Without a canvas it only measures; `scale` makes everything smaller."""

    face: Typeface
    canvas: Canvas | None
    left: float
    right: float
    y: float
    scale: float = 1.0

    @property
    def width(self) -> float:
        """The width between the margins."""
        return self.right - self.left

    def down(self, points: float) -> None:
        """Leave a space."""
        self.y -= points * self.scale

    def text(
        self, runs: Sequence[Run], ink: Ink, left: float | None = None, width: float | None = None
    ) -> None:
        """Set a text in lines no wider than `width`, from `left`, and move below it."""
        left, width = self.left if left is None else left, self.width if width is None else width
        size = ink.size * self.scale
        for line in broken(runs, self.face, size, width, ink.most):
            self.y -= size * LEADING
            start = left + (width - self._width(line, size) if ink.align == "end" else 0.0)
            self._set(line, size, ink.colour, start, self.y + size * (LEADING - 1) * 0.75)

    def words(self, words: str, at: tuple[float, float], ink: Ink, *, bold: bool = False) -> None:
        """One line of text with its baseline at a place; `align` says which end is there. The pen stays."""
        size = ink.size * self.scale
        line = (Run(self.face.settable(words), bold),)
        shift = {"start": 0.0, "mid": 0.5, "end": 1.0}[ink.align] * self._width(line, size)
        self._set(line, size, ink.colour, at[0] - shift, at[1])

    def box(
        self, at: tuple[float, float, float, float], *, fill: str = "", edge: str = "", thick: float = 0.8
    ) -> None:
        """A rectangle: left, bottom, width, height."""
        if self.canvas is None:
            return
        self.canvas.setFillColor(HexColor(fill or "#ffffff"))
        self.canvas.setStrokeColor(HexColor(edge or "#ffffff"))
        self.canvas.setLineWidth(thick)
        self.canvas.roundRect(*at, 3 if edge else 0, stroke=int(bool(edge)), fill=int(bool(fill)))

    def rule(self, y: float, colour: str = LINE, thick: float = 0.7) -> None:
        """A line from margin to margin."""
        if self.canvas is not None:
            self.canvas.setStrokeColor(HexColor(colour))
            self.canvas.setLineWidth(thick)
            self.canvas.line(self.left, y, self.right, y)

    def _width(self, line: Line, size: float) -> float:
        return sum(self.face.width(run.words, size, bold=run.bold) for run in line)

    def _set(self, line: Line, size: float, colour: str, left: float, baseline: float) -> None:
        if self.canvas is None:
            return
        self.canvas.setFillColor(HexColor(colour))
        for run in line:
            self.canvas.setFont(self.face.font(bold=run.bold), size)
            self.canvas.drawString(left, baseline, run.words)
            left += self.face.width(run.words, size, bold=run.bold)


def broken(runs: Iterable[Run], face: Typeface, size: float, width: float, most: int) -> list[Line]:
    """The runs as lines no wider than `width`; a text longer than `most` lines ends in an ellipsis."""
    lines: list[list[Run]] = [[]]
    used = 0.0
    for piece in _pieces(runs, face, size, width):
        wide = face.width(piece.words, size, bold=piece.bold)
        if piece.words == " " and (not lines[-1] or lines[-1][-1].words == " "):
            continue
        if lines[-1] and used + wide > width and piece.words != " ":
            lines.append([])
            used = 0.0
        lines[-1].append(piece)
        used += wide
    if len(lines) > most:
        lines = [*lines[: most - 1], _ended(lines[most - 1], face, size, width)]
    return [_joined(line) for line in map(_trimmed, lines) if line]


def _pieces(runs: Iterable[Run], face: Typeface, size: float, width: float) -> Iterable[Run]:
    """Words and the spaces between them; a word wider than the line is cut where it must be."""
    for run in runs:
        settable = face.settable(run.words)
        before = run.words[:1].isspace()
        for number, word in enumerate(settable.split(" ")):
            if number or before:
                yield Run(" ", run.bold)
            yield from (Run(part, run.bold) for part in _cut(word, run.bold, face, size, width))
        if run.words[-1:].isspace():
            yield Run(" ", run.bold)


def _cut(word: str, bold: bool, face: Typeface, size: float, width: float) -> Iterable[str]:  # noqa: FBT001  a weight
    while word and face.width(word, size, bold=bold) > width:
        fits = _most_that_fits(word, bold, face, size, width)
        yield word[:fits]
        word = word[fits:]
    if word:
        yield word


def _most_that_fits(word: str, bold: bool, face: Typeface, size: float, width: float) -> int:  # noqa: FBT001  as above
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if face.width(word[:middle], size, bold=bold) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _ended(line: list[Run], face: Typeface, size: float, width: float) -> list[Run]:
    """The line shortened so that an ellipsis fits behind it."""
    kept = list(line)
    while kept and sum(face.width(run.words, size, bold=run.bold) for run in (*kept, Run("…"))) > width:
        last = kept.pop()
        shorter = last.words[: len(last.words) // 2]
        if shorter.strip():
            kept.append(Run(shorter, last.bold))
    return [*kept, Run("…")]


def _trimmed(line: list[Run]) -> list[Run]:
    """The line without the space it ends in."""
    return line[:-1] if line and line[-1].words == " " else line


def _joined(line: list[Run]) -> Line:
    """Neighbours of one weight as one run, so that a text can be found and copied whole."""
    joined: list[Run] = []
    for run in line:
        if joined and joined[-1].bold == run.bold:
            joined[-1] = Run(joined[-1].words + run.words, run.bold)
        else:
            joined.append(run)
    return tuple(joined)
