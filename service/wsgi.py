"""What a WSGI server loads: `service.wsgi:make_app()`."""

from flask import Flask

from service.app import create_app, make_checked_parts, settled
from service.settings import load_settings


def make_app() -> Flask:
    """The program as the environment sets it up.

    Raises BadSettings when that is incomplete, UsedDefinitionsAltered when a definition changed after its use.
    """
    return settled(create_app(make_checked_parts(load_settings())))
