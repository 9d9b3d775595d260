"""A client's own report of who was at their record: a page for staff, and the paper for the client or guardian."""

import uuid

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.actions import access_report
from service.actions.refusals import FieldProblem, Invalid
from service.reports.access_paper import access_paper, day_of
from service.web.asked import place_asked
from service.web.context import act, transaction
from service.web.language import LANGUAGES, current_language

bp = Blueprint("access", __name__)


@bp.get("/clients/<uuid:client_id>/access")
def show(client_id: uuid.UUID) -> ResponseReturnValue:
    """A stretch of the report; `before` goes on to older days."""
    before = place_asked()
    with transaction() as session:
        found = access_report.page(session, client_id, act=act(), before=before)
    return render_template("clients/access.html", report=found, before=before)


@bp.get("/clients/<uuid:client_id>/access.pdf")
def paper(client_id: uuid.UUID) -> ResponseReturnValue:
    """The whole report on paper, in the language of whoever asked for it."""
    language = _language_asked()
    with transaction() as session:
        found = access_report.whole(session, client_id, act=act(), language=language)
    kept_as = {"Content-Disposition": f'inline; filename="access-{day_of(found)}.pdf"'}
    return Response(access_paper(found, language=language), mimetype="application/pdf", headers=kept_as)


def _language_asked() -> str:
    found = request.args.get("language") or current_language()
    if found not in LANGUAGES:
        words = _("is no language of this paper")
        raise Invalid(FieldProblem("language", words, found=found[:40], allowed=", ".join(LANGUAGES)))
    return found
