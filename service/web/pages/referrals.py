"""The page of one referral, what a draft would send, every step, and the letter."""

import uuid
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from referral.matching import ChoiceReason, Wish
from service.actions import (
    letter_making,
    outcomes,
    referral_live,
    referral_receipts,
    referral_views,
    referrals,
)
from service.actions.choosing import Choice
from service.actions.referrals import Send
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.step_words import DONE
from service.kinds import ReceiverKind
from service.reports.letter import referral_letter
from service.web.context import act, parts, reading, transaction
from service.web.forms import FormReader, problems_kept
from service.web.labels import choices
from service.web.language import current_language
from service.web.pages.sign_ins import here_only
from service.web.step_forms import forms_for, leads, said_in_form
from service.web.steps import STEPS
from service.web.words import said

bp = Blueprint("referrals", __name__)

LETTER_PARTS = {
    "identity": _later("Name, age and contact"),
    "guardian": _later("Guardians"),
    "consent": _later("Who agreed, and when"),
    "reasons": _later("The reasons"),
    "bands": _later("Bands of each questionnaire"),
    "scores": _later("Scores"),
    "safety": _later("What was done for safety"),
    "supports": _later("Support while waiting"),
    "request": _later("What is asked for"),
    "items": _later("Single answers"),
}
"""What a letter may hold, as the pathway files name it."""


@bp.get("/referrals/<uuid:referral_id>")
def show(referral_id: uuid.UUID) -> ResponseReturnValue:
    """One referral as one's own side sees it; ?step= opens the form of a step."""
    return _page(referral_id, request.args.get("step", ""), {})


@bp.get("/referrals/<uuid:referral_id>/live")
def live(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The page anew for one that is left open, where something happened since; no answer, and no event, where not."""
    with reading() as session:
        newest = referral_live.newest(session, referral_id, act=act())
    if newest == request.args.get("since", type=int):
        return "", HTTPStatus.NO_CONTENT
    return show(referral_id)


@bp.get("/referrals/<uuid:referral_id>/preview")
def preview(referral_id: uuid.UUID) -> ResponseReturnValue:
    """What a draft would send, and to whom; once it was sent, the way back in a browser leads to the referral."""
    try:
        return draft_page(referral_id, {})
    except Conflict:
        return redirect(url_for("referrals.show", referral_id=referral_id))


@bp.post("/referrals/<uuid:referral_id>/preview")
def order(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The same in the order of what the family asks for: in a body, so that no wish stands in an address."""
    return draft_page(referral_id, {})


@bp.post("/referrals/<uuid:referral_id>/send")
def send(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Send a draft."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        referrals.send(session, referral_id, _send_command(), act=act())
    if problems:
        return draft_page(referral_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Sent. You see here when the team claims it."))
    return redirect(url_for("referrals.show", referral_id=referral_id), code=HTTPStatus.SEE_OTHER)


@bp.post("/referrals/<uuid:referral_id>/read-outcome")
def read_outcome(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Read what became of it."""
    with transaction() as session:
        outcomes.read(session, referral_id, act=act())
    flash(_("The outcome is read."))
    return redirect(url_for("referrals.show", referral_id=referral_id), code=HTTPStatus.SEE_OTHER)


@bp.post(f"/referrals/<uuid:referral_id>/<any({', '.join(map(repr, STEPS))}):name>")
def take(referral_id: uuid.UUID, name: str) -> ResponseReturnValue:
    """Take one step, and go on where one was."""
    problems: dict[str, str] = {}
    step = STEPS[name]
    with problems_kept(problems), transaction() as session:
        referrals.take(session, referral_id, step, said_in_form(step), act=act())
    if problems:
        return _page(referral_id, name, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(f"{said(DONE[step])}.")
    on = request.form.get("next")
    back = here_only(on) if on else url_for("referrals.show", referral_id=referral_id)
    return redirect(back, code=HTTPStatus.SEE_OTHER)


@bp.get("/referrals/<uuid:referral_id>/letter.pdf")
def letter(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The letter, on paper, in the language of whoever reads it."""
    draw = partial(referral_letter, language=current_language())
    with transaction() as session:
        made = letter_making.make(session, referral_id, draw, act=act())
    kept_as = {"Content-Disposition": f'inline; filename="{made.number}.pdf"'}
    return Response(made.paper, mimetype="application/pdf", headers=kept_as)


@bp.get("/referrals/<uuid:referral_id>/receipts")
def receipts(referral_id: uuid.UUID) -> ResponseReturnValue:
    """What can be proved of it to somebody outside."""
    with transaction() as session:
        found = referral_receipts.show(session, referral_id, act=act())
    return render_template("referrals/receipts.html", found=found)


@bp.get("/referrals/<uuid:referral_id>/receipts/<uuid:event_id>")
def receipt(referral_id: uuid.UUID, event_id: uuid.UUID) -> ResponseReturnValue:
    """The proof of one event, as a file."""
    with transaction() as session:
        text = referral_receipts.receipt(session, referral_id, event_id, act=act())
    if text is None:
        flash(_("The receipt is ready in a moment: the newest events are signed each second."))
        return redirect(url_for("referrals.receipts", referral_id=referral_id), code=HTTPStatus.SEE_OTHER)
    kept_as = {"Content-Disposition": f'attachment; filename="{event_id}.tlog-proof"'}
    return Response(text, mimetype="text/plain", headers=kept_as)


def _send_command() -> Send:
    form = FormReader()
    choice, chosen = choice_in(form), request.form.get("receiver_id", "")
    try:
        receiver_id = uuid.UUID(chosen)
    except ValueError:
        raise Invalid(*form.problems, FieldProblem("receiver_id", _("Choose a team"))) from None
    form.done()
    return Send(receiver_id, choice)


def choice_in(form: FormReader, prefix: str = "") -> Choice:
    """What a form says with the choice of a receiver; `prefix` stands before the names of its fields."""
    why = form.member(f"{prefix}reason_code", ChoiceReason)
    knowing = f"{prefix}knowing" in request.form
    return Choice(why, form.text(f"{prefix}reason"), tuple(wishes_in(form)), knowing)


def wishes_in(form: FormReader) -> list[Wish]:
    """What the family asks for, in the order of the list."""
    return form.members("wishes", Wish)


def _page(referral_id: uuid.UUID, open_step: str, problems: Mapping[str, str]) -> str:
    with transaction() as session:
        view = referral_views.show(session, referral_id, act=act())
        newest = referral_live.newest(session, referral_id, act=act())
    forms = forms_for(view)
    chosen = next((form for form in forms if form.name and form.name == open_step), None)
    shown = chosen or next((form for form in forms if leads(view, form)), None)
    return render_template(
        "referrals/show.html",
        view=view,
        forms=forms,
        shown=shown,
        problems=problems,
        given=request.form,
        newest=newest,
        open_step=open_step,
        letter=parts().definitions.pathways.get(view.referral.pathway).letter,
        parts=LETTER_PARTS,
    )


def draft_page(referral_id: uuid.UUID, problems: Mapping[str, str]) -> str:
    """The page of a draft, with what was wrong in a form of it, and the receivers in the order of the wishes."""
    wishes = wishes_in(FormReader())
    with transaction() as session:
        found = referral_views.preview(session, referral_id, wishes, act=act())
    return render_template(
        "referrals/preview.html",
        preview=found,
        view=found.view,
        way=parts().definitions.pathways.get(found.view.referral.pathway),
        parts=LETTER_PARTS,
        kinds=choices(ReceiverKind),
        wishes=wishes,
        wish_list=choices(Wish),
        whys=choices(ChoiceReason),
        problems=problems,
        given=request.form,
    )
