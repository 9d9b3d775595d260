"""Every role's pages on the demo's data: first byte, statements, transfer: `python -m benchmarks pages`.

Each page that a role reaches by links is opened once in process, for its statements and its weight with stylesheets,
font and scripts; then all of them in turns over gunicorn, as `handrail demo` runs it, for the first byte.
Targets: first byte under 50 ms, transfer under 150 KB, no request to another host.
"""

import http.client
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from benchmarks.browsing import Browser, Reader, Weight
from benchmarks.crowds import gather
from benchmarks.measuring import cpu_seconds, median, seconds
from benchmarks.serving import serving
from benchmarks.spending import ledger
from benchmarks.telling import kb, ms, shares, table
from benchmarks.tenants import browser, running, settle
from service.actions import knocking
from service.app import create_app, make_checked_parts
from service.commands.demonstrating import prepare
from service.demo.places import ALDER_CREEK, PASSWORD, Person
from service.kinds import Role
from service.permissions import Actor
from service.settings import load_settings
from service.web.context import Parts

FIRST_BYTE = 0.050
TRANSFER = 150_000
HEAD = ("page", "roles", "first byte", "CPU", "SQL", "statements", "HTML", "whole page", "gzipped")
COOKIE = "handrail"


@dataclass(slots=True)
class Visit:
    """One role's look at one page."""

    role: str
    endpoint: str
    address: str
    client: FlaskClient
    html: int
    weight: Weight
    statements: int
    spent: Mapping[str, float]
    again: Counter[str]
    cpu: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def first_byte(self) -> float:
        """The median."""
        return median(self.waits)


def report(*, quick: bool = False, folder: Path | None = None) -> list[str]:
    """Every line of the report. In `folder` the demo is kept for the next time."""
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as name:
        return _few(Path(name)) if quick else _demo(folder or Path(name))


def _few(folder: Path) -> list[str]:
    with running(f"sqlite:///{folder / 'handrail.db'}", folder) as parts:
        made = settle(parts)
        gather(made, 40)
        app = create_app(parts)
        people = {
            str(role): browser(app, parts, made.people[role]) for role in (Role.COUNSELOR, Role.COORDINATOR)
        }
        return _measured(app, people, None, rounds=1)


def _demo(folder: Path) -> list[str]:
    settings = load_settings({"HANDRAIL_DATA_DIR": str(folder)}, demo=True)
    built = seconds(lambda: prepare(settings, fresh=False, say=lambda _words: None))
    parts = make_checked_parts(settings)
    try:
        app = create_app(parts)
        people = {str(each.role): browser(app, parts, _actor(parts, each)) for each in _one_each()}
        with serving(["demo"], {}, folder) as port:
            lines = _measured(app, people, port, rounds=7)
        return [f"The demo: made, or found, in {built:.0f} s", *lines]
    finally:
        parts.close()


def _one_each() -> list[Person]:
    return list({person.role: person for person in reversed(ALDER_CREEK.people)}.values())


def _actor(parts: Parts, person: Person) -> Actor:
    with parts.open_read() as session, session.begin():
        found = knocking.knocks(
            session, ALDER_CREEK.email(person), PASSWORD, passwords=parts.passwords, now=parts.clock()
        )
        return found[0].actor


def _measured(app: Flask, people: Mapping[str, FlaskClient], port: int | None, *, rounds: int) -> list[str]:
    dead: Counter[str] = Counter()
    visits = [visit for role, client in people.items() for visit in _walk(app, role, client, dead)]
    for _ in range(rounds):
        for visit in visits:
            visit.waits.append(seconds(lambda visit=visit: _open(visit, port)))
    for visit in visits:
        visit.cpu = median([cpu_seconds(lambda visit=visit: _open(visit, None)) for _ in range(3)])
    return _told(visits, dead)


def _walk(app: Flask, role: str, client: FlaskClient, dead: Counter[str]) -> Iterator[Visit]:
    """Each kind of page that this role reaches by links from where its day begins, the first of its kind."""
    seen, ahead, browsing = set(), ["/"], Browser(client)
    while ahead:
        address = ahead.pop(0)
        endpoint = _endpoint(app, address)
        if endpoint is None or endpoint in seen:
            continue
        seen.add(endpoint)
        visit, links = _look(browsing, role, endpoint, address, dead)
        ahead += links
        if visit is not None:
            yield visit


def _endpoint(app: Flask, address: str) -> str | None:
    split = urlsplit(address)
    if split.netloc or split.scheme or not split.path:
        return None
    try:
        return app.url_map.bind("localhost").match(split.path)[0]
    except HTTPException:
        return None


def _look(
    browsing: Browser, role: str, endpoint: str, address: str, dead: Counter[str]
) -> tuple[Visit | None, list[str]]:
    client = browsing.client
    with ledger() as found:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    if answer.status_code != HTTPStatus.OK or answer.mimetype != "text/html":
        refused = answer.status_code >= HTTPStatus.BAD_REQUEST
        dead.update([f"{endpoint} ({role}: {answer.status_code})"] if refused else [])
        return None, [answer.location] if answer.location else []
    weight = browsing.whole(address, answer.data, answer.headers.get("Content-Encoding"))
    assert not browsing.strangers, f"{address} asks another host: {browsing.strangers}"
    visit = Visit(
        role,
        endpoint,
        address,
        client,
        len(answer.data),
        weight,
        len(found.asked),
        found.spent,
        found.repeated(),
    )
    return visit, Reader(client.get(address).text).links


def _open(visit: Visit, port: int | None) -> None:
    if port is None:
        visit.client.get(visit.address)
        return
    cookie = visit.client.get_cookie(COOKIE)
    assert cookie is not None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", visit.address, headers={"Cookie": f"{COOKIE}={cookie.value}"})
    assert connection.getresponse().status == HTTPStatus.OK, visit.address
    connection.close()


def _told(visits: Sequence[Visit], dead: Counter[str]) -> list[str]:
    kinds: dict[str, list[Visit]] = {}
    for visit in visits:
        kinds.setdefault(visit.endpoint, []).append(visit)
    slow = [visit for visit in visits if visit.first_byte > FIRST_BYTE]
    heavy = [visit for visit in visits if visit.weight.served > TRANSFER]
    whole: Counter[str] = Counter()
    for visit in visits:
        whole.update(visit.spent)
    return [
        *table(HEAD, [_row(name, theirs) for name, theirs in sorted(kinds.items())]),
        f"Of {len(visits)} pages of all roles, {len(slow)} take over {ms(FIRST_BYTE)} to the first byte.",
        f"{len(heavy)} are over {kb(TRANSFER)} as served. None asks another host.",
        f"Where the time goes: {shares(whole)}.",
        f"Links that were refused: {', '.join(dead) or 'none'}.",
        *_asked_again(visits),
    ]


def _row(name: str, theirs: Sequence[Visit]) -> tuple[str, ...]:
    worst = max(theirs, key=lambda visit: visit.first_byte)
    cpu, sql = max(each.cpu for each in theirs), max(each.spent["SQL"] for each in theirs)
    sizes = (kb(worst.html), kb(worst.weight.served), kb(worst.weight.zipped))
    statements = max(each.statements for each in theirs)
    return (name, str(len(theirs)), ms(worst.first_byte), ms(cpu), ms(sql), str(statements), *sizes)


def _asked_again(visits: Sequence[Visit]) -> list[str]:
    """The worst question asked again and again on each page that has one."""
    worst: dict[str, tuple[int, str]] = {}
    for visit in visits:
        for where, times in visit.again.most_common(1):
            if times > 2:  # noqa: PLR2004  twice is no loop
                worst[where] = max(worst.get(where, (0, "")), (times, visit.endpoint))
    ordered = sorted(worst.items(), key=lambda item: item[1], reverse=True)
    return [f"  asked {times} times on {endpoint}: {where}" for where, (times, endpoint) in ordered]
