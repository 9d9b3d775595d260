"""Choosing the language of the pages."""

from http import HTTPStatus

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from service.web.language import CHOSEN, CLIENT_CHOSE, LANGUAGES
from service.web.pages.sign_ins import here_only

bp = Blueprint("language", __name__)


@bp.post("/language")
def choose() -> ResponseReturnValue:
    """Speak this language from now on, on the page where one was; a client's choice is for that screening alone."""
    tag, back = request.form.get("language", ""), here_only(request.form.get("next"))
    if tag in LANGUAGES and back.startswith("/s/"):
        session[CLIENT_CHOSE] = f"{back.split('/')[2][:36]} {tag}"
    elif tag in LANGUAGES:
        session[CHOSEN] = tag
    return redirect(back, code=HTTPStatus.SEE_OTHER)
