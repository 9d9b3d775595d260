"""JSON from strangers: refused with its place when it is too much, says a thing twice, or is no text."""

import pytest

from instruments.exchange.strict_json import MAX_BYTES, read_json
from instruments.exchange.telling import NotReadable


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "form.json:1:2: not readable as JSON"),
        (b"\xff{}", "not UTF-8; found byte 0xff at position 1"),
        (b"[]", "the file is not one JSON object"),
        (b'{"a": 1, "a": 2}', "$: the key 'a' twice; allowed: once"),
        (b'{"x": {"b": 1, "b": 2, "c": 0, "c": 0}}', "$.x: the key 'c' twice"),
        (b'{"a": NaN}', "NaN is not a number of JSON"),
        (b'{"a": ' + b"9" * 400 + b"}", "a whole number of 400 digits"),
        (b'{"a": 1e999}', "the number 1e999 is too large"),
        (b'{"a": "\\ud800"}', "$.a: half a character"),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "nested too deeply"),
        (b"[" * 200_000, "nested too deeply"),
        (b" " * (MAX_BYTES + 1), "the file is too large"),
    ],
)
def test_bytes_that_are_no_sound_json_are_refused_with_their_place(content, words):
    with pytest.raises(NotReadable) as refused:
        read_json(content, "form.json")

    assert words in str(refused.value)
