"""Both verifiers of an audit trail, asked the same: the command's, and the one that stands alone."""

import importlib.util
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from click.testing import CliRunner

from service.cli import main as handrail

SCRIPT = Path(__file__).parents[2] / "deploy/audit/verify_trail.py"


class Told(NamedTuple):
    """What a verifier said: its exit status; where something was changed, between which events, and what is wrong."""

    status: int
    first: int | None = None
    last: int | None = None
    words: str | None = None


ONE = re.compile(r"TAMPERED at event (\d+) \(id [^)]*\): ([^\n]*?)(?:, held against \d+ checkpoints)?\n")
SEVERAL = re.compile(
    r"TAMPERED at one of the events (\d+) to (\d+): ([^\n]*?)(?:, held against \d+ checkpoints)?\n"
)
OTHER = re.compile(r"changed at event (\d+) to (\d+): ([^\n]*)\n")


def _script():
    spec = importlib.util.spec_from_file_location("verify_trail", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify_trail = _script()


class Desk:
    """A folder with a file, keys and kept checkpoints, before which both verifiers are asked."""

    def __init__(self, folder):
        self._folder = folder
        self._runner = CliRunner()
        self._laid = {}

    def files(self, raw, keys=None, kept=None):
        """The paths of what is proved, and the options that name what the reader brought."""
        named = {"keys": keys, "checkpoint": kept}
        options = []
        for name, held in named.items():
            if held is not None:
                options += [f"--{name}", self._lay(name, held)]
        return self._lay("file", raw), options

    def _lay(self, name, held):
        """Both look at the same file, so it is written once."""
        if self._laid.get(name) != held:
            (self._folder / name).write_bytes(held)
            self._laid[name] = held
        return str(self._folder / name)

    def product(self, raw, keys=None, kept=None, more=()):
        """What `handrail audit verify --bundle` says."""
        file, options = self.files(raw, keys, kept)
        done = self._runner.invoke(handrail, ["audit", "verify", "--bundle", file, *options, *more])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        if one := ONE.search(done.stdout):
            return Told(done.exit_code, int(one[1]), int(one[1]), one[2])
        if several := SEVERAL.search(done.stdout):
            return Told(done.exit_code, int(several[1]), int(several[2]), several[3])
        return Told(done.exit_code)

    def stranger(self, raw, keys=None, kept=None, verifier=verify_trail):
        """What the verifier says that knows nothing of the product."""
        file, options = self.files(raw, keys, kept)
        said = StringIO()
        with patch.object(sys, "argv", ["verify_trail.py", file, *options]), redirect_stdout(said):
            status = verifier.main()
        found = OTHER.search(said.getvalue())
        return Told(status, int(found[1]), int(found[2]), found[3]) if found else Told(status)

    def both(self, raw, keys=None, kept=None):
        """What the two of them say."""
        return self.product(raw, keys, kept), self.stranger(raw, keys, kept)
