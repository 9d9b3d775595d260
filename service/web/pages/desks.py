"""Handing on what somebody holds at a receiving desk, for whoever leaves or is away."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from service.actions import handing_on
from service.web.context import act, reading, transaction
from service.web.forms import as_id, problems_kept

bp = Blueprint("desks", __name__)


@bp.get("/desks")
def show() -> ResponseReturnValue:
    """Who holds how many, and the form."""
    return _page({})


@bp.post("/desks")
def hand_on() -> ResponseReturnValue:
    """Hand all of one person to another."""
    problems: dict[str, str] = {}
    done = 0
    with problems_kept(problems), transaction() as session:
        giver, taker = (as_id(request.form.get(name, "")) for name in ("from_id", "to_id"))
        done = handing_on.hand_on(session, giver, taker, act=act())
    if problems:
        return _page(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(ngettext("%(num)s referral was handed on.", "%(num)s referrals were handed on.", done))
    return redirect(url_for("desks.show"), code=HTTPStatus.SEE_OTHER)


def _page(problems: Mapping[str, str]) -> str:
    with reading() as session:
        found = handing_on.desks(session, act=act())
    return render_template("queue/desks.html", desks=found, problems=problems, given=request.form)
