"""Bringing in a roster: a file is chosen, what it would change is shown, and somebody says yes."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import roster_import
from service.actions.details import LABELS
from service.actions.guardians import ADDED
from service.actions.refusals import Conflict
from service.actions.roster_file import COLUMNS, MOST_BYTES, MOST_ROWS, NEEDED
from service.actions.roster_import import MOST_PROBLEMS
from service.actions.roster_plan import Plan
from service.permissions import Permission
from service.web.context import act, actor, reading, transaction
from service.web.forms import problems_kept
from service.web.language import current_language
from service.web.words import said

bp = Blueprint("roster", __name__)

MOST_LINES = 100
"""So many people of each kind fill a page; the numbers are of all."""


@bp.get("/roster")
def index() -> ResponseReturnValue:
    """The form that takes a file."""
    actor().must(Permission.IMPORT_ROSTER)
    return render_template("roster/index.html", columns=COLUMNS, needed=NEEDED, most=MOST_ROWS)


@bp.post("/roster/preview")
def look() -> ResponseReturnValue:
    """What the file would change, or what is wrong with it."""
    return _preview(_content(), moved_on=False)


@bp.post("/roster")
def bring_in() -> ResponseReturnValue:
    """Do what was shown."""
    content, problems = _content(), dict[str, str]()
    done: list[Plan] = []
    try:
        with reading() as session:
            seen = roster_import.look(session, content, act=act())
        with problems_kept(problems), transaction() as session:
            done.append(roster_import.bring_in(session, seen, request.form.get("was", ""), act=act()))
    except Conflict:
        return _preview(content, moved_on=True)
    if not done:
        return _preview(content, moved_on=False)
    flash(
        _(
            "Done. Added: %(added)s. Changed: %(changed)s.",
            added=len(done[0].added),
            changed=len(done[0].changed),
        )
    )
    return redirect(url_for("roster.index"), code=HTTPStatus.SEE_OTHER)


def _content() -> bytes:
    """The file, or the rows that were pasted."""
    file = request.files.get("file")
    sent = b"" if file is None else file.stream.read(MOST_BYTES + 1)
    return sent or request.form.get("text", "").encode("utf-8", "replace")


def _preview(content: bytes, *, moved_on: bool) -> ResponseReturnValue:
    with reading() as session:
        found = roster_import.look(session, content, act=act())
    with transaction() as session:
        roster_import.note_look(session, found, act=act())
    if found.problems:
        wrong = [each.words(current_language()) for each in found.problems[:MOST_PROBLEMS]]
        more = len(found.problems) - len(wrong)
        page = render_template("roster/problems.html", wrong=wrong, more=more)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    page = render_template(
        "roster/preview.html",
        plan=found.plan,
        sites=found.sites,
        text=content.decode("utf-8-sig"),
        moved_on=moved_on,
        most=MOST_LINES,
        field_words=_field_words,
    )
    return page, HTTPStatus.CONFLICT if moved_on else HTTPStatus.OK


def _field_words(code: str) -> str:
    if code == ADDED:
        return _("a new guardian")
    of_guardian, dot, name = code.rpartition(".")
    words = said(LABELS[name]).casefold()
    return _("%(field)s of a guardian", field=words) if dot and of_guardian else words
