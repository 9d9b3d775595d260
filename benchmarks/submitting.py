"""Submitting a screening over the real API, against what the file system can commit: `python -m benchmarks submitting`.

Each request ends one prepared PHQ-9 and ASQ: score, route, open needs and referrals, chain the audit events, commit.
The floor is a loop of one-row commits into an empty SQLite file (WAL, synchronous FULL) in the same folder.
"""

import http.client
import sqlite3
import tempfile
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from flask import Flask

from benchmarks.measuring import cpu_seconds, median, percentile, seconds
from benchmarks.serving import serving
from benchmarks.spending import LOCK, SQL, ledger, python_of
from benchmarks.telling import ms, shares, table
from benchmarks.tenants import KEY, Tenant, admit, answered, running, settle, signed_in
from service.app import create_app
from service.kinds import Role

CLIENTS = 8
Post = Callable[[uuid.UUID], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: rounds, submissions a round by one client and by eight, commits a round, to look into."""

    rounds: int = 4
    alone: int = 25
    together: int = 64
    commits: int = 150
    looked_into: int = 40


QUICK = Size(rounds=1, alone=2, together=8, commits=5, looked_into=2)


@dataclass(slots=True)
class Measured:
    """One way of submitting: requests a second and its ratio to the floor by round, and each request's seconds."""

    what: str
    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def row(self) -> tuple[str, ...]:
        """One line of the report."""
        waits = (ms(percentile(self.waits, share)) for share in (0.5, 0.95, 0.99))
        return (self.what, f"{median(self.rates):.1f}/s", f"{median(self.ratios):.2%}", *waits)


def report(*, quick: bool = False, served: bool = True) -> list[str]:
    """Every line of the report. Without `served`, gunicorn is left out."""
    size = QUICK if quick else Size()
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'handrail.db'}"
        with running(url, folder) as parts:
            return _report(settle(parts), url, folder, size, served=served)


def _report(made: Tenant, url: str, folder: Path, size: Size, *, served: bool) -> list[str]:
    token, app = signed_in(made.parts, made.people[Role.COUNSELOR]), create_app(made.parts)
    ready = iter(_prepared(made, size, ways=4 if served else 2))
    inside = [_inside(app, token) for _ in range(CLIENTS)]
    ways = [
        ("in process, 1 client", inside[:1], size.alone),
        ("in process, 8 clients", inside, size.together),
    ]
    with _maybe_served(url, folder, token, served=served) as outside:
        if outside:
            ways += [
                ("gunicorn, 1 client", outside[:1], size.alone),
                ("gunicorn, 8 clients", outside, size.together),
            ]
        floors, measured = _measure(ways, ready, folder, size)
    head = ("submitting PHQ-9 + ASQ (SQLite, FULL)", "requests", "of floor", "p50", "p95", "p99")
    floor = ("the floor: one-row commits, same folder", f"{median(floors):.1f}/s", "100%", "", "", "")
    return [*table(head, [floor, *(each.row() for each in measured)]), *_spent(inside[0], ready, size)]


def _prepared(made: Tenant, size: Size, *, ways: int) -> list[uuid.UUID]:
    needed = size.rounds * (size.alone + size.together) * ways // 2 + size.looked_into * 2
    with made.parts.open_write(made.organisation_id) as session, session.begin():
        return answered(session, made, admit(session, made, needed))


def _measure(
    ways: Sequence[tuple[str, Sequence[Post], int]], ready: Iterator[uuid.UUID], folder: Path, size: Size
) -> tuple[list[float], list[Measured]]:
    floors, measured = [], [Measured(what) for what, _, _ in ways]
    for _ in range(size.rounds):
        floors.append(commit_rate(folder, size.commits))
        for mine, (_, posts, count) in zip(measured, ways, strict=True):
            rate, waits = drive(posts, [next(ready) for _ in range(count)])
            mine.rates.append(rate)
            mine.ratios.append(rate / floors[-1])
            mine.waits += waits
    return floors, measured


def commit_rate(folder: Path, count: int) -> float:
    """One-row commits a second on this file system, as SQLite makes them durable."""
    with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as floor:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            floor.execute(f"PRAGMA {pragma}")
        floor.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, words TEXT)")
        return count / seconds(
            lambda: [floor.execute("INSERT INTO rows (words) VALUES ('x')") for _ in range(count)]
        )


def drive(posts: Sequence[Post], ids: Sequence[uuid.UUID]) -> tuple[float, list[float]]:
    """Let every client submit its part, all at once: requests a second, and each request's seconds."""
    waits: list[list[float]] = [[] for _ in posts]

    def work(mine: list[float], post: Post, part: Sequence[uuid.UUID]) -> None:
        mine += [seconds(lambda each=each: post(each)) for each in part]

    threads = [
        threading.Thread(target=work, args=(waits[place], post, ids[place :: len(posts)]))
        for place, post in enumerate(posts)
    ]
    taken = seconds(lambda: [*(each.start() for each in threads), *(each.join() for each in threads)])
    assert sum(map(len, waits)) == len(ids), "a request was refused"
    return len(ids) / taken, [wait for mine in waits for wait in mine]


def often(again: Counter[str], count: int, *, most: int = 4) -> str:
    """The lines that ask one question more than once in a request, with how often."""
    lines = [
        f"{where} {asked / count:.1f} times" for where, asked in again.most_common(most) if asked > count
    ]
    return "; ".join(lines) or "nothing"


def _told(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}


def _address(screening_id: uuid.UUID) -> str:
    return f"/api/v1/screenings/{screening_id}/submit"


def _inside(app: Flask, token: str) -> Post:
    client = app.test_client()

    def post(screening_id: uuid.UUID) -> None:
        answer = client.post(_address(screening_id), data=b"{}", headers=_told(token))
        assert answer.status_code == HTTPStatus.OK, answer.text

    return post


def _outside(port: int, token: str) -> Post:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(screening_id: uuid.UUID) -> None:
        connection.request("POST", _address(screening_id), body=b"{}", headers=dict(_told(token)))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()  # a connection each: the server ends idle ones while the other ways have their turn
        assert answer.status == HTTPStatus.OK, body

    return post


@contextmanager
def _maybe_served(url: str, folder: Path, token: str, *, served: bool) -> Iterator[list[Post]]:
    if not served:
        yield []
        return
    with serving(["serve"], {"HANDRAIL_DATABASE_URL": url, "HANDRAIL_SECRET_KEY": KEY}, folder) as port:
        yield [_outside(port, token) for _ in range(CLIENTS)]


def _spent(post: Post, ready: Iterator[uuid.UUID], size: Size) -> list[str]:
    count = size.looked_into
    with ledger() as found:
        cpu = cpu_seconds(lambda: [post(next(ready)) for _ in range(count)]) / count
    python = python_of(lambda: [post(next(ready)) for _ in range(count)])
    whole = {name: value for name, value in found.spent.items() if name != LOCK}
    sql, statements = ms(found.spent[SQL] / count), len(found.asked) / count
    return [
        f"Where the time goes, 1 client: {shares(whole)}.",
        f"A request asks {statements:.0f} statements in {sql} and costs {ms(cpu)} of processor time.",
        f"Of the Python: {shares(python, least=0.02)}.",
        f"Asked again and again: {often(found.repeated(), count)}.",
    ]
