"""Choosing the language of the pages."""

from http import HTTPStatus

from flask import Blueprint, redirect, request, session
from flask.typing import ResponseReturnValue

from service.web.language import CHOSEN, LANGUAGES
from service.web.pages.sign_ins import here_only

bp = Blueprint("language", __name__)


@bp.post("/language")
def choose() -> ResponseReturnValue:
    """Speak this language from now on, on the page where one was."""
    tag = request.form.get("language", "")
    if tag in LANGUAGES:
        session[CHOSEN] = tag
    return redirect(here_only(request.form.get("next")), code=HTTPStatus.SEE_OTHER)
