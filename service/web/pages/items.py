"""Single answers that a receiver asks for: the list of those who wait, asking, a yes, sharing, saying why not."""

import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.consent import Giver
from referral.items import BY_PEOPLE, ItemsReason, ItemsRefusal
from service.actions import items, items_view
from service.actions.items import AgreeItems
from service.web.context import act, reading, transaction
from service.web.forms import FormReader, as_id, problems_kept
from service.web.labels import choices

bp = Blueprint("items", __name__)


@bp.get("/asked")
def index() -> ResponseReturnValue:
    """What waits for an answer of this side."""
    with transaction() as session:
        found = items_view.waiting(session, act=act())
    return render_template("items/index.html", found=found)


@bp.get("/referrals/<uuid:referral_id>/items")
def show(referral_id: uuid.UUID) -> ResponseReturnValue:
    """How things stand with the single answers of a referral, and what may be done about it."""
    return _page(referral_id, {}, "")


@bp.get("/referrals/<uuid:referral_id>/items/state")
def state(referral_id: uuid.UUID) -> ResponseReturnValue:
    """The same in one line, for a page that is left open."""
    with reading() as session:
        found = items_view.state(session, referral_id, act=act())
    return render_template("items/state.html", items=found)


@bp.post("/referrals/<uuid:referral_id>/items/ask")
def ask(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for consent to share them."""
    said = _("Asked. The sender sees it now; the answer comes here.")
    return _done(
        referral_id,
        "ask",
        lambda session: items.ask(session, referral_id, reason_in_form(), act=act()),
        said,
        then="referrals.show",
    )


@bp.post("/referrals/<uuid:referral_id>/items/agree")
def agree(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Write down that somebody said yes."""
    return _done(
        referral_id,
        "agree",
        lambda session: items.agree(session, referral_id, _said(), act=act()),
        _("The answer is written down."),
    )


@bp.post("/referrals/<uuid:referral_id>/items/share")
def share(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Share them, if consent permits it today."""
    return _done(
        referral_id,
        "share",
        lambda session: items.share(session, referral_id, act=act()),
        _("The single answers are shared. The receiver is told."),
    )


@bp.post("/referrals/<uuid:referral_id>/items/decline")
def decline(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Say why they are not shared."""
    return _done(
        referral_id,
        "decline",
        lambda session: items.decline(session, referral_id, _refusal(), act=act()),
        _("The receiver is told why not."),
    )


def _done(
    referral_id: uuid.UUID, form: str, work: Callable[[Any], object], said: str, *, then: str = "items.show"
) -> ResponseReturnValue:
    """Do it and go on; where something is wrong with the form, the page again with what it is."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        work(session)
    if problems:
        return _page(referral_id, problems, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(said)
    return redirect(url_for(then, referral_id=referral_id), code=HTTPStatus.SEE_OTHER)


def reason_in_form() -> ItemsReason | None:
    """Why somebody asks; none where the list was left alone, which the act says after it has looked who asks."""
    return FormReader().member("items_reason", ItemsReason)


def _refusal() -> ItemsRefusal | None:
    return FormReader().member("items_refusal", ItemsRefusal)


def _said() -> AgreeItems:
    form = FormReader()
    who, until = form.text("who"), form.day("valid_until")
    form.done()
    if who == "client":
        return AgreeItems(Giver.CLIENT, None, until)
    # Nobody chosen is no guardian of theirs, and is refused by name.
    return AgreeItems(Giver.GUARDIAN, as_id(who), until)


def _page(referral_id: uuid.UUID, problems: Mapping[str, str], form: str) -> str:
    with transaction() as session:
        found = items_view.show(session, referral_id, act=act())
    return render_template(
        "items/show.html",
        page=found,
        items=found.items,
        client=found.client,
        reasons=choices(ItemsReason),
        refusals=choices(BY_PEOPLE),
        problems=problems,
        given=request.form,
        form=form,
    )
