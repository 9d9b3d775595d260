"""What a WSGI server loads: `service.wsgi:make_app()`."""

from flask import Flask

from service.app import create_app, make_parts
from service.settings import load_settings


def make_app() -> Flask:
    """The program as the environment sets it up; raises BadSettings when that is incomplete."""
    return create_app(make_parts(load_settings()))
