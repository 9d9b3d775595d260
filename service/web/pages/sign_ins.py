"""Signing in and out with e-mail and password."""

import secrets
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import sign_ins
from service.web import door
from service.web.context import act, transaction
from service.web.guard import SECRET, presented_secret, signed_in_actor

bp = Blueprint("sign_ins", __name__)


def here_only(target: str | None) -> str:
    """The address to go on to, if it is a path of ours; else the home page."""
    target = target or ""
    split = urlsplit(target)
    ours = (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not split.scheme
        and not split.netloc
    )
    return target if ours and target.isprintable() else url_for("home.show")


@bp.get("/sign-in")
def show() -> ResponseReturnValue:
    """The door."""
    if signed_in_actor() is not None:
        return redirect(url_for("home.show"))
    return render_template("sign_in.html", email="", error="", next=request.args.get("next", ""))


@bp.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Check e-mail and password; begin a fresh sign-in under a fresh session."""
    email, going_on = request.form.get("email", ""), here_only(request.form.get("next"))
    secret = secrets.token_urlsafe(32)
    try:
        actor = door.admit(email, request.form.get("password", ""), secret)
    except sign_ins.SignInRefused:
        words = _(
            "This e-mail and password do not go together. Check both and try again. "
            "After five tries, wait some minutes."
        )
        page = render_template("sign_in.html", email=email, error=words, next=going_on)
        return page, HTTPStatus.UNAUTHORIZED
    session.clear()
    session[SECRET] = secret
    door.tell_of_elsewhere(actor)
    return door.remembered(redirect(going_on, code=HTTPStatus.SEE_OTHER), actor)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this sign-in everywhere."""
    secret = presented_secret()
    if secret is not None:
        with transaction() as store:
            sign_ins.end(store, secret, act=act())
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("sign_ins.show"), code=HTTPStatus.SEE_OTHER)
