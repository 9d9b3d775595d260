"""T27: somebody who was erased is gone from every table and every byte; the trail is whole and tells nothing."""

import hmac
import uuid
from datetime import date, timedelta
from hashlib import sha256

import pytest

from referral.entries import COMMIT_TAG, commitment, read_entry
from service.access import NotFound
from service.actions import clients, storage
from service.actions.retention_rounds import erase_one
from service.permissions import Role
from service.store.holds import erasures_to_do
from service.store.screenings import find_screening
from service.store.vault import key_of
from tests.proofs.erased import (
    ANSWERS,
    BORN,
    NAMES,
    WORDS,
    agreed,
    bytes_with,
    entries_of,
    is_intact,
    lived,
    round_of,
    rows_in,
    tables_with,
)
from tests.proofs.policies import DELETES
from tests.proofs.tenancy import close
from tests.service.builders import world
from tests.service.caring import do
from tests.service.sealed import seal
from tests.whole import url_of

GIVEN = ("Ana", "Ben", "Cleo", "Dana", NAMES[0])
FAMILY = ("Example", "Testcase", NAMES[1])
BIRTHS = [date(2010, 1, 1) + timedelta(days=each) for each in range(365)]
assert BORN in BIRTHS


@pytest.fixture
def here(database_url, tmp_path):
    yield world(database_url, tmp_path)
    close()


@pytest.fixture
def on_sqlite(sqlite_url, tmp_path):
    yield world(sqlite_url, tmp_path)
    close()


def commits_of(here, client_id):
    """Every commitment in the trail about a client."""
    read = [read_entry(entry) for entry in entries_of(here)]
    return {each["commit"] for each in read if each["client"] == str(client_id) and each["commit"]}


def answers_guessed():
    """Every payload of an answer that the questionnaire has."""
    for item in range(1, 10):
        for value in (0, 1, 2, 3, '"refused"'):
            yield f'{{"answer":{value},"instrument":"phq-9","item":"q{item}"}}'.encode()


def people_guessed():
    """Every name with every birth date of a list, as somebody might have written them."""
    for given in GIVEN:
        for family in FAMILY:
            for born in BIRTHS:
                yield f"{given} {family} {born}".encode()


def hits(commits, guesses):
    """Guesses that explain a commitment without its salt, in each of the ways somebody would try."""
    return [
        guess
        for guess in guesses
        for tried in (
            hmac.new(b"", COMMIT_TAG + guess, sha256).hexdigest(),
            sha256(COMMIT_TAG + guess).hexdigest(),
            sha256(guess).hexdigest(),
        )
        if tried in commits
    ]


def test_whoever_was_erased_is_in_no_table_and_the_trail_is_intact(here):
    client_id = lived(here)
    seal(here)
    assert "clients" in tables_with(here, NAMES)
    before, rows = entries_of(here), rows_in(here)
    agreed(here, client_id)
    assert round_of(here) == (client_id,)
    fewer = {name for name, count in rows_in(here).items() if count < rows[name]}
    assert fewer == {*DELETES} - {"sign_ins"}  # a device's sign-in is somebody else's: it is freed
    seal(here)
    left = tables_with(here, [*NAMES, *WORDS])
    print(f"T27: {len(before)} events, {len(left)} tables with a trace of who was erased")
    assert left == set()
    kept = tables_with(here, [str(client_id), client_id.hex, repr(client_id)])
    assert kept == {"audit_events", "erasures"}
    after = entries_of(here)
    assert after[: len(before)] == before
    assert read_entry(after[-1])["kind"] == "client erased"
    assert is_intact(here)
    with here.read() as session:
        assert erasures_to_do(session, here.organisation.id) == []


def test_whoever_was_erased_answers_like_one_that_never_existed(here):
    client_id = lived(here)
    agreed(here, client_id)
    round_of(here)
    with pytest.raises(NotFound, match="no such client"):
        do(here, clients.show, client_id)
    assert round_of(here) == ()
    assert not erase_one(here.parts.open_write, here.parts.act, here.actor(Role.ADMINISTRATOR), client_id)


def test_nothing_of_them_is_in_the_bytes_of_the_file(on_sqlite):
    client_id = lived(on_sqlite)
    found = bytes_with(on_sqlite, NAMES)
    assert found == set(NAMES)
    assert bytes_with(on_sqlite, WORDS) == set()  # sealed from the first
    agreed(on_sqlite, client_id)
    round_of(on_sqlite)
    on_sqlite.parts.close()
    assert storage.scrub(url_of(on_sqlite))
    assert bytes_with(on_sqlite, [*NAMES, *WORDS]) == set()


def test_without_the_scrubbing_the_bytes_are_found(on_sqlite):
    client_id = lived(on_sqlite)
    agreed(on_sqlite, client_id)
    round_of(on_sqlite)
    assert bytes_with(on_sqlite, NAMES) == set(NAMES)  # in the log of the file


def test_no_guess_explains_what_the_trail_keeps(here):
    client_id = lived(here)
    agreed(here, client_id)
    round_of(here)
    commits = commits_of(here, client_id)
    assert len(commits) > len(ANSWERS)
    guesses = [*answers_guessed(), *people_guessed(), *(word.encode() for word in WORDS), b"the paper"]
    found = hits(commits, guesses)
    print(f"T27: {len(guesses)} guesses at {len(commits)} commitments, {len(found)} hits")
    assert found == []


def test_the_guessing_finds_a_commitment_without_a_salt():
    guess = next(people_guessed())
    assert hits({hmac.new(b"", COMMIT_TAG + guess, sha256).hexdigest()}, people_guessed()) == [guess]


def test_a_key_that_was_not_destroyed_gives_the_answers_away(here):
    client_id = lived(here)
    read = [read_entry(entry) for entry in entries_of(here)]
    saved = [each for each in read if each["kind"] == "answer saved" and each["client"] == str(client_id)]
    with here.read() as session:
        key = key_of(session, here.organisation.id, client_id)
        named = {uuid.UUID(each["subject"]) for each in saved}
        (apart,) = [find_screening(session, here.organisation.id, each).salt for each in named]
    found = [
        guess
        for each in saved
        for guess in answers_guessed()
        if commitment(key.salt(each["id"], apart), guess) == each["commit"]
    ]
    print(f"T27: with the key and the screening's salt, {len(found)} of {len(saved)} answers guessed")
    assert len(found) == len(saved) == len(ANSWERS)
