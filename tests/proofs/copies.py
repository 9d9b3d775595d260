"""Two organisations in full swing, staged once for each engine, and copies of their database for whoever spoils it."""

import itertools
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from referral.model import AttemptResult, Channel, State
from service.actions import attempts, needs, sign_ins
from service.actions.attempts import LogAttempt
from service.actions.needs import Reassign
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store.accounts import digest_of
from tests.journeys.stage import Stage, stage
from tests.postgres import LOGIN, as_
from tests.proofs.tenancy import close
from tests.service.builders import Clock, make_parts, world
from tests.service.caring import do
from tests.service.crossing import posted
from tests.service.linking import linked
from tests.service.referring import referral_in
from tests.whole import url_of

_numbers = itertools.count(1)


@dataclass
class Pair:
    """The organisation that asks, and the one of which it must see nothing: both staged, in one database."""

    ours: Stage
    theirs: Stage

    @property
    def url(self):
        return url_of(self.ours.here)


@dataclass
class Kept:
    """A staged database at rest; `changed` spoils it for good, `copy` opens one of its own that is gone afterwards."""

    pair: Pair
    database: Callable
    """A context: the address of a copy."""

    @contextmanager
    def copy(self, seed=7):
        with self.database() as url:
            clock = Clock(self.pair.ours.here.clock.now)
            parts = make_parts(url, self.pair.ours.here.parts.settings.data_dir, clock, seed)
            sides = [
                replace(side, here=replace(side.here, parts=parts, clock=clock))
                for side in (self.pair.ours, self.pair.theirs)
            ]
            yield Pair(*sides)
            parts.close()


def staged(url, folder):
    """Both organisations, with nobody connected any more."""
    ours = world(url, folder)
    theirs = world("", folder, kind=OrganisationKind.CLINIC, clock=ours.clock, parts=ours.parts)
    made = Pair(fuller(stage(ours)), fuller(stage(theirs)))
    close()
    return made


def fuller(side):
    """A stage with a row in every table that people write into; a table without one is told by T3: add it here."""
    here, need = side.here, side.ids["need_id"]
    do(here, attempts.log_attempt, need, LogAttempt(Channel.PHONE, AttemptResult.REACHED, "Called back."))
    do(here, needs.reassign, need, Reassign(here.people[Role.SUPERVISOR].id, "On leave."))
    linked(here, token=(here.organisation.id.hex * 2)[:43])
    posted(here, referral_in(here, State.SENT, client=here.new_client("Cal")))
    with here.write() as session:
        sign_ins.start(session, f"nobody's secret in {here.organisation.id}", act=here.act())
    return side


def at_rest(request, folder, make):
    """(what `make(url)` answers, a context with the address of a copy), on the engine that a fixture's parameter names.

    What is made must leave nobody connected.
    """
    if request.param == "sqlite":
        return _in_a_file(shutil.copy(request.getfixturevalue("migrated_sqlite"), folder / "kept.db"), make)
    return _on_a_server(*(request.getfixturevalue(name) for name in ("postgres", "migrated_postgres")), make)


def _in_a_file(file, make):
    made = make(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def database():
        yield f"sqlite:///{shutil.copy(file, file.with_name(f'copy{next(_numbers)}.db'))}"

    return made, database


def _on_a_server(server, template, make):
    name = f"handrail_kept_{next(_numbers)}"
    made = make(as_(LOGIN, server.create(name, template)))

    @contextmanager
    def database():
        copy = f"handrail_copy_{next(_numbers)}"
        yield as_(LOGIN, server.create(copy, name))
        server.drop(copy)

    return made, database


def kept(request, folder, spoil=lambda _pair: None):
    """The pair on the engine that a fixture's parameter names; `spoil` changes it for every copy."""

    def make(url):
        pair = staged(url, folder)
        spoil(pair)
        # A database that somebody is connected to cannot be copied.
        pair.ours.here.parts.close()
        return pair

    return Kept(*at_rest(request, folder, make))


def secret_of(here, role):
    """The secret of this person's sign-in: the same in every copy, so that two copies can be compared."""
    return digest_of(f"{role} of {here.organisation.id}")


def browser_of(side, role, app):
    """(a browser in which this person is signed in, their bearer token); forms need no token of their own here."""
    here, secret = side.here, secret_of(side.here, role)
    app.config["WTF_CSRF_ENABLED"] = False
    with here.write() as session:
        sign_ins.start(session, secret, act=here.act(role))
    browser = app.test_client()
    with browser.session_transaction() as carried:
        carried["secret"] = secret
    return browser, secret
