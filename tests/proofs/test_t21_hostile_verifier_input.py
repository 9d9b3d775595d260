"""T21: whatever is put before the verifiers, they accept only what was signed, and end only as they say they do."""

import base64
import json
import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral import notes as notes_module
from referral.audit import Intact
from referral.bundles import BundleIncomplete, prove_bundle
from referral.checkpoints import BadCheckpoint, BadReceipt, read_checkpoint, read_receipt, split_notes
from referral.merkle import EMPTY_ROOT, inclusion_path, keeps_all, leaf_digest, root_by_inclusion, tree_root
from referral.notes import BadKey, BadNote, read_note, read_public_key, signers
from referral.receipts import judge_receipt
from referral.tiles import TileMissing, grown, subtrees
from tests.proofs.bundles import KEYS
from tests.proofs.hostile import Sample, bent
from tests.proofs.verifiers import verify_trail
from tests.referral.keys import OLD, WITNESS
from tests.referral.trees import root_of

FORMS = [
    pytest.param(4_000, id="suite"),
    pytest.param(1_000_000, id="long", marks=[pytest.mark.long, pytest.mark.slow]),
]
FROM_ONE_SAMPLE = 200
TRUSTED = (OLD.public, WITNESS.public)
DOCUMENTED = (BadKey, BadNote, BadCheckpoint, BadReceipt, BundleIncomplete, UnicodeDecodeError)
"""What the command says in one line, with exit status 3."""

SCRIPT_DOCUMENTED = (verify_trail.Found, ValueError, TypeError, RecursionError)
SCRIPT_KEYS = [verify_trail.read_key(line) for line in KEYS.decode().split()]


def events_in(raw):
    """The entries of an accepted bundle, read without either verifier."""
    first, *lines = raw.split(b"\n")
    header = json.loads(first)
    begin = header["checkpoints"]
    return [line[65:] for line in lines[begin : begin + header["events"]]]


def is_receipt_of(sample, raw):
    """Whether an accepted receipt is of an event of the sample at its place, written in the one way there is."""
    extra, index = (line.split(b" ", 1)[1] for line in raw.split(b"\n")[1:3])
    entry = base64.b64decode(extra).partition(b"\n")[0]
    return sample.entries.get(entry) == int(index)


def is_bundle_of(sample, raw):
    entries = events_in(raw)
    return entries == [row.entry for row in sample.whole.rows][: len(entries)]


def product_accepts(kind, raw):
    """Whether the product accepts this as what it may be; only documented errors come out of it."""
    try:
        if kind == "bundle":
            return isinstance(prove_bundle(iter(BytesIO(raw)), TRUSTED, ()).verdict, Intact)
        text = raw.decode()
        if kind == "receipt":
            receipt = read_receipt(text)
            accepted = isinstance(judge_receipt(receipt, TRUSTED), Intact)
            assert not accepted or str(receipt) == text
            return accepted
        if kind == "key":
            return str(read_public_key(text)) == text.strip()
        return all(
            read_checkpoint(note) and signers(note, TRUSTED) for note in map(read_note, split_notes(text))
        )
    except DOCUMENTED:
        return False


def script_accepts(kind, raw):
    """The same of the verifier that stands alone."""
    try:
        if kind in {"bundle", "receipt"}:
            prove = verify_trail.prove_bundle if kind == "bundle" else verify_trail.prove_receipt
            return bool(prove(BytesIO(raw), SCRIPT_KEYS, []))
        if kind == "key":
            return bool(verify_trail.read_key(raw.decode()))
        return all(
            verify_trail.trusted(verify_trail.read_note(n), SCRIPT_KEYS) for n in split_notes(raw.decode())
        )
    except SCRIPT_DOCUMENTED:
        return False
    except BadNote:
        return False


def truly(kind, sample, raw):
    """Whether something that was accepted was really signed."""
    if kind == "bundle":
        return is_bundle_of(sample, raw)
    if kind == "receipt":
        return is_receipt_of(sample, raw)
    if kind == "key":
        return True
    signed = {note.rpartition(b"\n\n")[0] for note in sample.notes}
    return all(note.encode().rpartition(b"\n\n")[0] in signed for note in split_notes(raw.decode()))


def kind_of(raw):
    if raw.startswith(b"c2sp"):
        return "receipt"
    return "bundle" if raw.startswith(b'{"bundle') else "key" if b"\n\n" not in raw else "note"


def tried(times, seed, accepting):
    """How many were tried and accepted; what was accepted and never signed; where the two were not of one mind."""
    rng, accepted, wrong, apart = random.Random(seed), 0, [], []
    for number in range(times):
        if number % FROM_ONE_SAMPLE == 0:
            sample = Sample(rng)
        valid = sample.valid(rng)
        kind, raw = kind_of(valid), bent(valid, rng)
        said = [accepts(kind, raw) for accepts in accepting]
        accepted += said[0]
        wrong += [(kind, raw)] if any(said) and not truly(kind, sample, raw) else []
        apart += [(kind, raw)] if len(set(said)) > 1 else []
    return accepted, wrong, apart


@pytest.mark.parametrize("times", FORMS)
def test_nothing_is_accepted_that_was_not_signed_and_nothing_crashes(times):
    accepted, wrong, apart = tried(times, 21, (product_accepts, script_accepts))
    print(
        f"T21 bent keys, notes, receipts and bundles: N={times} for each verifier, {accepted} still true, "
        f"false accepts {len(wrong)}, of two minds {len(apart)}, crashes 0"
    )
    assert (wrong, apart) == ([], [])
    assert 0 < accepted < times / 2


def test_half_a_character_in_the_note_of_a_bundle_is_refused_by_both():
    """JSON can spell what UTF-8 cannot, in a line of somebody whose key is not asked for."""
    rng = random.Random(7)
    whole = next(raw for raw in iter(lambda: Sample(rng).valid(rng), b"") if rb"\u2014 " in raw)
    half = whole.replace(rb"\n\n\u2014 ", rb"\n\n\u2014 \ud800 G/N8wuJsGBj5yL5Y\n\u2014 ", 1)

    assert [accepts("bundle", whole) for accepts in (product_accepts, script_accepts)] == [True, True]
    assert half != whole
    assert [accepts("bundle", half) for accepts in (product_accepts, script_accepts)] == [False, False]


def test_a_reader_that_does_not_check_signatures_is_noticed(monkeypatch):
    monkeypatch.setattr(notes_module, "_check", lambda *_: None)
    _, wrong, _ = tried(4_000, 21, (product_accepts,))
    print(f"T21 broken variant (signatures unchecked): {len(wrong)} false accepts in 4000")
    assert wrong


def test_every_valid_thing_is_accepted_by_both():
    rng = random.Random(22)
    for _ in range(30):
        sample = Sample(rng)
        for note in sample.notes:
            assert product_accepts("note", note)
            assert script_accepts("note", note)
        for receipt in sample.receipts:
            assert product_accepts("receipt", receipt)
            assert script_accepts("receipt", receipt)


ENTRIES = [str(number).encode() for number in range(40)]
LEAVES = [leaf_digest(entry) for entry in ENTRIES]
TILES = grown(0, LEAVES, {}.__getitem__)
ROOTS = [root_of(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
DIGESTS = st.one_of(st.sampled_from(LEAVES + ROOTS), st.binary(min_size=0, max_size=33))
PATHS = st.lists(DIGESTS, max_size=12) | st.lists(st.sampled_from(LEAVES), min_size=60, max_size=80)
SIZES = st.sampled_from([-1, 0, 1, 2, 3, 39, 40, 41, 2**62, 2**64, 10**18, 10**400]) | st.integers(0, 45)


@given(index=SIZES, size=SIZES, path=PATHS, leaf=st.sampled_from(LEAVES))
def test_no_made_up_path_proves_a_leaf(index, size, path, leaf):
    root = ROOTS[size] if 0 <= size <= len(LEAVES) else ROOTS[-1]
    proved = root_by_inclusion(index, size, leaf, path) == root
    assert proved is (verify_trail.root_by(index, size, leaf, list(path)) == root)
    assert not proved or LEAVES[index] == leaf


@given(old=SIZES, new=SIZES, path=PATHS, old_root=DIGESTS, new_root=DIGESTS)
def test_no_made_up_path_makes_another_history(old, new, path, old_root, new_root):
    if not keeps_all(old, old_root, new, new_root, path):
        return
    known = all(0 <= size <= len(LEAVES) for size in (old, new))
    fits = known and (old_root, new_root) == (ROOTS[old], ROOTS[new])
    same = old == new and old_root == new_root
    # Of equal sizes the path says nothing, and every history keeps all of an empty one.
    assert fits or same or (old == 0 and old_root == EMPTY_ROOT) or new_root not in ROOTS


@given(st.data())
def test_bent_tiles_prove_nothing_else(data):
    tile = TILES[0, 0]
    at, bit = data.draw(st.integers(0, len(tile) - 1)), data.draw(st.integers(0, 7))
    spoilt = data.draw(
        st.sampled_from(
            [tile[:at], tile[:at] + bytes([tile[at] ^ 1 << bit]) + tile[at + 1 :], tile + tile, b""]
        )
    )
    read = subtrees({(0, 0): spoilt}.__getitem__)
    index = data.draw(st.integers(0, len(LEAVES) - 1))
    try:
        root, path = tree_root(len(LEAVES), read), inclusion_path(index, len(LEAVES), read)
    except TileMissing:
        return
    proved = root_by_inclusion(index, len(LEAVES), LEAVES[index], path) == ROOTS[-1]
    assert (root == ROOTS[-1]) is (spoilt[: len(tile)] == tile)
    assert not proved or path == inclusion_path(index, len(LEAVES), subtrees(TILES.__getitem__))


@given(st.text() | st.text(alphabet="—+ \n=Aa0\ud800", max_size=80))
def test_no_text_makes_a_reader_crash(text):
    for read in (read_note, read_public_key, read_receipt, split_notes):
        try:
            read(text)
        except DOCUMENTED:
            continue
    assert not script_accepts("note", text.encode("utf-8", "replace")) or not text.strip("\n")
