"""`handrail retention`: a preview names nobody, a run erases for good, holds take two people, keys change."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from instruments.answers import REFUSED
from referral.entries import read_entry
from referral.retention import EraseReason, HoldReason, LiftReason, RecordClass
from service.actions import erasing, holding, retention, sign_ins
from service.cli import main
from service.keys import add_wrapping_key, load_wrapping_keys
from service.permissions import Role
from service.store.accounts import SignInRow, digest_of
from service.store.audit import AuditEventRow
from service.store.clients import find_client
from service.store.screenings import AnswerRow
from tests.postgres import PEOPLES, as_
from tests.proofs.erased import entries_of
from tests.service.acts import screen
from tests.service.builders import WRAPPING, world
from tests.service.caring import do
from tests.whole import url_of, whole

BY = ("--by", "programme.administrator@alder-creek.example")


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def ask(here, tmp_path):
    """`ask(...)`: a `handrail retention` command over this database; it never ends with a stack trace."""
    given = {
        "HANDRAIL_DATABASE_URL": url_of(here),
        "HANDRAIL_DATA_DIR": str(tmp_path),
        "HANDRAIL_SECRET_KEY": "k" * 40,
    }

    def run(*arguments, status=0, **environ):
        done = CliRunner().invoke(main, ["retention", *map(str, arguments)], env={**given, **environ})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        assert done.exit_code == status, done.output
        return done.output

    return run


def agreed(here):
    wanted = do(here, erasing.ask, here.client.id, EraseReason.ASKED, role=Role.SUPERVISOR)
    do(here, erasing.approve, wanted, role=Role.ADMINISTRATOR)


def test_the_preview_says_what_was_asked_for_and_names_nobody(here, ask):
    agreed(here)
    told = ask("preview", *BY)
    assert "district@1.0.0" in told
    assert f"for client {here.client.id}: asked by the person, approved" in told
    assert "not yet checked by a lawyer: client record" in told
    assert "Maya" not in told


def test_a_run_erases_whom_two_people_agreed_on_and_a_second_one_nobody(here, ask):
    agreed(here)
    assert f"erased {here.client.id}\n1 clients were erased" in ask("run", *BY)
    assert "0 clients were erased" in ask("run", *BY)
    with here.read() as session:
        assert find_client(session, here.organisation.id, here.client.id) is None


def test_one_client_is_erased_by_the_id_only_when_that_may_be(here, ask):
    assert "nothing was erased" in ask("erase-client", here.client.id, *BY, status=1)
    agreed(here)
    assert "1 clients were erased" in ask("erase-client", here.client.id, *BY)


def test_a_hold_stops_the_run_and_whoever_set_it_does_not_lift_it(here, ask):
    agreed(here)
    held = ask("hold", "--reason", "litigation", *BY).split()[1]
    told = ask("preview", *BY)
    assert f"hold  {held} on the whole organisation: litigation" in told
    assert "kept  hold: 1 clients" in told
    assert "0 clients were erased" in ask("run", *BY)
    assert "Somebody else" in ask("release", held, "--reason", "matter ended", *BY, status=1)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("hold", "--reason", "litigation", "--client", "00000000-0000-0000-0000-00000000002a", *BY), 1),
        (("release", "00000000-0000-0000-0000-00000000002a", "--reason", "matter ended", *BY), 1),
        (("preview", "--by", "nobody@alder-creek.example"), 1),
        (("hold", "--reason", "because", *BY), 2),
    ],
)
def test_what_cannot_be_is_said_in_one_line(ask, command, status):
    assert ask(*command, status=status)


def test_the_wrapping_key_is_changed_in_one_command(ask, tmp_path):
    ask("preview", *BY)
    (first,) = load_wrapping_keys(tmp_path / "wrapping-keys")
    assert ask("key").split() == [first.id]
    told = ask("key", "--new")
    (newer,) = load_wrapping_keys(tmp_path / "wrapping-keys")
    assert newer.id in told
    assert newer != first


def test_without_the_right_file_of_keys_no_command_runs(here, ask, tmp_path):
    agreed(here)
    file = tmp_path / "elsewhere"
    assert "cannot be read" in ask("key", status=2, HANDRAIL_WRAPPING_KEYS=str(file))


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("command", [("run", *BY), ("key", "--new")])
def test_a_login_that_serves_people_only_neither_erases_nor_changes_the_key(here, ask, tmp_path, command):
    ask("preview", *BY)
    keys = load_wrapping_keys(tmp_path / "wrapping-keys")
    peoples = as_(PEOPLES, url_of(here))
    assert "not in the role handrail_worker" in ask(*command, status=2, HANDRAIL_DATABASE_URL=peoples)
    assert load_wrapping_keys(tmp_path / "wrapping-keys") == keys


def test_answers_from_before_are_sealed_once_and_read_as_they_were(here, ask, monkeypatch):
    monkeypatch.setattr("service.actions.wrapping.AT_ONCE", 3)
    add_wrapping_key(here.parts.settings.data_dir / "wrapping-keys", WRAPPING.secret)
    screen(here, "gad-7", [1, 0, 2, REFUSED, 3, 0, 1])
    with whole(url_of(here)) as session:
        given = {row.id: row.answer for row in answers_of(here)}
        for each, answer in given.items():
            plain = {
                "sealed": None,
                "value": None if answer == REFUSED else answer,
                "refused": answer == REFUSED,
            }
            session.execute(
                update(AnswerRow.__table__).where(AnswerRow.__table__.c.id == each).values(**plain)
            )
    assert "7 answers were sealed" in ask("seal")
    assert "0 answers were sealed" in ask("seal")
    assert {row.id: row.answer for row in answers_of(here)} == given
    assert all(row.sealed and row.value is None and not row.refused for row in answers_of(here))
    told = [
        each["details"] for each in map(read_entry, entries_of(here)) if each["kind"] == "setting changed"
    ]
    assert told == [{"setting": "answers sealed", "count": count} for count in (3, 3, 1)]


def answers_of(here):
    with here.read() as session:
        return session.scalars(select(AnswerRow)).all()


def test_old_sign_ins_go_by_their_own_period_and_stay_under_a_hold(here, ask):
    with here.write() as session:
        for secret in ("old", "new"):
            sign_ins.start(session, secret, act=here.act())
    with here.write() as session:
        old = SignInRow.secret_digest == digest_of("old")
        session.execute(update(SignInRow).where(old).values(seen_at=datetime(2020, 1, 2, tzinfo=UTC)))
        session.execute(update(SignInRow).where(~old).values(seen_at=datetime.now(UTC)))
    held = do(here, holding.hold, None, HoldReason.COMPLAINT, role=Role.ADMINISTRATOR)
    assert due_sign_ins(here) == 0
    do(here, holding.lift, held, LiftReason.ENDED, role=Role.SUPERVISOR)

    assert due_sign_ins(here) == 1
    assert "1 sign-in records were erased" in ask("run", *BY)
    assert due_sign_ins(here) == 0
    with here.read() as session:
        assert session.scalars(select(SignInRow.secret_digest)).all() == [digest_of("new")]
        kinds = session.scalars(select(AuditEventRow.kind)).all()
    assert kinds.count("records erased") == 1


def due_sign_ins(here):
    return do(here, retention.preview, role=Role.ADMINISTRATOR).totals[RecordClass.SIGN_IN]
