"""`handrail audit verify --contents`: what is kept is what the trail committed to, or the event is named."""

import pytest
from click.testing import CliRunner
from sqlalchemy import event, text

from referral.model import AttemptResult, Channel, ClosingReason, Disposition, Step, Urgency
from service.actions import alert_answers, attempts, closing, contents, needs, notes
from service.actions.alert_answers import EndAlert
from service.actions.assessments import Record
from service.actions.attempts import LogAttempt
from service.actions.closing import CloseNeed
from service.actions.notes import WriteNote
from service.cli import main
from service.keys import add_wrapping_key
from service.permissions import Role
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.needs import AttemptRow, NeedNoteRow
from service.store.notes import NoteWordingRow
from service.store.screenings import AdministrationRow, AnswerRow
from tests.service.acts import screen
from tests.service.builders import WRAPPING, world
from tests.service.caring import alert_of, assessed_for_need, do, latest_of, need_of
from tests.service.referring import SENDER, take

FORGED = {
    AlertRow: ("safety_steps", "Nothing was done."),
    SafetyAssessmentRow: ("note", "No risk at all."),
    NeedNoteRow: ("text", "Nobody was worried."),
    AttemptRow: ("note", "Nobody answered."),
    NoteWordingRow: ("text", "Seen at the gate."),
    AdministrationRow: ("result", {"scores": {}}),
    AnswerRow: ("sealed", "0      "),
}


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    add_wrapping_key(tmp_path / "wrapping-keys", WRAPPING.secret)
    screen(made, "gad-7", [1] * 7)
    alert = alert_of(made)
    do(made, alert_answers.acknowledge, alert.id, role=Role.ON_CALL)
    said = EndAlert("Rosa Example", "Pills locked away.", Disposition.LOW, made.clock())
    do(made, alert_answers.end, alert.id, said, role=Role.ON_CALL)
    assessed_for_need(
        made, alert.need_id, Record(Disposition.LOW, safety_plan=True, note="Talked for an hour.")
    )
    need_id = need_of(made, Urgency.ROUTINE, "social-work")
    do(
        made,
        attempts.log_attempt,
        need_id,
        LogAttempt(Channel.PHONE, AttemptResult.REACHED, "Will call back."),
    )
    do(made, notes.write, made.client.id, WriteNote("Seen in the corridor."))
    return made


def compared(here, tmp_path):
    told = {
        "HANDRAIL_DATABASE_URL": here.parts.settings.database_url,
        "HANDRAIL_WRAPPING_KEYS": str(tmp_path / "wrapping-keys"),
    }
    done = CliRunner().invoke(main, ["audit", "verify", "--contents"], env=told)
    return done.exit_code, done.output


def test_contents_that_nobody_touched_fit(here, tmp_path):
    status, said = compared(here, tmp_path)
    assert (status, ", 0 differ" in said) == (0, True), said


@pytest.mark.parametrize("row", FORGED, ids=lambda row: row.__tablename__)
def test_contents_that_were_changed_and_sealed_again_are_named(here, tmp_path, row):
    """By somebody who has the database and its keys: the trail itself stays whole."""
    column, words = FORGED[row]
    with here.write() as session:
        setattr(next(each for each in session.query(row) if getattr(each, column)), column, words)
    status, said = compared(here, tmp_path)
    assert (status, ": intact, " in said, said.count("CHANGED CONTENTS")) == (1, True, 1), said


def test_what_opens_nowhere_is_named_and_spoils_nothing_beside_it(here, tmp_path):
    with here.write() as session:
        session.execute(
            text("UPDATE note_wordings SET text = :no"), {"no": f"sealed:1:{here.client.id}:AAAA"}
        )
        next(iter(session.query(AlertRow))).safety_steps = "Nothing was done."
    status, said = compared(here, tmp_path)
    assert (status, said.count("CHANGED CONTENTS")) == (1, 2), said
    assert ("note written" in said, "alert closed" in said) == (True, True), said


def questions(here, monkeypatch, at_once):
    """(what comparing came to, how many questions it asked)."""
    monkeypatch.setattr(contents, "AT_ONCE", at_once)
    engine, asked = here.parts.open_read.kw["bind"], []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    with here.read() as session:
        found = contents.compare_all(session)
    event.remove(engine, "before_cursor_execute", note)
    return found, len(asked)


def test_events_are_compared_many_at_once_and_as_one_by_one(here, monkeypatch):
    (single, each), (together, few) = (questions(here, monkeypatch, at_once) for at_once in (1, 500))
    assert single == together
    assert together[0].compared > 12
    assert few < 25 < each


def test_contents_fit_on_both_databases(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 0])
    do(made, notes.write, made.client.id, WriteNote("Seen in the corridor."))
    with made.read() as session:
        (found,) = contents.compare_all(session)
    assert (found.compared, found.erased, found.differing) == (6, 0, ())


def test_looking_makes_no_key(here, tmp_path):
    with here.write() as session:
        session.execute(text("DELETE FROM client_keys"))
    status, _said = compared(here, tmp_path)
    with here.read() as session:
        kept = session.execute(text("SELECT count(*) FROM client_keys")).scalar()
    assert (status, kept) == (1, 0)


def test_contents_that_were_taken_away_are_named(here, tmp_path):
    with here.write() as session:
        session.execute(text("DELETE FROM need_notes"))
    status, said = compared(here, tmp_path)
    assert (status, "need opened" in said) == (1, True), said


def test_a_need_that_was_closed_and_opened_again_fits(here, tmp_path):
    need_id = need_of(here, Urgency.ROUTINE, "primary-care")
    take(here, latest_of(here, need_id).id, Step.DISMISS, SENDER)
    do(here, closing.close, need_id, CloseNeed(ClosingReason.CARE_ELSEWHERE, "The aunt found a place."))
    do(here, needs.reopen, need_id, "It fell through.")
    status, said = compared(here, tmp_path)
    assert status == 0, said
