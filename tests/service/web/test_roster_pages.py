"""Bringing in a roster: at the pages, and from the command line."""

import io
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from service.actions import storage
from service.cli import main
from service.permissions import Role
from service.store.audit import AuditEventRow
from service.store.clients import ClientRow, GuardianRow
from service.web import sizes
from tests.service.builders import world
from tests.service.web.visiting import visitor, words

HEAD = "local_id,given_name,family_name,birth_date,class,guardian_1_name,guardian_1_phone,guardian_2_name"
MAYA = "S00001,Maya,Example,2011-02-02,10B,Rosa Example,555-010-0142,"
FILE = f"{HEAD}\n{MAYA}\nN1,Nia,Newcomer,2012-03-04,8A,Ana Newcomer,,Ben Newcomer\nN2,=1+1,Other,2012-03-04,,,,\n"
CHANGED = FILE.replace("10B", "10C").replace("Newcomer,2012", "Newname,2012")


@pytest.fixture
def here(tmp_path):
    url = f"sqlite:///{tmp_path}/handrail.db"
    storage.upgrade(url)
    return world(url, tmp_path)


def upload(person, text):
    return person.post("/roster/preview", file=(io.BytesIO(text.encode()), "roster.csv"))


def confirm(person, page):
    was = re.search(r'name="was" value="(\w+)"', page.text)[1]
    text = re.search(r'name="text" value="([^"]+)"', page.text)[1]
    return person.post("/roster", text=text, was=was)


def numbers(page):
    return [int(each) for each in re.findall(r"<dd><b>(\d+)</b>", page.text)]


def kept(here, row):
    with here.read() as session:
        return session.scalars(select(row).where(row.organisation_id == here.organisation.id)).all()


def trail(here):
    with here.read() as session:
        rows = session.scalars(select(AuditEventRow).order_by(AuditEventRow.seq)).all()
        return [(row.kind, str(row.entry)) for row in rows]


def test_a_roster_is_shown_then_done_and_the_same_again_changes_nothing(here):
    person = visitor(here, Role.ADMINISTRATOR)
    assert "Bring in a roster" in words(person.get("/roster"))
    page = upload(person, FILE)
    assert numbers(page) == [2, 0, 1, 0]
    assert "Nia Newcomer" in words(page)
    assert "=1+1 Other" in words(page)
    assert len(kept(here, ClientRow)) == 1
    assert confirm(person, page).status_code == 303
    assert len(kept(here, ClientRow)) == 3
    assert sorted(each.name for each in kept(here, GuardianRow)) == [
        "Ana Newcomer",
        "Ben Newcomer",
        "Rosa Example",
    ]
    again = upload(person, FILE)
    assert numbers(again) == [0, 0, 3, 0]
    assert "There is nothing to do" in words(again)

    later = upload(person, CHANGED)
    assert numbers(later) == [0, 2, 1, 0]
    assert confirm(person, later).status_code == 303
    stale = confirm(person, later)
    assert (stale.status_code, "Records changed since" in words(stale)) == (409, True)
    told = trail(here)
    assert [kind for kind, _entry in told].count("client added") == 2
    assert ("family_name" in str(told), "Newname" in str(told), "Newcomer" in str(told)) == (
        True,
        False,
        False,
    )
    assert '"counts":["added:0","changed:2","unchanged:1","absent:0"]' in told[-2][1]


def test_a_part_of_an_export_or_a_file_with_problems_takes_nobody_away(here, monkeypatch):
    for given in ("Noor", "Kai", "Ida"):
        here.new_client(given)
    person = visitor(here, Role.SUPERVISOR)
    before = len(kept(here, ClientRow))
    part = upload(person, f"{HEAD}\n{MAYA}\n")
    assert numbers(part) == [0, 0, 1, 3]
    assert "less than half of the people who are known" in words(part)
    empty = upload(person, f"{HEAD}\n")
    assert (numbers(empty), "The file names nobody" in words(empty)) == ([0, 0, 0, 4], True)
    bad = upload(person, f"{HEAD}\nN5,Bo,Other,3/4/2012,,,,\n{MAYA}\nN1,Bo,Other,2012-03-04,,Al,1,\n")
    assert bad.status_code == 422
    assert "2:4 birth_date: found &#34;3/4/2012&#34;" in bad.text
    assert "4:7 guardian_1_phone" in bad.text
    assert len(kept(here, ClientRow)) == before
    monkeypatch.setattr(sizes, "MOST", 300_000)
    assert upload(person, "x" * 280_000).status_code == 422  # more than any other page takes
    assert upload(person, "x" * 310_000).status_code == 413


def test_the_command_shows_does_and_refuses_whole(here, tmp_path):
    def run(*more, by="supervisor", text=FILE):
        file = tmp_path / "roster.csv"
        file.write_text(text, encoding="utf-8-sig")
        env = {
            "HANDRAIL_DATA_DIR": str(tmp_path),
            "HANDRAIL_DATABASE_URL": f"sqlite:///{tmp_path}/handrail.db",
            "HANDRAIL_SECRET_KEY": "k" * 40,
        }
        email = f"{by}@alder-creek.example"
        return CliRunner(env=env).invoke(main, ["clients", "import", str(file), "--by", email, *more])

    look = run("--dry-run")
    assert (look.exit_code, "Added: 2\n" in look.stdout) == (0, True), look.output
    assert len(kept(here, ClientRow)) == 1
    refused = run(text=FILE.replace("2012-03-04", "yesterday"))
    assert (refused.exit_code, "3:4 birth_date" in refused.stdout) == (1, True)
    assert "one programme administrator or supervisor is needed" in run(by="counselor").stderr
    assert run().stdout.endswith("Done.\n")
    assert len(kept(here, ClientRow)) == 3
    assert "Unchanged: 3\n" in run("--dry-run").stdout
