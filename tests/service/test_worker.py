"""The worker's rounds: what was left open is ended once, in every organisation; what is in use is left alone."""

import threading

import pytest

from service import worker
from service.actions import screenings
from service.actions.screenings import GiveAnswer, StartScreening
from service.kinds import Mode, OrganisationKind, ScreeningStatus
from service.store.screenings import screenings_of
from tests.service.builders import world


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def left_open(here):
    with here.write() as session:
        command = StartScreening(here.client.id, ("phq-9",), Mode.TABLET, agrees=True)
        screening_id = screenings.start(session, command, act=here.act())
        screenings.answer(session, screening_id, GiveAnswer("phq-9", "q1", 1), act=here.act())


def tick(here):
    return worker.tick(here.parts.open_write, here.parts.act)


def statuses(here):
    with here.read() as session:
        return [row.status for row in screenings_of(session, here.organisation.id, here.client.id)]


def test_a_screening_that_was_left_is_ended_once(here):
    left_open(here)
    assert tick(here) == 0
    here.clock.forward(hours=3)
    assert (tick(here), tick(here)) == (1, 0)
    assert statuses(here) == [ScreeningStatus.ABANDONED]


def test_every_organisation_has_its_turn(here):
    other = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    left_open(here)
    left_open(other)
    here.clock.forward(hours=3)
    assert tick(here) == 2


def test_a_round_that_goes_wrong_is_logged_by_its_kind_and_the_next_one_comes(caplog):
    rounds = []
    stop = threading.Event()

    def broken():
        rounds.append("tried")
        stop.set()
        message = "a name that no log may hold"
        raise OSError(message)

    worker.run(worker.EVERY, broken, stop)
    assert rounds == ["tried"]
    assert caplog.messages == ["a round of the worker went wrong: OSError"]
