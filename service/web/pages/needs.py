"""One need: its course, its attempts, and everything that a person does about it, each a small form."""

import uuid
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.escalation import PostponeReason
from referral.model import AttemptResult, Channel, ClosingReason, Urgency
from service.access import Session
from service.actions import attempts, clients, closing, need_facts, needs, postponing
from service.actions.attempts import LogAttempt
from service.actions.closing import CloseLoop, CloseNeed
from service.actions.need_checks import SIGNED_REASONS
from service.actions.needs import OpenNeed, Reassign, Redirect, SignOff
from service.actions.postponing import Postpone
from service.permissions import Permission
from service.web.context import act, parts, transaction
from service.web.courses import stage_words
from service.web.forms import FormReader, as_id, problems_kept
from service.web.labels import choices

bp = Blueprint("needs", __name__)

RESULTS = (
    AttemptResult.NO_ANSWER,
    AttemptResult.MESSAGE_LEFT,
    AttemptResult.REACHED,
    AttemptResult.WRONG_NUMBER,
    AttemptResult.REFUSED,
)
"""The results of an attempt, the most frequent first: each is one button."""


_SHARED = frozenset(
    {
        "note",
        "reason",
        "until",
        "took_over",
        "why_no_safety_plan",
        "safety_plan",
        "safety_assessment",
        "disposition",
    }
)
"""Fields that several forms of the page have: there their names begin with the form's."""

_PLACES = {"pathway": "way", "receiver_id": "way", "joined_urgency": "joined_to", "second_person": "next"}
"""Where on the page a problem is mended that has no field of its own name."""


@bp.get("/needs/<uuid:need_id>")
def show(need_id: uuid.UUID) -> ResponseReturnValue:
    """One need with everything around it."""
    return _page(need_id, "", {})


@bp.get("/clients/<uuid:client_id>/needs/new")
def new(client_id: uuid.UUID) -> ResponseReturnValue:
    """The form for a need that a person sees without a screening."""
    return _opening(client_id, {})


@bp.post("/clients/<uuid:client_id>/needs")
def create(client_id: uuid.UUID) -> ResponseReturnValue:
    """Open a need by judgement."""
    problems: dict[str, str] = {}
    need_id = None
    with problems_kept(problems), transaction() as session:
        need_id = needs.open_by_judgement(session, client_id, _opened(), act=act())
    if problems or need_id is None:
        return _opening(client_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The need is open. It stays open until help has begun."))
    return redirect(url_for("needs.show", need_id=need_id), code=HTTPStatus.SEE_OTHER)


@bp.post("/needs/<uuid:need_id>/attempts")
def log_attempt(need_id: uuid.UUID) -> ResponseReturnValue:
    """Write down an attempt."""
    said = _("The attempt is written down.")
    return _do(need_id, "attempt", said, lambda s: attempts.log_attempt(s, need_id, _attempt(), act=act()))


@bp.post("/needs/<uuid:need_id>/reassign")
def reassign(need_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the need over."""
    said = _("The need has a new owner.")
    return _do(need_id, "reassign", said, lambda s: needs.reassign(s, need_id, _handed_over(), act=act()))


@bp.post("/needs/<uuid:need_id>/postpone")
def postpone(need_id: uuid.UUID) -> ResponseReturnValue:
    """Put off what is due, with a reason."""
    said = _("It is put off. The need stays open, and is late again after that time.")
    return _do(need_id, "postpone", said, lambda s: postponing.postpone(s, need_id, _put_off(), act=act()))


@bp.post("/needs/<uuid:need_id>/redirect")
def choose_another_way(need_id: uuid.UUID) -> ResponseReturnValue:
    """Start the next attempt; its draft is looked at and sent on the page of the referral."""
    said = _("A new referral is drafted. Look at it and send it.")
    return _do(need_id, "redirect", said, lambda s: needs.redirect(s, need_id, _redirected(), act=act()))


@bp.post("/needs/<uuid:need_id>/sign-off")
def sign_off(need_id: uuid.UUID) -> ResponseReturnValue:
    """Sign as the second person."""
    said = _("You have signed off.")
    return _do(need_id, "sign_off", said, lambda s: needs.sign_off(s, need_id, _signed(), act=act()))


@bp.post("/needs/<uuid:need_id>/close")
def close(need_id: uuid.UUID) -> ResponseReturnValue:
    """Close the need with a reason."""
    said = _("The need is closed.")
    return _do(need_id, "close", said, lambda s: closing.close(s, need_id, _closed(), act=act()))


@bp.post("/needs/<uuid:need_id>/close-loop")
def close_loop(need_id: uuid.UUID) -> ResponseReturnValue:
    """Read the outcome, and close the need when it fits."""
    said = _("The outcome is read.")
    return _do(need_id, "outcome", said, lambda s: closing.close_the_loop(s, need_id, _read(), act=act()))


@bp.post("/needs/<uuid:need_id>/reopen")
def reopen(need_id: uuid.UUID) -> ResponseReturnValue:
    """Open the closed need again."""
    said = _("The need is open again.")
    return _do(need_id, "reopen", said, lambda s: needs.reopen(s, need_id, _note("reopen"), act=act()))


def _do(need_id: uuid.UUID, form: str, said: str, action: Callable[[Session], object]) -> ResponseReturnValue:
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        action(session)
    if problems:
        placed = {
            _PLACES.get(field, f"{form}_{field}" if field in _SHARED else field): words
            for field, words in problems.items()
        }
        return _page(need_id, form, placed), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(said)
    return redirect(url_for("needs.show", need_id=need_id), code=HTTPStatus.SEE_OTHER)


def _page(need_id: uuid.UUID, form: str, problems: dict[str, str]) -> str:
    with transaction() as session:
        need = need_facts.show(session, need_id, act=act())
    return render_template(
        "needs/show.html",
        need=need,
        form=form,
        problems=problems,
        given=request.form if problems else {},
        stage_words=stage_words,
        channels=choices(Channel),
        results=choices(RESULTS),
        reasons=choices(ClosingReason),
        signed=choices(SIGNED_REASONS),
        waits=choices(PostponeReason),
    )


def _opening(client_id: uuid.UUID, problems: dict[str, str]) -> str:
    with transaction() as session:
        client = clients.show(session, client_id, act=act(), for_=Permission.SEND_REFERRAL)
    pathways = parts().definitions.pathways.all()
    return render_template(
        "needs/new.html",
        client=client,
        problems=problems,
        given=request.form,
        pathways=pathways,
        urgencies=choices(Urgency),
    )


def _opened() -> OpenNeed:
    form = FormReader()
    return OpenNeed(form.text("pathway"), form.member("urgency", Urgency), form.text("reason"))


def _attempt() -> LogAttempt:
    form = FormReader()
    channel, result = form.member("channel", Channel), form.member("result", AttemptResult)
    command = LogAttempt(channel, result, form.text("attempt_note"), form.day("next_call_on"))
    form.done()
    return command


def _handed_over() -> Reassign:
    return Reassign(_id("owner_id"), _note("reassign"))


def _put_off() -> Postpone:
    form = FormReader()
    reason, until = form.member("postpone_reason", PostponeReason), form.moment("postpone_until")
    form.done()
    return Postpone(reason, until, _note("postpone"))


def _redirected() -> Redirect:
    pathway, _colon, team = request.form.get("way", "").partition(":")
    return Redirect(pathway or None, as_id(team), _note("redirect"))


def _signed() -> SignOff:
    form = FormReader()
    reason = form.member("sign_off_reason", ClosingReason) or ClosingReason.NOT_REACHED
    form.done()
    return SignOff(reason, _note("sign_off"))


def _closed() -> CloseNeed:
    form = FormReader()
    reason, took_over = form.member("close_reason", ClosingReason), form.text("close_took_over", most=200)
    why = form.text("close_why_no_safety_plan")
    form.done()
    return CloseNeed(reason, _note("close"), took_over, why, _id("joined_to"))


def _read() -> CloseLoop:
    form = FormReader()
    took_over, why = form.text("outcome_took_over", most=200), form.text("outcome_why_no_safety_plan")
    form.done()
    return CloseLoop(request.form.get("then") == "keep", _note("outcome"), took_over, why)


def _note(form: str) -> str:
    return request.form.get(f"{form}_note", "")


def _id(name: str) -> uuid.UUID | None:
    return as_id(request.form.get(name, ""))
