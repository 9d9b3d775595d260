"""Who are you: every route asks, except the few that are named here. A handed-over device reaches one screening."""

from http import HTTPStatus

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from service.actions import sign_ins
from service.actions.refusals import Suspended
from service.permissions import Actor
from service.web import visiting
from service.web.context import parts, reading
from service.web.language import settle_language

OPEN_ROUTES = frozenset(
    {
        "static",
        "health.live",
        "sign_ins.show",
        "sign_ins.sign_in",
        "language.choose",
        "help.crisis",
        "api_sign_ins.create",
        "api_witness.add_checkpoint",
        "receive.door",
        "receive.open_referral",
        "receive.ask_code",
        "calendar.feed",
    }
)
VISITING_ROUTES = frozenset(
    {
        "receive.show",
        "receive.take",
        "receive.ask_items",
        "receive.letter",
        "receive.receipt",
        "receive.leave",
    }
)
"""What a receiver without an account reaches with link and code: one referral. A sign-in opens none of these."""
HANDED_OVER_ROUTES = frozenset(
    {
        "client.question",
        "client.answer",
        "client.finish",
        "client.stop",
        "client.help_now",
        "client.ending",
        "client.hand_back",
        "client.unlock",
        "static",
        "health.live",
        "language.choose",
        "help.crisis",
    }
)
UNASKED_ROUTES = frozenset({"help.crisis", "static"})
"""What is the same for everybody is answered without the database: whom to call must stand there when it is gone."""
CHOOSING_ROUTES = frozenset({"password.show", "password.choose", "sign_ins.sign_out", "api_sign_ins.end"})
"""What somebody reaches who came with a password that somebody else made, besides what is open to all."""
WATCHING_ROUTES = frozenset({"queue.live", "alerts.band", "on_call.live", "items.state", "referrals.live"})
"""What a page left open fetches by itself: it does not keep a sign-in in use."""
SECRET = "secret"  # noqa: S105  the name of a key, not a secret


def is_api() -> bool:
    """Whether the request speaks JSON under a bearer token; pages and their cookies are everything else."""
    return request.path.startswith("/api/")


def presented_secret() -> str | None:
    """The sign-in secret that came with the request: bearer token for the API, cookie for pages, never both."""
    if is_api():
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return token.strip() or None if scheme.lower() == "bearer" else None
    return session.get(SECRET)


def guard() -> ResponseReturnValue | None:
    """Let a request through only with a live sign-in, or to an open route, or a visit to the routes of visits."""
    g.actor = None
    if request.endpoint in VISITING_ROUTES:
        return visiting.admit()
    signed_in = None if request.endpoint in UNASKED_ROUTES else _resume(presented_secret())
    shut = signed_in is not None and signed_in.suspended
    if signed_in is not None and not shut:
        g.actor, g.handed_over = signed_in.actor, signed_in.handed_over
        g.signed_in_at = signed_in.organisation
    settle_language()
    if request.endpoint is None or request.endpoint in OPEN_ROUTES:
        return None
    if shut:
        raise Suspended
    return _ask_to_sign_in() if signed_in is None else _held_back(signed_in)


def _resume(secret: str | None) -> sign_ins.SignedIn | None:
    if secret is None:
        return None
    now, settings = parts().clock(), parts().settings
    with reading() as session_:
        found = sign_ins.resume(session_, secret, now=now, settings=settings)
    if found is not None and found.stale and not found.suspended and request.endpoint not in WATCHING_ROUTES:
        with parts().open_write(found.actor.organisation_id) as session_, session_.begin():
            sign_ins.touch(session_, secret, now=now)
    return found


def _ask_to_sign_in() -> Response:
    if is_api():
        abort(HTTPStatus.UNAUTHORIZED)
    if request.method == "GET" and request.headers.get("HX-Request") is None:
        return redirect(url_for("sign_ins.show", next=request.path))
    session.clear()
    if request.headers.get("HX-Request") is not None:
        # A redirect would put the sign-in page into a part of this one.
        return Response(status=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": url_for("sign_ins.show")})
    return redirect(url_for("sign_ins.show"), code=HTTPStatus.SEE_OTHER)


def _held_back(signed_in: sign_ins.SignedIn) -> ResponseReturnValue | None:
    """Whoever is signed in and yet not let through: their own password comes first, or a client has the device."""
    if signed_in.must_choose and request.endpoint not in CHOOSING_ROUTES:
        if is_api():
            abort(HTTPStatus.FORBIDDEN)
        return redirect(url_for("password.show"), code=HTTPStatus.SEE_OTHER)
    return None if signed_in.handed_over is None else _only_the_screening(signed_in)


def _only_the_screening(signed_in: sign_ins.SignedIn) -> ResponseReturnValue | None:
    screening_id = str(signed_in.handed_over)
    asked_for = (request.view_args or {}).get("screening_id")
    if request.endpoint in HANDED_OVER_ROUTES and (asked_for is None or str(asked_for) == screening_id):
        return None
    if is_api():
        abort(HTTPStatus.FORBIDDEN)
    return redirect(url_for("client.question", screening_id=screening_id), code=HTTPStatus.SEE_OTHER)


def signed_in_actor() -> Actor | None:
    """Who is signed in, or nobody: for open pages that look different then."""
    return g.get("actor")


def protect(response: Response) -> Response:
    """Headers of every answer: nothing from elsewhere runs, frames or learns where people were; nothing is kept."""
    headers = response.headers
    headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), browsing-topics=()"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Put the guard before every view and the headers behind it."""
    app.before_request(guard)
    app.after_request(protect)
