"""The client's side: one question at a time, always with "I'd rather not say", "Stop" and "I need help now".

Nothing here shows anything of the staff's side; the guard keeps a handed-over device on these pages.
"""

import uuid
from collections.abc import Collection
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from instruments.answers import REFUSED
from service.actions import screenings, sign_ins
from service.actions.ahead import look_ahead
from service.actions.forms import Progress
from service.actions.screenings import UNTOLD, GiveAnswer
from service.kinds import Mode, ScreeningStatus
from service.web.context import act, actor, parts, reading, transaction
from service.web.guard import presented_secret
from service.web.language import CLIENT_CHOSE, LANGUAGES, in_language

LONGEST_NUMBER = 9

bp = Blueprint("client", __name__, url_prefix="/s")


def _speak(progress: Progress, spoken: Collection[str] = tuple(LANGUAGES)) -> None:
    """The client's pages speak the screening's language, unless one that the page is `spoken` in was chosen.

    What staff chose for their own pages does not count here, nor what the client before chose.
    """
    screening, _space, chosen = str(session.get(CLIENT_CHOSE, "")).partition(" ")
    in_language(chosen if screening == str(progress.id) and chosen in spoken else progress.language)


@bp.get("/<uuid:screening_id>")
def question(screening_id: uuid.UUID) -> ResponseReturnValue:
    """The next question, an earlier one to look at again, or the last step."""
    with reading() as store:
        progress = screenings.progress(store, screening_id, act=act())
        shown = progress.next
        if "item" in request.args:
            asked = (request.args.get("instrument", ""), request.args["item"])
            shown = screenings.question(store, screening_id, *asked, act=act())
        last = screenings.last_question(store, screening_id, act=act())
        ahead = None if shown is None else look_ahead(store, screening_id, shown, act=act())
    _speak(progress, progress.languages)
    if progress.status is not ScreeningStatus.IN_PROGRESS:
        return redirect(_afterwards(progress))
    around = {"progress": progress, "by": actor().name, "resources": act().definitions.resources}
    if shown is None:
        return render_template("client/finish.html", last=last, **around)
    return render_template("client/question.html", question=shown, ahead=ahead, refused=REFUSED, **around)


@bp.post("/<uuid:screening_id>/answer")
def answer(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Save one answer and go on. A critical one leads to help before anything else."""
    command = GiveAnswer(
        request.form.get("instrument", ""),
        request.form.get("item", ""),
        _given(request.form.get("answer", "")),
        _was(request.form.get("was")),
    )
    with transaction() as store:
        progress = screenings.answer(store, screening_id, command, act=act())
    return _taken(_onwards(progress))


def _taken(onward: str) -> ResponseReturnValue:
    """On to where the answers lead; for a script that keeps answers until they are taken, a receipt instead."""
    if request.accept_mimetypes.best == "application/json":
        return {"taken": True, "onward": onward}
    return redirect(onward, code=HTTPStatus.SEE_OTHER)


def _was(words: str | None) -> int | str | None:
    """What stood there when the question was shown: nothing is known of it when the form does not say."""
    return UNTOLD if words is None else _given(words) if words else None


def _given(words: str) -> int | str:
    """A radio button's value: a whole number, or words for the core to judge."""
    return int(words) if words.isascii() and words.isdigit() and len(words) <= LONGEST_NUMBER else words


def _onwards(progress: Progress) -> str:
    if not progress.raised:
        return url_for("client.question", screening_id=progress.id)
    if progress.mode is Mode.INTERVIEW:
        return url_for("alerts.show", alert_id=progress.alert_id)
    return url_for("client.help_now", screening_id=progress.id, after="answer")


@bp.post("/<uuid:screening_id>/finish")
def finish(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the answers in."""
    return _end(screening_id, ScreeningStatus.SUBMITTED)


@bp.post("/<uuid:screening_id>/stop")
def stop(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Stop here. What was answered is looked at as it stands."""
    return _end(screening_id, ScreeningStatus.STOPPED)


def _end(screening_id: uuid.UUID, status: ScreeningStatus) -> ResponseReturnValue:
    with transaction() as store:
        progress = screenings.end(store, screening_id, status, act=act())
    if progress.raised and progress.mode is Mode.INTERVIEW:
        return _taken(url_for("alerts.show", alert_id=progress.alert_id))
    return _taken(_afterwards(progress))


def _afterwards(progress: Progress) -> str:
    if progress.mode is Mode.TABLET:
        return url_for("client.ending", screening_id=progress.id)
    return url_for("screenings.result", screening_id=progress.id)


@bp.get("/<uuid:screening_id>/help")
def help_now(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Help, now: who to turn to in the room, whom to call."""
    with reading() as store:
        progress = screenings.progress(store, screening_id, act=act())
    _speak(progress)
    after_answer = request.args.get("after") == "answer"
    lines = act().definitions.resources
    return render_template(
        "client/help.html", progress=progress, by=actor().name, after_answer=after_answer, resources=lines
    )


@bp.get("/<uuid:screening_id>/ending")
def ending(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Thank you, and what happens next."""
    with reading() as store:
        progress = screenings.progress(store, screening_id, act=act())
        first_name = screenings.first_name(store, screening_id, act=act())
    _speak(progress)
    return render_template(
        "client/ending.html",
        progress=progress,
        first_name=first_name,
        by=actor().name,
        resources=act().definitions.resources,
    )


@bp.get("/<uuid:screening_id>/hand-back")
def hand_back(screening_id: uuid.UUID) -> ResponseReturnValue:
    """The door back to the staff's side: asks for the password of whoever handed the device over."""
    with reading() as store:
        screenings.progress(store, screening_id, act=act())
    return render_template("client/hand_back.html", screening_id=screening_id, by=actor().name, error="")


@bp.post("/<uuid:screening_id>/hand-back")
def unlock(screening_id: uuid.UUID) -> ResponseReturnValue:
    """Take the device back; a running screening stays open and can be resumed."""
    password, secret = request.form.get("password", ""), presented_secret() or ""
    with transaction() as store:
        screenings.progress(store, screening_id, act=act())
        taken = sign_ins.take_back(store, secret, password, passwords=parts().passwords, act=act())
    if not taken:
        words = _(
            "That is not the password of the person who handed this over. After five wrong ones, wait some minutes."
        )
        page = render_template(
            "client/hand_back.html", screening_id=screening_id, by=actor().name, error=words
        )
        return page, HTTPStatus.UNAUTHORIZED
    return redirect(url_for("screenings.result", screening_id=screening_id), code=HTTPStatus.SEE_OTHER)
