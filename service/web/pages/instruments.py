"""The instruments in force, readable by anybody who works with them."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.actions import offering, programmes
from service.permissions import Permission
from service.reports.instrument_facts import instrument_facts
from service.web.context import act, actor, reading
from service.web.language import current_language

bp = Blueprint("instruments", __name__)


@bp.get("/instruments")
def index() -> ResponseReturnValue:
    """Every instrument: what it measures, for whom, on whose permission."""
    actor().must(Permission.READ_INSTRUMENTS)
    found = sorted(act().definitions.instruments.instruments(), key=lambda each: each.name)
    return render_template("instruments/index.html", found=found)


@bp.get("/instruments/<instrument_id>")
def show(instrument_id: str) -> ResponseReturnValue:
    """One instrument: items, scores and bands, findings, what counts as a change, each with source and people."""
    actor().must(Permission.READ_INSTRUMENTS)
    found = act().definitions.instruments.get(instrument_id)
    sources = {source.id: source for source in found.sources}
    with reading() as session:
        running = [each.programme for each in programmes.in_force(session, act=act())]
    closed = offering.not_asked_here(running, found, act=act())
    sheet = instrument_facts(found, (), current_language())
    return render_template(
        "instruments/show.html", instrument=found, sheet=sheet, sources=sources, not_asked=closed
    )
