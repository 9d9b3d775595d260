"""Signed notes: the standard's own example, two keys at a time, witnesses, and every way to bend one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.notes import (
    BadKey,
    BadNote,
    KeyKind,
    new_key,
    read_note,
    read_public_key,
    read_secret_key,
    signed,
    signers,
    witnessed_at,
)
from tests.referral.keys import NEW, OLD, WITNESS

PUBLISHED = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLISHED_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of the Go package that the format comes from."""

TEXT = "handrail.example/audit/x\n3\nAAAA\n"
AT = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)


def test_the_published_example_is_made_and_checked_byte_for_byte():
    key = read_secret_key(PUBLISHED)
    text = PUBLISHED_NOTE.partition("\n\n")[0] + "\n"
    assert str(key.public) == PUBLISHED_PUBLIC
    assert str(signed(text, [key])) == PUBLISHED_NOTE
    assert signers(read_note(PUBLISHED_NOTE), [read_public_key(PUBLISHED_PUBLIC)]) == (key.public,)


@pytest.mark.parametrize("key", [OLD, WITNESS], ids=["log", "witness"])
def test_keys_are_read_back_from_their_text(key):
    assert read_secret_key(key.text) == key
    assert read_public_key(str(key.public)) == key.public


def test_a_secret_never_shows_where_a_key_is_printed():
    assert OLD.seed.hex() not in repr(OLD)
    assert "seed" not in repr(OLD)
    with pytest.raises(BadKey) as error:
        read_secret_key(OLD.text[:-4] + "AAA=")
    assert "AAA=" not in str(error.value)


def test_while_keys_change_both_sign_and_either_is_enough():
    note = signed(TEXT, [OLD, NEW])
    assert signers(note, [OLD.public]) == (OLD.public,)
    assert signers(note, [NEW.public]) == (NEW.public,)
    assert signers(note, [OLD.public, NEW.public]) == (OLD.public, NEW.public)
    assert signers(note, [WITNESS.public]) == ()


def test_a_witness_says_when_it_saw_a_note():
    note = signed(TEXT, [WITNESS], at=AT)
    assert signers(note, [WITNESS.public]) == (WITNESS.public,)
    assert witnessed_at(note, WITNESS.public) == AT
    assert witnessed_at(note, OLD.public) is None
    with pytest.raises(ValueError, match="a witness signs at a time"):
        signed(TEXT, [WITNESS])


def test_a_witness_does_not_pass_for_a_log_of_the_same_secret():
    log = new_key(WITNESS.name, KeyKind.LOG, WITNESS.seed)
    assert signers(signed(TEXT, [log]), [WITNESS.public]) == ()


@given(st.integers(0, len(TEXT.encode()) * 8 - 1))
def test_a_text_with_any_bit_changed_is_refused(bit):
    changed = bytearray(TEXT.encode())
    changed[bit // 8] ^= 1 << bit % 8
    note = signed(TEXT, [OLD])
    forged = type(note)(bytes(changed).decode("latin-1"), note.signatures)
    with pytest.raises(BadNote, match=r"does not fit the text"):
        signers(forged, [OLD.public])


@given(st.integers(32, 68 * 8 - 1))
def test_a_signature_with_any_bit_changed_is_refused(bit):
    note = signed(TEXT, [OLD])
    raw = bytearray(note.signatures[0].hint + note.signatures[0].signed)
    raw[bit // 8] ^= 1 << bit % 8
    line = type(note.signatures[0])(OLD.name, bytes(raw[:4]), bytes(raw[4:]))
    with pytest.raises(BadNote, match=r"does not fit the text"):
        signers(type(note)(TEXT, (line,)), [OLD.public])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no signature\n", "no empty line"),
        (f"{TEXT}\n— a AAAAAAA=", "the end is missing"),
        (f"{TEXT}\n- a AAAAAAA=\n", "begins with a dash"),
        (f"{TEXT}\n— AAAAAAA=\n", "not in base 64, or too short"),
        (f"{TEXT}\n— a AAAA\n", "too short"),
        (f"{TEXT}\n— a AAAAAAA\n", "not in base 64"),
        (f"{TEXT}\n— a AAAAAAB=\n", "not in base 64"),
        (f"{TEXT}\n— a AAAA AAA=\n", "not in base 64"),
        ("a\x00b\n\n— a AAAAAAA=\n", "a control character"),
        ("a\ud800\n\n— a AAAAAAA=\n", "half a character"),
        *((f"a{sign}b\n\n— a AAAAAAA=\n", "a control character") for sign in "\r\t\x1b\x7f\x85\x9b"),
        (f"{TEXT}\n" + "— a AAAAAAA=\n" * 33, "33 signatures; allowed: 32"),
        ("a" * 70_000 + "\n\n— a AAAAAAA=\n", "allowed: 65536"),
    ],
)
def test_what_is_no_note_is_refused_with_a_reason(text, words):
    with pytest.raises(BadNote, match=words):
        read_note(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "name.hint.key"),
        ("a+b+c", "name.hint.key"),
        (str(OLD.public).replace("handrail", "handrall"), "its hint does not fit"),
        (str(OLD.public).replace("+AQ", "+CQ"), "kind of key: found 9; allowed: 1, 4"),
        (OLD.text, "name.hint.key"),
    ],
)
def test_what_is_no_public_key_is_refused(text, words):
    with pytest.raises(BadKey, match=words):
        read_public_key(text)


@pytest.mark.parametrize("text", ["", str(OLD.public), "x" + OLD.text])
def test_what_is_no_secret_key_is_refused(text):
    with pytest.raises(BadKey, match="a secret key begins with"):
        read_secret_key(text)


@pytest.mark.parametrize(("name", "seed"), [("two words", b"x" * 32), ("", b"x" * 32), ("fine", b"x" * 31)])
def test_a_key_needs_a_plain_name_and_32_bytes(name, seed):
    with pytest.raises(BadKey):
        new_key(name, KeyKind.LOG, seed)


@given(st.text(max_size=300))
def test_no_text_makes_reading_a_note_crash(text):
    try:
        note = read_note(text)
    except BadNote:
        return
    assert str(note) == text
