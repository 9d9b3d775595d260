"""The queue: views, filters, the list that keeps itself fresh, and the panel of the referral one looks at."""

import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from referral.model import Step, Urgency
from service.access import Session
from service.actions import chosen, queue, queue_search, referral_views, referrals, views
from service.actions.loop import number_of
from service.actions.queue import Owner, QueuePage, View, Wanted
from service.actions.refusals import FieldProblem, Invalid
from service.actions.step_words import DONE
from service.actions.views import SavedView
from service.permissions import RECEIVING, Permission, Role
from service.schemas.referrals import WantedSchema
from service.web import bulk
from service.web.context import act, actor, reading, transaction
from service.web.labels import choices
from service.web.pages.sign_ins import here_only
from service.web.queue_words import told
from service.web.step_forms import forms_for, leads
from service.web.steps import STEPS
from service.web.words import now, said, time_words

bp = Blueprint("queue", __name__)

VIEWS: Mapping[View, object] = {
    View.NEEDS_SOMEONE: _later("Needs someone"),
    View.MINE: _later("Mine"),
    View.OVERDUE: _later("Overdue"),
    View.APPOINTMENTS: _later("Appointments"),
    View.WAITING_LIST: _later("On the waiting list"),
    View.WAITING_ON_OTHERS: _later("Waiting on others"),
    View.ALL_OPEN: _later("All open"),
}
OWNERS: Mapping[Owner, object] = {
    Owner.ANYBODY: _later("Anybody"),
    Owner.NOBODY_OR_ME: _later("Nobody yet, or me"),
    Owner.NOBODY: _later("Nobody yet"),
    Owner.ME: _later("Me"),
}
EMPTY: Mapping[View, object] = {
    View.NEEDS_SOMEONE: _later(
        "Nobody is waiting for a first look. New referrals appear here by themselves."
    ),
    View.MINE: _later("You hold no referral. Claim one under Needs someone."),
    View.OVERDUE: _later("No deadline has passed."),
    View.APPOINTMENTS: _later("No appointment is booked or to be booked."),
    View.WAITING_LIST: _later("Nobody is on the waiting list."),
    View.WAITING_ON_OTHERS: _later("Nothing waits for the other side."),
    View.ALL_OPEN: _later("No referral is open."),
}
PARTS = {"selected"}
"""Parameters of the page that are none of the queue's."""


@bp.get("/queue")
def show() -> ResponseReturnValue:
    """The whole page."""
    page, saved = _page(refresh=False)
    words = _words(page, saved)
    selected = request.args.get("selected", type=uuid.UUID)
    return render_template(
        "queue/show.html", page=page, title=_title(), hours=_hours(), selected=selected, **words
    )


@bp.post("/queue")
def search() -> ResponseReturnValue:
    """Referrals by name or number; sent as a form so that no name stands in an address."""
    query = request.form.get("query", "").strip()[:100]
    filters = {name: value for name in WantedSchema().fields if (value := request.form.get(name))}
    wanted: Wanted = WantedSchema().load(filters)
    with transaction() as session:
        if query:
            page = queue_search.search(session, query, wanted, act=act())
        else:
            page = queue.show(session, wanted, act=act())
        saved = views.own(session, act=act())
    words = _words(page, saved)
    return render_template("queue/show.html", page=page, title=_title(), hours=_hours(), query=query, **words)


@bp.get("/queue/live")
def live() -> ResponseReturnValue:
    """The list and its counts alone: what the page fetches again every 15 seconds."""
    page, saved = _page(refresh=True)
    return render_template("queue/live.html", page=page, fresh=True, **_words(page, saved))


@bp.post("/queue/chosen")
def take_chosen() -> ResponseReturnValue:
    """One step with each of the chosen referrals; what became of each is told."""
    actor().must(Permission.WORK_REFERRAL)
    ids, step = bulk.chosen("referral_id"), STEPS.get(request.form.get("step", ""))
    if step not in chosen.STEPS:
        found = request.form.get("step", "")[:40]
        allowed = ", ".join(name for name, each in STEPS.items() if each in chosen.STEPS)
        raise Invalid(FieldProblem("step", _("Choose one of the list"), found=found, allowed=allowed))
    told = bulk.decide(ids, lambda session, each: _taken(session, each, step))
    with transaction() as session:
        names = chosen.names_behind_referrals(session, ids, act=act())
    back = here_only(request.form.get("next", "")) if request.form.get("next") else url_for("queue.show")
    page = render_template("queue/chosen.html", told=told, names=names, numbers=number_of, back=back)
    return page, HTTPStatus.OK if any(each.done for each in told) else HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/queue/views")
def save_view() -> ResponseReturnValue:
    """Keep the filters of this address under a name."""
    wanted: Wanted = WantedSchema().load(dict(parse_qsl(request.form.get("query", "")[:500])))
    query = urlencode(_filters(wanted))
    with transaction() as session:
        views.save(session, request.form.get("name", ""), query, act=act())
    flash(_("The view is kept under its name."))
    return redirect(f"{url_for('queue.show')}?{query}", code=HTTPStatus.SEE_OTHER)


@bp.post("/queue/views/<uuid:view_id>/take-away")
def take_view_away(view_id: uuid.UUID) -> ResponseReturnValue:
    """Take one of one's own views away."""
    with transaction() as session:
        views.take_away(session, view_id, act=act())
    flash(_("The view is taken away."))
    return redirect(url_for("queue.show"), code=HTTPStatus.SEE_OTHER)


def _taken(session: Session, referral_id: uuid.UUID, step: Step) -> str:
    referrals.take(session, referral_id, step, act=act())
    return said(DONE[step])


@bp.get("/queue/panel/<uuid:referral_id>")
def panel(referral_id: uuid.UUID) -> ResponseReturnValue:
    """One referral beside the list."""
    with transaction() as session:
        view = referral_views.show(session, referral_id, act=act(), surface="queue panel")
    forms = forms_for(view)
    lead = next((form for form in forms if leads(view, form)), None)
    back = url_for("queue.show", **_asked(), selected=referral_id)
    return render_template("queue/panel.html", view=view, forms=forms, lead=lead, back=back)


def _asked() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name not in PARTS and value}


def _page(*, refresh: bool) -> tuple[QueuePage, Sequence[SavedView]]:
    wanted: Wanted = WantedSchema().load(_asked())
    with reading() if refresh else transaction() as session:
        page = queue.show(session, wanted, act=act(), refresh=refresh)
        return page, views.own(session, act=act())


def _words(page: QueuePage, saved: Sequence[SavedView]) -> dict[str, object]:
    asked = _asked() if request.method == "GET" else _filters(page.wanted)
    return {
        "saved": saved,
        "lines": told(page.lines, asked, teams=actor().may(Permission.COORDINATE)),
        "levels": tuple(Urgency),
        "hands_on": actor().role in RECEIVING or actor().may(Permission.COORDINATE),
        "here": urlencode(_filters(page.wanted)),
        "views": VIEWS,
        "owners": OWNERS,
        "urgencies": choices(Urgency),
        "empty": EMPTY[page.wanted.view],
        "asked": asked,
        "address": lambda **changes: url_for("queue.show", **(_narrow(page.wanted) | changes)),
    }


def _filters(wanted: Wanted) -> dict[str, str]:
    """What a saved view keeps: the filters as the address has them, not the page one had turned to."""
    return {name: str(value) for name, value in _narrow(wanted).items() if value is not None}


def _narrow(wanted: Wanted) -> dict[str, str | None]:
    owner = None if wanted.owner is Owner.ANYBODY else wanted.owner.value
    return {"view": wanted.view, "urgency": wanted.urgency, "owner": owner}


def _title() -> str:
    if actor().role in RECEIVING:
        return _("Referrals to your team")
    return _("Crisis and immediate referrals") if actor().role is Role.ON_CALL else _("All referrals")


def _hours() -> str:
    """Whether the organisation works now, and until when."""
    calendar = act().definitions.calendars[g.organisation.calendar]
    today = calendar.spans_on(calendar.day_of(now()))
    closes = next((closing for opening, closing in today if opening <= now() < closing), None)
    return _("open until %(time)s", time=time_words(closes)) if closes else _("closed now")
