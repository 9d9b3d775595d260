"""A signed trail in a SQLite file whose owner does with it what he likes; its checkpoints lie elsewhere."""

import shutil
import sqlite3
from contextlib import closing

from click.testing import CliRunner

from referral.audit import Head, StoredEvent
from service.cli import main
from service.store import checkpoints
from tests.referral.keys import OLD
from tests.service import builders
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.sealed import public_keys, seal

EVENTS = "SELECT seq, previous, entry, digest, id, client_id, subject_id, kind FROM audit_events ORDER BY seq"
REPEATED = ("id", "client", "subject", "kind")
WRITE = (
    "INSERT INTO audit_events (seq, previous, entry, digest, id, client_id, subject_id, kind, organisation_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Stolen:
    """The file, what stood in it early on, and what an auditor has kept: checkpoints and public keys."""

    def __init__(self, migrated, folder):
        self._folder, self.file, self._copies = folder, folder / "whole.db", 0
        shutil.copy(migrated, self.file)
        here = world(f"sqlite:///{self.file}", folder)
        screen(here, "asq", [0, 1, 0, 0, 0])
        seal(here)
        self.early = self._copied()
        screen(here, "gad-7", [0] * 7)
        seal(here)
        with here.read() as session:
            notes = checkpoints.checkpoints_of(session, here.organisation.id)
        self.organisation = str(here.organisation.id)
        self._kept, self.keys = folder / "kept", public_keys(folder, OLD)
        self._kept.write_text("".join(f"{note}\n" for note in notes), "utf-8")
        while builders.opened:
            builders.opened.pop()()
        with closing(sqlite3.connect(self.file)) as connection:
            rows = connection.execute(EVENTS).fetchall()
        self.rows = [StoredEvent(*row[:4], dict(zip(REPEATED, row[4:], strict=True))) for row in rows]
        self.end = Head(len(self.rows), self.rows[-1].digest)

    def _copied(self):
        self._copies += 1
        copy = self._folder / f"copy-{self._copies}.db"
        with closing(sqlite3.connect(self.file)) as held, closing(sqlite3.connect(copy)) as taken:
            held.backup(taken)
        return copy

    def written(self, head, rows, note=None):
        """A copy with this trail. Its owner leaves none of the signatures, and may put one of his own there."""
        copy, home = self._copied(), self.organisation.replace("-", "")
        with closing(sqlite3.connect(copy)) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            for table in ("audit_events", "checkpoints", "chain_heads"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  a name from the line above
            for row in rows:
                *ids, kind = row.columns.values()
                told = [each and each.replace("-", "") for each in ids]
                connection.execute(WRITE, [*row[:4], *told, kind, home])
            end = (home, head.count, head.digest)
            connection.execute("INSERT INTO chain_heads (organisation_id, seq, digest) VALUES (?, ?, ?)", end)
            if note is not None:
                signed = (home, head.count, "2026-10-13 16:43:00.000000", note)
                connection.execute(
                    "INSERT INTO checkpoints (log_id, size, at, note) VALUES (?, ?, ?, ?)", signed
                )
            connection.commit()
        return copy

    def verify(self, copy, *options):
        """The exit status of `handrail audit verify`."""
        url = {"HANDRAIL_DATABASE_URL": f"sqlite:///{copy}"}
        found = CliRunner().invoke(main, ["audit", "verify", *options], env=url)
        assert "Traceback" not in found.output
        return found.exit_code

    def checked(self, copy):
        """The same, with what the auditor kept."""
        return self.verify(copy, "--checkpoint", str(self._kept), "--keys", str(self.keys))
