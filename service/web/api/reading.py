"""Reading a JSON body: broken bytes, broken JSON and doubled keys are named, never guessed at."""

import json
from collections import Counter
from http import HTTPStatus
from typing import Any

from flask import abort, request

from service.actions.refusals import FieldProblem, Invalid
from service.web.readable import refuse, unreadable_in


def json_body() -> dict[str, Any]:
    """The request's JSON object. Refuses other media types (415), broken text (400) and doubled keys (422)."""
    if request.mimetype not in {"application/json", "application/merge-patch+json"}:
        abort(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"found {request.mimetype or 'nothing'}; allowed: application/json",
        )
    try:
        body = json.loads(
            request.get_data().decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        abort(HTTPStatus.BAD_REQUEST, f"the body is not UTF-8 text: byte {error.start + 1} cannot be read")
    except json.JSONDecodeError as error:
        abort(HTTPStatus.BAD_REQUEST, f"the body is not JSON: line {error.lineno}, column {error.colno}")
    except (RecursionError, ValueError) as error:
        abort(HTTPStatus.BAD_REQUEST, f"the body is not JSON that can be used: {type(error).__name__}")
    if not isinstance(body, dict):
        abort(HTTPStatus.BAD_REQUEST, f"the body is a {type(body).__name__}; an object is needed")
    refuse(*_unreadable(body))
    return body


def _unreadable(body: dict[str, Any]) -> tuple[str, ...]:
    try:
        return tuple(unreadable_in(body))
    except RecursionError:  # a Python whose JSON reader goes deeper than its own functions may
        abort(HTTPStatus.BAD_REQUEST, "the body is nested too deeply")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        times = Counter(name for name, _ in pairs)
        doubled = sorted(name for name in times if times[name] > 1)
        raise Invalid(
            *(FieldProblem(name, "stands there twice", found="two values", allowed="one") for name in doubled)
        )
    return seen


def _no_constant(name: str) -> None:
    raise ValueError(name)
