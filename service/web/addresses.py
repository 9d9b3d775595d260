"""Addresses of the program's own pages. Those that name no record are worked out once: a page has dozens of them."""

from enum import StrEnum
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for


def address(endpoint: str, **values: Any) -> str:  # noqa: ANN401  whatever an address may hold
    """As `url_for`, with a memory for what is the same for everybody: pages, files and members of closed sets."""
    if all(name == "filename" or isinstance(value, StrEnum) for name, value in values.items()):
        return _fixed(request.root_path, endpoint, tuple(values.items()))
    return url_for(endpoint, **values)


@lru_cache(maxsize=1000)
def _fixed(_mounted_at: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def init_app(app: Flask) -> None:
    """Give templates this way to an address."""
    app.jinja_env.globals["url_for"] = address
