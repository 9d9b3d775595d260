"""Why somebody opens the record of a client outside their caseload: asked once a day, before anything is shown."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.actions import caseload
from service.actions.caseload import OpenRecord
from service.kinds import OpenReason
from service.web.context import act, transaction
from service.web.forms import FormReader, problems_kept
from service.web.labels import choices
from service.web.pages.sign_ins import here_only

bp = Blueprint("caseload", __name__)


@bp.get("/clients/<uuid:client_id>/reason")
def ask(client_id: uuid.UUID) -> ResponseReturnValue:
    """The form; straight on where no reason is needed."""
    return _form(client_id, {}) or redirect(_wanted(client_id))


@bp.post("/clients/<uuid:client_id>/reason")
def open_record(client_id: uuid.UUID) -> ResponseReturnValue:
    """Open the record with a reason, and go where it was asked for."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        caseload.open_record(session, client_id, _command(), act=act())
    asked = _form(client_id, problems) if problems else None
    if asked is not None:
        return asked, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(_wanted(client_id), code=HTTPStatus.SEE_OTHER)


def _command() -> OpenRecord:
    form = FormReader()
    command = OpenRecord(form.member("reason", OpenReason), form.text("words"))
    form.done()
    return command


def _wanted(client_id: uuid.UUID) -> str:
    return here_only(request.values.get("next") or url_for("clients.show", client_id=client_id))


def _form(client_id: uuid.UUID, problems: Mapping[str, str]) -> str | None:
    with transaction() as session:
        client = caseload.ask(session, client_id, act=act())
    if client is None:
        return None
    return render_template(
        "clients/reason.html",
        client=client,
        problems=problems,
        given=request.form,
        wanted=_wanted(client_id),
        reasons=choices(OpenReason),
    )
