"""The chain proves itself: whatever is changed in what is stored, the first bad event is named."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.audit import Damage, Head, Intact, StoredEvent, Tampered, append, chain, genesis, verify
from referral.checkpoints import Checkpoint
from referral.entries import (
    FIELDS,
    commitment,
    entry_bytes,
    fields_of,
    moment_text,
    read_entry,
    scan_entry,
)
from referral.merkle import leaf_digest
from tests.referral.trails import COLUMNS, ORGANISATION, OTHER, event, trail
from tests.referral.trees import root_of

HEAD, ROWS = trail(12)


def checked(rows, head=HEAD, **known):
    return verify(iter(rows), ORGANISATION, head=head, **known)


def kept(size):
    """A checkpoint of the first events, as somebody else keeps it."""
    return Checkpoint(
        "handrail.example/audit/x", size, root_of(leaf_digest(row.entry) for row in ROWS[:size])
    )


def flipped(stored, bit):
    changed = bytearray(stored)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_an_untouched_trail_is_intact():
    assert checked(ROWS) == Intact(HEAD)


def test_an_empty_trail_is_intact():
    assert verify([], ORGANISATION, head=genesis(ORGANISATION)) == Intact(genesis(ORGANISATION))


@pytest.mark.parametrize("at", [0, 5, 11])
@pytest.mark.parametrize("field", ["previous", "entry", "digest"])
def test_every_flipped_bit_of_every_stored_byte_is_found(at, field):
    row = ROWS[at]
    stored = getattr(row, field)
    for bit in range(len(stored) * 8):
        rows = [*ROWS[:at], row._replace(**{field: flipped(stored, bit)}), *ROWS[at + 1 :]]
        found = checked(rows)
        assert isinstance(found, Tampered)
        assert found.seq == at + 1


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("at", [0, 7])
def test_every_flipped_bit_of_a_repeated_column_is_found_and_named(name, at):
    row = ROWS[at]
    stored = str(row.columns[name]).encode()
    for bit in range(len(stored) * 8):
        value = flipped(stored, bit).decode("latin-1")
        rows = [*ROWS[:at], row._replace(columns={**row.columns, name: value}), *ROWS[at + 1 :]]
        assert checked(rows) == Tampered(at + 1, event(at + 1).id, Damage.COLUMN, (name,))


@pytest.mark.parametrize("value", [None, 7, True, "", b"bytes"])
def test_a_column_of_another_type_is_found(value):
    rows = [*ROWS[:3], ROWS[3]._replace(columns={**ROWS[3].columns, "client": value}), *ROWS[4:]]
    assert checked(rows).damage is Damage.COLUMN


@pytest.mark.parametrize("columns", [{"seq": 4}, {"format": 1}, {"details": {"step": "decline"}}])
def test_a_column_that_is_no_text_may_be_repeated_too(columns):
    rows = [*ROWS[:3], ROWS[3]._replace(columns=columns), *ROWS[4:]]
    assert checked(rows) == Intact(HEAD)


@pytest.mark.parametrize("columns", [{"seq": 5}, {"format": True}, {"details": {}}, {"unheard-of": "x"}])
def test_and_is_compared(columns):
    rows = [*ROWS[:3], ROWS[3]._replace(columns=columns), *ROWS[4:]]
    assert checked(rows).columns == tuple(columns)


@pytest.mark.parametrize("at", range(12))
def test_a_deleted_event_is_found(at):
    found = checked(ROWS[:at] + ROWS[at + 1 :])
    damage = Damage.TRUNCATED if at == len(ROWS) - 1 else Damage.MISSING
    assert found == Tampered(at + 1, None, damage)


@pytest.mark.parametrize("at", range(11))
def test_two_swapped_events_are_found(at):
    rows = [*ROWS[:at], ROWS[at + 1], ROWS[at], *ROWS[at + 2 :]]
    assert checked(rows).seq == at + 1


@pytest.mark.parametrize("at", range(11))
def test_two_events_with_swapped_places_are_found(at):
    first, second = ROWS[at]._replace(seq=at + 2), ROWS[at + 1]._replace(seq=at + 1)
    rows = [*ROWS[:at], second, first, *ROWS[at + 2 :]]
    assert checked(rows).seq == at + 1


@pytest.mark.parametrize("at", range(12))
def test_a_doubled_event_is_found(at):
    found = checked([*ROWS[: at + 1], ROWS[at], *ROWS[at + 1 :]])
    assert (found.seq, found.damage) == (at + 1, Damage.REPEATED)


@pytest.mark.parametrize("at", range(12))
def test_an_event_whose_number_became_nothing_is_named_by_its_entry(at):
    found = checked([ROWS[at]._replace(seq=0), *ROWS[:at], *ROWS[at + 1 :]])
    assert (found.seq, found.event_id, found.damage) == (at + 1, event(at + 1).id, Damage.REPEATED)


@pytest.mark.parametrize("at", range(12))
def test_an_inserted_event_is_found(at):
    digest = chain(ROWS[at].previous, entry_bytes(event(99), at + 1))
    forged = StoredEvent(at + 1, ROWS[at].previous, entry_bytes(event(99), at + 1), digest, {})
    later = [row._replace(seq=row.seq + 1) for row in ROWS[at:]]
    found = checked([*ROWS[:at], forged, *later])
    assert (found.seq, found.damage) == (at + 2, Damage.LINK)


@pytest.mark.parametrize("length", range(12))
def test_a_cut_tail_is_found_at_every_length(length):
    assert checked(ROWS[:length]) == Tampered(length + 1, None, Damage.TRUNCATED)


@pytest.mark.parametrize(
    "head", [Head(12, b"\0" * 32), Head(11, ROWS[10].digest), Head(0, genesis(ORGANISATION).digest)]
)
def test_a_changed_head_is_found(head):
    assert checked(ROWS, head).damage is Damage.HEAD


def test_a_trail_of_another_organisation_is_found():
    head, rows = trail(3, OTHER)
    assert verify(rows, ORGANISATION, head=head).damage is Damage.LINK


def test_an_event_moved_to_another_organisations_chain_is_found():
    entry = entry_bytes(event(1, OTHER), 1)
    row = StoredEvent(1, genesis(ORGANISATION).digest, entry, chain(genesis(ORGANISATION).digest, entry), {})
    assert verify([row], ORGANISATION) == Tampered(1, event(1).id, Damage.FOREIGN)


def test_a_rewritten_trail_is_caught_by_a_checkpoint_that_was_kept_elsewhere():
    forged_head, forged = genesis(ORGANISATION), []
    for number in range(1, 13):
        forged_head, row = append(forged_head, event(number, actor="somebody-else"))
        forged.append(row)
    assert checked(forged, forged_head) == Intact(forged_head)
    known = [kept(5), kept(8)]
    assert checked(forged, forged_head, known=known) == Tampered(1, None, Damage.REWRITTEN, until=5)
    assert checked(ROWS, known=known) == Intact(HEAD)
    assert checked(ROWS[:7], Head(7, ROWS[6].digest), known=known) == Tampered(8, None, Damage.ROLLED_BACK)


def test_a_trail_that_is_cut_and_shorter_than_a_checkpoint_is_called_cut():
    assert checked(ROWS[:7], known=[kept(8)]) == Tampered(8, None, Damage.TRUNCATED)
    other = Head(7, bytes(32))
    assert checked(ROWS[:7], other, known=[kept(8)]) == Tampered(7, None, Damage.HEAD)


def test_two_checkpoints_of_as_many_events_cannot_both_be_right():
    other = Checkpoint("handrail.example/audit/x", 8, bytes(32))
    for known in ([kept(5), kept(8), other], [kept(5), other, kept(8)]):
        assert checked(ROWS, known=known) == Tampered(6, None, Damage.REWRITTEN, until=8)


@pytest.mark.parametrize("written", [b"\x1b[2J", b"an id\nof two lines", b"", b"x" * 81])
def test_bytes_that_could_be_no_id_are_not_told_as_one(written):
    entry = entry_bytes(event(1), 1).replace(event(1).id.encode(), written)
    row = ROWS[0]._replace(entry=entry)
    assert checked([row, *ROWS[1:]]) == Tampered(1, None, Damage.CONTENT)


def test_checkpoints_tell_between_which_of_them_a_trail_was_rewritten():
    head, rows = genesis(ORGANISATION), []
    for number in range(1, 13):
        head, row = append(head, event(number, **({"reason": "no capacity"} if number == 7 else {})))
        rows.append(row)
    known = [kept(size) for size in (0, 3, 5, 8, 12)]
    assert checked(rows, head, known=known) == Tampered(6, None, Damage.REWRITTEN, until=8)
    assert checked(ROWS, known=known) == Intact(HEAD)


def test_a_checkpoint_of_an_empty_trail_says_so_too():
    wrong = Checkpoint("handrail.example/audit/x", 0, root_of([leaf_digest(b"x")]))
    assert checked(ROWS, known=[wrong]) == Tampered(0, None, Damage.REWRITTEN, until=0)


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda entry: entry.replace(b'"after"', b' "after"'),
        lambda entry: entry.replace(b'"format":1', b'"format":1,"format":1'),
        lambda entry: entry.replace(b'"role":"referral staff"', b'"role":"referral\\u0020staff"'),
        lambda entry: entry.replace(b'"commit":null', b'"commit":NaN'),
        lambda entry: json.dumps(json.loads(entry)).encode(),
        lambda _: b"",
        lambda _: b"[]",
        lambda _: b"\xff",
        lambda _: b"[" * 100_000,
        lambda entry: entry + b"\n",
        *(
            lambda entry, put=put: entry.replace(b'"role":"', b'"role":"' + put)
            for put in (b"\t", b"\x7f", b"\n")
        ),
        *(
            lambda entry, put=put: entry.replace(b'"details":{', b'"details":{' + put + b",")
            for put in (
                b'"a":1,"a":1',
                b'"z":1',
                b'"a":{}',
                b'"a":[[]]',
                b'"a":-0',
                b'"a":01',
                b'"a":1.5',
                b'"a":NaN',
                b'"a":1' + b"0" * 18,
                b'"a":[1,]',
                b"a:1",
            )
        ),
        lambda entry: entry.replace(b'"seq":1', b'"seq":1' + b"0" * 18),
    ],
)
def test_an_entry_in_any_other_form_is_refused_even_with_a_right_digest(rewrite):
    entry = rewrite(entry_bytes(event(1), 1))
    start = genesis(ORGANISATION)
    row = StoredEvent(1, start.digest, entry, chain(start.digest, entry), {})
    assert verify([row], ORGANISATION).damage is Damage.UNREADABLE


def test_the_bytes_of_an_entry_are_fixed_for_ever():
    stored = event(7, at=datetime(2026, 10, 13, 10, 43, 7, 12, tzinfo=timezone(timedelta(hours=-6))))
    assert entry_bytes(stored, 3) == (
        b'{"actor":"0193e0c0-0000-7000-8000-0000000000c1","after":"declined",'
        b'"at":"2026-10-13T16:43:07.000012Z","before":"sent",'
        b'"client":"0193e0c0-0000-7000-8000-0000000000e1","commit":null,"details":{"step":"decline"},'
        b'"format":1,"id":"0193e0c0-0000-7000-8000-000000000007","kind":"referral step",'
        b'"organisation":"0193e0c0-0000-7000-8000-00000000000a",'
        b'"reason":"safety needs a higher level of care","role":"referral staff","seq":3,'
        b'"subject":"0193e0c0-0000-7000-8000-0000000000d1","subject_kind":"referral"}'
    )


def test_the_digests_of_a_chain_are_fixed_for_ever():
    assert genesis(ORGANISATION).digest.hex() == GENESIS
    assert HEAD.digest.hex() == TWELFTH


GENESIS = "631ca912276787e8fd5aba193fd3c5119dee2a7276e1340e6fd4f6913b47e679"
TWELFTH = "76b4a896d424124cc4ed0a734f28098540d37f7eda2e7716b03ccd0385638dc0"


def test_an_entry_reads_back_as_it_was_written():
    stored = event(5, details={"step": "decline", "items": ("q1", "q9"), "count": 2, "complete": False})
    entry = entry_bytes(stored, 9)
    fields = json.loads(json.dumps(fields_of(stored, 9)))
    assert read_entry(entry) == fields
    shape = scan_entry(entry)
    assert {name: shape[name] for name in FIELDS - {"details", "seq", "format"}} == {
        name: fields[name] for name in FIELDS - {"details", "seq", "format"}
    }


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_text_order_of_moments_is_time_order(wall, hours):
    at = wall.replace(tzinfo=timezone(timedelta(hours=hours)))
    text = moment_text(at)
    assert len(text) == 27
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == at.astimezone(UTC)


def test_a_commitment_binds_payload_and_salt():
    commit = commitment(b"s" * 16, b"a note")
    assert commit == commitment(b"s" * 16, b"a note")
    assert commit != commitment(b"t" * 16, b"a note")
    assert commit != commitment(b"s" * 16, b"another note")
    assert len(commit) == 64
    with pytest.raises(ValueError, match="salt: found 15 bytes"):
        commitment(b"s" * 15, b"a note")
