"""Many clients writing to 200 organisations: the same transaction bare, with an event apart, and with it chained."""

import itertools
import random
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from benchmarks.measuring import seconds
from benchmarks.tenants import put
from referral import entries
from referral.audit import Intact, StoredEvent, chain
from referral.events import Event, EventKind, SubjectKind
from service.access import Act, Session
from service.actions import audit_trail
from service.ids import uuid7
from service.kinds import OrganisationKind, Role, SiteKind
from service.permissions import Actor
from service.store import audit
from service.store.clients import ClientRow
from service.store.organisations import OrganisationRow, SiteRow
from service.store.trail_writing import Ending
from service.web.context import Parts

BARE, UNCHAINED, CHAINED = "without an event", "with an event that is not chained", "with its event chained"
Append = Callable[[Session, Event], None]

_places = itertools.count(1_000_000)


@dataclass(frozen=True, slots=True)
class Desk:
    """One organisation that somebody writes in."""

    by: Actor
    site_id: uuid.UUID


def _apart(session: Session, event: Event) -> None:
    """The event's row as it would stand without a chain: put in by the same statement, behind no end that it waits for.

    Its bytes and its digest are made as well.
    """
    session.flush()
    entry = entries.entry_bytes(event, 1)
    stored = StoredEvent(next(_places), secrets.token_bytes(32), entry, chain(b"", entry), {})
    apart = Ending(session.connection(), uuid.UUID(event.organisation))
    apart.put([audit.row_of(apart, event, stored)])


WAYS: Mapping[str, Append] = {BARE: lambda *_: None, UNCHAINED: _apart, CHAINED: audit.append}


def desks(parts: Parts, count: int, name: str) -> list[Desk]:
    """So many organisations with one building each."""
    return [_desk(parts, f"{name} {number}") for number in range(count)]


def _desk(parts: Parts, name: str) -> Desk:
    organisation_id, site_id, person_id = (uuid7(parts.clock(), secrets.randbits(74)) for _ in range(3))
    about = {
        "kind": OrganisationKind.DISTRICT,
        "zone": "America/Denver",
        "calendar": "alder-creek",
        "crisis_phone": "-",
    }
    with parts.open_write(organisation_id) as session, session.begin():
        put(session, OrganisationRow, [{"id": organisation_id, "name": f"{name} (example)", **about}])
        audit.begin_chain(session, organisation_id)
        site = {"name": "Alder High", "kind": SiteKind.BUILDING, "pathway": None}
        put(session, SiteRow, [{"organisation_id": organisation_id, "id": site_id, **site}])
    return Desk(Actor(person_id, organisation_id, Role.SUPERVISOR, "Casey Specimen", site_id), site_id)


def write(parts: Parts, desk: Desk, append: Append) -> None:
    """One transaction: a client is added, with whatever becomes of the event."""
    act = parts.act(desk.by)
    with parts.open_write(act.organisation_id) as session, session.begin():
        row = _client(act, desk)
        session.add(row)
        append(session, act.event(EventKind.CLIENT_ADDED, (SubjectKind.CLIENT, row.id), client=row.id))


def _client(act: Act, desk: Desk) -> ClientRow:
    new = act.new_id()
    return ClientRow(
        organisation_id=act.organisation_id,
        id=new,
        local_id=new.hex,
        given_name="Maya",
        family_name="Example",
        born_on=date(2010, 1, 1),
        grade="10",
        class_name="10B",
        site_id=desk.site_id,
        search_text="maya example",
    )


def rate(parts: Parts, within: Sequence[Desk], append: Append, *, clients: int, each: int) -> float:
    """Transactions a second by so many clients at once, each taking organisations as they come."""
    troubles: list[BaseException] = []

    def work(seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311  the same each time
        try:
            for _ in range(each):
                write(parts, dice.choice(within), append)
        except BaseException as error:  # noqa: BLE001  told below, where it stops the run
            troubles.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    taken = seconds(lambda: [*(thread.start() for thread in threads), *(thread.join() for thread in threads)])
    if troubles:
        raise troubles[0]
    return clients * each / taken


def rates(
    parts: Parts, *, organisations: int, clients: int, each: int, rounds: int
) -> Mapping[str, Sequence[float]]:
    """Each way's transactions a second in each round, in turns; what was chained proves itself afterwards."""
    within = {name: desks(parts, organisations, f"{name}, organisation") for name in WAYS}
    found: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(rounds):
        for name, append in WAYS.items():
            found[name].append(rate(parts, within[name], append, clients=clients, each=each))
    assert sum(_proved(parts, desk) for desk in within[CHAINED]) == clients * each * rounds
    return found


def _proved(parts: Parts, desk: Desk) -> int:
    """How many events an organisation's trail has, every one of them proved."""
    with parts.open_read(desk.by.organisation_id) as session, session.begin():
        name = session.get_one(OrganisationRow, desk.by.organisation_id).name
        (proof,) = audit_trail.prove_all(session, organisation=name)
    assert isinstance(proof.verdict, Intact), proof
    return proof.verdict.head.count
