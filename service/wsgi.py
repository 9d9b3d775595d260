"""What a WSGI server loads: `service.wsgi:make_app()`."""

from flask import Flask

from service.actions import pinned
from service.app import create_app, make_parts
from service.settings import load_settings


def make_app() -> Flask:
    """The program as the environment sets it up.

    Raises BadSettings when that is incomplete, UsedDefinitionsAltered when a definition changed after its use.
    """
    parts = make_parts(load_settings())
    with parts.open_read() as session:
        pinned.must_stand(session, parts.definitions.instruments)
    parts.close()  # what was opened here does not survive a fork
    return create_app(parts)
