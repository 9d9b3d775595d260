"""The program runs on PostgreSQL only as somebody whom row security binds, and says what to set up otherwise."""

import pytest
from click.testing import CliRunner

from service.cli import main
from service.settings import BadSettings, owner_url_in
from tests.postgres import LOGIN, OWNER, PEOPLES, SUPERUSER, as_
from tests.service.builders import world

pytestmark = pytest.mark.postgres
NOT_BOUND = "names the owner of the tables or a login that row security does not bind"
NOT_IN = "the login in HANDRAIL_DATABASE_URL is not in the role handrail_worker"


@pytest.fixture
def run(tmp_path):
    def command(*words, **env):
        folder = {"HANDRAIL_DATA_DIR": str(tmp_path), "HANDRAIL_SECRET_KEY": "k" * 40}
        return CliRunner().invoke(main, list(words), env={**folder, **env})

    return command


@pytest.mark.parametrize("who", [OWNER, SUPERUSER])
def test_whoever_row_security_does_not_bind_is_refused(postgresql_url, run, who):
    done = run("worker", "--once", HANDRAIL_DATABASE_URL=as_(who, postgresql_url))
    assert done.exit_code == 2
    assert NOT_BOUND in done.stderr


def test_the_worker_needs_a_workers_login(postgresql_url, run):
    done = run("worker", "--once", HANDRAIL_DATABASE_URL=as_(PEOPLES, postgresql_url))
    assert (done.exit_code, NOT_IN in done.stderr) == (2, True)
    done = run("worker", "--once", HANDRAIL_DATABASE_URL=as_(LOGIN, postgresql_url))
    assert done.exit_code == 0, done.stderr


def test_a_proof_of_all_trails_is_not_made_by_who_sees_none(postgresql_url, run, tmp_path):
    world(postgresql_url, tmp_path)
    done = run("audit", "verify", HANDRAIL_DATABASE_URL=as_(PEOPLES, postgresql_url))
    assert (done.exit_code, NOT_IN in done.stderr) == (3, True)


def test_only_the_owner_migrates(empty_postgresql_url, postgres, migrated_postgres, run):
    theirs = as_(LOGIN, empty_postgresql_url)
    refused = run("migrate", HANDRAIL_DATABASE_URL=theirs)
    assert (refused.exit_code, "HANDRAIL_DATABASE_OWNER_URL" in refused.stderr) == (2, True)
    both = {"HANDRAIL_DATABASE_URL": theirs, "HANDRAIL_DATABASE_OWNER_URL": as_(OWNER, empty_postgresql_url)}
    assert run("migrate", **both).exit_code == 0
    assert run("migrate", HANDRAIL_DATABASE_URL=theirs).exit_code == 0, "there is nothing left to do"


@pytest.fixture
def empty_postgresql_url(postgres):
    yield postgres.create("handrail_to_migrate")
    postgres.drop("handrail_to_migrate")


def test_the_owners_address_is_checked_like_the_other():
    with pytest.raises(BadSettings, match="HANDRAIL_DATABASE_OWNER_URL begins with 'mysql'; allowed: sqlite"):
        owner_url_in({"HANDRAIL_DATABASE_OWNER_URL": "mysql://x"})
    assert owner_url_in({"HANDRAIL_DATABASE_URL": "sqlite:///x"}) == "sqlite:///x"
