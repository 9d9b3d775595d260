"""The queue: views, filters, the list that keeps itself fresh, and the panel of the referral one looks at."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from referral.model import Urgency
from service.actions import queue, referral_views
from service.actions.queue import Owner, QueuePage, View, Wanted
from service.permissions import RECEIVING, Role
from service.schemas.referrals import WantedSchema
from service.web.context import act, actor, reading, transaction
from service.web.labels import choices
from service.web.step_forms import forms_for, leads
from service.web.words import now, time_words

bp = Blueprint("queue", __name__)

VIEWS: Mapping[View, object] = {
    View.NEEDS_SOMEONE: _later("Needs someone"),
    View.MINE: _later("Mine"),
    View.OVERDUE: _later("Overdue"),
    View.APPOINTMENTS: _later("Appointments"),
    View.WAITING_LIST: _later("On the waiting list"),
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
    View.ALL_OPEN: _later("No referral is open."),
}
PARTS = {"selected"}
"""Parameters of the page that are none of the queue's."""


@bp.get("/queue")
def show() -> ResponseReturnValue:
    """The whole page."""
    page = _page(refresh=False)
    return render_template("queue/show.html", page=page, title=_title(), hours=_hours(), **_words(page))


@bp.get("/queue/live")
def live() -> ResponseReturnValue:
    """The list and its counts alone: what the page fetches again every 15 seconds."""
    page = _page(refresh=True)
    return render_template("queue/live.html", page=page, fresh=True, **_words(page))


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


def _page(*, refresh: bool) -> QueuePage:
    wanted: Wanted = WantedSchema().load(_asked())
    with reading() if refresh else transaction() as session:
        return queue.show(session, wanted, act=act(), refresh=refresh)


def _words(page: QueuePage) -> dict[str, object]:
    return {
        "views": VIEWS,
        "owners": OWNERS,
        "urgencies": choices(Urgency),
        "empty": EMPTY[page.wanted.view],
        "asked": _asked(),
        "address": lambda **changes: url_for("queue.show", **(_narrow(page.wanted) | changes)),
    }


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
