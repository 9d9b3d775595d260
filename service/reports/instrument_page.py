"""An instrument's sheet as one HTML file that needs nothing else: no script, no address, a policy that forbids both."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from service.reports.fonts import FONTS
from service.reports.instrument_facts import InstrumentFacts
from service.reports.shapes import Tick

TEMPLATES = Path(__file__).parent.parent / "templates" / "reports"
SHADES = 5
_WIDE, _HIGH, _FOOT = 640, 18, 15


def instrument_page(sheet: InstrumentFacts) -> str:
    """The sheet as a whole HTML document."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    css = _font() + (TEMPLATES / "instrument.css").read_text(encoding="utf-8")
    page = templates.get_template("instrument.html")
    return page.render(sheet=sheet, css=Markup(css), policy=policy_for(css), ruler=ruler)  # noqa: S704  our own file


def policy_for(css: str) -> str:
    """What the document allows: its own style sheet, named by its hash, and the typeface within it."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"


def _font() -> str:
    """The project's own typeface within the file, when set-up has laid it there; else the reader's own is used."""
    file = FONTS / "atkinson-hyperlegible-next-latin-wght-normal.woff2"
    if not file.exists():
        return ""
    data = base64.b64encode(file.read_bytes()).decode()
    face = 'font-family: "Atkinson Hyperlegible Next"; font-weight: 200 800; font-display: swap'
    return f'@font-face {{ {face}; src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'


def ruler(ticks: Sequence[Tick]) -> Markup:
    """The bands of a score side by side, each as wide as it has values, with the value each begins at."""
    first, last = ticks[0].lowest, ticks[-1].highest
    unit = _WIDE / (last - first + 1)
    parts = [_band(place, tick, len(ticks), first, unit) for place, tick in enumerate(ticks)]
    frame = Markup('<rect class="frame" x="0.5" y="0.5" width="{}" height="{}"/>').format(_WIDE - 1, _HIGH)
    end = Markup('<text class="at" x="{}" y="{}" text-anchor="end">{}</text>').format(_WIDE, _HIGH + 12, last)
    body = Markup("").join([*parts, frame, end])
    return Markup('<svg viewBox="0 0 {} {}" aria-hidden="true">{}</svg>').format(_WIDE, _HIGH + _FOOT, body)


def _band(place: int, tick: Tick, count: int, first: int, unit: float) -> Markup:
    left, wide = (tick.lowest - first) * unit, (tick.highest - tick.lowest + 1) * unit
    shade = round(place * (SHADES - 1) / max(1, count - 1))
    return Markup(
        '<rect class="b{}" x="{:.1f}" y="0" width="{:.1f}" height="{}"/><text class="at" x="{:.1f}" y="{}">{}</text>'
    ).format(shade, left, wide, _HIGH, left + 2, _HIGH + 12, tick.lowest)
