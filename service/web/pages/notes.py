"""Notes on a client's record: written, opened, corrected, struck out."""

import uuid
from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import clients, notes
from service.actions.notes import WriteNote
from service.permissions import Permission
from service.web.context import act, transaction
from service.web.forms import FormReader, problems_kept

bp = Blueprint("notes", __name__)


class Readers(StrEnum):
    """Who may read a note, as the form says it."""

    ALL = "all"
    FEW = "few"


@bp.get("/clients/<uuid:client_id>/notes/new")
def new(client_id: uuid.UUID) -> ResponseReturnValue:
    """The form for a note."""
    return _form(client_id, {})


@bp.post("/clients/<uuid:client_id>/notes")
def create(client_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a note."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        notes.write(session, client_id, _written(), act=act())
    if problems:
        return _form(client_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The note is kept."))
    return redirect(url_for("clients.show", client_id=client_id), code=HTTPStatus.SEE_OTHER)


@bp.get("/notes/<uuid:note_id>")
def show(note_id: uuid.UUID) -> ResponseReturnValue:
    """What one note says."""
    return _page(note_id, {})


@bp.post("/notes/<uuid:note_id>/correct")
def correct(note_id: uuid.UUID) -> ResponseReturnValue:
    """Give it a new wording."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        notes.correct(session, note_id, request.form.get("text", ""), act=act())
    if problems:
        return _page(note_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The note is corrected. The wording before is kept."))
    return redirect(url_for("notes.show", note_id=note_id), code=HTTPStatus.SEE_OTHER)


@bp.post("/notes/<uuid:note_id>/strike-out")
def strike_out(note_id: uuid.UUID) -> ResponseReturnValue:
    """Say that it was entered in error."""
    with transaction() as session:
        client_id = notes.strike_out(session, note_id, act=act())
    flash(_("The note is struck out."))
    return redirect(url_for("clients.show", client_id=client_id), code=HTTPStatus.SEE_OTHER)


def _written() -> WriteNote:
    """What the form says. Who may read it is said, never guessed: a restricted note must not become everybody's."""
    form = FormReader()
    readers = form.member("readers", Readers, needed=_("Choose one of the list"))
    form.done()
    return WriteNote(request.form.get("text", ""), readers is Readers.FEW)


def _form(client_id: uuid.UUID, problems: Mapping[str, str]) -> str:
    with transaction() as session:
        client = clients.show(session, client_id, act=act(), for_=Permission.WRITE_NOTES)
    return render_template("notes/new.html", client=client, problems=problems, given=request.form)


def _page(note_id: uuid.UUID, problems: Mapping[str, str]) -> str:
    with transaction() as session:
        note = notes.show(session, note_id, act=act())
    return render_template("notes/show.html", note=note, problems=problems, given=request.form)
