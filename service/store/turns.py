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
        try:
            mine.wait(patience)
        except BaseException:
            if not self._left_the_line(mine):
                self.give_back()
            raise
        if self._left_the_line(mine):
            message = "another writer holds the database"
            raise TurnTimeout(message)

    def _left_the_line(self, mine: threading.Event) -> bool:
        """Give one's place up; False when the turn came, be it at the last moment."""
        with self._guard:
            if mine.is_set():
                return False
            self._line.remove(mine)
            return True

    def give_back(self) -> None:
        """Hand the turn to whoever has waited longest."""
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._taken = False
