"""The timeline of one client: every happening in plain words, newest first."""

import uuid

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.actions import timeline
from service.web.asked import place_asked
from service.web.context import act, transaction

bp = Blueprint("timeline", __name__)


@bp.get("/clients/<uuid:client_id>/timeline")
def show(client_id: uuid.UUID) -> ResponseReturnValue:
    """A stretch of the timeline; `all` shows single answers and looks too, `before` goes on to older ones."""
    everything = request.args.get("all") == "1"
    with transaction() as session:
        found = timeline.show(session, client_id, act=act(), before=place_asked(), everything=everything)
    return render_template("timeline/show.html", timeline=found, everything=everything)
