"""How much a request may carry: little, and more where somebody who may brings in a roster."""

import io
from typing import IO

from flask import Flask, Request, request

from service.actions.roster_file import MOST_BYTES
from service.permissions import Permission
from service.web.guard import signed_in_actor

OF_ROSTERS = frozenset({"roster.look", "roster.bring_in", "api_roster.look", "api_roster.bring_in"})
MOST = 2 * MOST_BYTES
"""A file, as it travels within a form or as JSON."""


class InMemory(Request):
    """A request whose files stay in memory: nothing of a roster is ever written to a disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002  werkzeug's own signature, as what follows
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return io.BytesIO()


def allow() -> None:
    """Let a roster in. Called before anything reads the body; everybody else is held to the usual size."""
    person = signed_in_actor()
    if request.endpoint in OF_ROSTERS and person is not None and person.may(Permission.IMPORT_ROSTER):
        request.max_content_length = request.max_form_memory_size = MOST


def init_app(app: Flask) -> None:
    """Put this behind the guard and before whatever reads a body."""
    app.request_class = InMemory
    app.before_request(allow)
