"""`handrail audit export`: a file of events, and an event about the file."""

import json

import pytest

from referral.entries import read_entry
from tests.service.commands.auditing import NAME, ask, events, here

__all__ = ["ask", "here"]


def exported(ask, tmp_path, *more):
    file = tmp_path / "events"
    return file, ask("export", "--organisation", NAME, "--output", file, *more)


def test_an_export_is_written_down_before_it_is_written(here, ask, tmp_path):
    before = len(events(here))
    file, done = exported(ask, tmp_path, "--format", "json", "--kind", "answer saved")
    assert done.exit_code == 0, done.output
    kinds = {json.loads(line)["entry"]["kind"] for line in file.read_text("utf-8").splitlines()}
    assert kinds == {"answer saved"}
    written = read_entry(events(here)[-1].entry)
    assert (written["kind"], written["actor"]) == ("export made", "00000000-0000-0000-0000-000000000000")
    assert written["details"]["filters"] == ["kind:answer saved"]
    assert f"{written['details']['count']} events, up to place {before}" in done.stdout


@pytest.mark.parametrize(
    ("form", "begins"), [("csv", "seq,id,at,"), ("fhir", '{"resourceType":"AuditEvent"')]
)
def test_each_form_can_be_had(ask, tmp_path, form, begins):
    file, done = exported(ask, tmp_path, "--format", form, "--from", "2026-01-01", "--to", "2026-12-31")
    assert done.exit_code == 0, done.output
    assert file.read_text("utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--format", "csv", "--client", "Maya"), "--client: no client has this id"),
        (("--format", "csv", "--organisation", "Nobody"), "there is none of this name"),
        (("--format", "xml"), "xml"),
    ],
)
def test_what_cannot_be_exported_is_told_and_leaves_no_file(ask, tmp_path, more, told):
    file, done = exported(ask, tmp_path, *more)
    assert done.exit_code != 0
    assert told in done.stderr
    assert not file.exists()


def test_a_file_that_is_there_stays_as_it_is(here, ask, tmp_path):
    (tmp_path / "events").write_text("mine")
    before = len(events(here))
    file, done = exported(ask, tmp_path, "--format", "csv")
    assert "is there already" in done.stderr
    assert (file.read_text(), len(events(here))) == ("mine", before)
