"""The whole database as nobody in the program has it: every organisation's rows, and the power to spoil them."""

from contextlib import contextmanager

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.postgres import SUPERUSER, as_


@contextmanager
def whole(url):
    """A transaction of somebody who owns the server, within no organisation."""
    engine = create_engine(as_(SUPERUSER, url))
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        engine.dispose()


def url_of(here):
    """The address of a world's database."""
    return here.parts.settings.database_url
