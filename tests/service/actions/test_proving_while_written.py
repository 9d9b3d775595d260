"""A trail is proved as it stood at one moment: what is written meanwhile does not make it look changed."""

from contextlib import contextmanager

from sqlalchemy import event

from service.actions import audit_trail
from service.permissions import Role
from tests.service.builders import world


@contextmanager
def once_read(here, table, then):
    """While it lasts, `then` happens once, as soon as a reader has asked that table."""
    engine = here.parts.open_read.kw["bind"]
    left = [then]

    def asked(_connection, _cursor, statement, *_rest):
        if f"FROM {table}" in statement.replace("\n", " ") and left:
            left.pop()()

    event.listen(engine, "after_cursor_execute", asked)
    yield left
    event.remove(engine, "after_cursor_execute", asked)


def test_an_event_written_between_the_head_and_the_events_is_no_damage(database_url, tmp_path):
    here = world(database_url, tmp_path)

    def write():
        with here.write() as session:
            audit_trail.note_look(session, act=here.act(Role.AUDITOR))

    write()
    with once_read(here, "chain_heads", write) as left, here.read() as session:
        [proof] = audit_trail.prove_all(session)

    assert left == []
    assert proof.intact, proof.verdict
    with here.read() as session:
        assert audit_trail.status(session, act=here.act(Role.AUDITOR)).count == 2
