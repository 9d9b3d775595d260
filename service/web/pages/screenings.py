"""Starting a screening, and what its answers say. The questions themselves are in client.py."""

import uuid
from collections.abc import Sequence
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from instruments.model import Instrument
from service.actions import clients, consents, offering, programmes, replaying, results, screenings, sign_ins
from service.actions.consents import age_on, today_in
from service.actions.programmes import InForce
from service.kinds import Mode
from service.permissions import Permission
from service.web.context import act, transaction
from service.web.forms import FormReader, problems_kept
from service.web.guard import presented_secret
from service.web.language import LANGUAGES, current_language, in_language

bp = Blueprint("screenings", __name__)


@bp.get("/clients/<uuid:client_id>/screen")
def new(client_id: uuid.UUID) -> ResponseReturnValue:
    """Choose instruments, mode and language."""
    return _form(client_id, {})


@bp.post("/clients/<uuid:client_id>/screen")
def create(client_id: uuid.UUID) -> ResponseReturnValue:
    """Begin, and go to the first question; in tablet mode the device is the client's from here on."""
    problems: dict[str, str] = {}
    with problems_kept(problems), transaction() as session:
        command = _command(client_id)
        screening_id = screenings.start(session, command, act=act())
        if command.mode is Mode.TABLET:
            sign_ins.hand_over(session, presented_secret() or "", screening_id, act=act())
    if problems:
        return _form(client_id, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("client.question", screening_id=screening_id), code=HTTPStatus.SEE_OTHER)


def _command(client_id: uuid.UUID) -> screenings.StartScreening:
    form = FormReader()
    mode = form.member("mode", Mode, needed=_("Say who holds the device"))
    form.done()
    return screenings.StartScreening(
        client_id=client_id,
        instruments=tuple(request.form.getlist("instruments")),
        mode=mode or Mode.INTERVIEW,
        language=request.form.get("language", "en"),
        agrees="agrees" in request.form,
        idempotency_key=request.form.get("key", "")[:64] or None,
        programme=request.form.get("programme") or None,
    )


def _form(client_id: uuid.UUID, problems: dict[str, str]) -> str:
    with transaction() as session:
        client = clients.show(session, client_id, act=act(), for_=Permission.SCREEN)
        running = programmes.in_force(session, act=act())
        consent = consents.may_begin(session, client_id, act=act())
        age = age_on(client.born_on, today_in(session, act()))
    under = _under(running, age)
    first = under.programme.first if under else ()
    offered = offering.offered(under.programme) if under else ()
    return render_template(
        "screenings/new.html",
        client=client,
        consent=consent,
        running=running,
        under=under,
        offered=sorted(offered, key=lambda each: _place(each, first)),
        lowest_age=offering.lowest_age,
        chosen=request.form.getlist("instruments") or first,
        key=request.form.get("key") or str(act().new_id()),
        languages=LANGUAGES,
        problems=problems,
        given=request.form,
    )


def _under(running: Sequence[InForce], age: int) -> InForce | None:
    """The programme the page is about: the one asked for, else the first that is for this age, else the first."""
    wanted = request.values.get("programme")
    asked = [each for each in running if each.programme.id == wanted]
    fitting = [each for each in running if each.programme.ages[0] <= age <= each.programme.ages[1]]
    return next(iter([*asked, *fitting, *running]), None)


def _place(instrument: Instrument, first: Sequence[str]) -> tuple[int, str]:
    """What the programme asks at first comes first, in its order."""
    known = first.index(instrument.id) if instrument.id in first else len(first)
    return (known, instrument.name)


@bp.get("/screenings/<uuid:screening_id>/result")
def result(screening_id: uuid.UUID) -> ResponseReturnValue:
    """What the answers say, and what follows."""
    with transaction() as session:
        found = results.show(session, screening_id, act=act())
    pathways = {each.id: each for each in act().definitions.pathways.all()}
    return render_template("screenings/result.html", result=found, pathways=pathways)


@bp.get("/screenings/<uuid:screening_id>/family")
def family(screening_id: uuid.UUID) -> ResponseReturnValue:
    """One page to print for the family: what is proposed and who helps, no answer, no score, no reason."""
    with transaction() as session:
        found = results.show(session, screening_id, act=act())
    in_language(request.args.get("language") or current_language())
    named = {line.pathway for line in found.decisions}
    return render_template(
        "screenings/family.html",
        result=found,
        ways=[each for each in act().definitions.pathways.all() if each.id in named],
        days=next((line.rescreen_days for line in found.decisions if line.rescreen_days), None),
        resources=act().definitions.resources,
    )


@bp.get("/screenings/<uuid:screening_id>/trace/<instrument>")
def trace(screening_id: uuid.UUID, instrument: str) -> ResponseReturnValue:
    """Every step of the scoring of one instrument, run again from the answers."""
    with transaction() as session:
        found = results.show(session, screening_id, act=act())
        steps = results.trace(session, screening_id, instrument, act=act())
        again = replaying.of_screening(session, screening_id, act=act())
    return render_template(
        "screenings/trace.html", result=found, trace=steps, instrument=instrument, again=again
    )
