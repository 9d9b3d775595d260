"""Receipts of a referral: each sending, answer and letter is provable to an outsider, and only to who reaches it."""

from hashlib import sha256

import pytest
from click.testing import CliRunner

from referral.checkpoints import prove_receipt, read_receipt
from referral.entries import commitment, read_entry
from referral.model import State
from service.access import NotFound
from service.actions import letter_making, referral_receipts
from service.cli import main
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from tests.referral.keys import OLD
from tests.service.builders import world
from tests.service.referring import referral_in
from tests.service.sealed import public_keys, seal

PAPER = b"what was printed"


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def referral_id(here):
    return referral_in(here, State.ACCEPTED)


def shown(here, referral_id, role=Role.COUNSELOR):
    with here.write() as session:
        return referral_receipts.show(session, referral_id, act=here.act(role))


def fetched(here, referral_id, event_id, role=Role.COUNSELOR):
    with here.write() as session:
        return referral_receipts.receipt(session, referral_id, event_id, act=here.act(role))


def written(here, referral_id):
    with here.write() as session:
        letter_making.make(session, referral_id, lambda _contents: PAPER, act=here.act())


def test_each_step_is_provable_once_it_is_signed(here, referral_id):
    before = shown(here, referral_id)
    assert [line.words["en"] for line in before.lines] == ["Accepted", "Sent"]
    assert {line.ready for line in before.lines} == {False}
    assert fetched(here, referral_id, before.lines[0].event_id) is None
    seal(here)
    for line in shown(here, referral_id).lines:
        receipt = read_receipt(fetched(here, referral_id, line.event_id))
        assert line.ready
        assert prove_receipt(receipt, [OLD.public]).origin.endswith(str(here.organisation.id))
        assert read_entry(receipt.entry)["subject"] == str(referral_id)


def test_the_receipt_of_a_letter_proves_the_very_paper(here, referral_id):
    written(here, referral_id)
    seal(here)
    line = next(each for each in shown(here, referral_id).lines if each.words["en"] == "Referral letter made")
    receipt = read_receipt(fetched(here, referral_id, line.event_id))
    prove_receipt(receipt, [OLD.public])
    committed = read_entry(receipt.entry)["commit"]
    assert committed == commitment(receipt.salt, sha256(PAPER).digest())
    assert committed != commitment(receipt.salt, sha256(PAPER + b" ").digest())


def test_the_command_proves_a_letter_with_its_receipt_and_refuses_another_paper(here, referral_id, tmp_path):
    written(here, referral_id)
    seal(here)
    line = next(each for each in shown(here, referral_id).lines if each.words["en"] == "Referral letter made")
    files = {"receipt": tmp_path / "r.tlog-proof", "letter": tmp_path / "l.pdf", "other": tmp_path / "o.pdf"}
    files["receipt"].write_text(fetched(here, referral_id, line.event_id), "utf-8")
    files["letter"].write_bytes(PAPER)
    files["other"].write_bytes(PAPER + b"?")
    keys = public_keys(tmp_path)
    asked = ["audit", "verify", "--bundle", str(files["receipt"]), "--keys", str(keys), "--letter"]
    told = {name: CliRunner().invoke(main, [*asked, str(files[name])]) for name in ("letter", "other")}
    assert {name: done.exit_code for name, done in told.items()} == {"letter": 0, "other": 1}
    assert "l.pdf is the file that the event is about" in told["letter"].output


def test_no_event_of_something_else_has_a_receipt_here(here, referral_id):
    seal(here)
    other = referral_in(here, State.SENT)
    for event_id in (here.client.id, shown(here, other).lines[0].event_id):
        with pytest.raises(NotFound):
            fetched(here, referral_id, event_id)


def test_who_does_not_reach_the_referral_gets_no_receipt(here, referral_id):
    stranger = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    event_id = shown(here, referral_id).lines[0].event_id
    for act in (stranger.act(), here.act(Role.AUDITOR)):
        with pytest.raises((NotFound, NotAllowed)), here.write() as session:
            referral_receipts.receipt(session, referral_id, event_id, act=act)
    assert shown(here, referral_id, Role.CLINICIAN).lines
