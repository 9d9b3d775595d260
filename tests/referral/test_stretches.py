"""Rows that are plainly right pass together; whatever is wrong with one, the verdict is that of the full look."""

import re

import pytest

from referral.audit import Head, Intact, StoredEvent, Tampered, chain, genesis, verify
from referral.checkpoints import Checkpoint
from referral.merkle import leaf_digest
from referral.stretches import plain_end, stored_rows, verify_stretches
from tests.proofs.attacks import ATTACKS, recomputed
from tests.referral.trails import ORGANISATION, trail
from tests.referral.trees import root_of

HEAD, ROWS = trail(12)
ORDER = ("client", "id", "kind", "subject")
SPELT = {"as SQLite keeps ids": "", "as PostgreSQL tells them": "-"}


def raw(row, dash):
    """A row as a database holds it."""
    told = {name: value and value.encode("latin-1") for name, value in row.columns.items()}
    columns = [
        told[name] if name == "kind" else told[name] and told[name].replace(b"-", dash) for name in ORDER
    ]
    return (str(row.seq).encode(), row.previous, row.entry, row.digest, *columns)


def read(row):
    """A row as the full look reads it."""
    seq, previous, entry, digest, *columns = row
    told = (None if value is None else value.decode("latin-1") for value in columns)
    told = (
        re.sub("^(.{8})(.{4})(.{4})(.{4})(.{12})$", r"\1-\2-\3-\4-\5", each) if hexadecimal(each) else each
        for each in told
    )
    columns = dict(zip(ORDER, told, strict=True))
    return StoredEvent(int(seq) if seq.isdigit() else 0, previous, entry, digest, columns)


def hexadecimal(value):
    return value is not None and re.fullmatch("[0-9a-f]{32}", value) is not None


def same(rows, head=HEAD, known=()):
    """The verdict on these rows, which is the full look's wherever the stretches end."""
    (full,) = {verify(map(read, rows), ORGANISATION, head=head, known=known)}
    for width in (1, 5, 12):
        stretches = [rows[at : at + width] for at in range(0, len(rows), width)]
        assert verify_stretches(stretches, ORGANISATION, stored_rows(read), head=head, known=known) == full
    return full


def kept(size):
    return Checkpoint(
        "handrail.example/audit/x", size, root_of(leaf_digest(row.entry) for row in ROWS[:size])
    )


@pytest.fixture(params=SPELT.values(), ids=SPELT)
def rows(request):
    return [raw(row, request.param.encode()) for row in ROWS]


def test_an_untouched_stretch_passes_at_once(rows):
    assert plain_end(rows, ORGANISATION.encode(), genesis(ORGANISATION)) == HEAD
    assert same(rows) == Intact(HEAD)


def test_every_changed_bit_of_every_value_is_found_as_by_the_full_look(rows):
    tried = 0
    for place, value in enumerate(rows[6]):
        for bit in range(len(value) * 8):
            changed = value[: bit // 8] + bytes([value[bit // 8] ^ 1 << bit % 8]) + value[bit // 8 + 1 :]
            bad = (*rows[6][:place], changed, *rows[6][place + 1 :])
            assert plain_end([bad], ORGANISATION.encode(), Head(6, ROWS[5].digest)) is None
            tried += 1
    assert tried > 5000
    for place, value in enumerate(rows[6]):
        bad = (*rows[6][:place], value[:-1] + b"~", *rows[6][place + 1 :])
        assert isinstance(same([*rows[:6], bad, *rows[7:]]), Tampered)


@pytest.mark.parametrize("value", [None, 7, 1.5, "words", True])
@pytest.mark.parametrize("place", range(8))
def test_what_is_no_bytes_does_not_pass(rows, place, value):
    bad = (*rows[0][:place], value, *rows[0][place + 1 :])
    assert plain_end([bad], ORGANISATION.encode(), genesis(ORGANISATION)) is None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"after"', b' "after"'),
        (b'"role":"referral staff"', b'"role":"referral\\u0020staff"'),
        (b'"role":"', b'"role":"\x7f'),
        (b'"details":{', b'"details":{"z":1,'),
        (b'"details":{', b'"details":{"a":1.5,'),
        (b'"details":{', b'"details":{"step":"decline",'),
        (b'"details":{', b'"details":{"z":"a",'),
        (b'"details":{', b'"details":{"a":["b","a"],"a":"b",'),
        (b'"seq":1,', b'"seq":01,'),
        (b'"seq":1,', b'"seq":2,'),
        (ORGANISATION.encode(), ORGANISATION.upper().encode()),
        (b'"client":"0193e0c0-0000', b'"client":"0193e0c0 0000'),
        (b'"subject":"0193e0c0-0000', b'"subject":"0193e0c\\-0000'),
        (b'"id":"0193e0c0-0000', b'"id":"0193e0c00-000'),
        (b'"kind":"referral step"', b'"kind":"0193e0c0000070008000000000000001"'),
    ],
)
def test_other_bytes_are_judged_as_by_the_full_look_even_with_a_right_digest(rows, was, becomes):
    """The columns say what the entry says, dashes aside, so that only its form is in question."""
    seq, previous, entry, _, *columns = rows[0]
    bad = entry.replace(was, becomes)
    assert bad != entry
    told = [re.search(rb'"%b":(?:"([^"]*)"|null)' % name.encode(), bad)[1] for name in ORDER]
    dashed = b"-" in columns[0]
    told = [each if dashed or each is None else each.replace(b"-", b"") for each in told]
    row = (seq, previous, bad, chain(previous, bad), *told)
    same([row], head=None)
    assert plain_end([row], ORGANISATION.encode(), genesis(ORGANISATION)) is None


@pytest.mark.parametrize(
    "details",
    [
        "{}",
        '{"a":"z","b":"a"}',
        '{"a":["z","a"],"b":null}',
        '{"a":1,"b":true,"c":[1,"a"]}',
        '{"a":"b","c":["d"],"e":"f"}',
    ],
)
def test_details_in_order_pass_at_once(rows, details):
    seq, previous, entry, _, *columns = rows[0]
    other = re.sub(rb'"details":\{[^}]*\}', b'"details":' + details.encode(), entry)
    row = (seq, previous, other, chain(previous, other), *columns)
    assert plain_end([row], ORGANISATION.encode(), genesis(ORGANISATION)) is not None
    assert isinstance(same([row], head=None), Intact)


def test_an_event_about_no_client_passes_at_once(rows):
    seq, previous, entry, _, _, *columns = rows[0]
    without = re.sub(rb'"client":"[^"]*"', b'"client":null', entry)
    for client, passes in ((None, True), (b"", False), (b"null", False)):
        row = (seq, previous, without, chain(previous, without), client, *columns)
        assert isinstance(same([row], head=None), Intact) is passes
        assert (plain_end([row], ORGANISATION.encode(), genesis(ORGANISATION)) is not None) is passes


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_told_as_by_the_full_look_with_checkpoints_and_without(rows, attack):
    dash = b"-" if b"-" in rows[0][4] else b""
    known = [kept(size) for size in (0, 3, 5, 8, 12)]
    for at in range(11):
        changed = attack(ROWS, at)
        head, written = recomputed(changed)
        for some, end in ((changed, HEAD), (written, head)):
            bent = [raw(row, dash) for row in some]
            same(bent, end)
            assert isinstance(same(bent, end, known), Tampered)
