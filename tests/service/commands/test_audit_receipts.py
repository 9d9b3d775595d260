"""`handrail audit receipt`, and `verify` of receipts and of the letters that they are about."""

import uuid
from hashlib import sha256

import pytest
from sqlalchemy import text

from referral.audit import append, genesis
from referral.checkpoints import Checkpoint, Receipt, origin_of
from referral.entries import commitment
from referral.events import Event, EventKind, SubjectKind
from referral.merkle import leaf_digest
from referral.notes import signed
from tests.referral.keys import OLD, STRANGER
from tests.referral.trails import START
from tests.service.commands.auditing import NAME, ask, events, here, kept, keys
from tests.service.sealed import public_keys, seal
from tests.whole import url_of, whole

__all__ = ["ask", "here", "keys"]

SALT = b"s" * 16


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
    with whole(url_of(here)) as session:
        session.execute(text(statement), {"short": b"short"} if "short" in statement else {})
    file, done = receipt(here, ask, tmp_path)
    assert (done.exit_code, "what is kept of the signed trail is damaged: tile 0/0" in done.stderr) == (
        3,
        True,
    )
    assert not file.exists()
