"""A witness cosigns only what keeps all of what it cosigned before, whatever a log sends and in whichever order."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.checkpoints import Checkpoint, origin_of
from referral.merkle import EMPTY_ROOT, consistency_path, leaf_digest
from referral.notes import BadNote, KeyKind, Note, Signature, new_key, read_note, signed
from referral.tiles import grown, subtrees
from referral.witnessing import (
    LONGEST_REQUEST,
    PLAIN,
    SIZE,
    Answer,
    Request,
    Seen,
    asking,
    cosignatures,
    decide,
    heard,
    keys_of,
    told_size,
)
from tests.referral.keys import NEW, OLD, STRANGER, WITNESS
from tests.referral.trees import root_of

NOW = datetime(2026, 10, 13, 16, 43, 7, tzinfo=UTC)
ORIGIN = origin_of("handrail.example", "0193e0c0-0000-7000-8000-00000000000a")
LOGS = [OLD.public, NEW.public]
MOST = 40


class Log:
    """A log of numbered entries; with a fork, every entry from that place on is another one."""

    def __init__(self, fork=MOST):
        self.leaves = [leaf_digest(f"{number}{number >= fork}".encode()) for number in range(MOST)]
        self.read = subtrees(grown(0, self.leaves, {}.__getitem__).__getitem__)

    def note(self, size, *keys, origin=ORIGIN):
        return signed(Checkpoint(origin, size, root_of(self.leaves[:size])).text, keys or [OLD])

    def asks(self, old, size, **changed):
        """The request for a tree of this size, behind one of `old`; `changed` bends it."""
        return replace(asking(old, consistency_path(old, size, self.read), self.note(size)), **changed)

    def seen(self, size):
        return Seen(size, root_of(self.leaves[:size]))


TRUE, FORKED = Log(), Log(fork=5)


def answered(request, last, keys=(WITNESS,)):
    """What a witness answers to the bytes of a request."""
    found = heard(str(request).encode(), LOGS)
    return decide(found, last, keys, NOW) if isinstance(found, Request) else found


def test_a_log_that_keeps_all_is_cosigned_and_its_new_tree_is_remembered():
    found = answered(TRUE.asks(7, 12), TRUE.seen(7))
    assert (found.status, found.kind, found.alarming) == (200, PLAIN, False)
    assert found.remember == Checkpoint(ORIGIN, 12, root_of(TRUE.leaves[:12]))
    (line,) = cosignatures(TRUE.note(12), found.body, [WITNESS.public])
    assert (line.key, line.at, line.line) == (WITNESS.public, NOW, found.body)


def test_a_request_is_written_as_the_protocol_says():
    lines = str(TRUE.asks(7, 12)).split("\n")
    end = lines.index("")
    assert lines[0] == "old 7"
    assert end == 1 + len(consistency_path(7, 12, TRUE.read))
    assert "\n".join(lines[end + 1 :]) == str(TRUE.note(12))
    assert str(TRUE.asks(0, 3)).startswith(f"old 0\n\n{ORIGIN}\n3\n")


BENT = {
    "a fork that is shown by its own path": (FORKED.asks(7, 12), TRUE.seen(7), 422, True),
    "a fork of the same size": (FORKED.asks(7, 7), TRUE.seen(7), 409, True),
    "a path of another pair": (
        TRUE.asks(7, 12, path=consistency_path(6, 12, TRUE.read)),
        TRUE.seen(7),
        422,
        True,
    ),
    "no path where one is needed": (TRUE.asks(7, 12, path=()), TRUE.seen(7), 422, True),
    "a path where none belongs": (TRUE.asks(0, 4, path=(b"x" * 32,)), Seen(), 422, True),
    "a path to the same tree": (TRUE.asks(4, 4, path=(b"x" * 32,)), TRUE.seen(4), 422, True),
    "a rollback": (TRUE.asks(5, 6), TRUE.seen(12), 409, False),
    "a step too far": (TRUE.asks(9, 12), TRUE.seen(7), 409, False),
    "as if for the first time": (TRUE.asks(0, 12), TRUE.seen(7), 409, False),
    "an old size above the new": (replace(TRUE.asks(5, 5), old=6), TRUE.seen(6), 400, False),
    "an empty tree with a root": (
        asking(0, (), signed(Checkpoint(ORIGIN, 0, b"x" * 32).text, [OLD])),
        Seen(),
        409,
        True,
    ),
    "a stranger's log": (replace(TRUE.asks(0, 3), note=TRUE.note(3, STRANGER)), Seen(), 403, False),
    "a witness's key": (
        replace(TRUE.asks(0, 3), note=signed(TRUE.note(3).text, [WITNESS], at=NOW)),
        Seen(),
        403,
        False,
    ),
    "an origin that nobody knows": (
        replace(TRUE.asks(0, 3), note=TRUE.note(3, origin="other.example/audit/x")),
        Seen(),
        404,
        False,
    ),
}


@pytest.mark.parametrize(("request_", "last", "status", "alarming"), BENT.values(), ids=BENT)
def test_what_is_no_continuation_is_refused_and_nothing_is_remembered(request_, last, status, alarming):
    found = answered(request_, last)
    assert (found.status, found.remember, found.alarming) == (status, None, alarming)
    assert (found.kind == SIZE) is (status == 409)
    assert status != 409 or told_size(found.body) == last.size


def test_an_empty_log_and_a_repeated_request_are_cosigned():
    empty = asking(0, (), signed(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text, [OLD]))
    assert answered(empty, Seen()).status == 200
    assert answered(TRUE.asks(7, 7), TRUE.seen(7)).remember == Checkpoint(ORIGIN, 7, TRUE.seen(7).root)


def test_two_keys_of_a_witness_both_sign():
    second = new_key("witness.example", KeyKind.WITNESS, bytes(32))
    found = answered(TRUE.asks(0, 3), Seen(), keys=(WITNESS, second))
    assert len(cosignatures(TRUE.note(3), found.body, [WITNESS.public, second.public])) == 2


def test_a_line_that_is_forged_under_a_trusted_name_is_refused_even_beside_a_true_one():
    forged = Signature(NEW.name, NEW.public.hint, b"x" * 64)
    note = Note(TRUE.note(3).text, (*TRUE.note(3).signatures, forged))
    assert answered(replace(TRUE.asks(0, 3), note=note), Seen()).status == 403


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "first line"),
        (b"\xff\xfe", "not text in UTF-8"),
        (b"old 0\n", "first line"),
        (b"new 0\n\nx\n", "first line"),
        (b"old 01\n\nx\n", "first line"),
        (b"old -1\n\nx\n", "first line"),
        (b"old 1\nAAAA\n\nx\n", "path: allowed: 32 bytes"),
        (b"old 1\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63 + b"\nx\n", "found 64 digests"),
        (b"old 0\n\nx\n", "no empty line"),
        (str(TRUE.asks(0, 3)).encode()[:-1], "no empty line"),
        (str(TRUE.asks(0, 3)).replace("\n3\n", "\n03\n").encode(), "number of events"),
        (str(TRUE.asks(0, 3)).replace("\n", "\r\n").encode(), "first line"),
        (b"old 0\n\n" + b"x" * LONGEST_REQUEST, f"allowed: {LONGEST_REQUEST}"),
    ],
)
def test_what_is_no_request_is_refused_with_what_is_wrong(body, words):
    found = heard(body, LOGS)
    assert isinstance(found, Answer)
    assert (found.status, found.kind) == (400, PLAIN)
    assert words in found.body


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_a_witness_stumble(body):
    assert isinstance(heard(body, LOGS), Answer)


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_request_with_one_changed_byte_never_gets_another_tree_signed(at, byte):
    whole = bytearray(str(TRUE.asks(7, 12)).encode())
    whole[at % len(whole)] = byte
    found = heard(bytes(whole), LOGS)
    done = decide(found, TRUE.seen(7), [WITNESS], NOW) if isinstance(found, Request) else found
    assert done.remember in {None, TRUE.asks(7, 12).checkpoint}


STEPS = st.tuples(st.sampled_from([TRUE, FORKED]), st.integers(0, MOST), st.integers(0, MOST))


@given(st.lists(STEPS, max_size=12))
def test_whatever_is_asked_in_whichever_order_all_that_was_cosigned_is_one_growing_log(steps):
    last, cosigned = Seen(), []
    for log, one, other in steps:
        found = answered(log.asks(min(one, other), max(one, other)), last)
        if found.remember is not None:
            last = Seen(found.remember.size, found.remember.root)
            cosigned.append(last)
    sizes = [each.size for each in cosigned]
    assert sizes == sorted(sizes)
    assert any(all(log.seen(each.size) == each for each in cosigned) for log in (TRUE, FORKED))


@pytest.mark.parametrize(
    ("origin", "known"),
    [
        (ORIGIN, True),
        ("handrail.example/audit/deployment", True),
        ("handrail.example", True),
        ("handrail.example/other/x", False),
        ("handrail.example/audit/", False),
        ("handrail.example/audit/x y", False),
        ("handrail.example/audit/" + "x" * 121, False),
        ("handrail.example/audit/a/audit/b", False),
        ("handrail.example.evil/audit/x", False),
        ("/audit/x", False),
        ("witness.example", False),
    ],
)
def test_a_key_speaks_for_its_own_deployment_only(origin, known):
    assert bool(keys_of(origin, [*LOGS, WITNESS.public])) is known


@pytest.mark.parametrize(
    ("body", "size"), [("12\n", 12), ("0\n", 0), ("12", 12), ("012\n", None), ("", None), ("x\n", None)]
)
def test_the_size_that_a_witness_tells_is_read(body, size):
    assert told_size(body) == size


NOTE = TRUE.note(3)
LINE = answered(TRUE.asks(0, 3), Seen()).body
OTHERS = answered(FORKED.asks(0, 7), Seen()).body


def late():
    """A line whose time lies behind the last year that there is."""
    seconds = 1 << 62
    message = f"cosignature/v1\ntime {seconds}\n{NOTE.text}".encode()
    return str(
        Signature(WITNESS.name, WITNESS.public.hint, seconds.to_bytes(8, "big") + WITNESS.sign(message))
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (OTHERS, "does not fit the text"),
        (LINE.replace("— ", "- "), "begins with a dash"),
        (LINE[:-1], "the end is missing"),
        (f"x\n\n{LINE}", "more than signature lines|begins with a dash"),
        (LINE * 32, "33 signatures"),
        (late(), "does not say when"),
    ],
)
def test_an_answer_that_is_no_cosignature_of_this_checkpoint_is_refused(answer, words):
    with pytest.raises(BadNote, match=words):
        cosignatures(NOTE, answer, [WITNESS.public])


def test_lines_of_nobody_that_is_trusted_are_passed_over():
    other = new_key("other.example", KeyKind.WITNESS, bytes(32))
    assert cosignatures(NOTE, LINE, [other.public]) == ()
    assert cosignatures(NOTE, "", [WITNESS.public]) == ()
    assert cosignatures(NOTE, str(NOTE.signatures[0]), LOGS) == ()
    (kept,) = cosignatures(NOTE, LINE, [other.public, WITNESS.public])
    assert read_note(str(NOTE) + kept.line).signatures[-1].name == WITNESS.name
