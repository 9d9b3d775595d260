"""`handrail audit bundle`, `receipt`, `key`, and `verify` of what they wrote: every exit status and every refusal."""

import json
import stat
import uuid
from hashlib import sha256

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from referral.audit import append, genesis
from referral.checkpoints import Checkpoint, Receipt, origin_of
from referral.entries import commitment
from referral.events import Event, EventKind, SubjectKind
from referral.merkle import leaf_digest
from referral.notes import signed
from service.cli import main
from service.store import audit
from tests.referral.keys import NEW, OLD, STRANGER
from tests.referral.trails import START
from tests.referral.trees import root_of
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.sealed import public_keys, seal

NAME = "Alder Creek School District (example)"
SALT = b"s" * 16


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


def an_id(here):
    return str(uuid.UUID(str(events(here)[2].columns["id"])))


def receipt(here, ask, tmp_path, event=None):
    file = tmp_path / "event.tlog-proof"
    return file, ask("receipt", event or an_id(here), "--organisation", NAME, "--output", file)


def test_an_event_has_no_receipt_before_it_is_signed_and_none_that_is_not_there(here, ask, tmp_path):
    file, early = receipt(here, ask, tmp_path)
    assert (early.exit_code, "is not signed yet; try again in a moment" in early.stderr) == (3, True)
    _, unknown = receipt(here, ask, tmp_path, uuid.UUID(int=7))
    assert (unknown.exit_code, "has no event" in unknown.stderr) == (3, True)
    assert not file.exists()


def test_a_receipt_proves_its_event_with_keys_and_nothing_without(here, ask, keys, tmp_path):
    seal(here)
    file, done = receipt(here, ask, tmp_path)
    assert done.exit_code == 0, done.output
    proved = ask("verify", "--bundle", file, "--keys", keys)
    assert (proved.exit_code, "event 3 of " in proved.stdout) == (0, True)
    assert ask("verify", "--bundle", file).exit_code == 3
    assert ask("verify", "--bundle", file, "--keys", public_keys(tmp_path, STRANGER)).exit_code == 3


def test_a_changed_receipt_and_a_second_history_are_found(here, ask, keys, tmp_path):
    seal(here)
    file, _ = receipt(here, ask, tmp_path)
    size = len(events(here))
    forked = str(signed(Checkpoint(origin_of("x", here.organisation.id), size, bytes(32)).text, [OLD]))
    fork = ask("verify", "--bundle", file, "--keys", keys, "--checkpoint", kept(tmp_path, forked))
    assert (fork.exit_code, f"one of the events 1 to {size}" in fork.stdout) == (1, True)
    file.write_text(file.read_text("utf-8").replace("index 2", "index 3"), "utf-8")
    done = ask("verify", "--bundle", file, "--keys", keys)
    assert (done.exit_code, "TAMPERED at event 4 (id " in done.stdout) == (1, True)


def about_a_letter(letter, salt=SALT, organisation="an-organisation", **changed):
    """A receipt of the one event of a trail, which commits to a file."""
    ids = {name: f"a-{name}" for name in ("id", "actor", "subject", "client")}
    event = Event(
        **ids,
        organisation=organisation,
        at=START,
        role="sender",
        kind=EventKind.LETTER_MADE,
        subject_kind=SubjectKind.LETTER,
        details={"referral": "a-referral"},
        commit=commitment(SALT, sha256(letter).digest()),
    )
    _, row = append(genesis(organisation), event)
    root = leaf_digest(row.entry)
    checkpoint = signed(Checkpoint(origin_of("handrail.example", "an-organisation"), 1, root).text, [OLD])
    return str(Receipt(row.entry, 0, (), checkpoint, salt))


def test_a_letter_is_told_from_another(ask, keys, tmp_path):
    letter, file = tmp_path / "letter.pdf", tmp_path / "letter.tlog-proof"
    letter.write_bytes(b"the letter")
    for words, salt, status, told in (
        (b"the letter", SALT, 0, "letter.pdf is the file that the event is about"),
        (b"another", SALT, 1, "TAMPERED at event 1: letter.pdf is not the file"),
        (b"the letter", None, 3, "says nothing about a file"),
        (b"the letter", b"short", 3, "a salt of at least 16 bytes"),
    ):
        file.write_text(about_a_letter(words, salt), "utf-8")
        done = ask("verify", "--bundle", file, "--keys", keys, "--letter", letter)
        assert (done.exit_code, told in done.output) == (status, True), done.output
    missing = ask("verify", "--bundle", file, "--keys", keys, "--letter", tmp_path / "nowhere")
    assert missing.exit_code == 3


def test_an_event_of_another_organisation_under_a_signed_root_is_found(ask, keys, tmp_path):
    file = tmp_path / "moved.tlog-proof"
    file.write_text(about_a_letter(b"x", organisation="somebody-else"), "utf-8")
    done = ask("verify", "--bundle", file, "--keys", keys)
    assert (done.exit_code, "it belongs to another organisation or place" in done.stdout) == (1, True)


@pytest.mark.parametrize("statement", ["UPDATE tree_tiles SET digests = :short", "DELETE FROM tree_tiles"])
def test_a_damaged_tile_is_said_in_one_line(here, ask, tmp_path, statement):
    seal(here)
    with here.write() as session:
        session.execute(text(statement), {"short": b"short"} if "short" in statement else {})
    file, done = receipt(here, ask, tmp_path)
    assert (done.exit_code, "what is kept of the signed trail is damaged: tile 0/0" in done.stderr) == (
        3,
        True,
    )
    assert not file.exists()


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
    assert ask("verify", "--keys", file).exit_code == 0
