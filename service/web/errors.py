"""One table from errors to statuses, one shape for the API (RFC 9457), one page for people. Never a stack trace."""

import logging
import traceback
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from instruments.answers import InvalidAnswers
from instruments.catalogue import UnknownInstrument
from referral.lifecycle import StepRefused
from service.access import NotFound, OutsideCaseload
from service.actions import refusing
from service.actions.refusals import Conflict, Invalid, Suspended
from service.actions.sign_ins import SignInRefused
from service.permissions import NotAllowed
from service.web.context import act, parts, transaction
from service.web.guard import is_api, signed_in_actor
from service.web.words import said

log = logging.getLogger("handrail.web")

# Names, not classes, for the database's own errors: the web does not import the database.
DATABASE_STATUS = {
    "StaleDataError": HTTPStatus.CONFLICT,
    "IntegrityError": HTTPStatus.CONFLICT,
    "OperationalError": HTTPStatus.SERVICE_UNAVAILABLE,
    "TurnTimeout": HTTPStatus.SERVICE_UNAVAILABLE,
    "TrailUnavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}
STATUS: Mapping[type[Exception], HTTPStatus] = {
    InvalidAnswers: HTTPStatus.UNPROCESSABLE_ENTITY,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    ValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownInstrument: HTTPStatus.NOT_FOUND,
    SignInRefused: HTTPStatus.UNAUTHORIZED,
    StepRefused: HTTPStatus.CONFLICT,
    Conflict: HTTPStatus.CONFLICT,
}


ONE_OF = "Must be one of: "
"""How marshmallow begins the list of what is allowed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for people and programs alike: a status, one sentence, and each field with its trouble."""

    status: HTTPStatus
    detail: str
    problems: Sequence[Mapping[str, Any]] = ()

    def as_json(self) -> dict[str, Any]:
        """The documented error shape."""
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "problems": list(self.problems),
            "request_id": request_id(),
        }


def request_id() -> str:
    """The name of this request in the log and on the error page."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex[:12]
    return str(g.request_id)


def problems_in(error: Exception) -> Sequence[Mapping[str, Any]]:
    """Each field that an error names: field, message, found, allowed."""
    if isinstance(error, Invalid):
        return [asdict(problem) for problem in error.problems]
    if isinstance(error, InvalidAnswers):
        return [
            {"field": p.item, "message": p.message, "found": p.found, "allowed": p.allowed}
            for p in error.problems
        ]
    if isinstance(error, ValidationError):
        return list(_flat(error.messages, error.data))
    return ()


def _flat(messages: Any, data: Any, path: str = "") -> Sequence[Mapping[str, Any]]:  # noqa: ANN401  marshmallow's nested lists
    if isinstance(messages, Mapping):
        return [
            found
            for name, inner in messages.items()
            for found in _flat(inner, _inside(data, name), f"{path}.{name}" if path else str(name))
        ]
    return [_field(path, str(words), data) for words in messages]


def _inside(data: Any, name: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    return data.get(name) if isinstance(data, Mapping) else None


def _field(path: str, words: str, data: Any) -> Mapping[str, Any]:  # noqa: ANN401  whatever JSON holds
    shown = isinstance(data, str | int | float) and "password" not in path
    allowed = words.removeprefix(ONE_OF).rstrip(".") if words.startswith(ONE_OF) else ""
    return {"field": path, "message": words, "found": str(data)[:40] if shown else "", "allowed": allowed}


def answer(problem: Problem) -> tuple[Response, int]:
    """The problem as JSON or as a page."""
    if is_api():
        response = jsonify(problem.as_json())
        response.mimetype = "application/problem+json"
        return response, int(problem.status)
    page = render_template(
        "error.html", problem=problem, words=words_for(problem.status), request_id=request_id()
    )
    return Response(page, mimetype="text/html"), int(problem.status)


def words_for(status: HTTPStatus) -> tuple[str, str]:
    """Heading and first sentence of an error page: what to do, then why."""
    known: Mapping[HTTPStatus, Callable[[], tuple[str, str]]] = {
        HTTPStatus.NOT_FOUND: lambda: (
            _("There is nothing here"),
            _("The address may be mistyped, or the record is not one that you work with."),
        ),
        HTTPStatus.FORBIDDEN: lambda: (
            _("This is not part of your role"),
            _("Ask your supervisor if you need it for your work."),
        ),
        HTTPStatus.CONFLICT: lambda: (
            _("That cannot be done as things stand"),
            _("Nothing was changed. Open the page again to see where things stand."),
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: lambda: (
            _("That is too much at once"),
            _("Nothing was saved. Send less and try again."),
        ),
        HTTPStatus.SERVICE_UNAVAILABLE: lambda: (
            _("Handrail cannot save just now"),
            _("Nothing was changed. If a student needs help now, follow your paper protocol."),
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR: lambda: (
            _("Something went wrong on our side"),
            _("Nothing was changed. If a student needs help now, follow your paper protocol."),
        ),
    }
    fallback = (_("That did not work"), _("Nothing was saved."))
    return known[status]() if status in known else fallback


def _turned_away(error: NotAllowed | NotFound | OutsideCaseload, status: HTTPStatus) -> tuple[Response, int]:
    """A refusal of a record or an act: written down in a transaction of its own, whatever else was undone."""
    try:
        _note_refusal(error)
    except Exception as trouble:  # noqa: BLE001  a refusal that cannot be written down tells nothing but that
        return _unexpected(trouble)
    return _refused(error, status)


def _note_refusal(error: NotAllowed | NotFound | OutsideCaseload) -> None:
    if signed_in_actor() is not None:
        with transaction() as session:
            refusing.note(session, error, view=request.endpoint or "none", act=act())


def _say_why(error: OutsideCaseload) -> ResponseReturnValue:
    """The record opens with a reason: a page asks for it, and leads on to what was wanted."""
    answered = _turned_away(error, HTTPStatus.FORBIDDEN)
    if is_api() or answered[1] != HTTPStatus.FORBIDDEN:
        return answered
    wanted = request.path if request.method == "GET" else None
    asked = url_for("caseload.ask", client_id=error.client, next=wanted)
    if request.headers.get("HX-Request") is not None:
        return Response(status=HTTPStatus.FORBIDDEN, headers={"HX-Redirect": asked})
    return redirect(asked, code=HTTPStatus.FOUND if wanted else HTTPStatus.SEE_OTHER)


def _refused(error: Exception, status: HTTPStatus) -> tuple[Response, int]:
    problems = problems_in(error)
    told = "; ".join(f"{each['field']}: {each['message']}" for each in problems)
    return answer(Problem(status, told or _words_of(error), problems))


def _words_of(error: Exception) -> str:
    """What the error itself says: in the reader's language where it speaks both."""
    return said(error.text) if isinstance(error, StepRefused | UnknownInstrument) else str(error)


def _http(error: HTTPException) -> tuple[Response, int] | HTTPException:
    if error.response is not None or error.code is None:
        return error
    response, status = answer(Problem(HTTPStatus(error.code), error.description or error.name))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            response.headers[name] = value
    return response, status


def _shut(_error: Suspended) -> tuple[Response, int]:
    """Nobody of a suspended organisation is let in: a plain page, also in a client's hands, with crisis help on it."""
    resources = parts().definitions.resources
    if is_api():
        words = _(
            "Handrail is suspended for this organisation. In danger, call %(number)s.",
            number=resources.emergency,
        )
        return answer(Problem(HTTPStatus.FORBIDDEN, words))
    page = render_template("suspended.html", resources=resources)
    return Response(page, mimetype="text/html"), int(HTTPStatus.FORBIDDEN)


def _unexpected(error: Exception) -> tuple[Response, int]:
    status = DATABASE_STATUS.get(type(error).__name__, HTTPStatus.INTERNAL_SERVER_ERROR)
    # The kind and place of the error, never its text: a database's message may quote what was being saved.
    place = "".join(traceback.format_tb(error.__traceback__)[-6:])
    log.error("request %s to %s: %s\n%s", request_id(), request.endpoint, type(error).__name__, place)
    return answer(Problem(status, words_for(status)[1]))


def init_app(app: Flask) -> None:
    """Register the table."""
    for kind, status in STATUS.items():
        app.register_error_handler(kind, lambda error, status=status: _refused(error, status))
    app.register_error_handler(NotAllowed, lambda error: _turned_away(error, HTTPStatus.FORBIDDEN))
    app.register_error_handler(NotFound, lambda error: _turned_away(error, HTTPStatus.NOT_FOUND))
    app.register_error_handler(OutsideCaseload, _say_why)
    app.register_error_handler(Suspended, _shut)
    app.register_error_handler(CSRFError, _http)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
