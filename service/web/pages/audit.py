"""The auditor's desk: is the trail whole, what happened, in ids and codes alone; and taking events out of it."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.event_groups import EventGroup
from referral.events import EventKind
from service.actions import audit_desk, audit_export, audit_trail, signing_status
from service.actions.audit_export import Export, ExportFormat
from service.permissions import Role
from service.web.asked import place_asked
from service.web.context import act, parts, reading, transaction
from service.web.trail_asked import TrailReader, as_query

bp = Blueprint("audit", __name__)

MEDIA: Mapping[ExportFormat, tuple[str, str]] = {
    ExportFormat.CSV: ("text/csv", "csv"),
    ExportFormat.JSON: ("application/x-ndjson", "jsonl"),
    ExportFormat.FHIR: ("application/fhir+ndjson", "fhir.ndjson"),
}
"""What a browser is told about a file, and how its name ends."""


@bp.get("/audit")
def show() -> ResponseReturnValue:
    """The newest events that fit. Whether the chain is whole is fetched beside them."""
    before, filters = place_asked(), TrailReader(request.args).filters()
    with transaction() as session:
        audit_trail.note_look(session, act=act())
    with reading() as session:
        desk = audit_desk.find(session, filters, act=act(), before=before)
        signing = signing_status.signing(session, act=act(), provable=parts().provable)
    lists = {"kinds": list(EventKind), "groups": list(EventGroup), "roles": list(Role)}
    asked = as_query(filters)
    return render_template("audit/show.html", desk=desk, asked=asked, signing=signing, before=before, **lists)


@bp.get("/audit/proof")
def proof() -> ResponseReturnValue:
    """Whether the chain is whole, proved now from its first event: a part that the page fetches once it is there."""
    if request.headers.get("HX-Request") is None:
        return redirect(url_for("audit.show"))
    with reading() as session:
        status = audit_trail.status(session, act=act())
    return render_template("audit/proof.html", status=status)


@bp.post("/audit/export")
def export() -> ResponseReturnValue:
    """A file of the events that fit: written down first, then sent as it is read."""
    reader = TrailReader(request.form)
    form = reader.member("format", ExportFormat, _("is no form that events can be had in"))
    filters = reader.filters()
    with transaction() as session:
        made = audit_export.begin(session, filters, form or ExportFormat.CSV, act=act())
    media, ending = MEDIA[made.form]
    named = {"Content-Disposition": f'attachment; filename="audit-to-{made.last}.{ending}"'}
    return Response(stream_with_context(_file(made)), mimetype=media, headers=named)


def _file(made: Export) -> Iterator[str]:
    with reading() as session:
        yield from audit_export.lines(session, made, act=act())
