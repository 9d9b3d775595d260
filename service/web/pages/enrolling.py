"""The pages that add a client, change what is kept about them, and keep their guardians."""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from unicodedata import normalize

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import clients, enrolling, guardians
from service.actions.alike import LookAlikes
from service.actions.details import ASKED_IN, AT_HOME, Details, GuardianDetails
from service.permissions import Permission
from service.relations import RELATIONS, relation_words
from service.web.context import act, reading, transaction
from service.web.forms import FormReader, as_id, problems_kept
from service.web.language import current_language, language_name

bp = Blueprint("enrolling", __name__)


@bp.get("/clients/new")
def new() -> ResponseReturnValue:
    """The form that adds somebody."""
    return _new_form({}, None)


@bp.post("/clients/new")
def add() -> ResponseReturnValue:
    """Add them; whoever may be the same person is shown first, once."""
    problems: dict[str, str] = {}
    made: uuid.UUID | LookAlikes | None = None
    with problems_kept(problems), transaction() as session:
        command = _details()
        made = enrolling.add(session, command, sure=request.form.get("sure") == _sure(), act=act())
    if not isinstance(made, uuid.UUID):
        return _new_form(problems, made), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Added. Write down who their guardians are, and what was agreed to."))
    return redirect(url_for("clients.show", client_id=made), code=HTTPStatus.SEE_OTHER)


@bp.get("/clients/<uuid:client_id>/details")
def edit(client_id: uuid.UUID) -> ResponseReturnValue:
    """The form that changes what is kept."""
    return _edit_form(client_id, {})


@bp.post("/clients/<uuid:client_id>/details")
def keep(client_id: uuid.UUID) -> ResponseReturnValue:
    """Change it."""
    problems: dict[str, str] = {}
    changed: list[enrolling.Changed] = []
    with problems_kept(problems), transaction() as session:
        was = request.form.get("was", "")
        changed.append(enrolling.change(session, client_id, _details(), was, act=act()))
    if not changed:
        return _edit_form(client_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_kept_words(changed[0]))
    where = url_for("clients.show", client_id=client_id) if changed[0].reached else url_for("clients.index")
    return redirect(where, code=HTTPStatus.SEE_OTHER)


@bp.get("/clients/<uuid:client_id>/guardians/new")
def new_guardian(client_id: uuid.UUID) -> ResponseReturnValue:
    """The form that adds a guardian."""
    return _guardian_form(client_id, None, {})


@bp.post("/clients/<uuid:client_id>/guardians/new")
def add_guardian(client_id: uuid.UUID) -> ResponseReturnValue:
    """Add them."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        guardians.add(session, client_id, _guardian(), act=act())
    return _after_guardian(client_id, None, problems)


@bp.get("/clients/<uuid:client_id>/guardians/<uuid:guardian_id>")
def edit_guardian(client_id: uuid.UUID, guardian_id: uuid.UUID) -> ResponseReturnValue:
    """The form that changes a guardian, or takes them away."""
    return _guardian_form(client_id, guardian_id, {})


@bp.post("/clients/<uuid:client_id>/guardians/<uuid:guardian_id>")
def keep_guardian(client_id: uuid.UUID, guardian_id: uuid.UUID) -> ResponseReturnValue:
    """Change them."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        guardians.change(session, client_id, guardian_id, _guardian(), act=act())
    return _after_guardian(client_id, guardian_id, problems)


@bp.post("/clients/<uuid:client_id>/guardians/<uuid:guardian_id>/take-away")
def take_guardian_away(client_id: uuid.UUID, guardian_id: uuid.UUID) -> ResponseReturnValue:
    """They are no guardian any more."""
    with transaction() as session:
        guardians.take_away(session, client_id, guardian_id, act=act())
    flash(_("Taken away. What they answered about consent does not count any more."))
    return redirect(url_for("clients.show", client_id=client_id), code=HTTPStatus.SEE_OTHER)


def _details() -> Details:
    form = FormReader()
    found = Details(
        local_id=form.text("local_id"),
        given_name=form.text("given_name"),
        family_name=form.text("family_name"),
        born_on=form.day("born_on", needed=_("Give the birth date")),
        site_id=as_id(form.text("site_id")),
        pronouns=form.text("pronouns"),
        grade=form.text("grade"),
        class_name=form.text("class_name"),
        language=form.text("language"),
        home_language=form.text("home_language"),
    )
    form.done()
    return found


def _sure() -> str:
    """For whom the button says "all the same": another name or birth date asks anew."""
    return " ".join(request.form.get(name, "") for name in ("given_name", "family_name", "born_on"))


def _new_form(problems: Mapping[str, str], alike: LookAlikes | None) -> str:
    with reading() as session:
        places = enrolling.places_to_add(session, act=act())
        local_id = request.form.get("local_id", "").strip()
        holder = enrolling.holder(session, local_id, act=act()) if "local_id" in problems else None
    empty = Details("", "", "", None, places[0].id if len(places) == 1 else None)
    return _form(empty, problems, places=places, alike=alike, holder=holder, sure=_sure(), client_id=None)


def _edit_form(client_id: uuid.UUID, problems: Mapping[str, str]) -> str:
    with transaction() as session:
        details = enrolling.editable(session, client_id, act=act())
        places = enrolling.places(session, act=act())
    was = request.form.get("was") or enrolling.version_of(details)
    return _form(details, problems, places=places, client_id=client_id, was=was)


def _form(
    details: Details, problems: Mapping[str, str], places: Sequence[enrolling.Place], **more: object
) -> str:
    return render_template(
        "clients/details.html",
        details=details,
        problems=problems,
        given=request.form,
        places=places,
        named_places=[(each.id, each.name) for each in places],
        asked_in=_named(ASKED_IN),
        at_home=_named(AT_HOME),
        **more,
    )


def _kept_words(changed: enrolling.Changed) -> str:
    if not changed.moved:
        return _("Kept.")
    words = [_("Kept. The people of the new site see this record now, those of the old one no longer.")]
    if changed.open_needs:
        words.append(_("What is open goes on with whoever is responsible; a coordinator can hand it over."))
    return " ".join(words)


def _guardian() -> GuardianDetails:
    form = FormReader()
    texts = (form.text(name) for name in ("name", "relation", "phone", "language"))
    found = GuardianDetails(*texts)
    form.done()
    return found


def _after_guardian(
    client_id: uuid.UUID, guardian_id: uuid.UUID | None, problems: Mapping[str, str]
) -> ResponseReturnValue:
    if problems:
        return _guardian_form(client_id, guardian_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Kept."))
    return redirect(url_for("clients.show", client_id=client_id), code=HTTPStatus.SEE_OTHER)


def _guardian_form(client_id: uuid.UUID, guardian_id: uuid.UUID | None, problems: Mapping[str, str]) -> str:
    with transaction() as session:
        client = clients.show(session, client_id, act=act(), for_=Permission.KEEP_CLIENTS)
        guardian = GuardianDetails("", "", language=client.home_language)
        if guardian_id is not None:
            guardian = guardians.editable(session, client_id, guardian_id, act=act())
    return render_template(
        "clients/guardian.html",
        client=client,
        guardian=guardian,
        guardian_id=guardian_id,
        problems=problems,
        given=request.form,
        at_home=_named(AT_HOME),
        relations=[relation_words(each, current_language()) for each in RELATIONS],
    )


def _named(tags: tuple[str, ...]) -> list[tuple[str, str]]:
    """Languages with their names: the usual ones first, the rest by name."""
    named = [(tag, language_name(tag)) for tag in tags]
    return sorted(named, key=lambda each: (each[0] not in ASKED_IN, normalize("NFKD", each[1].casefold())))
