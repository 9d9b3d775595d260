"""The pages of a receiver without an account: the door that asks for link and code, and the one referral behind it.

The token stands behind the # of the address, which a browser never sends; a form carries it here.
"""

import secrets
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.items import ItemsReason
from service.actions import items, letter_making, receiving, referrals, visits
from service.actions.step_words import DONE
from service.permissions import system
from service.reports.letter import referral_letter
from service.web.context import act, parts, reading, transaction
from service.web.forms import problems_kept
from service.web.labels import choices
from service.web.language import current_language
from service.web.pages.items import reason_in_form
from service.web.step_forms import forms_for, said_in_form
from service.web.steps import STEPS
from service.web.visiting import VISIT, visitor
from service.web.words import said

bp = Blueprint("receive", __name__, url_prefix="/receive")

LONGEST = 200
"""More of a key or a code is not read."""


@bp.get("")
def door() -> ResponseReturnValue:
    """Link and code, please."""
    return _door()


@bp.post("")
def open_referral() -> ResponseReturnValue:
    """Open the referral, or say the same whatever was wrong: an unknown link, an old one, a wrong code."""
    secret = secrets.token_urlsafe(32)
    if not _redeemed(_given("key"), _digits(_given("code")), secret):
        return _door(refused=True), HTTPStatus.UNPROCESSABLE_ENTITY
    session.clear()
    session[VISIT] = secret
    return redirect(url_for("receive.show"), code=HTTPStatus.SEE_OTHER)


@bp.post("/code")
def ask_code() -> ResponseReturnValue:
    """Ask for a fresh code; the answer is the same for every link."""
    with reading() as store:
        found = visits.held(store, _given("key"))
    if found is not None:
        by = system(found.organisation_id)
        with transaction(by) as store:
            visits.ask_code(store, found, act=parts().act(by))
    flash(_("If the link is good, whoever sent it can see now that you need new digits, and will call you."))
    return redirect(url_for("receive.door"), code=HTTPStatus.SEE_OTHER)


@bp.get("/referral")
def show() -> ResponseReturnValue:
    """The letter, and what can be done; ?step= opens the form of one."""
    return _page(request.args.get("step", ""), {})


@bp.post(f"/referral/<any({', '.join(map(repr, STEPS))}):name>")
def take(name: str) -> ResponseReturnValue:
    """Take one step."""
    problems: dict[str, str] = {}
    step = STEPS[name]
    with problems_kept(problems), transaction() as store:
        referrals.take(store, receiving.referral_of(act()), step, said_in_form(step), act=act())
    if problems:
        return _page(name, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("%(done)s. The sender sees it now.", done=said(DONE[step])))
    return redirect(url_for("receive.show"), code=HTTPStatus.SEE_OTHER)


@bp.post("/referral/items")
def ask_items() -> ResponseReturnValue:
    """Ask for consent to share the single answers."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as store:
        items.ask(store, receiving.referral_of(act()), reason_in_form(), act=act())
    if problems:
        return _page("", problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Asked. The sender sees it now; the answer comes here."))
    return redirect(url_for("receive.show"), code=HTTPStatus.SEE_OTHER)


@bp.get("/referral/letter.pdf")
def letter() -> ResponseReturnValue:
    """The letter, on paper, while the referral runs."""
    if visitor().ended:
        return redirect(url_for("receive.show"), code=HTTPStatus.SEE_OTHER)
    draw = partial(referral_letter, language=current_language())
    with transaction() as store:
        made = letter_making.make(store, receiving.referral_of(act()), draw, act=act())
    kept_as = {"Content-Disposition": f'inline; filename="{made.number}.pdf"'}
    return Response(made.paper, mimetype="application/pdf", headers=kept_as)


@bp.get("/referral/receipt")
def receipt() -> ResponseReturnValue:
    """What proves the letter that they took as a file, to be kept beside it."""
    text = None
    if not visitor().ended:
        with transaction() as store:
            text = receiving.receipt(store, act=act())
    if text is None:
        flash(_("There is no receipt yet: take the letter as a PDF first, and come back a moment later."))
        return redirect(url_for("receive.show"), code=HTTPStatus.SEE_OTHER)
    return Response(
        text,
        mimetype="text/plain",
        headers={"Content-Disposition": 'attachment; filename="letter.tlog-proof"'},
    )


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """Close it: the next visit needs a fresh code."""
    with transaction() as store:
        visits.leave(store, visitor(), act=act())
    session.clear()
    flash(_("Closed. You may close this window too."))
    return redirect(url_for("receive.door"), code=HTTPStatus.SEE_OTHER)


def _given(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]


def _digits(words: str) -> str:
    """People type digits in groups."""
    return words.replace(" ", "").replace("-", "")


def _redeemed(token: str, code: str, secret: str) -> bool:
    """Whether link and code are good. The code is hashed once whatever the link is, outside of every transaction."""
    with reading() as store:
        found = visits.held(store, token)
    fits = parts().passwords.matches(None if found is None else found.code_hash, code)
    if found is None:
        return False
    by = system(found.organisation_id)
    with transaction(by) as store:
        return visits.begin(store, found, secret, fits=fits, act=parts().act(by), acting=parts().act)


def _door(*, refused: bool = False) -> str:
    return render_template("receive/door.html", refused=refused, resources=parts().definitions.resources)


def _page(open_step: str, problems: Mapping[str, str]) -> str:
    with transaction() as store:
        found = receiving.show(store, act=act())
    forms = forms_for(found.view)
    shown = next((form for form in forms if form.name and form.name == open_step), None)
    return render_template(
        "receive/show.html",
        letter=found.letter,
        drawn=found.drawn,
        view=found.view,
        forms=forms,
        shown=shown,
        problems=problems,
        given=request.form,
        resources=act().definitions.resources,
        items_reasons=choices(ItemsReason),
    )
