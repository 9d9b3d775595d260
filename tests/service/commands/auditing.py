"""A signed trail, the `handrail audit` command asked about it, and what an auditor has kept."""

import pytest
from click.testing import CliRunner

from referral.checkpoints import Checkpoint, origin_of
from referral.merkle import leaf_digest
from referral.notes import signed
from service.cli import main
from service.store import audit
from tests.referral.keys import OLD
from tests.referral.trees import root_of
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.sealed import public_keys, seal

NAME = "Alder Creek School District (example)"


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return made


@pytest.fixture
def ask(here, tmp_path):
    """`ask(...)`: a `handrail audit` command against this database; it never ends with a stack trace."""
    url = here.parts.settings.database_url
    given = {"HANDRAIL_DATABASE_URL": url, "HANDRAIL_AUDIT_KEYS": str(tmp_path / "secret-keys")}

    def run(*arguments, **environ):
        done = CliRunner().invoke(main, ["audit", *map(str, arguments)], env={**given, **environ})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        assert done.stdout or done.stderr
        return done

    return run


@pytest.fixture
def bundle(here, ask, tmp_path):
    """The file of a signed trail, as the command writes it."""
    seal(here)
    file = tmp_path / "trail.bundle"
    done = ask("bundle", "--organisation", NAME, "--output", file)
    assert done.exit_code == 0, done.output
    return file


@pytest.fixture
def keys(tmp_path):
    return public_keys(tmp_path, OLD)


def events(here):
    with here.read() as session:
        return list(audit.stored_events(session, here.organisation.id))


def note(here, size=None, keys=(OLD,), organisation=None):
    """A checkpoint of the beginning of the trail, or of more events than it has."""
    stored = events(here)
    leaves = [leaf_digest(each.entry) for each in stored[: len(stored) if size is None else size]]
    origin = origin_of("handrail.example", organisation or here.organisation.id)
    return str(signed(Checkpoint(origin, len(stored) if size is None else size, root_of(leaves)).text, keys))


def kept(tmp_path, words):
    file = tmp_path / "kept"
    file.write_bytes(words if isinstance(words, bytes) else words.encode())
    return file
