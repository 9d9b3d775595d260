"""The drawn parts that are not text: Handrail's mark, the shape of each urgency, the ruler of a score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from referral.model import Urgency
from service.reports.sheet import ACCENT, Ink, Pen, Run

URGENCY_COLOURS: Mapping[Urgency, str] = {
    Urgency.IMMEDIATE: "#8f0d31",
    Urgency.URGENT: "#7d3a00",
    Urgency.SOON: "#1a4683",
    Urgency.ROUTINE: "#3a4c51",
}
BANDS = ("#e4f1ef", "#cfe4e4", "#b7d4da", "#9cc1cf", "#84adc4")
EDGE = "#5d7378"


@dataclass(frozen=True, slots=True)
class Tick:
    """One band on a ruler: its name and both ends, included."""

    name: str
    lowest: int
    highest: int


def mark(canvas: Canvas | None, left: float, top: float, size: float) -> None:
    """Handrail's mark, a rail down a stair, in a square of `size`."""
    if canvas is None:
        return
    canvas.saveState()
    canvas.translate(left, top)
    canvas.scale(size / 32, -size / 32)
    canvas.setStrokeColor(HexColor(ACCENT))
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setLineWidth(4)
    rail = canvas.beginPath()
    rail.moveTo(3, 6)
    rail.lineTo(9.5, 6)
    rail.curveTo(11.5, 6, 12.5, 6.7, 13.8, 8)
    rail.lineTo(19.2, 14)
    rail.curveTo(20.5, 15.3, 21.5, 16, 23.5, 16)
    rail.lineTo(29, 16)
    canvas.drawPath(rail)
    canvas.setLineWidth(2.6)
    for x, begin, end in ((7, 11.5, 28), (16, 17, 28), (25, 21.5, 28)):
        canvas.line(x, begin, x, end)
    canvas.restoreState()


def urgency_shape(canvas: Canvas | None, urgency: Urgency, left: float, bottom: float, size: float) -> None:
    """The shape that goes with an urgency's word, so that it is told without colour too."""
    if canvas is None:
        return
    canvas.saveState()
    canvas.translate(left, bottom)
    canvas.scale(size / 16, size / 16)
    colour = HexColor(URGENCY_COLOURS[urgency])
    canvas.setFillColor(colour)
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(2)
    if urgency is Urgency.ROUTINE:
        canvas.circle(8, 8, 5.6)
    elif urgency is Urgency.SOON:
        canvas.drawPath(_outline(canvas, (8, 14.4), (14.4, 8), (8, 1.6), (1.6, 8)))
        canvas.drawPath(_outline(canvas, (8, 14.4), (14.4, 8), (8, 1.6)), fill=1, stroke=0)
    else:
        canvas.drawPath(_outline(canvas, *_FILLED[urgency]), fill=1, stroke=0)
    canvas.restoreState()


_FILLED: Mapping[Urgency, Sequence[tuple[float, float]]] = {
    Urgency.URGENT: ((8, 14.8), (15.4, 1.6), (0.6, 1.6)),
    Urgency.IMMEDIATE: (
        (5, 15.2), (11, 15.2), (15.2, 11), (15.2, 5), (11, 0.8), (5, 0.8), (0.8, 5), (0.8, 11),
    ),
}  # fmt: skip


def _outline(canvas: Canvas, *points: tuple[float, float]) -> PDFPathObject:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()
    return path


def ruler(pen: Pen, bands: Sequence[Tick], score: int, before: int | None) -> None:
    """A score among its bands: a pin with the number above, an open circle where it was before."""
    first, last = bands[0].lowest, bands[-1].highest
    unit = pen.width / (last - first + 1)
    pen.down(24)
    height = 19 * pen.scale
    bottom = pen.y - height

    def middle(value: int) -> float:
        return pen.left + (min(max(value, first), last) - first + 0.5) * unit

    _bands(pen, bands, bottom, height)
    _pin(pen, middle(score), pen.y, str(score))
    if before is not None and before != score:
        _was(pen, middle(before), pen.y, str(before))
    pen.y = bottom
    pen.down(4)


def bands_drawn(pen: Pen, bands: Sequence[Tick]) -> None:
    """The bands of a score without anybody's score on them: each with its name, and below it its values."""
    first, last = bands[0].lowest, bands[-1].highest
    unit = pen.width / (last - first + 1)
    pen.down(4)
    height = 17 * pen.scale
    bottom = pen.y - height
    _bands(pen, bands, bottom, height)
    pen.y = bottom
    told = " · ".join(f"{_values(band)} {band.name}" for band in bands)
    for band in bands:
        pen.words(str(band.lowest), (pen.left + (band.lowest - first) * unit + 2, bottom - 9), Ink(8.5, EDGE))
    pen.words(str(last), (pen.right - 2, bottom - 9), Ink(8.5, EDGE, align="end"))
    pen.down(11)
    pen.text([Run(told)], Ink(9.5, most=4))


def _values(band: Tick) -> str:
    return f"{band.lowest}–{band.highest}" if band.lowest < band.highest else str(band.lowest)


def _bands(pen: Pen, bands: Sequence[Tick], bottom: float, height: float) -> None:
    first, last = bands[0].lowest, bands[-1].highest
    unit = pen.width / (last - first + 1)
    for place, band in enumerate(bands):
        left, wide = pen.left + (band.lowest - first) * unit, (band.highest - band.lowest + 1) * unit
        pen.box((left, bottom, wide, height), fill=_shade(place, len(bands)))
        _band_name(pen, band.name, left, wide, bottom + height * 0.34)
    pen.box((pen.left, bottom, pen.width, height), edge=EDGE)


def _shade(place: int, count: int) -> str:
    return BANDS[round(place * (len(BANDS) - 1) / max(1, count - 1))]


def _band_name(pen: Pen, name: str, left: float, wide: float, baseline: float) -> None:
    size = 9.0
    shown = pen.face.settable(name)
    while size > 6 and pen.face.width(shown, size * pen.scale, bold=False) > wide - 4:  # noqa: PLR2004  smallest legible
        size -= 0.5
    if pen.face.width(shown, size * pen.scale, bold=False) <= wide - 2:
        pen.words(shown, (left + wide / 2, baseline), Ink(size, align="mid"))


def _pin(pen: Pen, x: float, top: float, number: str) -> None:
    half, tall = 4.5 * pen.scale, 7 * pen.scale
    if pen.canvas is not None:
        pen.canvas.setFillColor(HexColor(ACCENT))
        tip = _outline(pen.canvas, (x, top), (x - half, top + tall), (x + half, top + tall))
        pen.canvas.drawPath(tip, fill=1, stroke=0)
    pen.words(number, (x, top + tall + 3 * pen.scale), Ink(10.5, align="mid"), bold=True)


def _was(pen: Pen, x: float, top: float, number: str) -> None:
    radius = 3 * pen.scale
    if pen.canvas is not None:
        pen.canvas.setFillColor(HexColor("#ffffff"))
        pen.canvas.setStrokeColor(HexColor(EDGE))
        pen.canvas.setLineWidth(1.4)
        pen.canvas.circle(x, top + radius + 1.5, radius, stroke=1, fill=1)
    pen.words(number, (x, top + 2 * radius + 4 * pen.scale), Ink(9, EDGE, align="mid"))
