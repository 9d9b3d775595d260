"""The coordinator's board: every open need until help has begun, with its counts as filters."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from service.actions import board
from service.actions.board import Filters, Span, View
from service.actions.refusals import FieldProblem, Invalid
from service.web.context import act, parts, transaction
from service.web.courses import stage_words

bp = Blueprint("board", __name__)


@bp.get("/board")
def show() -> ResponseReturnValue:
    """One page of the board."""
    filters = _filters()
    with transaction() as session:
        page = board.show(session, filters, act=act())
    return render_template(
        "board/show.html",
        page=page,
        tiles=_tiles(page),
        address=_address,
        span_words=_span_words,
        stage_words=stage_words,
        pathways=parts().definitions.pathways.all(),
    )


def _filters() -> Filters:
    args = request.args
    asked = args.get("view") or View.ALL.value
    if asked not in {view.value for view in View}:
        raise Invalid(FieldProblem("view", _("There is no such view."), asked[:40], ", ".join(View)))
    view = View(asked)
    return Filters(args.get("owner") == "me", args.get("pathway") or None, view, args.get("after") or None)


def _address(**changes: str | None) -> str:
    """This board with other filters; always from its first page unless `after` says otherwise."""
    kept = {name: request.args.get(name) for name in ("owner", "pathway", "view")}
    asked: dict[str, Any] = {name: value for name, value in {**kept, **changes}.items() if value}
    return url_for("board.show", **asked)


def _tiles(page: board.Board) -> list[tuple[View, int, str]]:
    words = {
        View.ALL: _("All open"),
        View.OVERDUE: _("Overdue"),
        View.OPENED: pgettext("several needs", "Opened"),
        View.SENT: pgettext("several needs", "Sent"),
        View.ACCEPTED: pgettext("several needs", "Accepted"),
        View.BOOKED: _("Booked"),
        View.IN_CARE: _("Help began, report awaited"),
        View.HELPED: _("Closed with help this month"),
        View.CLOSED: _("Closed without help this month"),
    }
    return [(view, page.tallies[view], said) for view, said in words.items()]


def _span_words(span: Span, total: int) -> tuple[str, str]:
    headings = {
        Span.OVERDUE: _("Overdue"),
        Span.SOON: _("Due within 7 days"),
        Span.LATER: _("Later"),
        Span.CLOSED: _("Closed this month"),
    }
    return headings[span], ngettext("%(num)s need", "%(num)s needs", total)
