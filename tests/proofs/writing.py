"""Writers of one process for T22: `python -m tests.proofs.writing URL ORGANISATION PERSON WRITERS SECONDS`.

Each writer chains events one transaction after another; every fourth transaction is rolled back half-way. One line of
JSON says how many were committed, rolled back and refused (on SQLite a writer waits half a minute for its turn, and
nothing is saved then), and what went wrong besides.
"""

import json
import random
import sys
import threading
import time
import uuid
from datetime import UTC, datetime

from referral.events import EventKind, SubjectKind
from service.access import Act
from service.ids import uuid7
from service.permissions import Actor, Role
from service.store import audit
from service.store.audit import TrailUnavailable
from service.store.engine import open_sessions

COUNTED = ("committed", "rolled back", "refused")


class Injected(Exception):
    """The rollback that a writer asks for."""


def event(act, number):
    """One event of an ordinary kind."""
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    return act.event(EventKind.RECORD_VIEWED, subject, view="clients", count=number)


def transaction(door, act, dice):
    """One to three events; rolled back one time in four."""
    with door(act.organisation_id) as session, session.begin():
        for number in range(dice.randint(1, 3)):
            audit.append(session, event(act, number))
        if dice.random() < 0.25:
            if dice.random() < 0.5:
                audit.seal(session)  # the rows and the head are written already
            raise Injected


def write(door, actor, until, counts, seed):
    """Transactions until the time is over."""
    dice = random.Random(seed)
    while time.monotonic() < until:
        now = datetime.now(UTC)
        act = Act(actor, now, lambda now=now: uuid7(now, dice.getrandbits(74)), None)
        try:
            transaction(door, act, dice)
            counts["committed"] += 1
        except Injected:
            counts["rolled back"] += 1
        except TrailUnavailable:
            counts["refused"] += 1
        except Exception as trouble:  # noqa: BLE001 - whatever it is, it is what this proof looks for
            counts.setdefault("trouble", []).append(f"{type(trouble).__name__}: {trouble}"[:200])


def main():
    """All writers of this process, each in a thread."""
    url, organisation, person, writers, seconds = sys.argv[1:]
    actor = Actor(uuid.UUID(person), uuid.UUID(organisation), Role.COUNSELOR, "Writer Demo")
    sessions, until = open_sessions(url), time.monotonic() + float(seconds)
    counts = [dict.fromkeys(COUNTED, 0) for _writer in range(int(writers))]
    threads = [
        threading.Thread(target=write, args=(sessions.write, actor, until, each, uuid.uuid4().int))
        for each in counts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sessions.engine.dispose()
    told = {name: sum(each[name] for each in counts) for name in COUNTED}
    sys.stdout.write(
        json.dumps({**told, "trouble": [each["trouble"][0] for each in counts if "trouble" in each]})
    )


if __name__ == "__main__":
    main()
