"""The audit trail for the auditor: is it whole, and what happened, in ids and codes alone."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from referral.events import EventKind
from service.actions import audit_trail, signing_status
from service.web.asked import kind_asked, place_asked
from service.web.context import act, parts, reading, transaction

bp = Blueprint("audit", __name__)


@bp.get("/audit")
def show() -> ResponseReturnValue:
    """The newest events, of one kind when one is asked for. Whether the chain is whole is fetched beside it."""
    before, kind = place_asked(), kind_asked()
    with transaction() as session:
        audit_trail.note_look(session, act=act())
    with reading() as session:
        trail = audit_trail.show(session, act=act(), before=before, kind=kind)
        signing = signing_status.signing(session, act=act(), provable=parts().provable)
    return render_template("audit/show.html", trail=trail, kinds=list(EventKind), kind=kind, signing=signing)


@bp.get("/audit/proof")
def proof() -> ResponseReturnValue:
    """Whether the chain is whole, proved now from its first event: a part that the page fetches once it is there."""
    if request.headers.get("HX-Request") is None:
        return redirect(url_for("audit.show"))
    with reading() as session:
        status = audit_trail.status(session, act=act())
    return render_template("audit/proof.html", status=status)
