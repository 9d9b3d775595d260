"""Notes on a client's record over the API."""

import uuid
from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from service.actions import notes
from service.schemas.notes import WordingSchema, WriteNoteSchema
from service.schemas.plain import plain
from service.web.api.reading import json_body
from service.web.context import act, transaction

bp = Blueprint("api_notes", __name__)


@bp.get("/clients/<uuid:client_id>/notes")
def index(client_id: uuid.UUID) -> ResponseReturnValue:
    """That notes are there, whose they are and when they were made; never what they say."""
    with transaction() as session:
        found = notes.index(session, client_id, act=act())
    return {"notes": plain(found)}


@bp.post("/clients/<uuid:client_id>/notes")
def create(client_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a note."""
    command = WriteNoteSchema().load(json_body())
    with transaction() as session:
        note_id = notes.write(session, client_id, command, act=act())
    return {"id": str(note_id)}, HTTPStatus.CREATED


@bp.get("/notes/<uuid:note_id>")
def show(note_id: uuid.UUID) -> ResponseReturnValue:
    """What one note says, every wording of it."""
    with transaction() as session:
        note = notes.show(session, note_id, act=act())
    found = plain(note)
    return found.pop("line") | found


@bp.post("/notes/<uuid:note_id>/wordings")
def correct(note_id: uuid.UUID) -> ResponseReturnValue:
    """Give it a new wording."""
    text = WordingSchema().load(json_body())["text"]
    with transaction() as session:
        notes.correct(session, note_id, text, act=act())
    return {}, HTTPStatus.CREATED


@bp.post("/notes/<uuid:note_id>/strike-out")
def strike_out(note_id: uuid.UUID) -> ResponseReturnValue:
    """Say that it was entered in error."""
    with transaction() as session:
        notes.strike_out(session, note_id, act=act())
    return {}
