"""The pages of places: buildings and teams, and what is missing before anybody can be screened."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import places
from service.actions.places import NewSite
from service.permissions import Permission
from service.web.context import act, actor, reading, transaction
from service.web.forms import problems_kept

bp = Blueprint("places", __name__)


@bp.get("/places")
def index() -> ResponseReturnValue:
    """Every building and team."""
    with reading() as session:
        found, missing = places.everywhere(session, act=act()), places.missing(session, act=act())
    pathways = _pathways()
    return render_template(
        "places/index.html",
        places=found,
        missing=missing,
        unserved=[pathways[each] for each in missing.pathways],
        pathways=pathways,
    )


@bp.get("/places/new")
def new() -> ResponseReturnValue:
    """The form that adds one."""
    actor().must(Permission.KEEP_ACCOUNTS)
    return _form(None, {})


@bp.post("/places/new")
def add() -> ResponseReturnValue:
    """Add one."""
    actor().must(Permission.KEEP_ACCOUNTS)
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        places.add(session, _site(), act=act())
    if problems:
        return _form(None, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The place is added."))
    return redirect(url_for("places.index"), code=HTTPStatus.SEE_OTHER)


@bp.get("/places/<uuid:site_id>")
def show(site_id: uuid.UUID) -> ResponseReturnValue:
    """One of them, to write it down anew."""
    return _form(site_id, {})


@bp.post("/places/<uuid:site_id>")
def change(site_id: uuid.UUID) -> ResponseReturnValue:
    """Write it down anew."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        places.change(session, site_id, _site(), act=act())
    if problems:
        return _form(site_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("The place is saved."))
    return redirect(url_for("places.index"), code=HTTPStatus.SEE_OTHER)


def _site() -> NewSite:
    name, pathway, address, phone = (
        request.form.get(each, "") for each in ("name", "pathway", "address", "phone")
    )
    return NewSite(name, pathway, address, phone, request.form.get("opens") == "caseload")


def _form(site_id: uuid.UUID | None, problems: dict[str, str]) -> str:
    site = None
    if site_id is not None:
        with reading() as session:
            site = places.show(session, site_id, act=act())
    return render_template(
        "places/form.html",
        site=site,
        problems=problems,
        said=request.form if problems else site or {},
        opens=_opens(site, problems),
        pathways=_pathways(),
    )


def _opens(site: places.Site | None, problems: dict[str, str]) -> str:
    if problems:
        return request.form.get("opens", "building")
    return "caseload" if site is not None and site.by_caseload else "building"


def _pathways() -> dict[str, str]:
    """Each pathway's name in the language of the page."""
    language = act().by.language
    return {each.id: each.name.get(language, each.name["en"]) for each in act().definitions.pathways.all()}
