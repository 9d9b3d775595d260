"""Checkpoints and receipts: written and read the same, proved offline, and every bent one refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.checkpoints import (
    BadCheckpoint,
    BadReceipt,
    Checkpoint,
    Receipt,
    origin_of,
    prove_receipt,
    read_checkpoint,
    read_receipt,
    split_notes,
)
from referral.merkle import inclusion_path, leaf_digest
from referral.notes import BadNote, Note, read_note, signed
from referral.tiles import grown, subtrees
from tests.referral.keys import OLD, STRANGER
from tests.referral.trails import ORGANISATION, trail
from tests.referral.trees import root_of

_HEAD, ROWS = trail(11)
LEAVES = [leaf_digest(row.entry) for row in ROWS]
ORIGIN = origin_of("handrail.example", ORGANISATION)
CHECKPOINT = Checkpoint(ORIGIN, len(ROWS), root_of(LEAVES))
NOTE = signed(CHECKPOINT.text, [OLD])
READ = subtrees(grown(0, LEAVES, {}.__getitem__).__getitem__)


def receipt(index=6, **changed):
    given = {"entry": ROWS[index].entry, "index": index, "path": inclusion_path(index, len(ROWS), READ)}
    return Receipt(**{**given, "checkpoint": NOTE, **changed})


def test_a_checkpoint_is_read_back_from_its_note():
    assert read_checkpoint(read_note(str(NOTE))) == CHECKPOINT
    assert f"handrail.example/audit/{ORGANISATION}" == ORIGIN


def test_further_lines_of_a_checkpoint_are_passed_over():
    assert read_checkpoint(Note(CHECKPOINT.text + "more to say\n", ())) == CHECKPOINT


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("origin\n3\n", "three lines"),
        ("\n3\nAAAA\n", "three lines"),
        ("origin\n-3\nAAAA\n", "number of events: found '-3'"),
        ("origin\n03\nAAAA\n", "number of events: found '03'"),
        ("origin\n3\nAAAA\n", "root: found 'AAAA'; allowed: 32 bytes"),
        ("origin\n3\n????\n", "root: found"),
        (f"{CHECKPOINT.text}\nafter an empty line\n", "none empty"),
        (CHECKPOINT.text[:-1], "none empty"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text, words):
    with pytest.raises(BadCheckpoint, match=words):
        read_checkpoint(Note(text, ()))


def test_a_file_of_checkpoints_that_grew_at_its_end_is_taken_apart():
    other = signed(Checkpoint(ORIGIN, 3, root_of(LEAVES[:3])).text, [OLD, STRANGER])
    assert split_notes(f"{other}\n{NOTE}\n") == (str(other), str(NOTE))
    assert split_notes(f"{other}\n{NOTE}") == (str(other), str(NOTE))
    assert split_notes("") == ()
    with pytest.raises(BadNote, match="in the middle of a note"):
        split_notes(f"{other}\n{CHECKPOINT.text}")


@pytest.mark.parametrize("index", range(len(ROWS)))
def test_each_event_has_a_receipt_that_proves_it_offline(index):
    read_back = read_receipt(str(receipt(index)))
    assert read_back == receipt(index)
    assert prove_receipt(read_back, [OLD.public]) == CHECKPOINT


def test_a_receipt_may_carry_the_salt_of_its_commitment():
    with_salt = receipt(salt=b"s" * 16)
    assert read_receipt(str(with_salt)).salt == b"s" * 16
    assert read_receipt(str(receipt())).salt is None
    for salt in (b"s" * 15, b""):
        with pytest.raises(BadReceipt, match="a salt of at least 16 bytes"):
            read_receipt(str(receipt(salt=salt)))


@pytest.mark.parametrize(
    ("bent", "words"),
    [
        (receipt(entry=ROWS[5].entry), "not part of the signed trail"),
        (receipt(index=6, path=receipt(5).path), "not part of the signed trail"),
        (receipt(checkpoint=signed(CHECKPOINT.text, [STRANGER])), "none of the trusted keys"),
        (receipt(checkpoint=Note(CHECKPOINT.text, ())), "none of the trusted keys"),
        (
            receipt(checkpoint=signed(Checkpoint(ORIGIN, 11, LEAVES[0]).text, [OLD])),
            "not part of the signed trail",
        ),
    ],
)
def test_a_bent_receipt_proves_nothing(bent, words):
    with pytest.raises(BadReceipt, match=words):
        prove_receipt(bent, [OLD.public])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2", "a receipt begins with"),
        ("extra ", "more ", "second line"),
        ("index 6", "index 06", "third line"),
        ("index 6", "place 6", "third line"),
        ("\n\n", "\nAAAA\n\n", "path: allowed: 32 bytes"),
        ("\n\n", "\n" + "A" * 43 + "=" + "\n\n", "not part of the signed trail"),
        ("\n\n", ("\n" + "A" * 43 + "=") * 65 + "\n\n", "path: found 69 digests; allowed: 64"),
    ],
)
def test_a_receipt_written_otherwise_is_refused(old, new, words):
    with pytest.raises(BadReceipt, match=words):
        prove_receipt(read_receipt(str(receipt()).replace(old, new, 1)), [OLD.public])


@given(st.data())
def test_no_change_of_one_character_makes_another_receipt_that_holds(data):
    text = str(receipt())
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8"))
    try:
        found = read_receipt(text[:at] + letter + text[at + 1 :])
        prove_receipt(found, [OLD.public])
    except (BadReceipt, BadNote, BadCheckpoint):
        return
    assert (found.entry, found.index) == (receipt().entry, 6)
