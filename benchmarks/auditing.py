"""What the audit trail costs: `python -m benchmarks auditing`; `--million` proves a trail of a million events too.

Proving is measured against bare SHA-256 over the same bytes; writing against the same transaction without its event,
and with an event that is not chained. PostgreSQL waits for the disk here, as it does in use.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from benchmarks.chaining import BARE, CHAINED, UNCHAINED, rates
from benchmarks.measuring import cpu_seconds, median
from benchmarks.spending import ledger
from benchmarks.telling import table, times
from benchmarks.tenants import Tenant, running, settle, signed_in
from benchmarks.trails import KEY, chained, ending, fill, write_bundle
from referral.audit import CHAIN_TAG, Head, Intact, StoredEvent, verify
from referral.bundles import LONGEST_LINE, prove_bundle
from service.actions import audit_trail
from service.actions.audit_trail import Against
from service.app import create_app
from service.kinds import Role
from service.web.context import Parts
from service.web.guard import guard
from tests import postgres
from tests.provision import POSTGRES

EVENTS, MILLION, FEW = 100_000, 1_000_000, 2_000
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: events to prove, rounds, organisations, clients at once, writes of each."""

    events: int = EVENTS
    rounds: int = 3
    organisations: int = 200
    clients: int = 16
    each: int = 40


QUICK = Size(FEW, 1, 4, 2, 3)


def report(*, quick: bool = False, million: bool = False) -> Iterator[str]:
    """Every line of the report, as soon as it is measured."""
    size = QUICK if quick else Size(MILLION, 1) if million else Size()
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as name:
        for engine, database in _databases(Path(name), quick=quick):
            with database() as url, running(url, Path(name)) as parts:
                made = settle(parts)
                yield from _proving(made, engine, Path(name), size.events, size.rounds)
                yield from _writing(parts, engine, size)
                yield _authorising(made, engine)


def _databases(folder: Path, *, quick: bool) -> Iterator[tuple[str, Callable[[], Iterator[str]]]]:
    yield "SQLite", partial(_sqlite, folder)
    programs = POSTGRES.find()
    if programs is not None and not quick:
        yield "PostgreSQL", partial(_postgres, programs)


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'handrail.db'}"


@contextmanager
def _postgres(programs: Path) -> Iterator[str]:
    server = postgres.start(programs)
    try:
        with server.connect() as connection:
            for name, value in DURABLE.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        yield postgres.as_(postgres.SUPERUSER, server.create("trails"))
    finally:
        server.run("pg_ctl", "stop", "--wait", "--mode=immediate")
        shutil.rmtree(server.folder)


def _proving(made: Tenant, engine: str, folder: Path, count: int, rounds: int) -> Iterator[str]:
    """A trail of so many events, proved in each way in turns with bare SHA-256 over its bytes."""
    organisation, file = str(made.organisation_id), folder / "trail.bundle"
    end = ending(organisation, chained(organisation, count))
    fill(made, end, chained(organisation, count))
    write_bundle(file, organisation, end, chained(organisation, count))
    ways = {
        "bare SHA-256 over the same bytes": partial(_hashed, file),
        "a bundle": partial(_bundle, file, 0),
        "a bundle, with its checkpoint": partial(_bundle, file, 1),
        engine: partial(_stored, made, Against()),
        f"{engine}, with its checkpoint": partial(_stored, made, Against(stored=True)),
    }
    if count <= EVENTS:
        rows = list(chained(organisation, count))
        ways["in memory"] = partial(_in_memory, rows, end[0], organisation)
    yield from _figures(f"proving {count:,} events ({engine})", ways, count, rounds)


def _figures(head: str, ways: Mapping[str, Callable[[], None]], count: int, rounds: int) -> Sequence[str]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, work in ways.items():
            taken[name].append(cpu_seconds(work))
    floor = median(next(iter(taken.values())))
    rows = [
        (name, f"{count / median(cpu):,.0f}/s", f"{median(cpu):.2f} s", times(median(cpu) / floor))
        for name, cpu in taken.items()
    ]
    return table((head, "events a core", "CPU", "of the floor"), rows)


def _hashed(file: Path) -> None:
    """The digest of each event, and nothing else: each line's entry behind the digest before it."""
    with file.open("rb") as lines:
        previous = b"\0" * 32
        for line in lines:
            previous = sha256(CHAIN_TAG + previous + line[65:-1]).digest()


def _bundle(file: Path, checkpoints: int) -> None:
    with file.open("rb") as lines:
        bounded = iter(partial(lines.readline, LONGEST_LINE + 1), b"")
        proved = prove_bundle(bounded, [KEY.public] if checkpoints else (), ())
    assert isinstance(proved.verdict, Intact), proved
    assert proved.checkpoints == checkpoints


def _in_memory(rows: Sequence[StoredEvent], head: Head, organisation: str) -> None:
    assert verify(rows, organisation, head=head) == Intact(head)


def _stored(made: Tenant, against: Against) -> None:
    with made.parts.open_read() as session, session.begin():
        proofs = audit_trail.prove_all(session, against=against)
    assert all(isinstance(each.verdict, Intact) for each in proofs), proofs


def _writing(parts: Parts, engine: str, size: Size) -> Sequence[str]:
    """Many clients at once, over many organisations: what the event costs, and what chaining it costs."""
    found = rates(
        parts, organisations=size.organisations, clients=size.clients, each=size.each, rounds=size.rounds
    )
    head = (
        f"{size.clients} clients, {size.organisations} organisations ({engine})",
        "transactions",
        "of the bare one",
        "of the unchained",
    )
    rows = [
        (name, f"{median(each):,.0f}/s", _share(each, found[BARE]), _share(each, found[UNCHAINED]))
        for name, each in found.items()
    ]
    assert CHAINED in found
    return table(head, rows)


def _share(mine: Sequence[float], others: Sequence[float]) -> str:
    """The middle of the ratios of each round: a busy machine is busy for both."""
    return f"{median([one / other for one, other in zip(mine, others, strict=True)]):.0%}"


def _authorising(made: Tenant, engine: str) -> str:
    """Questions of the guard before a view begins: who asks, within which organisation."""
    app, token = create_app(made.parts), signed_in(made.parts, made.people[Role.SUPERVISOR])
    headers = {"Authorization": f"Bearer {token}"}
    with app.test_request_context("/api/v1/audit/events", headers=headers):
        guard()
        with ledger() as found:
            guard()
    asked = [each for each in found.asked if not each.statement.startswith("BEGIN")]
    return f"Authorisation ({engine}): {len(asked)} round trips before a view begins; the goal is at most 2."
