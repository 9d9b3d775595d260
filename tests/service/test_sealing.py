"""Trails are signed within a round, only as far as they prove themselves, and whoever runs twice signs once."""

import json
import logging
import uuid

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from referral.checkpoints import prove_receipt, read_checkpoint
from referral.merkle import leaf_digest
from referral.notes import read_note, signers
from service import worker
from service.actions import receipts, sealing
from service.actions.receipts import NotYet
from service.actions.sealing import Seal
from service.kinds import OrganisationKind
from service.store import audit, checkpoints
from service.store.checkpoints import DEPLOYMENT, CheckpointRow, TileRow
from tests.referral.keys import NEW, OLD
from tests.referral.trees import root_of
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.sealed import SEAL, doors, seal
from tests.whole import url_of, whole


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return made


def events(here):
    with here.read() as session:
        return list(audit.stored_events(session, here.organisation.id))


def notes(here, log_id=None):
    with here.parts.open_read(log_id or here.organisation.id) as session:
        return [
            read_note(each) for each in checkpoints.checkpoints_of(session, log_id or here.organisation.id)
        ]


def test_a_round_signs_what_is_new_and_the_next_finds_nothing(here):
    assert (seal(here), seal(here)) == (1, 0)
    (note,) = notes(here)
    stored = events(here)
    found = read_checkpoint(note)
    assert found.origin == f"handrail.example/audit/{here.organisation.id}"
    assert (found.size, found.root) == (len(stored), root_of(leaf_digest(each.entry) for each in stored))
    assert signers(note, [OLD.public]) == (OLD.public,)


def test_a_trail_that_grows_keeps_its_older_checkpoints(here):
    seal(here)
    screen(here, "gad-7", [0] * 7)
    seal(here)
    first, second = map(read_checkpoint, notes(here))
    stored = events(here)
    assert second.size == len(stored) > first.size
    assert first.root == root_of(leaf_digest(each.entry) for each in stored[: first.size])


def test_the_log_of_the_deployment_holds_the_checkpoint_of_every_organisation(here):
    other = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    screen(other, "gad-7", [0] * 7)
    assert seal(here) == 2
    (note,) = notes(here, DEPLOYMENT)
    found = read_checkpoint(note)
    entries = sorted(each.text.encode() for one in (here, other) for each in notes(one))
    with here.read() as session:
        stored = checkpoints.deployment_entries(session, 0)
    assert sorted(stored) == entries
    assert found.origin == "handrail.example/audit/deployment"
    assert found.root == root_of(map(leaf_digest, stored))


def test_while_keys_change_both_sign(here):
    seal(here, Seal("handrail.example", (OLD, NEW)))
    assert signers(notes(here)[0], [OLD.public, NEW.public]) == (OLD.public, NEW.public)


def tell_of_keys(here, by):
    return worker.tell_of_keys(doors(here), here.parts.act, by)


def test_after_a_change_of_keys_a_trail_where_nothing_happens_is_signed_by_the_new_one(here):
    both, alone = Seal("handrail.example", (OLD, NEW)), Seal("handrail.example", (NEW,))
    seal(here)
    before = events(here)
    assert (tell_of_keys(here, SEAL), tell_of_keys(here, both), tell_of_keys(here, both)) == (0, 1, 0)
    assert (seal(here, both), seal(here, both)) == (1, 0)
    *_, told = events(here)
    assert len(events(here)) == len(before) + 1
    assert json.loads(told.entry)["details"] == {
        "digest": [OLD.public.hint.hex(), NEW.public.hint.hex()],
        "setting": "signing keys",
    }
    newest = notes(here)[-1]
    assert signers(newest, [NEW.public]) == (NEW.public,)
    assert read_checkpoint(newest).size == len(before) + 1
    # The old key is taken away: what both signed is signed by the new one.
    assert (tell_of_keys(here, both), tell_of_keys(here, alone)) == (0, 0)


def test_every_organisation_is_told_of_new_keys_and_one_without_a_trail_is_left_alone(here):
    other = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    screen(other, "gad-7", [0] * 7)
    seal(here)
    alone = Seal("handrail.example", (NEW,))
    assert tell_of_keys(here, alone) == 2
    seal(here, alone)
    assert [signers(notes(one)[-1], [NEW.public]) for one in (here, other)] == [(NEW.public,)] * 2


def test_a_trail_that_waits_for_its_signature_needs_no_event_about_the_key(here):
    seal(here)
    screen(here, "gad-7", [0] * 7)
    assert tell_of_keys(here, Seal("handrail.example", (NEW,))) == 0


def test_a_long_trail_is_caught_up_in_steps(here, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_AT_ONCE", 3)
    seal(here)
    sizes = [read_checkpoint(note).size for note in notes(here)]
    assert sizes == [*range(3, len(events(here)), 3), len(events(here))]


def test_what_does_not_prove_itself_is_not_signed_and_somebody_is_told(here, caplog):
    seal(here)
    before = len(events(here))
    screen(here, "gad-7", [0] * 7)
    spoil(here, before + 2)
    with caplog.at_level(logging.CRITICAL):
        seal(here)
    assert [read_checkpoint(note).size for note in notes(here)] == [before]
    assert f"event {before + 2}: its bytes do not match its digest" in caplog.text


def spoil(here, seq):
    """Change a stored event as somebody who owns the database can."""
    with whole(url_of(here)) as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER ALL"))
        else:
            session.execute(text("DROP TRIGGER audit_events_no_update"))
        session.execute(
            text("UPDATE audit_events SET entry = :entry WHERE seq = :seq"),
            {"entry": b"{}", "seq": seq},
        )


def test_every_event_has_a_receipt_once_it_is_signed(here):
    stored = events(here)
    ids = [uuid.UUID(str(each.columns["id"])) for each in stored]
    with here.read() as session:
        assert receipts.receipt_of(session, here.organisation.id, ids[0]) == NotYet(1)
        assert receipts.receipt_of(session, here.organisation.id, here.client.id) is None
    seal(here)
    with here.read() as session:
        found = [receipts.receipt_of(session, here.organisation.id, each) for each in ids]
    assert [each.entry for each in found] == [each.entry for each in stored]
    assert {prove_receipt(each, [OLD.public]).size for each in found} == {len(stored)}


@pytest.mark.parametrize("table", ["checkpoints", "deployment_entries"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_what_was_signed_is_only_ever_appended(here, table, act):
    seal(here)
    change = "note = ''" if table == "checkpoints" else "entry = ''"
    with pytest.raises(DBAPIError, match="only ever appended"), whole(url_of(here)) as session:
        session.execute(text(act.format(table, change)))


def test_tiles_can_be_read_from_the_database_alone(here):
    seal(here)
    with here.read() as session:
        found = session.scalars(select(TileRow)).one()
    with here.parts.open_read(DEPLOYMENT) as session:
        assert session.scalars(select(CheckpointRow)).one().size == 1
    assert found.digests == b"".join(leaf_digest(each.entry) for each in events(here))


def test_two_rounds_at_once_sign_one_tree(here):
    """The second finds the tree held, or its events signed: it never signs another tree."""
    first, second = here.parts.open_write, here.parts.open_read
    assert worker.seal(doors(here), SEAL) == 1
    with first(here.organisation.id) as session, session.begin():
        assert sealing.seal(session, here.organisation.id, by=SEAL, at=here.clock()).size == len(events(here))
    with second() as session, session.begin():
        assert sealing.organisations_behind(session) == []
    assert len(notes(here)) == 1
