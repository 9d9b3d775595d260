"""Writers take turns in the order they came. SQLite lets one write at a time, and whoever asks again first."""

import threading
from collections import deque

PATIENCE = 30.0
"""Seconds that a writer waits for its turn, as long as SQLite itself waits for its lock."""


class TurnTimeout(Exception):
    """The turn did not come in time: somebody writes for very long."""


class Turns:
    """One turn, handed from writer to writer, first come, first served."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._line: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)

    def take(self, patience: float = PATIENCE) -> None:
        """Wait for the turn, at most `patience` seconds; raises TurnTimeout."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._line.append(mine)
        if not mine.wait(patience):
            self._give_up(mine)

    def _give_up(self, mine: threading.Event) -> None:
        with self._guard:
            if mine.is_set():  # it came at the last moment
                return
            self._line.remove(mine)
        message = "another writer holds the database"
        raise TurnTimeout(message)

    def give_back(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._taken = False
