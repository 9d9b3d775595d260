"""What every staff page has around it: the organisation, the navigation of one's role, the strip of live alerts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import Flask, g, request, url_for
from flask_babel import gettext as _

from referral.model import Stage
from service.actions import (
    alerts,
    alerts_ended,
    items_view,
    organisations,
    outreach,
    packet_tellings,
    review_due,
)
from service.actions.alerts_ended import EndedAlert
from service.kinds import OrganisationKind
from service.permissions import Permission
from service.web.context import act, actor, parts, reading
from service.web.guard import is_api
from service.web.language import current_language


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation."""

    key: str
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class StripItem:
    """One live alert on the strip of every staff page."""

    id: uuid.UUID
    client_name: str
    words: str


def navigation() -> Sequence[NavItem]:
    """The places that the signed-in person's role can work in."""
    person = actor()
    may = frozenset(need for need in Permission if person.may(need))
    return _navigation(may, g.organisation.kind, current_language(), request.root_path)


@lru_cache(maxsize=200)
def _navigation(
    may: frozenset[Permission], kind: OrganisationKind, _language: str, _mounted_at: str
) -> Sequence[NavItem]:
    clients = _("Students") if kind is OrganisationKind.DISTRICT else _("Patients")
    places = (
        ("clients", Permission.FIND_CLIENTS, "clients.index", clients),
        ("queue", Permission.WORK_REFERRAL, "queue.show", _("Referrals")),
        ("queue", Permission.COORDINATE, "queue.show", _("Referrals")),
        ("board", Permission.COORDINATE, "board.show", _("Open needs")),
        ("late", Permission.SEND_REFERRAL, "late.show", _("Late")),
        ("on-call", Permission.ANSWER_ALERT, "on_call.show", _("On call")),
        ("audit", Permission.READ_AUDIT, "audit.show", _("Audit trail")),
        ("retention", Permission.KEEP_RECORDS, "retention.show", _("Retention")),
        ("people", Permission.KEEP_ACCOUNTS, "people.index", _("People")),
        ("programmes", Permission.RUN_PROGRAMMES, "programmes.index", _("Programmes")),
        ("receivers", Permission.READ_RECEIVERS, "receivers.index", _("Receivers")),
        ("roster", Permission.IMPORT_ROSTER, "roster.index", _("Roster")),
        ("instruments", Permission.READ_INSTRUMENTS, "instruments.index", _("Instruments")),
    )
    return [
        NavItem(key, url_for(endpoint), words)
        for key, need, endpoint, words in places
        # Who coordinates sees everything late on the board, and finds the receivers there, a roster at the clients.
        if need in may and not (key in {"late", "receivers", "roster"} and Permission.COORDINATE in may)
    ]


def live_alerts() -> Sequence[StripItem]:
    """Alerts that nobody has ended, for those who may answer one."""
    if not actor().may(Permission.ANSWER_ALERT):
        return ()
    with reading() as session:
        found = alerts.live(session, act=act())
    return [StripItem(each.id, each.client_name, _alert_words(each)) for each in found]


def _alert_words(alert: alerts.LiveAlert) -> str:
    where = f"{alert.client_name}, {alert.place}" if alert.place else alert.client_name
    if alert.acknowledged_by is None:
        return _("%(who)s. Nobody has acknowledged yet.", who=where)
    return _("%(who)s. %(by)s is with them.", who=where, by=alert.acknowledged_by)


def packets_waiting() -> int:
    """How many packets of other organisations wait, for those who may take them in; asked once a request."""
    if "packets_waiting" not in g:
        g.packets_waiting = 0
        if actor().may(Permission.TAKE_IN):
            with reading() as session:
                g.packets_waiting = packet_tellings.waiting(session, act=act())
    return int(g.packets_waiting)


def alerts_unread() -> Sequence[EndedAlert]:
    """Alerts that whoever is here was told of and has not opened since somebody else ended them."""
    with reading() as session:
        return alerts_ended.unread(session, act=act())


def calls_due() -> int:
    """How many calls are to be made today, for who coordinates; asked once a request."""
    if "calls_due" not in g:
        with reading() as session:
            g.calls_due = outreach.calls_due(session, act=act())
    return int(g.calls_due)


def items_asked() -> int:
    """How many receivers wait for an answer about single answers, for those who may give one; asked once a request."""
    if "items_asked" not in g:
        with reading() as session:
            g.items_asked = items_view.count(session, act=act())
    return int(g.items_asked)


def review_open() -> date | None:
    """The week whose review whoever is here was called to, and has not looked at."""
    if not actor().may(Permission.READ_AUDIT):
        return None
    with reading() as session:
        return review_due.open_week(session, act=act())


def load_organisation() -> None:
    """Put the organisation of whoever asks at hand for the rest of the request: it was found with their sign-in.

    A visit by link has none; it is asked for.
    """
    g.organisation = None
    if g.get("actor") is not None and not is_api():
        g.organisation = g.get("signed_in_at") or _own_organisation()


def _own_organisation() -> organisations.Organisation:
    with reading() as session:
        return organisations.show(session, act=act())


def init_app(app: Flask) -> None:
    """Give staff pages their surroundings."""
    app.before_request(load_organisation)
    app.jinja_env.globals.update(
        navigation=navigation,
        live_alerts=live_alerts,
        packets_waiting=packets_waiting,
        items_asked=items_asked,
        review_open=review_open,
        alerts_unread=alerts_unread,
        calls_due=calls_due,
        organisation=lambda: g.organisation,
        actor=actor,
        demo=parts_demo,
        may=lambda need: actor().may(Permission(need)),
        stage_number=lambda stage: tuple(Stage).index(stage) + 1,
    )


def parts_demo() -> bool:
    """Whether this is the demo."""
    return parts().settings.demo
