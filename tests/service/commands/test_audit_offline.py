"""`handrail audit bundle`, `key`, and `verify` of bundles: every exit status and every refusal."""

import json
import stat
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from referral.notes import signed
from service.actions.sealing import Seal
from service.keys import load_keys
from tests.referral.keys import NEW, OLD, STRANGER
from tests.service.commands.auditing import NAME, ask, bundle, events, here, kept, keys, note
from tests.service.sealed import public_keys, seal

__all__ = ["ask", "bundle", "here", "keys"]


@pytest.fixture
def database_url(sqlite_url):
    """On one engine: a bundle is a file, and `test_audit_receipts.py` makes them on both."""
    return sqlite_url


def test_a_bundle_proves_itself_with_keys_and_without_any_database(here, ask, bundle, keys):
    done = ask("verify", "--bundle", bundle, "--keys", keys, HANDRAIL_DATABASE_URL="mysql://nowhere")
    assert done.exit_code == 0, done.output
    assert (
        f"{here.organisation.id}: intact, {len(events(here))} events, held against 1 checkpoints"
        in done.stdout
    )


def test_without_keys_it_is_intact_in_itself_and_says_that_this_proves_little(ask, bundle):
    done = ask("verify", "--bundle", bundle)
    assert done.exit_code == 0
    assert "Not held against any checkpoint" in done.stdout
    assert "Its own 1 checkpoints were passed over: --keys names" in done.stdout


@pytest.mark.parametrize("at", [1, 3, -1])
@pytest.mark.parametrize("old", ["actor", '"seq"', None])
def test_the_first_changed_event_of_a_bundle_is_named(here, ask, bundle, keys, at, old):
    lines, stored = bundle.read_bytes().splitlines(keepends=True), events(here)
    seq = at if at > 0 else len(stored)
    line = lines[1 + seq]
    lines[1 + seq] = line.replace(old.encode(), b"other", 1) if old else line[:9].upper() + b"G" + line[10:]
    bundle.write_bytes(b"".join(lines))
    done = ask("verify", "--bundle", bundle, "--keys", keys)
    assert done.exit_code == 1
    assert f"TAMPERED at event {seq} (id " in done.stdout
    assert "its bytes do not match its digest" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "status", "words"),
    [
        ("head", "0" * 64, 1, "the recorded end differs from the last event"),
        ("organisation", "somebody-else", 1, "TAMPERED at event 1 "),
        ("events", 3, 1, "TAMPERED at event 3 "),
        ("events", 10**6, 3, "is missing, or the file ends in the middle"),
        ("events", -1, 3, "not that of a bundle"),
        ("checkpoints", 0, 1, "TAMPERED at event 1 "),
        ("checkpoints", 2, 3, "checkpoint 2 is not a text in JSON"),
        ("bundle", "handrail-audit/2", 3, "not that of a bundle"),
    ],
)
def test_a_first_line_that_lies_is_found(ask, bundle, keys, name, value, status, words):
    first, *lines = bundle.read_bytes().splitlines(keepends=True)
    header = {**json.loads(first), name: value}
    bundle.write_bytes(json.dumps(header, separators=(",", ":")).encode() + b"\n" + b"".join(lines))
    done = ask("verify", "--bundle", bundle, "--keys", keys)
    assert (done.exit_code, words in done.output) == (status, True), done.output


def test_what_a_kept_checkpoint_says_of_a_bundle(here, ask, bundle, keys, tmp_path):
    def status(words, *more):
        done = ask("verify", "--bundle", bundle, "--checkpoint", kept(tmp_path, words), *more)
        return done.exit_code, done.output

    fits, forged = note(here, 3), note(here, 3, (STRANGER,))
    later = note(here).replace(f"\n{len(events(here))}\n", f"\n{len(events(here)) + 5}\n", 1)
    longer = str(signed(later.partition("\n\n")[0] + "\n", [OLD]))
    other = fits.replace(f"\n{3}\n", "\n4\n", 1)
    assert status(fits, "--keys", keys)[0] == 0
    assert status(f"{fits}\n{note(here, 5)}\n", "--keys", keys)[0] == 0
    assert status(longer, "--keys", keys)[0] == 2
    assert "the trail ends before a checkpoint that was kept elsewhere" in status(longer, "--keys", keys)[1]
    assert status(other)[0] == 1
    assert "one of the events 1 to 4: the events are not those of a checkpoint" in status(other)[1]
    assert status(other, "--keys", keys)[0] == 3
    assert status(forged, "--keys", keys)[0] == 3
    assert (
        "the checkpoint of 3 events is signed by none of the trusted keys"
        in status(forged, "--keys", keys)[1]
    )


def test_a_bundle_held_against_nothing_that_counts_proves_nothing_to_who_brought_keys(
    here, ask, bundle, tmp_path
):
    done = ask("verify", "--bundle", bundle, "--keys", public_keys(tmp_path, NEW))
    assert (done.exit_code, "signed by a key that you trust" in done.stderr) == (3, True)
    others = kept(tmp_path, note(here, 3, organisation="somebody-else"))
    assert ask("verify", "--bundle", bundle, "--checkpoint", others).exit_code == 3


def test_checkpoints_of_another_organisation_in_a_bundle_do_not_count(here, ask, bundle, keys):
    lines = bundle.read_bytes().splitlines(keepends=True)
    lines[1] = json.dumps(note(here, organisation="somebody-else")).encode() + b"\n"
    bundle.write_bytes(b"".join(lines))
    assert ask("verify", "--bundle", bundle, "--keys", keys).exit_code == 3


def test_a_forged_checkpoint_in_a_bundle_is_a_change(here, ask, bundle, keys):
    lines = bundle.read_bytes().splitlines(keepends=True)
    lines[1] = (
        json.dumps(note(here).replace("\n1", "\n2", 1).replace("/audit/", "/audit/x/", 1)).encode() + b"\n"
    )
    bundle.write_bytes(b"".join(lines))
    done = ask("verify", "--bundle", bundle, "--keys", keys)
    assert (done.exit_code, "a stored checkpoint was changed" in done.stdout) == (1, True)


def test_the_verifier_that_stands_alone_ends_as_the_command_does(here, bundle, keys, tmp_path):
    script = Path(__file__).parents[3] / "deploy/audit/verify_trail.py"

    def status(*arguments):
        done = subprocess.run(
            [sys.executable, script, *arguments], capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        return done.returncode, done.stdout

    size = len(events(here))
    longer = note(here).partition("\n\n")[0].replace(f"\n{size}\n", f"\n{size + 5}\n", 1)
    older = kept(tmp_path, str(signed(f"{longer}\n", [OLD])))
    assert status(bundle, "--keys", keys)[0] == 0
    assert status(bundle, "--keys", keys, "--checkpoint", older)[0] == 2
    for wrong in (
        [],
        ["--unheard-of"],
        [bundle, "--keys"],
        [tmp_path / "nowhere"],
        [bundle, "--keys", bundle],
    ):
        assert status(*wrong)[0] == 3
    bundle.write_bytes(bundle.read_bytes().replace(b'"seq":3', b'"seq":4', 1))
    words = "changed at event 3 to 3: its bytes do not match its digest\n"
    assert status(bundle, "--keys", keys) == (1, words)


@pytest.mark.parametrize("option", ["--bundle", "--keys", "--checkpoint"])
@pytest.mark.parametrize("held", [None, b"\xff\xfe", b"", b"words\n", "folder"])
def test_a_file_that_is_missing_or_cannot_be_read_is_incomplete(ask, bundle, keys, tmp_path, option, held):
    bad = tmp_path / "bad"
    if held == "folder":
        bad.mkdir()
    elif held is not None:
        bad.write_bytes(held)
    given = {"--bundle": bundle, "--keys": keys, option: bad}
    done = ask("verify", *(part for pair in given.items() for part in pair))
    assert done.exit_code == 3, done.output
    assert done.stdout == ""


@pytest.mark.parametrize("wrong", [["--unheard-of"], ["--keys"], ["words"]])
def test_a_wrong_option_of_verify_is_not_taken_for_an_older_trail(ask, wrong):
    assert ask("verify", *wrong).exit_code == 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--letter"], "--letter goes with a receipt"),
        (["--bundle", "--letter"], "--letter goes with a receipt"),
        (["--bundle", "--organisation"], "--organisation goes with the database"),
    ],
)
def test_an_option_that_would_say_nothing_is_refused(ask, bundle, keys, options, words):
    done = ask("verify", "--keys", keys, *(part for option in options for part in (option, bundle)))
    assert (done.exit_code, words in done.stderr) == (3, True)


def test_a_file_that_is_there_is_never_written_over(ask, bundle):
    before = bundle.read_bytes()
    done = ask("bundle", "--organisation", NAME, "--output", bundle)
    assert (done.exit_code, "is there already; name a new file" in done.stderr) == (2, True)
    assert bundle.read_bytes() == before


def test_what_cannot_be_written_to_is_named(ask, bundle, tmp_path):
    done = ask("bundle", "--organisation", NAME, "--output", tmp_path / "nowhere" / "file")
    assert (done.exit_code, "cannot be written (FileNotFoundError)" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", [["bundle"], ["receipt", str(uuid.UUID(int=1))]])
def test_an_organisation_that_nobody_knows_is_named_with_those_there_are(ask, tmp_path, command):
    done = ask(*command, "--organisation", "Nobody", "--output", tmp_path / "file")
    assert (done.exit_code, NAME in done.stderr) == (3, True)
    assert not (tmp_path / "file").exists()


def test_keys_are_made_shown_and_followed_by_another(ask, tmp_path):
    missing = ask("key")
    assert (missing.exit_code, "cannot be read (FileNotFoundError)" in missing.stderr) == (2, True)
    first = ask("key", "--new", HANDRAIL_AUDIT_NAME="handrail.example")
    assert first.exit_code == 0
    second = ask("key", "--new", HANDRAIL_AUDIT_NAME="handrail.example")
    assert second.stdout.startswith(first.stdout)
    assert ask("key").stdout == second.stdout
    assert second.stdout.count("handrail.example+") == 2
    file = tmp_path / "secret-keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    assert "PRIVATE" not in second.output
    file.unlink()
    file.write_text("PRIVATE+KEY+damaged", "ascii")
    damaged = ask("key")
    assert (damaged.exit_code, "damaged" in damaged.output) == (2, False)


def test_the_keys_that_the_command_shows_prove_what_the_worker_signs(here, ask, tmp_path):
    shown = ask("key", "--new").stdout
    file = tmp_path / "shown"
    file.write_text(shown, "ascii")
    unsigned = ask("verify", "--keys", file)
    assert (unsigned.exit_code, "no checkpoint of this trail counts" in unsigned.stderr) == (3, True)
    seal(here, Seal("handrail.example", load_keys(tmp_path / "secret-keys")))
    assert ask("verify", "--keys", file).exit_code == 0
    assert ask("verify", "--keys", public_keys(tmp_path, STRANGER)).exit_code == 3
