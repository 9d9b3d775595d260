"""Static text sent compressed. Pages are not: a secret and what was typed must never be squeezed together (BREACH)."""

import gzip
from functools import lru_cache

from flask import Flask, request
from werkzeug.wrappers import Response

TEXTS = frozenset({"text/css", "text/javascript", "application/javascript"})


@lru_cache(maxsize=64)
def _squeezed(_etag: str, plain: bytes) -> bytes:
    return gzip.compress(plain, 9, mtime=0)


def squeeze(response: Response) -> Response:
    """The answer, smaller when it is a static text and the browser takes gzip."""
    if request.endpoint != "static" or response.mimetype not in TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code == 200 and request.accept_encodings["gzip"] > 0:  # noqa: PLR2004  a whole file
        response.direct_passthrough = False
        etag, _weak = response.get_etag()
        response.set_data(_squeezed(etag or request.path, response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(etag or request.path, weak=True)
    return response


def init_app(app: Flask) -> None:
    """Compress static texts on their way out."""
    app.after_request(squeeze)
