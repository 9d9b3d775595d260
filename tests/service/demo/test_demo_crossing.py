"""The demo's two referrals to the clinic: carried once the trail is signed, one taken in, one waiting."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.model import ClosingReason
from service import worker
from service.access import Act
from service.demo.crossing import arrive
from service.ids import uuid7
from service.kinds import Standing
from service.store.engine import open_sessions
from service.store.needs import NeedRow
from service.store.packets import PacketInRow, PacketOutRow
from service.store.referrals import ReferralRow
from service.store.vault import VAULT
from service.worker import Doors
from tests.service.builders import SAME, definitions
from tests.service.demo.test_demo import TUESDAY, demo
from tests.service.sealed import SEAL

__all__ = ["demo"]

SOON = TUESDAY + timedelta(minutes=1)


def copied(demo, file):
    with closing(sqlite3.connect(demo.engine.url.database)) as here, closing(sqlite3.connect(file)) as there:
        here.backup(there)
    return open_sessions(f"sqlite:///{file}", SAME)


def test_one_is_taken_in_and_its_need_let_go_of_and_one_waits(demo, tmp_path):
    sessions, dice = copied(demo, tmp_path / "demo.db"), Random(1)  # noqa: S311  ids of a test

    def acting(by):
        return Act(by, SOON, lambda: uuid7(SOON, dice.getrandbits(74)), definitions())

    worker.seal(Doors(sessions.write, sessions.read, lambda: SOON), SEAL)
    arrive(sessions.write, sessions.read, acting)

    with Session(sessions.read.kw["bind"], info={VAULT: SAME}) as session, session.begin():
        came = session.scalars(select(PacketInRow.standing).order_by(PacketInRow.id)).all()
        went = session.scalars(select(PacketOutRow).where(PacketOutRow.hands_over)).one()
        need_id = session.scalars(select(ReferralRow.need_id).where(ReferralRow.id == went.referral_id)).one()
        why = session.scalars(select(NeedRow.closing_reason).where(NeedRow.id == need_id)).one()
    sessions.engine.dispose()
    assert sorted(came) == [Standing.TAKEN_IN, Standing.WAITING]
    assert why is ClosingReason.MOVED_AWAY
