"""Notes on a client's record: who sees that one is there, who reads it, and that nothing of it is ever lost."""

import pytest
from sqlalchemy import select

from referral.entries import commitment, read_entry
from referral.model import State
from service.access import NotFound
from service.actions import notes
from service.actions.notes import WriteNote
from service.actions.refusals import Conflict, Invalid
from service.permissions import NotAllowed, Role
from service.store.audit import AuditEventRow
from service.store.notes import wordings_of
from tests.service.builders import world
from tests.service.referring import referral_in

AUTHOR = Role.COUNSELOR
READERS = {
    Role.COUNSELOR: "the author",
    Role.CLINICIAN: "cares for the client",
    Role.SUPERVISOR: "oversees",
}
SEE_ONLY = (Role.COORDINATOR, Role.ON_CALL)
OUTSIDE = (Role.REFERRAL_STAFF, Role.ADMINISTRATOR, Role.AUDITOR)


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    referral_in(made, State.ACCEPTED, client=made.client)
    return made


def written(here, restricted=True, role=AUTHOR, text="She told me about home."):
    with here.write() as session:
        return notes.write(session, here.client.id, WriteNote(text, restricted), act=here.act(role))


def opened(here, note_id, role):
    with here.write() as session:
        return notes.show(session, note_id, act=here.act(role))


def listed(here, role):
    with here.write() as session:
        return notes.index(session, here.client.id, act=here.act(role))


def events(here, note_id):
    wanted = select(AuditEventRow).where(AuditEventRow.subject_id == note_id).order_by(AuditEventRow.seq)
    with here.read() as session:
        return [read_entry(row.entry) for row in session.scalars(wanted)]


@pytest.mark.parametrize("role", READERS)
def test_a_restricted_note_is_read_by_its_author_the_clinicians_in_care_and_the_supervisor(here, role):
    note_id = written(here)
    assert opened(here, note_id, role).wordings[0].text == "She told me about home."
    last = events(here, note_id)[-1]
    assert (last["kind"], last["details"], last["actor"]) == (
        "record viewed",
        {"view": "note"},
        str(here.people[role].id),
    )


@pytest.mark.parametrize("role", SEE_ONLY)
def test_others_with_the_record_see_that_it_is_there_whose_and_when_and_nothing_more(here, role):
    note_id = written(here)
    (line,) = listed(here, role)
    assert (line.id, line.by, line.at, line.restricted, line.may_open) == (
        note_id,
        "Counselor Demo",
        here.clock(),
        True,
        False,
    )
    with pytest.raises(NotAllowed):
        opened(here, note_id, role)


@pytest.mark.parametrize("role", [*READERS, *SEE_ONLY])
def test_an_ordinary_note_is_read_by_whoever_may_read_the_record(here, role):
    note_id = written(here, restricted=False)
    assert listed(here, role)[0].may_open
    assert opened(here, note_id, role).wordings[0].text == "She told me about home."


@pytest.mark.parametrize("restricted", [True, False])
@pytest.mark.parametrize("role", OUTSIDE)
def test_whoever_may_not_read_the_record_learns_nothing_of_its_notes(here, role, restricted):
    note_id = written(here, restricted=restricted)
    with pytest.raises((NotFound, NotAllowed)):
        listed(here, role)
    with pytest.raises((NotFound, NotAllowed)):
        opened(here, note_id, role)


def test_a_clinician_of_a_team_that_does_not_care_for_the_client_finds_no_note(here):
    note_id = written(here)
    with here.write() as session:
        session.merge(here.people[Role.CLINICIAN]).site_id = here.teams["psychiatry"].id
        here.people[Role.CLINICIAN].site_id = here.teams["psychiatry"].id
    with pytest.raises(NotFound):
        opened(here, note_id, Role.CLINICIAN)


def test_a_correction_keeps_the_wording_before_and_the_trail_holds_both_and_no_word(here):
    note_id = written(here)
    here.clock.forward(minutes=5)
    with here.write() as session:
        notes.correct(session, note_id, "  She told me about school.  ", act=here.act(AUTHOR))
    assert [each.text for each in opened(here, note_id, AUTHOR).wordings] == [
        "She told me about school.",
        "She told me about home.",
    ]
    first, second, _look = events(here, note_id)
    with here.read() as session:
        newer, older = wordings_of(session, here.organisation.id, note_id)
    assert first["commit"] == commitment(older.salt, older.text.encode())
    assert second["commit"] == commitment(newer.salt, newer.text.encode())
    assert (first["kind"], first["details"]) == ("note written", {"restricted": True})
    assert (second["kind"], second["details"]) == ("note corrected", {"version": 2})
    assert "told" not in str([first, second])


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CLINICIAN, Role.COORDINATOR])
def test_only_the_author_corrects(here, role):
    note_id = written(here)
    with pytest.raises(NotAllowed), here.write() as session:
        notes.correct(session, note_id, "Not my words.", act=here.act(role))


@pytest.mark.parametrize("role", [AUTHOR, Role.SUPERVISOR])
def test_a_note_struck_out_is_kept_and_hidden_from_all_but_the_supervisor(here, role):
    note_id = written(here, restricted=False)
    with here.write() as session:
        notes.strike_out(session, note_id, act=here.act(role))
    (line,) = listed(here, Role.COORDINATOR)
    assert (line.struck_at, line.struck_by, line.may_open) == (
        here.clock(),
        here.people[role].name,
        False,
    )
    assert opened(here, note_id, Role.SUPERVISOR).wordings[0].text == "She told me about home."
    for other in (AUTHOR, Role.CLINICIAN):
        with pytest.raises(NotAllowed):
            opened(here, note_id, other)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.COORDINATOR, Role.ON_CALL])
def test_nobody_else_strikes_a_note_out(here, role):
    note_id = written(here)
    with pytest.raises(NotAllowed), here.write() as session:
        notes.strike_out(session, note_id, act=here.act(role))


def test_what_was_struck_out_is_neither_corrected_nor_struck_out_again(here):
    note_id = written(here)
    with here.write() as session:
        notes.strike_out(session, note_id, act=here.act(Role.SUPERVISOR))
    with pytest.raises(Conflict, match="struck out by Supervisor Demo"), here.write() as session:
        notes.correct(session, note_id, "Too late.", act=here.act(AUTHOR))
    with pytest.raises(Conflict), here.write() as session:
        notes.strike_out(session, note_id, act=here.act(AUTHOR))


@pytest.mark.parametrize("text", ["", "   \n", "x" * 4001, "She told me about home."])
def test_a_wording_that_cannot_be_kept_is_refused_and_nothing_is_kept(here, text):
    note_id = written(here)
    with pytest.raises(Invalid) as refused, here.write() as session:
        notes.correct(session, note_id, text, act=here.act(AUTHOR))
    assert [problem.field for problem in refused.value.problems] == ["text"]
    assert len(opened(here, note_id, AUTHOR).wordings) == 1
