"""T27: a screening that led to nothing goes when its period is over, without its client, whose key tells no answer."""

import pytest
from sqlalchemy import select, update

from referral.entries import commitment, read_entry
from referral.model import ClosingReason, Step
from referral.retention import HoldReason
from service.actions import (
    client_card,
    closing,
    contents,
    holding,
    old_screenings,
    retention_rounds,
    timeline,
)
from service.actions.closing import CloseNeed
from service.permissions import Role
from service.store.needs import needs_of
from service.store.screenings import AnswerRow, ScreeningRow, screenings_of
from service.store.vault import key_of
from tests.proofs.erased import entries_of, is_intact
from tests.proofs.tenancy import close
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.caring import do, latest_of, need_of
from tests.service.referring import SENDER, take

YEARS = 365
ANSWERED = [0] * 7


@pytest.fixture
def here(database_url, tmp_path):
    yield world(database_url, tmp_path)
    close()


@pytest.fixture
def on_sqlite(sqlite_url, tmp_path):
    yield world(sqlite_url, tmp_path)
    close()


def run(here):
    """How many screenings one run erases."""
    by = here.actor(Role.ADMINISTRATOR)
    return retention_rounds.erase_old_screenings(here.parts.open_write, here.parts.act, by)


def due(here):
    return do(here, old_screenings.count_due, role=Role.ADMINISTRATOR)


def left(here):
    with here.read() as session:
        return [row.id for row in screenings_of(session, here.organisation.id, here.client.id)]


def saved_in(here, screening_id):
    """The events of answers that were saved in this screening."""
    read = (read_entry(entry) for entry in entries_of(here))
    return [each for each in read if each["kind"] == "answer saved" and each["subject"] == str(screening_id)]


def guesses(entry):
    """Every answer that the event may be about."""
    item = entry["details"]["item"]
    for value in (0, 1, 2, 3, '"refused"'):
        yield f'{{"answer":{value},"instrument":"gad-7","item":"{item}"}}'.encode()


def explained(here, saved, apart):
    """How many of these events somebody with the client's key, and what stands apart, can guess."""
    with here.read() as session:
        key = key_of(session, here.organisation.id, here.client.id)
    return sum(
        commitment(key.salt(each["id"], apart), guess) == each["commit"]
        for each in saved
        for guess in guesses(each)
    )


def salt_of(here, screening_id):
    with here.read() as session:
        row = session.scalars(
            select(ScreeningRow).where(
                ScreeningRow.organisation_id == here.organisation.id, ScreeningRow.id == screening_id
            )
        ).one()
        return bytes(row.salt)


def test_it_goes_at_the_end_of_its_period_and_the_client_with_all_else_stays(here):
    gone = screen(here, "gad-7", ANSWERED)
    found = screen(here, "gad-7", [3] * 7)
    with here.read() as session:
        (need,) = needs_of(session, here.organisation.id, here.client.id)
    take(here, latest_of(here, need.id).id, Step.DISMISS, SENDER)
    do(here, closing.close, need.id, CloseNeed(ClosingReason.CARE_ELSEWHERE, "Seen elsewhere."))
    before = entries_of(here)
    here.clock.forward(days=YEARS)
    assert (due(here), run(here)) == (0, 0), "a year after the school year has ended, not before"
    here.clock.forward(days=YEARS)
    assert due(here) == 1
    assert [run(here), run(here), due(here)] == [1, 0, 0]
    assert left(here) == [found]
    after = [read_entry(entry) for entry in entries_of(here)]
    assert entries_of(here)[: len(before)] == before
    (event,) = [each for each in after if each["kind"] == "screening erased"]
    assert (event["subject"], event["client"]) == (str(gone), str(here.client.id))
    assert event["details"]["counts"] == ["screening without finding:10"]
    assert is_intact(here)
    with here.read() as session:
        (told,) = contents.compare_all(session)
        assert (told.differing, told.erased) == ((), 0)
        assert told.compared > 0
        assert session.scalars(
            select(AnswerRow).where(AnswerRow.organisation_id == here.organisation.id)
        ).all()
    do(here, client_card.show, here.client.id)
    do(here, timeline.show, here.client.id)


def test_the_key_that_stays_explains_no_answer_of_it(here):
    gone = screen(here, "gad-7", ANSWERED)
    saved, salt = saved_in(here, gone), salt_of(here, gone)
    assert explained(here, saved, salt) == len(saved) == 7, "the broken variant: a salt that is not destroyed"
    here.clock.forward(days=2 * YEARS)
    assert run(here) == 1
    tried = explained(here, saved, b"") + explained(here, saved, bytes(32))
    print(f"T27: with the client's key, {tried} of {len(saved)} answers of an erased screening guessed")
    assert tried == 0


@pytest.mark.parametrize("everybody", [True, False])
def test_a_hold_keeps_it(on_sqlite, everybody):
    here = on_sqlite
    screen(here, "gad-7", ANSWERED)
    here.clock.forward(days=2 * YEARS)
    whose = None if everybody else here.client.id
    do(here, holding.hold, whose, HoldReason.COMPLAINT, role=Role.ADMINISTRATOR)
    assert (due(here), run(here), len(left(here))) == (0, 0, 1)


def test_anything_open_keeps_it(on_sqlite):
    screen(on_sqlite, "gad-7", ANSWERED)
    need_of(on_sqlite)
    on_sqlite.clock.forward(days=2 * YEARS)
    assert (due(on_sqlite), run(on_sqlite), len(left(on_sqlite))) == (0, 0, 1)


def test_one_without_a_salt_of_its_own_goes_with_its_client_alone(on_sqlite):
    screen(on_sqlite, "gad-7", ANSWERED)
    with on_sqlite.write() as session:
        mine = ScreeningRow.organisation_id == on_sqlite.organisation.id
        session.execute(update(ScreeningRow).where(mine).values(salt=None))
    on_sqlite.clock.forward(days=2 * YEARS)
    assert (due(on_sqlite), run(on_sqlite), len(left(on_sqlite))) == (0, 0, 1)
