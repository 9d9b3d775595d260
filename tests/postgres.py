"""A private PostgreSQL server for the tests: its own folder, its own socket, no port, gone afterwards."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.provision import POSTGRES, required

SUPERUSER = "postgres"
OWNER = "handrail"
"""Migrates: owns the tables, may make roles, and is no superuser."""
LOGIN = "handrail_login"
"""What the program runs as in the tests: it owns nothing, and row security holds for it. It is a worker's login."""
PEOPLES = "handrail_peoples"
"""As LOGIN, for what serves people only."""

# Nothing here must outlive a power cut, so nothing waits for the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server that the tests own, reached through a socket in its own folder."""

    programs: Path
    folder: Path

    def url(self, database):
        """The address of one of its databases for its owner, as HANDRAIL_DATABASE_OWNER_URL takes it."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def logins(self):
        """Make the program's logins, once the migrations have made the roles."""
        with self.connect() as connection:
            for login, role in ((LOGIN, "handrail_worker"), (PEOPLES, "handrail_app")):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(*map(sql.Identifier, (login, role)))
                )

    def connect(self, database="postgres"):
        """A connection of the superuser's, committing each statement."""
        return psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname=database, autocommit=True)

    def create(self, database, template="template0"):
        """Make a database, a copy of the template, and answer its address."""
        make = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy")
        with self.connect() as connection:
            connection.execute(make.format(*map(sql.Identifier, (database, OWNER, template))))
        return self.url(database)

    def drop(self, database):
        """Remove a database, whoever is still connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def run(self, program, *arguments):
        """Run one of PostgreSQL's own programs on the server's folder, as somebody who is not root."""
        command = [self.programs / program, "--pgdata", self.folder / "data", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, **unprivileged()
        )
        if done.returncode:
            log = self.folder / "log"
            said = log.read_text(encoding="utf-8") if log.exists() else ""
            raise RuntimeError(f"PostgreSQL's {program} did not work:\n{done.stderr}{said}")


def unprivileged():
    """Who runs the server: ourselves, or a system account when we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def start(programs):
    folder = Path(tempfile.mkdtemp(prefix="handrail-postgres-"))
    who = unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    server = PostgresServer(programs, folder)
    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    server.run(
        "initdb",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--no-sync",
        "--encoding=UTF8",
        f"--locale={locale}",
    )
    settings = " ".join(f"-c {name}='{value}'" for name, value in OPTIONS.items())
    server.run("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", "-o", f"-k {folder} {settings}")
    with server.connect() as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(sql.Identifier(OWNER)))
    return server


def as_(who, url):
    """The same database for somebody else; a SQLite file is everybody's."""
    return re.sub(r"^(postgresql\+psycopg://)\w+@", rf"\g<1>{who}@", url)


@pytest.fixture(scope="session")
def postgres():
    """The server, started once: `postgres.create(name)`, `.url(name)`, `.connect(name)`, `.drop(name)`."""
    server = start(required(POSTGRES))
    yield server
    server.run("pg_ctl", "stop", "--wait", "--mode=immediate")
    shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def postgres_url(postgres):
    """The address of the server's own maintenance database."""
    return postgres.url("postgres")
