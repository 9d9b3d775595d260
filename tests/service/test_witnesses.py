"""Two deployments with databases of their own cosign each other over real HTTP; a fork finds no second signature."""

import logging
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from referral.bundles import prove_bundle
from referral.checkpoints import prove_receipt, read_checkpoint
from referral.notes import KeyKind, new_key, read_note, signers
from service.actions import receipts, witnessing
from service.actions.signing_status import Provable, signing
from service.cli import main
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store import audit, checkpoints, trail, witnesses
from service.store.checkpoints import DEPLOYMENT, ShipmentRow
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.deployments import copied, deployment
from tests.service.sealed import public_keys
from tests.serving import served
from tests.whole import url_of, whole

SILENT = new_key("silent.example", KeyKind.WITNESS, bytes(32))


@pytest.fixture
def school(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return deployment(made, "school.example", 10)


@pytest.fixture
def clinic(migrated_sqlite, tmp_path, serve, school):
    """A partner's deployment, which witnesses for the school."""
    file = shutil.copy(migrated_sqlite, tmp_path / "clinic.db")
    made = deployment(
        world(f"sqlite:///{file}", tmp_path, kind=OrganisationKind.CLINIC), "clinic.example", 20
    )
    made.witnesses_for(school.log.public)
    made.address = serve(made.here.app())
    return made


def grow(one):
    screen(one.here, "gad-7", [0] * 7)


def lines(one, log_id=None):
    log_id = log_id or one.here.organisation.id
    with one.here.parts.open_read(log_id) as session, session.begin():
        return list(witnesses.cosignatures_of(session, log_id))


def length(one):
    with one.here.read() as session:
        return audit.recorded_head(session, one.here.organisation.id).count


def shipment(one, place):
    with one.here.read() as session:
        return next(
            row for row in checkpoints.shipments(session, one.here.organisation.id) if row.place == place
        )


def kept(one):
    with one.here.read() as session:
        return [read_checkpoint(read_note(note)) for note in witnessing.kept(session)]


def sent(one, to, trusted=None):
    return one.round(to.place, trusted=[to.witness.public] if trusted is None else trusted)


def test_a_trail_and_the_log_of_all_are_cosigned_by_another_organisation(school, clinic):
    assert sent(school, clinic) == 2
    for log_id in (school.here.organisation.id, DEPLOYMENT):
        (line,) = lines(school, log_id)
        assert (line.key, line.at) == (str(clinic.witness.public), clinic.here.clock())
    origins = {
        f"school.example/audit/{log}": size
        for log, size in ((school.here.organisation.id, length(school)), ("deployment", 1))
    }
    assert {each.origin: each.size for each in kept(clinic)} == origins
    assert sent(school, clinic) == 0


def test_two_deployments_witness_for_each_other(school, clinic, serve):
    school.witnesses_for(clinic.log.public)
    school.address = serve(school.here.app())
    grow(clinic)
    assert (sent(school, clinic), sent(clinic, school)) == (2, 2)
    assert [each.size for each in lines(clinic)] == [length(clinic)]
    assert {each.origin.partition("/")[0] for each in kept(school)} == {"clinic.example"}


def test_a_trail_that_grows_is_cosigned_again_and_again(school, clinic):
    sizes = []
    for _again in range(3):
        sent(school, clinic)
        sizes.append(length(school))
        grow(school)
    assert [each.size for each in lines(school)] == sizes
    assert sizes == sorted(set(sizes))


def test_a_log_that_forgot_what_it_sent_goes_on_from_what_the_witness_tells(school, clinic):
    sent(school, clinic)
    grow(school)
    with whole(url(school)) as session:
        session.execute(delete(ShipmentRow))
    assert sent(school, clinic) == 2
    assert lines(school)[-1].size == length(school)


def test_receipts_and_bundles_carry_what_the_witness_signed(school, clinic):
    sent(school, clinic)
    organisation = school.here.organisation.id
    with school.here.read() as session:
        stored = list(audit.stored_events(session, organisation))
        receipt = receipts.receipt_of(
            session, organisation, trail.newest_events(session, organisation, most=1)[0].id
        )
        bundle = list(receipts.bundle_of(session, organisation))
    both = (school.log.public, clinic.witness.public)
    assert signers(receipt.checkpoint, both) == both
    assert prove_receipt(receipt, [clinic.witness.public]).size == len(stored)
    proved = prove_bundle(iter(bundle), [clinic.witness.public], [])
    assert (proved.checkpoints, proved.unchecked) == (1, 0)


def test_a_receipt_prefers_a_checkpoint_that_somebody_else_signed(school, clinic):
    sent(school, clinic)
    cosigned = length(school)
    grow(school)
    school.round()
    with school.here.read() as session:
        newest, *_more, first = trail.newest_events(session, school.here.organisation.id, most=500)
        found = [
            receipts.receipt_of(session, school.here.organisation.id, each.id) for each in (first, newest)
        ]
    assert [prove_receipt(each, [school.log.public]).size for each in found] == [cosigned, length(school)]


def test_a_witness_whose_key_is_not_trusted_is_not_believed(school, clinic, caplog):
    assert sent(school, clinic, trusted=[SILENT.public]) == 0
    assert lines(school) == []
    assert shipment(school, clinic.place).failing_since == school.here.clock()
    assert "no key of a witness that is trusted signed it" in caplog.text


def test_a_log_that_the_witness_does_not_know_is_not_cosigned(school, clinic, caplog):
    school.log = new_key("school.example", KeyKind.LOG, bytes(32))
    assert sent(school, clinic) == 0
    assert "answered 403" in caplog.text
    school.log = new_key("stranger.example", KeyKind.LOG, bytes(32))
    school.here.clock.forward(minutes=1)
    grow(school)
    assert sent(school, clinic) == 0
    assert "answered 404" in caplog.text
    assert kept(clinic) == []


@pytest.fixture
def sqlite_school(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return deployment(made, "school.example", 10)


@pytest.fixture
def partner(migrated_sqlite, tmp_path, serve, sqlite_school):
    made = deployment(
        world(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'partner.db')}", tmp_path),
        "clinic.example",
        20,
    )
    made.witnesses_for(sqlite_school.log.public)
    made.address = serve(made.here.app())
    return made


def test_a_forked_trail_is_refused_and_the_witness_cries_out(sqlite_school, partner, tmp_path, caplog):
    """The log's own key signs both; only one of them continues what the witness saw."""
    sent(sqlite_school, partner)
    forged = copied(sqlite_school, tmp_path / "forged.db", tmp_path)
    grow(sqlite_school)
    assert sent(sqlite_school, partner) == 2
    screen(forged.here, "phq-9", [0] * 9)
    grow(forged)
    before = kept(partner)
    with caplog.at_level(logging.WARNING):
        assert sent(forged, partner) == 0
    assert kept(partner) == before
    assert lines(forged)[-1].size < length(forged)
    assert f"school.example/audit/{forged.here.organisation.id}" in caplog.text
    assert "is no continuation, and it was not cosigned" in caplog.text
    assert "answered 422" in caplog.text


def test_a_fork_of_the_same_length_is_refused(sqlite_school, partner, tmp_path, caplog):
    forged = copied(sqlite_school, tmp_path / "forged.db", tmp_path)
    grow(sqlite_school)
    grow(forged)
    assert length(forged) == length(sqlite_school)
    assert (sent(sqlite_school, partner), sent(forged, partner)) == (2, 0)
    assert "is no continuation" in caplog.text
    assert lines(forged) == []


def test_a_trail_that_was_rolled_back_finds_no_witness(sqlite_school, partner, tmp_path, caplog):
    sent(sqlite_school, partner)
    older = copied(sqlite_school, tmp_path / "older.db", tmp_path)
    for _again in range(3):
        grow(sqlite_school)
    sent(sqlite_school, partner)
    grow(older)
    assert sent(older, partner) == 0
    assert f"it cosigned {length(sqlite_school)} events of this trail, and here there are" in caplog.text


@pytest.mark.parametrize("change", ["size = size - 1", "root = '\\x00'", "origin = 'other'"])
def test_the_database_itself_never_goes_back_on_what_was_cosigned(database_url, tmp_path, change):
    here = world(database_url, tmp_path)
    with here.write() as session:
        row = witnesses.hold_witnessed(session, "log.example", here.clock())
        row.size, row.root, row.note = 3, b"x" * 32, "note"
    for statement in (f"UPDATE witnessed SET {change}", "DELETE FROM witnessed"):  # noqa: S608  words of this test
        with pytest.raises(DBAPIError, match="only moves forward"), whole(url_of(here)) as session:
            session.execute(text(statement))


@pytest.mark.parametrize("statement", ["UPDATE cosignatures SET line = ''", "DELETE FROM cosignatures"])
def test_cosignatures_are_only_ever_appended(school, clinic, statement):
    sent(school, clinic)
    with pytest.raises(DBAPIError, match="only ever appended"), whole(url(school)) as session:
        session.execute(text(statement))


def test_what_a_witness_keeps_proves_a_trail_and_finds_one_that_was_rolled_back(
    sqlite_school, partner, tmp_path
):
    older = copied(sqlite_school, tmp_path / "older.db", tmp_path)
    grow(sqlite_school)
    sent(sqlite_school, partner)
    run = CliRunner().invoke
    told = run(main, ["audit", "witnessed"], env={"HANDRAIL_DATABASE_URL": url(partner)})
    (tmp_path / "kept").write_text(told.stdout, encoding="utf-8")
    keys = ["--keys", str(public_keys(tmp_path, sqlite_school.log))]
    asked = ["audit", "verify", *keys, "--checkpoint", str(tmp_path / "kept")]
    found = [run(main, asked, env={"HANDRAIL_DATABASE_URL": url(each)}) for each in (sqlite_school, older)]
    assert [each.exit_code for each in found] == [0, 2], [each.output for each in found]
    assert "held against 2 checkpoints" in found[0].stdout


def url(one):
    return one.here.parts.settings.database_url


def test_an_auditor_is_told_who_signed_last_and_how_far_each_place_has_got(school, clinic):
    provable = Provable([school.log.public], [clinic.place, "file:/nowhere"])
    for _again in range(2):
        grow(school)
        sent(school, clinic)
    with school.here.read() as session:
        found = signing(session, act=school.here.act(Role.AUDITOR), provable=provable)
    assert (found.size, found.ours, found.enough, found.waiting_since) == (length(school), True, True, None)
    assert [(each.name, each.size) for each in found.witnesses] == [
        ("clinic.example/witness", length(school))
    ]
    assert [each.size for each in found.places] == [length(school), 0]


def test_a_restored_trail_is_cosigned_anew_under_another_name(sqlite_school, partner, tmp_path):
    """What docs/running.md tells whoever had to restore: the old name is spent, and everybody can see that."""
    older = copied(sqlite_school, tmp_path / "older.db", tmp_path)
    grow(sqlite_school)
    sent(sqlite_school, partner)
    grow(older)
    assert sent(older, partner) == 0
    older.log = new_key("school-2.example", KeyKind.LOG, bytes(32))
    partner.witnesses_for(sqlite_school.log.public, older.log.public)
    partner.here.clock.forward(minutes=1)
    older.here.clock.forward(minutes=1)
    grow(older)
    with served(partner.here.app()) as address:
        assert sent(older, replace(partner, address=address)) == 2
    assert {each.origin.partition("/")[0] for each in kept(partner)} == {"school.example", "school-2.example"}
