"""T20: whatever is done to a stored trail is found; what its owner recomputes, only by checkpoints kept elsewhere."""

import random
from itertools import zip_longest

import pytest

from referral.audit import Damage, Head, Intact, Tampered, append, genesis, verify
from referral.bundles import bundle_lines, prove_bundle
from referral.checkpoints import Checkpoint, origin_of
from referral.merkle import Growing, leaf_digest
from referral.notes import Note, Signature, signed
from tests.proofs.attacks import ATTACKS, moved, recomputed
from tests.referral.keys import OLD, STRANGER
from tests.referral.trails import COLUMNS, ORGANISATION, event

FORMS = [
    pytest.param((200, 6, 12), id="suite"),
    pytest.param((2000, 1000, 300), id="long", marks=pytest.mark.long),
]
"""Events of the log; rows of which every bit is changed; attacks of each kind that recompute the whole chain."""

EVERY = 64
"""A checkpoint is kept elsewhere after so many events, and at the end."""


class Log:
    """A trail of this many events, with the checkpoints that somebody else keeps."""

    def __init__(self, length):
        head, self.rows = genesis(ORGANISATION), []
        for number in range(1, length + 1):
            head, row = append(head, event(number))
            self.rows.append(row._replace(columns={name: row.columns[name] for name in COLUMNS}))
        self.head = head
        self.kept = [self.checkpoint(size) for size in (*range(EVERY, length, EVERY), length)]

    def checkpoint(self, size):
        tree = Growing()
        for row in self.rows[:size]:
            tree.add(leaf_digest(row.entry))
        return Checkpoint(origin_of("handrail.example", ORGANISATION), size, tree.root)

    def before(self, at):
        """The end of the trail before a place: what stands there was proved, so a proof may begin there."""
        return Head(at, self.rows[at - 1].digest) if at else genesis(ORGANISATION)

    def told(self, rows, first, head=None):
        """The verdict of these rows behind the first `first` of the log."""
        return verify(rows, ORGANISATION, head=head or self.head, after=self.before(first))


@pytest.fixture(scope="module")
def logs():
    made = {}
    return lambda length: made.setdefault(length, Log(length))


def bits(stored):
    """A value with each of its bits changed in turn, as bytes or as text as it was."""
    raw = stored if isinstance(stored, bytes) else str(stored).encode()
    for bit in range(len(raw) * 8):
        changed = raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]
        yield changed if isinstance(stored, bytes) else changed.decode("latin-1")


def mutants(row):
    """A row with every single bit of every stored byte changed."""
    for name in ("previous", "entry", "digest"):
        yield from (row._replace(**{name: value}) for value in bits(getattr(row, name)))
    yield from (row._replace(seq=row.seq ^ 1 << bit) for bit in range(63))
    for name, stored in row.columns.items():
        yield from (row._replace(columns={**row.columns, name: value}) for value in bits(stored))


@pytest.mark.parametrize("form", FORMS)
def test_every_changed_bit_of_every_stored_byte_is_found_where_it_is(logs, form):
    length, sampled, _ = form
    log, tried, missed = logs(length), 0, []
    for at in sorted(random.Random(20).sample(range(length), k=sampled)):
        for mutant in mutants(log.rows[at]):
            found = log.told([mutant, *log.rows[at + 1 : at + 2]], at)
            tried += 1
            seen = isinstance(found, Tampered) and found.seq in {at + 1, mutant.seq}
            missed += [] if seen else [(at, mutant)]
    print(f"T20 single bits of {sampled} of {length} rows: detected {tried - len(missed)}/{tried}")
    assert missed == []
    assert tried > sampled * 5000


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_rows_changed_at_every_place_are_found(logs, form, attack):
    log = logs(form[0])
    length, detected = form[0], 0
    for at in range(length):
        first, window = max(0, at - 2), slice(max(0, at - 2), None)
        rows = attack(log.rows, at)[window]
        # What is behind the change is looked at only where the change itself was missed.
        detected += isinstance(log.told(rows, first), Tampered)
    print(f"T20 {attack.__name__} at every place of {length}: detected {detected}/{length}")
    assert detected == length


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_the_owner_recomputes_is_found_by_checkpoints_and_by_nothing_else(logs, form, attack):
    log, (length, _, times) = logs(form[0]), form
    plain = found = named = 0
    for at in sorted(random.Random(attack.__name__).sample(range(length), k=times)):
        attacked = attack(log.rows, at)
        first = next(n for n, (was, now) in enumerate(zip_longest(log.rows, attacked), 1) if was is not now)
        head, rows = recomputed(attacked)
        plain += isinstance(verify(rows, ORGANISATION, head=head), Intact)
        verdict = verify(rows, ORGANISATION, head=head, known=log.kept)
        found += isinstance(verdict, Tampered)
        # Where the end is missing, the end is named; else a stretch that holds the change.
        named += verdict.damage is Damage.ROLLED_BACK or verdict.seq <= first
    print(
        f"T20 recomputed after {attack.__name__}: plain chain lets {plain}/{times} pass, "
        f"checkpoints detect {found}/{times}"
    )
    assert (found, named) == (times, times)
    # The plain chain is the broken variant: were it to find these, this proof would show nothing.
    assert plain == (0 if attack is moved else times)


@pytest.mark.parametrize("form", FORMS)
def test_an_older_database_is_found_at_every_length_by_its_checkpoint_alone(logs, form):
    log, length = logs(form[0]), form[0]
    newest, found, blind = log.kept[-1:], 0, 0
    for size in range(0, length, 1 if length < 500 else 7):
        older, head = log.rows[:size], log.before(size)
        blind += isinstance(verify(older, ORGANISATION, head=head), Intact)
        verdict = verify(older, ORGANISATION, head=head, known=newest)
        found += verdict == Tampered(size + 1, None, Damage.ROLLED_BACK)
    print(f"T20 older databases: plain chain lets {blind}/{blind} pass, a checkpoint detects {found}/{blind}")
    assert found == blind > 100


def bundle(head, rows, notes):
    return iter(list(bundle_lines(ORGANISATION, head, [str(note) for note in notes], rows)))


@pytest.mark.parametrize("form", FORMS)
def test_a_rewritten_trail_signed_with_a_wrong_key_is_found(logs, form):
    """The owner signs what he wrote: with another key, or with another's name and hint before his signature."""
    log, times = logs(form[0]), form[2]
    trusted, kept = [OLD.public], [signed(log.kept[0].text, [OLD])]
    detected = believed = 0
    for at in random.Random(21).sample(range(EVERY), k=min(times, EVERY)):
        head, rows = recomputed([*log.rows[:at], *log.rows[at + 1 :]])
        tree = Growing()
        for row in rows:
            tree.add(leaf_digest(row.entry))
        text = Checkpoint(log.kept[0].origin, len(rows), tree.root).text
        wrong = signed(text, [STRANGER])
        named = Note(text, (Signature(OLD.name, OLD.public.hint, STRANGER.sign(text.encode())),))
        for note in (wrong, named):
            detected += isinstance(prove_bundle(bundle(head, rows, [note]), trusted, kept).verdict, Tampered)
        believed += isinstance(
            prove_bundle(bundle(head, rows, [wrong]), [STRANGER.public], ()).verdict, Intact
        )
    tried = min(times, EVERY)
    print(
        f"T20 signed with a wrong key: detected {detected}/{2 * tried}; where that key is trusted 0/{tried}"
    )
    assert (detected, believed) == (2 * tried, tried)
