"""The coordinator's board: every open need until help has begun, with its counts as filters."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from service.access import Session
from service.actions import board, chosen, needs
from service.actions.board import Filters, Span, View
from service.actions.needs import Reassign
from service.actions.refusals import FieldProblem, Invalid
from service.permissions import Permission
from service.web import bulk
from service.web.context import act, actor, parts, transaction
from service.web.courses import stage_words
from service.web.forms import FormReader, as_id, problems_kept
from service.web.pages.sign_ins import here_only
from service.web.words import local, now

bp = Blueprint("board", __name__)


@bp.get("/board")
def show() -> ResponseReturnValue:
    """One page of the board."""
    return _page(_filters(_asked()), {})


@bp.post("/board/hand-over")
def hand_over() -> ResponseReturnValue:
    """Give the chosen needs to another person, with what they must know; what became of each is told."""
    actor().must(Permission.COORDINATE)
    problems: dict[str, str] = {}
    with problems_kept(problems):
        ids, command = bulk.chosen("need_id"), _handed_over()
    back = here_only(request.form.get("next") or url_for("board.show"))
    if problems:
        return _page(_filters(_asked()), problems), HTTPStatus.UNPROCESSABLE_ENTITY
    told = bulk.decide(ids, lambda session, each: _reassigned(session, each, command))
    with transaction() as session:
        names = chosen.names_behind_needs(session, ids, act=act())
    page = render_template("board/chosen.html", told=told, names=names, back=back)
    return page, HTTPStatus.OK if any(each.done for each in told) else HTTPStatus.UNPROCESSABLE_ENTITY


def _reassigned(session: Session, need_id: uuid.UUID, command: Reassign) -> str:
    needs.reassign(session, need_id, command, act=act())
    return _("Handed over")


def _handed_over() -> Reassign:
    form = FormReader()
    note = form.text("note", needed=_("Write a sentence or two."))
    owner_id = as_id(request.form.get("owner_id", ""))
    if owner_id is None:
        form.problems.append(FieldProblem("owner_id", _("Say who takes them over.")))
    form.done()
    return Reassign(owner_id, note)


def _page(filters: Filters, problems: Mapping[str, str]) -> str:
    with transaction() as session:
        page = board.show(session, filters, act=act())
        people = chosen.owners(session, act=act())
    return render_template(
        "board/show.html",
        page=page,
        tiles=_tiles(page),
        address=_address,
        span_words=_span_words,
        stage_words=stage_words,
        waited=lambda since: (local(now()).date() - local(since).date()).days,
        pathways=parts().definitions.pathways.all(),
        people=people,
        problems=problems,
        given=request.form,
        ticked=request.form.getlist("need_id"),
    )


def _filters(args: Mapping[str, str]) -> Filters:
    asked = args.get("view") or View.ALL.value
    if asked not in {view.value for view in View}:
        raise Invalid(FieldProblem("view", _("There is no such view."), asked[:40], ", ".join(View)))
    view = View(asked)
    owner = args.get("owner", "")
    mine, owner_id = owner == "me", None if owner == "me" else as_id(owner)
    return Filters(mine, args.get("pathway") or None, view, args.get("after") or None, owner_id)


def _asked() -> Mapping[str, str]:
    """What the board is asked for: in its address, or in the address that a refused form goes back to."""
    back = request.form.get("next")
    return request.args if back is None else dict(parse_qsl(urlsplit(back).query))


def _address(**changes: str | None) -> str:
    """This board with other filters; always from its first page unless `after` says otherwise."""
    kept = {name: _asked().get(name) for name in ("owner", "pathway", "view")}
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
