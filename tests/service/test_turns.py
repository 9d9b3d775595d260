"""Writers of one SQLite file take turns in the order they came, and a turn always comes back."""

import threading
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service.store.engine import open_sessions
from service.store.turns import Turns, TurnTimeout


def until(holds):
    """Wait until something holds that another thread brings about."""
    turned = threading.Event()
    while not holds():
        turned.wait(0.001)


def test_whoever_came_first_goes_first():
    turns, order, threads = Turns(), [], []
    turns.take()

    def go(number):
        turns.take()
        order.append(number)
        turns.give_back()

    for number in range(6):
        threads.append(threading.Thread(target=go, args=(number,)))
        threads[-1].start()
        until(lambda number=number: turns.waiting == number + 1)
    turns.give_back()
    for thread in threads:
        thread.join()
    assert order == list(range(6))


def test_whoever_waits_too_long_leaves_the_line():
    turns = Turns()
    turns.take()
    with pytest.raises(TurnTimeout):
        turns.take(patience=0)
    assert turns.waiting == 0
    turns.give_back()
    turns.take(patience=0)


class Interrupted:
    """A patience that ends in an interruption while one waits, after something else happened."""

    def __init__(self, first):
        self.first = first

    def __gt__(self, _nothing):
        self.first()
        raise KeyboardInterrupt


@pytest.mark.parametrize("meanwhile", ["nothing", "the turn came"])
def test_whoever_is_interrupted_while_waiting_keeps_neither_a_place_nor_the_turn(meanwhile):
    turns = Turns()
    turns.take()
    with pytest.raises(KeyboardInterrupt):
        turns.take(Interrupted(turns.give_back if meanwhile == "the turn came" else lambda: None))
    assert turns.waiting == 0
    if meanwhile == "nothing":
        turns.give_back()
    turns.take(patience=0)


def broken(_session):
    message = "the act went wrong"
    raise RuntimeError(message)


@pytest.mark.parametrize(
    "ending", [lambda session: session.commit(), lambda session: session.rollback(), broken]
)
def test_a_turn_comes_back_however_a_write_ends(sqlite_url, ending):
    sessions = open_sessions(sqlite_url)
    for _ in range(2):
        with suppress(RuntimeError), sessions.write() as session:
            session.execute(text("SELECT 1"))
            ending(session)
    with sessions.write() as session:
        assert session.scalar(text("SELECT 1")) == 1
    sessions.engine.dispose()


def test_a_turn_comes_back_when_the_database_is_held_by_another_process(sqlite_url):
    ours, theirs = open_sessions(sqlite_url), open_sessions(sqlite_url)
    with ours.read() as session:
        session.connection().exec_driver_sql("PRAGMA busy_timeout=0")
    with theirs.write() as holding:
        holding.execute(text("SELECT 1"))
        with pytest.raises(OperationalError, match="locked"), ours.write() as session:
            session.execute(text("SELECT 1"))
    with ours.write() as session:
        assert session.scalar(text("SELECT 1")) == 1
    ours.engine.dispose()
    theirs.engine.dispose()


def test_readers_take_no_turn(sqlite_url):
    sessions = open_sessions(sqlite_url)
    with sessions.write() as writing, sessions.read() as reading:
        writing.execute(text("SELECT 1"))
        assert reading.scalar(text("SELECT 1")) == 1
    sessions.engine.dispose()
