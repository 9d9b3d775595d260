"""Text that can be kept: UTF-8, no NUL, no half characters. Asked of every form and address, before any view."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, request
from flask_babel import gettext as _

from service.actions.refusals import FieldProblem, Invalid

LAYOUT = "\t\n\r"
UNKEPT = frozenset({"Cc", "Cs"})
"""Unicode's control characters and lone surrogates: PostgreSQL keeps no NUL, and UTF-8 has no half characters."""

FORM = "application/x-www-form-urlencoded"


def is_readable(text: str) -> bool:
    """Whether a text holds no control character beyond tab and line ends, and no half of a character."""
    return not any(unicodedata.category(each) in UNKEPT and each not in LAYOUT for each in text)


def unreadable_in(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401  whatever JSON holds
    """The name of each field of a JSON value whose text, or whose own name, cannot be kept."""
    if isinstance(value, str) and not is_readable(value):
        yield path
    for name, inner in _parts(value):
        yield from unreadable_in(name, path)
        yield from unreadable_in(inner, f"{path}.{name}".strip("."))


def _parts(value: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401  whatever JSON holds
    if isinstance(value, Mapping):
        return value.items()
    return [("", each) for each in value] if isinstance(value, list) else ()


def refuse(*names: str) -> None:
    """Raise Invalid for each of these fields."""
    words, allowed = _("holds a character that cannot be kept"), _("letters, signs and line ends")
    # The name itself may be what cannot be shown.
    shown = ("".join(filter(is_readable, name))[:60] for name in names)
    if names:
        raise Invalid(*(FieldProblem(name, words, allowed=allowed) for name in shown))


def _check() -> None:
    # Undecodable bytes would otherwise be kept as percent signs and digits that nobody wrote.
    sent = {"query": request.query_string}
    if request.mimetype == FORM:
        sent["form"] = request.get_data()
    for part, raw in sent.items():
        try:
            unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError:
            raise Invalid(FieldProblem(part, _("is not UTF-8 text"), allowed="UTF-8")) from None
    pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
    refuse(*(name for name, value in pairs if not is_readable(name + value)))


def init_app(app: Flask) -> None:
    """Look at what was sent before any view does."""
    app.before_request(_check)
