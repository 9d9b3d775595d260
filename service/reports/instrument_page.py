"""An instrument's sheet as one HTML file that needs nothing else: no script, no address, a policy that forbids both."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from service.reports.fonts import FONTS
from service.reports.instrument_facts import InstrumentFacts
from service.reports.shapes import Tick

TEMPLATES = Path(__file__).parent.parent / "templates" / "reports"
FONT = "atkinson-hyperlegible-next-latin-wght-normal.woff2"
SHADES, WIDE = 5, 640


@dataclass(frozen=True, slots=True)
class Stretch:
    """One band on a ruler that is 640 wide: its shade, where it begins, how wide it is, its first value."""

    shade: int
    left: float
    wide: float
    first: int


def instrument_page(sheet: InstrumentFacts) -> str:
    """The sheet as a whole HTML document."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    font = _font()
    css = templates.get_template("instrument.css").render(font=font)
    page = templates.get_template("instrument.html")
    return page.render(sheet=sheet, font=font, policy=policy_for(css), stretches=stretches)


def policy_for(css: str) -> str:
    """What the document allows: its own style sheet, named by its hash, and the typeface within it."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"


def stretches(ticks: Sequence[Tick]) -> tuple[Stretch, ...]:
    """The bands of a score side by side, each as wide as it has values."""
    first, last = ticks[0].lowest, ticks[-1].highest
    unit, steps = WIDE / (last - first + 1), max(1, len(ticks) - 1)
    return tuple(
        Stretch(
            round(place * (SHADES - 1) / steps),
            round((tick.lowest - first) * unit, 1),
            round((tick.highest - tick.lowest + 1) * unit, 1),
            tick.lowest,
        )
        for place, tick in enumerate(ticks)
    )


def _font() -> str:
    """The project's own typeface as base64 when set-up has laid it there, else nothing: the reader has one too."""
    file = FONTS / FONT
    return base64.b64encode(file.read_bytes()).decode() if file.exists() else ""
