"""T24: a second verifier, which shares no code, says the same of every file; and so do others of roots."""

import random
import re
from hashlib import sha256
from types import SimpleNamespace

import pymerkle
import pytest

from referral.merkle import consistency_path, inclusion_path, keeps_all, leaf_digest, root_by_inclusion
from referral.tiles import grown, subtrees
from tests.proofs.bundles import DAMAGES, KEYS, ORGANISATION, STRANGER, flipped, foreign, made, rewritten
from tests.proofs.verifiers import SCRIPT, Desk, Told, verify_trail
from tests.referral.test_merkle import ENTRIES, ROOTS
from tests.referral.trees import root_of

BUNDLES, RECEIPTS = 500, 250
LONG = 80
"""How many times as much the long form tries."""

FORMS = [pytest.param(1, id="suite"), pytest.param(LONG, id="long", marks=pytest.mark.long)]


def kept_by(whole, rng):
    """What a reader may have kept: nothing, checkpoints of this trail, of more than it has, or of somebody else."""
    size = rng.randint(0, len(whole.rows))
    notes = {
        0: lambda: None,
        1: lambda: whole.note(size),
        2: lambda: whole.note(size) + "\n" + whole.note(len(whole.rows)) + "\n\n",
        3: lambda: whole.note(len(whole.rows) + 3),
        4: lambda: whole.note(size, origin="handrail.example/audit/somebody-else"),
        5: lambda: whole.note(size, (STRANGER,)),
        6: lambda: whole.note(size, root=rng.randbytes(32)),
        7: lambda: rng.choice(["", "\n", "words", whole.note(size)[:-3]]),
    }[rng.choice([*[0] * 8, *[1] * 8, *[2] * 5, 3, 3, 4, 4, 5, 6, 6, 7])]()
    return None if notes is None else notes.encode()


def keys_by(rng):
    return rng.choice([*[KEYS] * 12, *[None] * 4, b"", b"not a key\n"])


def case(rng):
    """A bundle, often damaged, with what its reader brought."""
    whole = made(rng)
    kept, keys = kept_by(whole, rng), keys_by(rng)
    raw = rng.choice([*DAMAGES, lambda whole, rng: b"".join(whole.lines)])(whole, rng)
    return raw, keys, kept


def receipt_case(rng):
    """A receipt, often damaged."""
    whole = made(rng, least=1)
    receipt = whole.receipt(rng.randrange(len(whole.rows)))
    other = rng.randrange(len(whole.rows))
    raw = rng.choice(
        [
            lambda: str(receipt).encode(),
            lambda: flipped(str(receipt).encode(), rng),
            lambda: str(whole.receipt(other, entry=receipt.entry)).encode(),
            lambda: str(whole.receipt(other, path=receipt.path)).encode(),
            lambda: str(whole.receipt(other, salt=rng.randbytes(rng.randint(1, 32)))).encode(),
            lambda: str(whole.receipt(other, (STRANGER,))).encode(),
            lambda: str(whole.receipt(other, index=rng.randrange(30))).encode(),
            lambda: str(whole.receipt(other, index=10**17, path=(rng.randbytes(32),) * 64)).encode(),
            lambda: str(rewritten(whole, rng).receipt(0)).encode() if len(whole.rows) > 1 else b"",
            lambda: str(receipt).replace("\n", "\r\n").encode(),
            lambda: str(receipt).encode()[: rng.randrange(500)],
        ]
    )()
    return raw, keys_by(rng), kept_by(whole, rng)


def disagreements(desk, cases, stranger):
    found = []
    statuses = {0: 0, 1: 0, 2: 0, 3: 0}
    for raw, keys, kept in cases:
        ours, theirs = desk.product(raw, keys, kept), desk.stranger(raw, keys, kept, stranger)
        statuses[ours.status] += 1
        if ours != theirs:
            found.append((raw, keys, kept, ours, theirs))
    return found, statuses


@pytest.mark.parametrize("times", FORMS)
def test_both_verifiers_say_the_same_of_every_bundle(tmp_path, times):
    rng = random.Random(24)
    cases = (case(rng) for _ in range(BUNDLES * times))
    found, statuses = disagreements(Desk(tmp_path), cases, verify_trail)
    print(f"T24 bundles: N={sum(statuses.values())}, by exit status {statuses}, disagreements {len(found)}")
    assert found == []
    assert min(statuses.values()) > 5 * times


@pytest.mark.parametrize("times", FORMS)
def test_both_verifiers_say_the_same_of_every_receipt(tmp_path, times):
    rng = random.Random(25)
    cases = (receipt_case(rng) for _ in range(RECEIPTS * times))
    found, statuses = disagreements(Desk(tmp_path), cases, verify_trail)
    print(f"T24 receipts: N={sum(statuses.values())}, by exit status {statuses}, disagreements {len(found)}")
    assert found == []
    assert min(statuses[status] for status in (0, 1, 3)) > 5 * times


BROKEN = [
    ('digest.hex().encode() + b" "', "line[:65]"),
    ("(seq, organisation)", '(seq, entry["organisation"])'),
    ("== {root}", "!= set()"),
    ("key.verify(signature", "(lambda *_: 0)(signature"),
    ("max(known, default=0) <= count", "True"),
    ("digest.hex() == header[3]", "True"),
    ('b"\\1", left, right', 'b"\\1", right, left'),
    (" == note[2], REWRITTEN", ", REWRITTEN"),
    ("known or not (keys or kept)", "True"),
    ("good + 1", "good"),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Files and what the product says of them, before which broken verifiers are put."""
    rng, desk = random.Random(26), Desk(tmp_path_factory.mktemp("judged"))
    cases = [one(rng) for one in (case, receipt_case) for _ in range(120)]
    cases.append((foreign(made(rng, least=2), rng), KEYS, None))
    return desk, [(given, desk.product(*given)) for given in cases]


@pytest.mark.parametrize("variant", BROKEN, ids=range(len(BROKEN)))
def test_a_verifier_that_skips_a_step_is_noticed(judged, variant):
    source = SCRIPT.read_text("utf-8")
    assert variant[0] in source
    broken = {"__name__": "broken"}
    exec(compile(source.replace(*variant), "broken", "exec"), broken)  # noqa: S102  the script with a step taken out
    desk, cases = judged
    found = [ours for given, ours in cases if desk.stranger(*given, SimpleNamespace(**broken)) != ours]
    print(f"T24 broken variant {variant[1]!r}: noticed in {len(found)} of {len(cases)}")
    assert found


def test_the_script_is_short_and_stands_alone():
    lines = SCRIPT.read_text("utf-8").splitlines()
    assert len(lines) <= 200
    imported = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported == {"argparse", "base64", "cryptography", "hashlib", "json", "pathlib", "re"}


def test_what_the_page_calls_the_damages_is_what_both_say():
    page = (SCRIPT.parents[2] / "docs/audit-format.md").read_text("utf-8")
    words = re.findall(r'"((?:its|it|the|a) [a-z ]+)"', SCRIPT.read_text("utf-8"))
    told = [each for each in words if f"| {each} |" in page]
    assert len(set(told)) == 7


def by_pymerkle(entries):
    return pymerkle.InmemoryTree.init_from_entries(entries)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_are_found_by_all_three(size):
    peaks = []
    for entry in ENTRIES[:size]:
        root = verify_trail.grow(peaks, sha256(b"\0" + entry).digest())
    assert by_pymerkle(ENTRIES[:size]).get_root(size).hex() == root.hex() == ROOTS[size - 1]


def tree_of(leaves):
    return subtrees(grown(0, leaves, {}.__getitem__).__getitem__)


@pytest.mark.parametrize("most", [24, pytest.param(150, marks=pytest.mark.long)])
def test_roots_and_proofs_are_those_of_pymerkle(most):
    """Its proofs are written otherwise than those of the RFC, so its verdicts over our roots are what is compared."""
    entries = [f"{ORGANISATION} {number}".encode() for number in range(most)]
    leaves, tree = [leaf_digest(entry) for entry in entries], by_pymerkle(entries)
    read, roots = tree_of(leaves), [root_of(leaves[:size]) for size in range(most + 1)]
    checked = 0
    for size in range(1, most + 1):
        assert tree.get_root(size) == roots[size]
        for index in range(size):
            ours = inclusion_path(index, size, read)
            pymerkle.verify_inclusion(leaves[index], roots[size], tree.prove_inclusion(index + 1, size))
            assert root_by_inclusion(index, size, leaves[index], ours) == roots[size]
            assert verify_trail.root_by(index, size, leaves[index], list(ours)) == roots[size]
            checked += 1
        for old in range(1, size):
            pymerkle.verify_consistency(roots[old], roots[size], tree.prove_consistency(old, size))
            assert keeps_all(old, roots[old], size, roots[size], consistency_path(old, size, read))
            checked += 1
    print(f"T24 paths: N={checked} of trees of up to {most} leaves, proved by both and by pymerkle")
    assert checked == most * most
    with pytest.raises(pymerkle.InvalidProof):
        pymerkle.verify_inclusion(leaves[0], roots[most - 1], tree.prove_inclusion(1, most))


A, AB, B = ROOTS[0], ROOTS[1], "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
CD = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
E = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
EF = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
GH = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
EFGH = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
ABCD = ROOTS[3]


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [B, CD, EFGH]), (5, 8, [E, GH, ABCD]), (2, 3, [AB]), (1, 5, [A, CD, E])],
)
def test_the_published_inclusion_proofs(index, size, path):
    leaves = [leaf_digest(entry) for entry in ENTRIES]
    assert [step.hex() for step in inclusion_path(index, size, tree_of(leaves))] == path
    steps = [bytes.fromhex(step) for step in path]
    assert verify_trail.root_by(index, size, leaves[index], steps).hex() == ROOTS[size - 1]
    assert root_by_inclusion(index, size, leaves[index], steps).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("old", "new", "path"), [(1, 1, []), (1, 8, [B, CD, EFGH]), (6, 8, [EF, GH, ABCD]), (2, 5, [CD, E])]
)
def test_the_published_consistency_proofs(old, new, path):
    leaves = [leaf_digest(entry) for entry in ENTRIES]
    assert [step.hex() for step in consistency_path(old, new, tree_of(leaves))] == path
    roots = [bytes.fromhex(root) for root in ROOTS]
    assert keeps_all(old, roots[old - 1], new, roots[new - 1], [bytes.fromhex(step) for step in path])


def test_a_tree_without_prefixes_is_noticed():
    plain = pymerkle.InmemoryTree.init_from_entries(ENTRIES, disable_security=True)
    assert plain.get_root(8).hex() != ROOTS[7]


def test_nothing_is_told_but_a_status_where_nothing_can_be_proved(tmp_path):
    assert Desk(tmp_path).both(b"") == (Told(3), Told(3))
