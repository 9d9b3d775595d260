"""The pages of the directory: receivers that one looks for, one of them, and stating what it offers."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.matching_words import LANGUAGE_NAMES
from referral.offers import MOST_LETTERS, MOST_PLACES, Access, Cost, Insurance, Offer, Place, Way, is_stale
from service.access import Session
from service.actions import directory, outside, stating, withdrawing
from service.actions.directory import Entry, Keeping, Sought
from service.actions.outside import Outside
from service.actions.stating import Statement
from service.kinds import ReceiverKind, WithdrawReason
from service.permissions import Permission
from service.web.context import act, actor, reading, transaction
from service.web.forms import FormReader, problems_kept
from service.web.labels import choices
from service.web.pages.links import office_in

bp = Blueprint("receivers", __name__)


PLACE_ROWS = range(1, MOST_PLACES + 1)
"""The rows of the form for further places."""


class Opens(StrEnum):
    """The three answers to whether somebody opens outside school hours."""

    YES = "yes"
    NO = "no"


@bp.get("/receivers")
def index() -> ResponseReturnValue:
    """The directory; ?words=, ?pathway= and ?language= narrow it."""
    asked = {name: request.args.get(name, "")[:100] for name in ("words", "pathway", "language")}
    with reading() as session:
        found = directory.index(session, Sought(**asked), act=act())
    return render_template(
        "receivers/index.html",
        entries=found,
        asked=asked,
        pathways=_pathways(),
        languages_known=tuple(LANGUAGE_NAMES),
        is_stale=is_stale,
        wait_words=directory.wait_words,
    )


@bp.get("/receivers/new")
def new() -> ResponseReturnValue:
    """The form that adds an office."""
    actor().must(Permission.KEEP_RECEIVERS)
    return _new_form({})


@bp.post("/receivers/new")
def add() -> ResponseReturnValue:
    """Add it; what it offers is stated next."""
    actor().must(Permission.KEEP_RECEIVERS)
    problems: dict[str, str] = {}
    made: list[uuid.UUID] = []
    with problems_kept(problems), transaction() as session:
        made.append(outside.add(session, _office(), act=act()))
    if not made:
        return _new_form(problems), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("receivers.edit", receiver_id=made[0]), code=HTTPStatus.SEE_OTHER)


@bp.get("/receivers/<uuid:receiver_id>")
def show(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """One receiver."""
    return _shown(receiver_id, {}, "")


@bp.post("/receivers/<uuid:receiver_id>/name")
def rename(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """Call it otherwise."""
    return _done(receiver_id, _rename, _("It has this name from now on."), "name")


@bp.post("/receivers/<uuid:receiver_id>/withdraw")
def withdraw(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """Offer it to nobody any more."""
    return _done(receiver_id, _withdraw, _("It is offered to nobody any more."), "withdraw")


@bp.post("/receivers/<uuid:receiver_id>/bring-back")
def bring_back(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """Offer it again."""
    return _done(receiver_id, _bring_back, _("It is offered again."), "")


@bp.get("/receivers/<uuid:receiver_id>/edit")
def edit(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """The form that states what it offers."""
    return _form(receiver_id, {})


@bp.post("/receivers/<uuid:receiver_id>/edit")
def keep(receiver_id: uuid.UUID) -> ResponseReturnValue:
    """State it."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        entry = directory.may_keep(session, receiver_id, act=act())
        stating.keep(session, receiver_id, _statement(entry), act=act())
    if problems:
        return _form(receiver_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(_("Stated. Whoever sends a referral sees it from now on."))
    return redirect(url_for("receivers.show", receiver_id=receiver_id), code=HTTPStatus.SEE_OTHER)


def _done(
    receiver_id: uuid.UUID, change: Callable[[Session, uuid.UUID], None], said: str, form: str
) -> ResponseReturnValue:
    """Change it and say so, or show the form again with what is wrong."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        directory.show(session, receiver_id, act=act())
        actor().must(
            Permission.KEEP_RECEIVERS
        )  # before the form is read: nobody else is told what is wrong in it
        change(session, receiver_id)
    if problems:
        return _shown(receiver_id, problems, form), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(said)
    return redirect(url_for("receivers.show", receiver_id=receiver_id), code=HTTPStatus.SEE_OTHER)


def _rename(session: Session, receiver_id: uuid.UUID) -> None:
    form = FormReader()
    name = form.text("name", most=120)
    form.done()
    withdrawing.rename(session, receiver_id, name, act=act())


def _withdraw(session: Session, receiver_id: uuid.UUID) -> None:
    form = FormReader()
    reason = form.member("reason", WithdrawReason, needed=_("Choose a reason"))
    form.done()
    withdrawing.withdraw(session, receiver_id, reason, act=act())


def _bring_back(session: Session, receiver_id: uuid.UUID) -> None:
    withdrawing.bring_back(session, receiver_id, act=act())


def _shown(receiver_id: uuid.UUID, problems: Mapping[str, str], form: str) -> str:
    with reading() as session:
        entry = directory.show(session, receiver_id, act=act())
        left, lines = withdrawing.left_there(session, entry, act=act())
    return render_template(
        "receivers/show.html",
        entry=entry,
        left=left,
        lines=lines,
        pathways=dict(_pathways()),
        is_stale=is_stale,
        wait_words=directory.wait_words,
        reasons=choices(WithdrawReason),
        problems=problems,
        given=request.form,
        form=form,
    )


def _office() -> Outside:
    form = FormReader()
    found = office_in(form)
    form.done()
    return found


def _new_form(problems: Mapping[str, str]) -> str:
    return render_template(
        "receivers/new.html", problems=problems, given=request.form, kinds=choices(ReceiverKind)
    )


def _pathways() -> list[tuple[str, Mapping[str, str]]]:
    return [(each.id, each.name) for each in act().definitions.pathways.all()]


def _form(receiver_id: uuid.UUID, problems: Mapping[str, str]) -> str:
    with reading() as session:
        entry = directory.may_keep(session, receiver_id, act=act())
    return render_template(
        "receivers/edit.html",
        entry=entry,
        all_of_it=entry.keeping is Keeping.ALL,
        problems=problems,
        given=request.form,
        pathways=_pathways(),
        known=tuple(dict.fromkeys((*LANGUAGE_NAMES, *entry.offer.languages))),
        ways=choices(Way),
        access=choices(Access),
        insurance=choices(Insurance),
        costs=choices(Cost),
        place_rows=PLACE_ROWS,
    )


def _statement(entry: Entry) -> Statement:
    """What the form says; a team's own staff says its numbers, and the rest stays as it was."""
    form = FormReader()
    offer = replace(
        entry.offer,
        per_week=form.number("per_week"),
        open_places=form.number("open_places"),
        wait_days=form.number("wait_days"),
    )
    hours = entry.hours
    if entry.keeping is Keeping.ALL:
        offer, hours = _all_of_it(form, offer, entry), form.text("hours", most=120)
    was = form.number("was")
    form.done()
    return Statement(offer, hours, was or 0)


def _all_of_it(form: FormReader, offer: Offer, entry: Entry) -> Offer:
    opens, team = form.member("outside_school", Opens), entry.kind is None
    return replace(
        offer,
        pathways=offer.pathways if team else tuple(request.form.getlist("pathways")),
        lowest_age=form.number("lowest_age"),
        highest_age=form.number("highest_age"),
        languages=tuple(request.form.getlist("languages")),
        ways=tuple(form.members("ways", Way)),
        outside_school=None if opens is None else opens is Opens.YES,
        distance_km=form.number("distance_km"),
        access=tuple(form.members("access", Access)),
        insurance=tuple(form.members("insurance", Insurance)),
        cost=form.member("cost", Cost),
        places=tuple(_places(form)),
    )


def _places(form: FormReader) -> Iterator[Place]:
    """The further places whose rows say anything."""
    for row in PLACE_ROWS:
        name, km = form.text(f"place_{row}", most=MOST_LETTERS), form.number(f"place_{row}_km")
        access = tuple(form.members(f"place_{row}_access", Access))
        if name or access or km is not None:
            yield Place(name, km, access)
