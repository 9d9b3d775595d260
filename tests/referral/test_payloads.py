"""Payloads of a client: opened by their key at their place only; without the key nothing is guessed."""

from dataclasses import replace

import pytest

from referral.payloads import (
    BadWrappingKey,
    ClientKey,
    Place,
    Unreadable,
    read_wrapping_key,
    unwrapped,
    wrapping_key,
)

KEY, OTHER = ClientKey(b"k" * 32), ClientKey(b"o" * 32)
HERE = Place("organisation", "client", "attempts", "note", "row")
NONCE = bytes(12)
WRAPPING, NEWER = wrapping_key(b"w" * 32), wrapping_key(b"n" * 32)


def test_a_payload_opens_at_its_place():
    assert KEY.open(KEY.seal(b"words", HERE, NONCE), HERE) == b"words"


@pytest.mark.parametrize("part", ["organisation", "client", "table", "column", "row"])
def test_a_payload_opens_nowhere_else(part):
    sealed = KEY.seal(b"words", HERE, NONCE)
    with pytest.raises(Unreadable):
        KEY.open(sealed, replace(HERE, **{part: "another"}))


@pytest.mark.parametrize(
    "sealed", [b"", b"short", KEY.seal(b"words", HERE, NONCE)[:-1], OTHER.seal(b"w", HERE, NONCE)]
)
def test_what_was_changed_or_sealed_by_another_key_does_not_open(sealed):
    with pytest.raises(Unreadable):
        KEY.open(sealed, HERE)


def test_salts_differ_by_event_and_by_key():
    salts = {key.salt(event) for key in (KEY, OTHER) for event in ("one", "two")}
    assert len(salts) == 4
    assert {len(salt) for salt in salts} == {32}


def test_a_clients_key_is_had_again_by_the_key_that_wrapped_it_and_for_that_client_only():
    wrapped = WRAPPING.wrap(KEY, "organisation", "client", NONCE)
    assert unwrapped([NEWER, WRAPPING], WRAPPING.id, wrapped, ("organisation", "client")) == KEY
    with pytest.raises(Unreadable, match="cannot be opened"):
        unwrapped([WRAPPING], WRAPPING.id, wrapped, ("organisation", "another"))
    with pytest.raises(Unreadable, match=f"{WRAPPING.id} is not in the file"):
        unwrapped([NEWER], WRAPPING.id, wrapped, ("organisation", "client"))


def test_a_wrapping_key_reads_back_from_its_line():
    assert read_wrapping_key(f" {WRAPPING.text}\n") == WRAPPING
    assert "w" * 8 not in repr(WRAPPING)


@pytest.mark.parametrize(
    "line", ["", "words", WRAPPING.text[:-4], WRAPPING.text.replace(WRAPPING.id, NEWER.id)]
)
def test_a_line_that_is_no_key_is_refused_without_saying_what_stands_in_it(line):
    with pytest.raises(BadWrappingKey, match="is written as") as refused:
        read_wrapping_key(line)
    assert WRAPPING.text[-10:] not in str(refused.value)


def test_a_key_of_another_length_is_none():
    with pytest.raises(BadWrappingKey, match="found 31 bytes"):
        wrapping_key(b"w" * 31)
