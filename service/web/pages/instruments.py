"""The instruments in force, readable by anybody who works with them."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.actions import offering, programmes
from service.permissions import Permission
from service.web.context import act, actor, reading

bp = Blueprint("instruments", __name__)


@bp.get("/instruments")
def index() -> ResponseReturnValue:
    """Every instrument: what it measures, for whom, on whose permission."""
    actor().must(Permission.READ_INSTRUMENTS)
    found = sorted(act().definitions.instruments.instruments(), key=lambda each: each.name)
    return render_template("instruments/index.html", found=found)


@bp.get("/instruments/<instrument_id>")
def show(instrument_id: str) -> ResponseReturnValue:
    """One instrument as a sheet: items, bands, rules by urgency, sources, permission."""
    actor().must(Permission.READ_INSTRUMENTS)
    found = act().definitions.instruments.get(instrument_id)
    sources = {source.id: source for source in found.sources}
    with reading() as session:
        running = [each.programme for each in programmes.in_force(session, act=act())]
    closed = offering.not_asked_here(running, found, act=act())
    return render_template("instruments/show.html", instrument=found, sources=sources, not_asked=closed)
