"""The demo is made under the program's own login: row security holds for it as for everything."""

from datetime import UTC, datetime

import pytest

from service.actions import audit_trail
from service.demo.build import play
from service.store.engine import open_sessions
from tests.service.builders import VAULT, definitions, opened


@pytest.mark.slow
@pytest.mark.postgres
def test_both_places_are_played_and_proved_on_postgresql(postgresql_url):
    sessions = open_sessions(postgresql_url, VAULT)
    opened.append(sessions.engine.dispose)
    now = datetime(2026, 11, 17, 18, 5, tzinfo=UTC)
    with sessions.write() as session, session.begin():
        play(session, definitions(), now=now, password_hash="x", tell=lambda _name, _acts: None, share=0.0)
    with sessions.read() as session, session.begin():
        proofs = audit_trail.prove_all(session)
    assert [proof.intact for proof in proofs] == [True, True]
    assert all(proof.verdict.head.count > 100 for proof in proofs)
