"""Choosing one's own password: by anybody who is signed in, and first of all by whoever came with a temporary one."""

import secrets
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import own_password, sign_ins
from service.actions.own_password import NewPassword
from service.web import door
from service.web.context import act, actor, parts, transaction
from service.web.forms import problems_kept
from service.web.guard import SECRET, presented_secret

bp = Blueprint("password", __name__)


@bp.get("/password")
def show() -> ResponseReturnValue:
    """The form."""
    return render_template("password.html", problems={})


@bp.post("/password")
def choose() -> ResponseReturnValue:
    """Take the new password. Every sign-in with the old one is over, so this device gets another secret."""
    problems: dict[str, str] = {}
    command = NewPassword(*(request.form.get(name, "") for name in ("now", "new", "again")))
    old, secret = presented_secret() or "", secrets.token_urlsafe(32)
    with problems_kept(problems), transaction() as store:
        own_password.choose(store, command, passwords=parts().passwords, act=act())
        sign_ins.end(store, old, act=act())
        sign_ins.start(store, secret, act=act())
    if "now" in problems:
        with transaction() as store:
            own_password.count_wrong(store, act=act())
    if problems:
        return render_template("password.html", problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY
    session.clear()
    session[SECRET] = secret
    flash(_("Your password is changed. Every other device is signed out."))
    return door.remembered(redirect(url_for("home.show"), code=HTTPStatus.SEE_OTHER), actor())
