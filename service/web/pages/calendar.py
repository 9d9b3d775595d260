"""A week of appointments, attendance to record, and the address under which one's own calendar program reads along."""

import secrets
from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import calendar, feeds
from service.actions.refusals import FieldProblem, Invalid
from service.reports.calendar_file import calendar_file
from service.web.context import act, parts, reading, transaction
from service.web.words import day_names, local

YEARS = range(2000, 2200)
"""No appointment lies outside of these."""
bp = Blueprint("calendar", __name__, url_prefix="/calendar")


@bp.get("")
def show() -> ResponseReturnValue:
    """The week that ?week= lies in, else this one."""
    return _page("")


@bp.post("/feed")
def make_feed() -> ResponseReturnValue:
    """Make an address for one's own calendar program; it is shown this once."""
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        feeds.make(session, token, act=act())
    return _page(url_for("calendar.feed", token=token, _external=True))


@bp.post("/feed/revoke")
def revoke_feed() -> ResponseReturnValue:
    """Take the address back."""
    with transaction() as session:
        feeds.revoke(session, act=act())
    flash(_("The calendar address is taken back. It opens nothing any more."))
    return redirect(url_for("calendar.show"), code=HTTPStatus.SEE_OTHER)


@bp.get("/feed/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """The appointments of whoever made this address, without a name or a clinical word."""
    with reading() as session:
        kept = feeds.behind(session, token)
        if kept is None:
            abort(HTTPStatus.NOT_FOUND)
        found = feeds.read(session, kept, act=parts().act(kept.actor))
    body = calendar_file(found, url_for("sign_ins.show", _external=True))
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="handrail.ics"'
    answer.add_etag()
    return answer.make_conditional(request)


def _page(address: str) -> str:
    with transaction() as session:
        found = calendar.show(session, _week(), act=act())
        since = feeds.made_at(session, act=act())
    week = timedelta(days=7)
    return render_template(
        "calendar/show.html",
        week=found,
        before=found.monday - week,
        after=found.monday + week,
        day_names=day_names(),
        hour=lambda moment: f"{local(moment):%Y-%m-%dT%H:%M}",
        address=address,
        since=since,
    )


def _week() -> date | None:
    asked = request.args.get("week", "")
    if not asked:
        return None
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = date.max
    if day.year not in YEARS:
        words = _("Give a day")
        raise Invalid(FieldProblem("week", words, found=asked[:40], allowed="2026-10-13"))
    return day
