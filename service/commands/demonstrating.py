"""Making the demo's data when it is not there, saying how far it has come, and how to sign in."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from service.actions import audit_trail, storage
from service.app import make_checked_parts
from service.demo.build import play
from service.demo.places import PASSWORD, PLACES, Place
from service.settings import Settings

EVERY = 1000
"""After how many acts the progress is told."""

_FIRST = ("counselor", "psychology-desk", "psychology", "coordinator", "supervisor", "on-call", "auditor")


class NotTheDemo(Exception):
    """The database holds something else than the demo, so it is left alone."""


def prepare(settings: Settings, *, fresh: bool, say: Callable[[str], None]) -> bool:
    """The demo's data in the database of the settings: made when it is missing, kept when it is there.

    Whether it was made. A SQLite file is made under another name and put in place when it is whole. Raises NotTheDemo.
    """
    if _is_there(settings) and not fresh:
        storage.upgrade(settings.database_url)
        return False
    file = storage.sqlite_file(settings.database_url)
    if file is None:
        _into_a_server(settings, fresh=fresh, say=say)
        return True
    file.parent.mkdir(parents=True, exist_ok=True)
    half_made = file.with_name(f"{file.name}.making")
    _remove(half_made)
    _make(_elsewhere(settings, f"{storage.SQLITE}{half_made}"), say)
    _remove(file)
    half_made.replace(file)
    return True


def _into_a_server(settings: Settings, *, fresh: bool, say: Callable[[str], None]) -> None:
    if fresh:
        raise NotTheDemo(
            "--fresh empties no database server; name an empty database in HANDRAIL_DATABASE_URL"
        )
    _make(settings, say)


def _is_there(settings: Settings) -> bool:
    """Whether the demo is there. Raises NotTheDemo for a database with other organisations in it."""
    try:
        with storage.reading(settings.database_url) as session:
            names = set(audit_trail.names(session))
    except storage.NoDatabase as error:
        if storage.holds_nothing(settings.database_url):
            return False
        raise NotTheDemo(f"{error}; the demo leaves it alone, so move it away first") from None
    strangers = names - {place.name for place in PLACES}
    if strangers:
        raise NotTheDemo(f"the database holds {', '.join(sorted(strangers))}; the demo leaves it alone")
    return bool(names)


def _elsewhere(settings: Settings, url: str) -> Settings:
    keys = settings.wrapping_keys
    return Settings(
        url, settings.data_dir, settings.secret_key, demo=True, secure_cookies=False, wrapping_keys=keys
    )


def _make(settings: Settings, say: Callable[[str], None]) -> None:
    storage.upgrade(settings.database_url)
    parts = make_checked_parts(settings)
    say("Making the demo data: two tenants, 400 people who do not exist, ten weeks of their stories.")

    def tell(name: str, acts: int) -> None:
        if acts % EVERY == 0:
            say(f"  {name}: {acts} acts")

    try:
        with parts.open_write() as session, session.begin():
            hashed = parts.passwords.hash(PASSWORD)
            play(session, parts.definitions, now=datetime.now(UTC), password_hash=hashed, tell=tell)
    finally:
        parts.close()


def _remove(file: Path) -> None:
    for name in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        name.unlink(missing_ok=True)


def welcome(address: str | None) -> str:
    """Where the demo is, and how to sign in."""
    where = [f"Handrail stands at {address} (Ctrl+C ends it)"] if address else ["The demo data is there."]
    return "\n".join(
        [*where, f"Password of everybody: {PASSWORD}", *(line for place in PLACES for line in _people(place))]
    )


def _people(place: Place) -> list[str]:
    shown = sorted(place.people, key=lambda person: person.key not in _FIRST)
    wide = max(len(place.email(person)) for person in place.people)
    lines = [f"  {place.email(person).ljust(wide)}  {person.name}, {person.title}" for person in shown]
    return ["", place.name, *lines]
