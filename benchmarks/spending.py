"""Where the time of a request goes: a ledger of commits, SQL and templates, and a profile of the Python in between.

The ledger costs next to nothing and speaks of one thread; the profile slows Python down, so it only splits the rest.
"""

import cProfile
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from flask import before_render_template, template_rendered
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

LOCK, SQL, COMMIT, TEMPLATES, REST = "the write lock", "SQL", "commit", "templates", "other Python"

PARTS = (
    ("/service/templates/", "templates"),
    ("/jinja2/", "templates"),
    ("/sqlalchemy/", "SQLAlchemy"),
    ("/psycopg", "SQLAlchemy"),
    ("/flask", "Flask"),
    ("/werkzeug/", "Flask"),
    ("/marshmallow/", "marshmallow"),
    ("/babel/", "words and dates"),
    ("/instruments/", "scoring and routing"),
    ("/referral/", "scoring and routing"),
    ("/service/", "Handrail's actions and views"),
)
"""Whose code a file is, by a piece of its path; the first that fits."""

HANDED_ON = ("/store/engine.py", "/store/scope.py")
"""What only hands on the questions of others."""

WAITING = ("sqlite3.", "psycopg", "built-in method time.sleep")
"""Built-in functions that the ledger counts already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement as the driver was given it, and the line of ours that asked."""

    statement: str
    parameters: object
    where: str

    @property
    def reads(self) -> bool:
        """Whether it only reads: it locks no row either."""
        words = self.statement.upper()
        return words.lstrip().startswith(("SELECT", "WITH")) and "FOR UPDATE" not in words


@dataclass(slots=True)
class Ledger:
    """Seconds by what they went into, and every statement in its order."""

    spent: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys((LOCK, SQL, COMMIT, TEMPLATES, REST), 0.0)
    )
    asked: list[Asked] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _since: float = 0.0

    def enter(self, part: str) -> None:
        """From now on time goes into this part."""
        self._settle()
        self._open.append(part)

    def leave(self) -> None:
        """Time goes into what was there before."""
        self._settle()
        self._open.pop()

    def committed(self) -> None:
        """A session is over; where it asked nothing, no commit went to the database."""
        if self._open[-1] == COMMIT:
            self.leave()

    def _settle(self) -> None:
        now = time.perf_counter()
        if self._open:
            self.spent[self._open[-1]] += now - self._since
        self._since = now

    def note(self, statement: str, parameters: object) -> None:
        """A statement begins."""
        self.asked.append(Asked(statement, parameters, _asker(sys._getframe(1))))  # noqa: SLF001  there is no other way up
        self.enter(LOCK if statement.startswith("BEGIN") else SQL)

    def repeated(self) -> Counter[str]:
        """Lines that asked the same question more than once in what was written down: the N+1 questions."""
        counted = Counter((each.where, each.statement) for each in self.asked if each.reads)
        return Counter({where: count for (where, _), count in counted.items() if count > 1})


def _asker(frame: FrameType | None) -> str:
    """The line in store/ (or wherever of ours) that asked, and the one in actions/ or web/ that had it ask."""
    ours: list[str] = []
    while frame is not None and len(ours) < 2:  # noqa: PLR2004  two lines tell enough
        name = frame.f_code.co_filename
        if "/service/" in name and not name.endswith(HANDED_ON):
            place = f"{name.rpartition('/service/')[2]}:{frame.f_lineno}"
            ours += [place] if not ours or ours[-1].partition(":")[0] != place.partition(":")[0] else []
        frame = frame.f_back
    return " < ".join(ours)


@contextmanager
def ledger() -> Iterator[Ledger]:
    """A ledger of everything that this thread does inside the block."""
    mine = Ledger()
    hooks = (
        (Engine, "before_cursor_execute", lambda _c, _cursor, words, values, *_: mine.note(words, values)),
        (Engine, "after_cursor_execute", lambda *_: mine.leave()),
        (Engine, "commit", lambda _connection: mine.enter(COMMIT)),
        (Session, "after_commit", lambda _session: mine.committed()),
    )
    for target, name, hook in hooks:
        event.listen(target, name, hook)
    signals = (
        (before_render_template, lambda *_, **__: mine.enter(TEMPLATES)),
        (template_rendered, lambda *_, **__: mine.leave()),
    )
    for signal, hook in signals:
        signal.connect(hook)
    mine.enter(REST)
    try:
        yield mine
    finally:
        mine.leave()
        for target, name, hook in hooks:
            event.remove(target, name, hook)
        for signal, hook in signals:
            signal.disconnect(hook)


def python_of(work: Callable[[], object]) -> Mapping[str, float]:
    """Seconds of Python by whose code it is, as the profiler sees one run of the work; waiting is left out."""
    profile = cProfile.Profile()
    profile.runcall(work)
    spent: Counter[str] = Counter()
    stats: Mapping[
        tuple[str, int, str], tuple[int, int, float, float, Mapping[tuple[str, int, str], tuple[float, ...]]]
    ]
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, _, own, _, callers) in stats.items():
        if file != "~":
            spent[_part(file)] += own
        elif not any(word in name for word in WAITING):
            for (caller, _, _), figures in callers.items():
                spent[_part(caller)] += figures[2]
    return spent


def _part(file: str) -> str:
    return next((part for piece, part in PARTS if piece in file), "Python's own")
