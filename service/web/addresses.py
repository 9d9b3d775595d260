"""Addresses of the program's own pages in its templates. Those that name no record are worked out once."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for


def _kept() -> Callable[..., str]:
    """`url_for`, with a memory for addresses that depend on nothing but where the program is mounted."""

    @lru_cache(maxsize=500)
    def fixed(_root: str, endpoint: str, file: str | None) -> str:
        return url_for(endpoint) if file is None else url_for(endpoint, filename=file)

    def address(endpoint: str, **values: Any) -> str:  # noqa: ANN401  whatever an address may hold
        if values.keys() <= {"filename"}:
            return fixed(request.root_path, endpoint, values.get("filename"))
        return url_for(endpoint, **values)

    return address


def init_app(app: Flask) -> None:
    """Give templates this way to an address."""
    app.jinja_env.globals["url_for"] = _kept()
