"""The pages of accounts: everybody who works here, one of them, adding, closing. A new password is shown once."""

import secrets
import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import accounts, places
from service.actions.account_checks import ROLES
from service.actions.accounts import Person
from service.actions.refusals import Conflict
from service.kinds import Role
from service.passwords import temporary
from service.permissions import Permission
from service.web.context import act, actor, parts, reading, transaction
from service.web.forms import FormReader, as_id, problems_kept
from service.web.labels import choices

bp = Blueprint("people", __name__)


@bp.get("/people")
def index() -> ResponseReturnValue:
    """Everybody with an account."""
    with reading() as session:
        found = accounts.everybody(session, act=act())
    return render_template("people/index.html", people=found)


@bp.get("/people/new")
def new() -> ResponseReturnValue:
    """The form that adds somebody."""
    actor().must(Permission.KEEP_ACCOUNTS)
    return _form(None, {})


@bp.post("/people/new")
def add() -> ResponseReturnValue:
    """Add somebody, and show their first password, this once."""
    actor().must(Permission.KEEP_ACCOUNTS)
    problems: dict[str, str] = {}
    password, made = temporary(secrets.choice), list[uuid.UUID]()
    hashed = parts().passwords.hash(password)
    with problems_kept(problems), transaction() as session:
        person = _person()
        made.append(accounts.add(session, request.form.get("email", ""), person, hashed, act=act()))
    if not made:
        return _form(None, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    return _sheet(made[0], password)


@bp.get("/people/<uuid:user_id>")
def show(user_id: uuid.UUID) -> ResponseReturnValue:
    """One account."""
    return _form(user_id, {})


@bp.post("/people/<uuid:user_id>")
def change(user_id: uuid.UUID) -> ResponseReturnValue:
    """Say anew who somebody is."""
    problems: dict[str, str] = {}
    try:
        with problems_kept(problems), transaction() as session:
            accounts.change(session, user_id, _person(), act=act())
    except Conflict as refused:
        problems["role"] = str(refused)
    if problems:
        return _form(user_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Saved. It holds from their next request on."))
    return redirect(url_for("people.index"), code=HTTPStatus.SEE_OTHER)


@bp.post("/people/<uuid:user_id>/password")
def renew(user_id: uuid.UUID) -> ResponseReturnValue:
    """Give somebody another first password; the old one opens nothing any more."""
    password = temporary(secrets.choice)
    hashed = parts().passwords.hash(password)
    with transaction() as session:
        accounts.renew_password(session, user_id, hashed, act=act())
    return _sheet(user_id, password)


@bp.post("/people/<uuid:user_id>/close")
def close(user_id: uuid.UUID) -> ResponseReturnValue:
    """Close an account; their open needs go to whoever is named."""
    problems: dict[str, str] = {}
    try:
        with problems_kept(problems), transaction() as session:
            accounts.close(session, user_id, as_id(request.form.get("heir_id", "")), act=act())
    except Conflict as refused:
        problems["close"] = str(refused)
    if problems:
        return _form(user_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The account is closed."))
    return redirect(url_for("people.index"), code=HTTPStatus.SEE_OTHER)


@bp.post("/people/<uuid:user_id>/reopen")
def reopen(user_id: uuid.UUID) -> ResponseReturnValue:
    """Open a closed account again, with a first password."""
    password = temporary(secrets.choice)
    hashed = parts().passwords.hash(password)
    with transaction() as session:
        accounts.reopen(session, user_id, hashed, act=act())
    return _sheet(user_id, password)


def _person() -> Person:
    form = FormReader()
    role = form.member("role", Role)
    form.done()
    return Person(
        request.form.get("name", ""),
        request.form.get("title", ""),
        role,
        as_id(request.form.get("site_id", "")),
        request.form.get("language", "en"),
        as_id(request.form.get("heir_id", "")),
    )


def _form(user_id: uuid.UUID | None, problems: dict[str, str]) -> str:
    with reading() as session:
        account = None if user_id is None else accounts.show(session, user_id, act=act())
        sites = places.everywhere(session, act=act())
        heirs = accounts.heirs(session, user_id, act=act())
    return render_template(
        "people/form.html",
        account=account,
        sites=[(site.id, site.name) for site in sites],
        heirs=heirs,
        roles=choices(ROLES),
        problems=problems,
        said=request.form if problems else account or {"language": "en"},
    )


def _sheet(user_id: uuid.UUID, password: str) -> str:
    """The one page that shows a first password."""
    with reading() as session:
        account = accounts.show(session, user_id, act=act())
    return render_template("people/sheet.html", account=account, password=password)
