"""The sender's side of links: sending to an office without an account, fresh codes, new links, taking one back.

Link and code are shown once, on the page that answers: nothing of the program could show them again.
"""

import logging
import secrets
import uuid
from enum import StrEnum
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import links, outside
from service.actions.link_messages import message_for, subject_for
from service.actions.links import Minted, Sheet
from service.actions.outside import Outside, SendOutside
from service.kinds import ReceiverKind
from service.notify.mail import NotSent
from service.web.context import act, parts, transaction
from service.web.forms import FormReader, problems_kept
from service.web.pages.referrals import choice_in, draft_page

bp = Blueprint("links", __name__)

log = logging.getLogger("handrail.web")

DIGITS = 8


class Mailing(StrEnum):
    """What became of the message."""

    NONE = "not asked"
    TAKEN = "taken"
    NOT_TAKEN = "not taken"


@bp.post("/referrals/<uuid:referral_id>/send-outside")
def send(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Send a draft to an office without an account."""
    problems: dict[str, str] = {}
    made: list[str] = []
    with problems_kept(problems):
        made.append(_sent(referral_id))
    return made[0] if made else (draft_page(referral_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY)


@bp.post("/referrals/<uuid:referral_id>/link")
def resend(referral_id: uuid.UUID) -> ResponseReturnValue:
    """A new link with a new code; the one before opens nothing any more."""
    minted, code = _mint()
    with transaction() as session:
        sheet = links.resend(session, referral_id, minted, act=act())
    return _sheet(sheet, code, minted.token)


@bp.post("/referrals/<uuid:referral_id>/link/code")
def fresh_code(referral_id: uuid.UUID) -> ResponseReturnValue:
    """A fresh code for the link that is there."""
    minted, code = _mint()
    with transaction() as session:
        sheet = links.fresh_code(session, referral_id, minted.code_hash, minted.days, act=act())
    return _sheet(sheet, code)


@bp.post("/referrals/<uuid:referral_id>/link/revoke")
def revoke(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Take the link back."""
    with transaction() as session:
        links.revoke(session, referral_id, act=act())
    flash(_("The link is taken back. It opens nothing any more."))
    return redirect(url_for("referrals.show", referral_id=referral_id), code=HTTPStatus.SEE_OTHER)


def _sent(referral_id: uuid.UUID) -> str:
    command = _command()
    minted, code = _mint()
    with transaction() as session:
        sheet = outside.send(session, referral_id, command, minted, act=act())
    return _sheet(sheet, code, minted.token)


def _mint() -> tuple[Minted, str]:
    """A token of 256 random bits and a code of eight digits, hashed before any transaction begins."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    token = secrets.token_urlsafe(32)
    return Minted(token, parts().passwords.hash(code), parts().settings.link_days), code


def _sheet(sheet: Sheet, code: str, token: str = "") -> str:
    """The page that is shown once; `token` is empty where only the code is new."""
    address = f"{url_for('receive.door', _external=True)}#{token}" if token else ""
    message = message_for(sheet, address) if token else ""
    mailing = _mailed(sheet, message) if token else Mailing.NONE
    grouped = f"{code[: DIGITS // 2]} {code[DIGITS // 2 :]}"
    return render_template(
        "links/sheet.html", sheet=sheet, address=address, message=message, mailing=mailing, code=grouped
    )


def _mailed(sheet: Sheet, message: str) -> Mailing:
    """Send the message, where there is a server and an address: nobody here then sees the link."""
    mailer = parts().mailer
    if mailer is None or not sheet.email:
        return Mailing.NONE
    try:
        mailer.send(sheet.email, subject_for(sheet), message)
    except NotSent as error:
        log.warning("a link was not mailed: %s", error)
        return Mailing.NOT_TAKEN
    with transaction() as session:
        links.sent(session, sheet.referral_id, act=act())
    return Mailing.TAKEN


def _command() -> SendOutside:
    form = FormReader()
    chosen, choice = form.text("outside_id", most=40), choice_in(form, "outside_")
    known = _id(chosen)
    new = None if known else office_in(form)
    form.done()
    return SendOutside(known, new, choice)


def _id(words: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(words)
    except ValueError:
        return None


def office_in(form: FormReader) -> Outside:
    """The office that a form names."""
    kind = form.member("kind", ReceiverKind, needed=_("Say what kind of office it is"))
    name, phone, email, address = (form.text(field) for field in ("name", "phone", "email", "address"))
    language = request.form.get("language", "en")
    return Outside(name, kind or ReceiverKind.OTHER, phone, email, address, language)
