"""The queue at 100,000 open referrals, against its own questions to the database: `python -m benchmarks queueing`.

The floor of a page is every SELECT that it asks, asked again through the bare driver. SQLite, and PostgreSQL where
its programs are on this machine. Target: under 50 ms of server time for each page.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from benchmarks.crowds import OPEN_REFERRALS, gather
from benchmarks.measuring import cpu_seconds, in_turns, median, seconds
from benchmarks.spending import COMMIT, REST, SQL, Asked, Ledger, ledger
from benchmarks.telling import ms, shares, table, times
from benchmarks.tenants import Tenant, browser, running, settle
from service.actions.queue_cursor import cursor_after
from service.app import create_app, settled
from service.kinds import Role
from service.store.engine import open_sessions
from service.store.referrals import ReferralRow
from tests import postgres
from tests.provision import POSTGRES

HEAD = ("page", "server", "CPU", "its SQL", "ratio", "commit", "counts", "statements")
FEW = 400


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue: what it is, who looks, and its address."""

    what: str
    client: FlaskClient
    address: str

    def get(self) -> None:
        """Ask for it."""
        answer = self.client.get(self.address)
        assert answer.status_code == HTTPStatus.OK, answer.text


def report(*, quick: bool = False) -> Iterator[str]:
    """Every line of the report, each database's as soon as it is measured."""
    referrals, rounds = (FEW, 2) if quick else (OPEN_REFERRALS, 7)
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as name:
        folder = Path(name)
        for engine, database in _databases(folder, quick=quick):
            with database() as url, running(url, folder) as parts:
                made = settle(parts)
                built = seconds(lambda made=made: gather(made, referrals))
                size = f", {_size(folder) / 1e6:.0f} MB" if url.startswith("sqlite") else ""
                yield f"{engine}: {referrals:,} open referrals, built in {built:.0f} s{size}"
                yield from _measured(made, url, rounds, after=referrals // 2)


def _databases(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Any]]]:
    yield "SQLite", lambda: _sqlite(folder)
    programs = POSTGRES.find()
    if programs is not None and not quick:
        yield "PostgreSQL (which does not wait for the disk here)", lambda: _postgres(programs)


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'handrail.db'}"


@contextmanager
def _postgres(programs: Path) -> Iterator[str]:
    server = postgres.start(programs)
    try:
        yield postgres.as_(postgres.SUPERUSER, server.create("crowd"))
    finally:
        server.run("pg_ctl", "stop", "--wait", "--mode=immediate")
        shutil.rmtree(server.folder)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _measured(made: Tenant, url: str, rounds: int, *, after: int) -> list[str]:
    engine = open_sessions(url).engine
    rows, whole = [], Ledger()
    try:
        for page in _pages(made, after):
            page.get()
            row, spent = _row(page, engine, rounds)
            rows.append(row)
            whole.spent = {name: value + spent[name] for name, value in whole.spent.items()}
    finally:
        engine.dispose()
    return [*table(HEAD, rows), f"Where the time goes, all of these together: {shares(whole.spent)}."]


def _pages(made: Tenant, after: int) -> list[Page]:
    app = settled(create_app(made.parts))
    lead, desk = (
        browser(app, made.parts, made.people[role]) for role in (Role.COORDINATOR, Role.REFERRAL_STAFF)
    )
    deep = _cursor(made, after)
    return [
        Page("coordinator: needs someone, first page", lead, "/queue"),
        Page("coordinator: all open, first page", lead, "/queue?view=all-open"),
        Page("coordinator: all open, the middle", lead, f"/queue?view=all-open&cursor={deep}"),
        Page("coordinator: overdue", lead, "/queue?view=overdue"),
        Page("coordinator: waiting list", lead, "/queue?view=waiting-list"),
        Page("coordinator: mine (none)", lead, "/queue?view=mine"),
        Page("coordinator: all open, refreshed list", lead, "/queue/live?view=all-open"),
        Page("team desk: needs someone, first page", desk, "/queue"),
        Page("team desk: all open, first page", desk, "/queue?view=all-open"),
    ]


def _cursor(made: Tenant, after: int) -> str:
    """The cursor behind about so many referrals: what somebody has who turned page after page."""
    pressing = select(ReferralRow).order_by(ReferralRow.rank, ReferralRow.due_at, ReferralRow.id)
    with made.parts.open_read(made.organisation_id) as session, session.begin():
        return cursor_after(session.scalars(pressing.offset(after).limit(1)).one(), made.parts.clock())


def _row(page: Page, engine: Engine, rounds: int) -> tuple[tuple[str, ...], Mapping[str, float]]:
    with ledger() as found:
        page.get()
    reads = [each for each in found.asked if each.reads]
    with closing(engine.raw_connection()) as connection:
        counts = [each for each in reads if "count(" in each.statement.lower()]
        works = [page.get, lambda: _ask(connection, reads), lambda: _ask(connection, counts)]
        server, floor, counting = map(median, in_turns(works, rounds))
    cpu = median([cpu_seconds(page.get) for _ in range(rounds)])
    spent, statements = found.spent[COMMIT], str(len(found.asked))
    figures = (ms(server), ms(cpu), ms(floor), times(server / floor), ms(spent), ms(counting), statements)
    return (page.what, *figures), _with_fetching(found.spent, floor)


def _with_fetching(spent: Mapping[str, float], floor: float) -> Mapping[str, float]:
    """The ledger with all of the SQL: SQLite finds most rows while they are fetched, which the ledger calls Python."""
    fetching = min(max(0.0, floor - spent[SQL]), spent[REST])
    return {**spent, SQL: spent[SQL] + fetching, REST: spent[REST] - fetching}


def _ask(connection: Any, asked: Sequence[Asked]) -> None:  # noqa: ANN401  the driver's own connection
    for each in asked:
        cursor = connection.cursor()
        cursor.execute(each.statement, each.parameters)
        cursor.fetchall()
        cursor.close()
    connection.rollback()
