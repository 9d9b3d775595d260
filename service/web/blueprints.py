"""Every blueprint, named once. The API takes bearer tokens only, so it needs no protection from forged forms."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from service.web.api import alerts as api_alerts
from service.web.api import assessments as api_assessments
from service.web.api import audit as api_audit
from service.web.api import clients as api_clients
from service.web.api import desks as api_desks
from service.web.api import enrolling as api_enrolling
from service.web.api import instruments as api_instruments
from service.web.api import items as api_items
from service.web.api import needs as api_needs
from service.web.api import notes as api_notes
from service.web.api import overrides as api_overrides
from service.web.api import packets as api_packets
from service.web.api import receivers as api_receivers
from service.web.api import referrals as api_referrals
from service.web.api import roster as api_roster
from service.web.api import screenings as api_screenings
from service.web.api import sign_ins as api_sign_ins
from service.web.api import timeline as api_timeline
from service.web.api import witness as api_witness
from service.web.pages import (
    access,
    alerts,
    assessments,
    audit,
    audit_review,
    board,
    calendar,
    caseload,
    client,
    clients,
    crossing,
    desks,
    enrolling,
    health,
    help,  # noqa: A004  the page's own name
    home,
    instruments,
    items,
    language,
    late,
    links,
    needs,
    notes,
    on_call,
    outreach,
    overrides,
    packets,
    password,
    people,
    places,
    programmes,
    queue,
    receive,
    receivers,
    referrals,
    retention,
    roster,
    screenings,
    sign_ins,
    timeline,
)

PAGES = (
    access.bp,
    alerts.bp,
    assessments.bp,
    audit.bp,
    audit_review.bp,
    board.bp,
    calendar.bp,
    caseload.bp,
    client.bp,
    clients.bp,
    enrolling.bp,
    crossing.bp,
    desks.bp,
    health.bp,
    help.bp,
    home.bp,
    instruments.bp,
    items.bp,
    language.bp,
    late.bp,
    links.bp,
    needs.bp,
    notes.bp,
    on_call.bp,
    overrides.bp,
    outreach.bp,
    password.bp,
    people.bp,
    places.bp,
    packets.bp,
    programmes.bp,
    queue.bp,
    receive.bp,
    receivers.bp,
    referrals.bp,
    retention.bp,
    roster.bp,
    screenings.bp,
    sign_ins.bp,
    timeline.bp,
)
API = (
    api_alerts.bp,
    api_assessments.bp,
    api_audit.bp,
    api_clients.bp,
    api_desks.bp,
    api_enrolling.bp,
    api_instruments.bp,
    api_items.bp,
    api_needs.bp,
    api_notes.bp,
    api_receivers.bp,
    api_overrides.bp,
    api_packets.bp,
    api_referrals.bp,
    api_roster.bp,
    api_screenings.bp,
    api_sign_ins.bp,
    api_timeline.bp,
)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Register pages and API."""
    for page in PAGES:
        app.register_blueprint(page)
    for resource in API:
        app.register_blueprint(resource, url_prefix="/api/v1")
        csrf.exempt(resource)
    # Its address is that of a protocol of others, and what authorises a request is a signature in its body.
    app.register_blueprint(api_witness.bp, url_prefix="/witness")
    csrf.exempt(api_witness.bp)
