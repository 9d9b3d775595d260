"""Knowing who asks and keeping them within their organisation costs at most two questions to the database."""

import pytest
from sqlalchemy import event

from service.actions import sign_ins
from service.permissions import Role
from service.web.guard import OPEN_ROUTES, VISITING_ROUTES
from tests.databases import ENGINES
from tests.journeys.stage import path
from tests.proofs.asking import LAST
from tests.proofs.copies import browser_of, kept
from tests.proofs.crawling import looks
from tests.proofs.tenancy import close

MOST = 2


@pytest.fixture(scope="module", params=ENGINES)
def made(request, tmp_path_factory):
    return kept(request, tmp_path_factory.mktemp("trips"))


def trips(app, engine):
    """Where each statement of the guard is noted: what was asked before the view began."""
    noted, inside = [], []
    resume = app.before_request_funcs[None]
    at = next(place for place, each in enumerate(resume) if each.__name__ == "guard")
    guard = resume[at]

    def watched():
        inside.append(True)
        try:
            return guard()
        finally:
            inside.clear()

    resume[at] = watched

    def note(_connection, _cursor, statement, *_rest):
        if (
            inside and statement != "BEGIN"
        ):  # which SQLite answers itself, and PostgreSQL with the first question
            noted.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    return noted


def counted(pair):
    """Each address with how many statements its guard asked."""
    app = pair.ours.here.app()
    browser, token = browser_of(pair.ours, Role.SUPERVISOR, app)
    noted = trips(app, pair.ours.here.parts.open_read.kw["bind"])
    for rule in looks(app):
        if rule.endpoint in OPEN_ROUTES | VISITING_ROUTES | set(LAST):
            continue
        noted.clear()
        address = path(rule, pair.ours.ids)
        browser.get(address, headers={"Authorization": f"Bearer {token}"} if "/api/" in address else {})
        yield rule.endpoint, len(noted)


def test_authorisation_asks_at_most_twice(made):
    with made.copy() as pair:
        found = dict(counted(pair))
        close()
    print(f"questions of authorisation at {len(found)} addresses: at most {max(found.values())}")
    assert len(found) > 35
    assert 0 < min(found.values()) <= max(found.values()) <= MOST


def test_a_guard_that_looks_the_person_up_again_is_found(made, monkeypatch):
    """The deliberately broken variant."""
    resume = sign_ins.resume
    twice = lambda *given, **more: resume(*given, **more) and resume(*given, **more)  # noqa: E731
    monkeypatch.setattr("service.web.guard.sign_ins.resume", twice)
    with made.copy() as pair:
        assert max(count for _endpoint, count in counted(pair)) > MOST
        close()
