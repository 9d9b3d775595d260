"""T16: every step of the schema, down and up again over records at every stage: no byte of a trail changes."""

from hashlib import sha256

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from service.store import schema
from service.store.schema import MIGRATIONS
from tests.databases import ENGINES
from tests.journeys.stage import changed, dumped
from tests.postgres import OWNER, as_
from tests.proofs.copies import kept
from tests.proofs.tenancy import close
from tests.whole import whole

TRAIL = {
    "audit_events": (
        "organisation_id",
        "seq",
        "id",
        "previous",
        "digest",
        "entry",
        "kind",
        "client_id",
        "subject_id",
    ),
    "checkpoints": ("log_id", "size", "note"),
    "chain_heads": ("organisation_id", "seq", "digest"),
}
"""What a proof rests on."""


def steps():
    """Every revision, the oldest first."""
    script = ScriptDirectory(str(MIGRATIONS))
    return [each.revision for each in reversed(list(script.walk_revisions()))]


def trail(url):
    """A digest of everything that a proof rests on, of the tables that there are."""
    with whole(url) as session:
        there = set(inspect(session.connection()).get_table_names())
        rows = [
            (name, sorted(map(repr, session.execute(text(f"SELECT {', '.join(columns)} FROM {name}")))))  # noqa: S608
            for name, columns in TRAIL.items()
            if name in there
        ]
    return {name: sha256(repr(each).encode()).hexdigest() for name, each in rows}


@pytest.fixture(scope="module", params=ENGINES)
def made(request, tmp_path_factory):
    return kept(request, tmp_path_factory.mktemp("steps"))


def moved(url, move, revision):
    """The tables of the trail that a move to this revision changed: of those that there are before and after."""
    before = trail(url)
    move(as_(OWNER, url), revision)
    now = trail(url)
    return [
        f"{move.__name__} to {revision}: {name}"
        for name in now.keys() & before.keys()
        if now[name] != before[name]
    ]


def test_no_step_changes_a_byte_of_a_trail(made):
    every = steps()
    with made.copy() as pair:
        url, whole_before = pair.url, dumped(pair.ours.here)
        pair.ours.here.parts.close()
        before = trail(url)
        found = [line for each in reversed(every[:-1]) for line in moved(url, schema.downgrade, each)]
        found += [line for each in every[1:] for line in moved(url, schema.upgrade, each)]
        after = trail(url)
        kept_whole = changed(whole_before, dumped(pair.ours.here))
        close()
    engine = url.partition(":")[0]
    print(f"T16 {engine}: {len(every) - 1} steps down and up; changed: {len(found)}; rows lost: {kept_whole}")
    assert found == []
    # Checkpoints have no place below the step that brought them: they are kept elsewhere as well.
    assert [name for name in ("audit_events", "chain_heads") if after[name] != before[name]] == []
    assert {"audit_events", "chain_heads", "clients", "answers", "referrals"} & set(kept_whole) == set()


def test_a_step_that_touches_the_trail_is_found(made):
    """The deliberately broken variant: a step that writes a stored entry anew, in another spelling."""
    with made.copy() as pair:
        pair.ours.here.parts.close()

        def respelled(url, _revision):
            with whole(url) as session:
                for trigger in ("append_only", "no_update"):
                    _drop(session, trigger)
                session.execute(text("UPDATE audit_events SET kind = upper(kind) WHERE seq = 3"))

        assert moved(pair.url, respelled, "none") == ["respelled to none: audit_events"]


def _drop(session, trigger):
    name = f"audit_events_{trigger}"
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
    else:
        session.execute(text(f"DROP TRIGGER IF EXISTS {name} ON audit_events"))
