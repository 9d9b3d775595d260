"""What people write is sealed before it is stored, opens for the program alone, and nothing is stored without keys."""

import secrets
import uuid

import pytest
from sqlalchemy import text

from referral.entries import read_entry
from referral.model import AttemptResult, Channel
from referral.payloads import Unreadable, wrapping_key
from service.actions.attempts import LogAttempt, log_attempt
from service.actions.wrapping import NotAllWrapped, rewrap_all
from service.app import make_checked_parts
from service.keys import NoKeys, add_wrapping_key, drop_wrapping_keys, load_wrapping_keys
from service.store.directory import wrapping_keys_used
from service.store.engine import open_sessions
from service.store.needs import AttemptRow, attempts_about
from service.store.sealed import NotSealed
from service.store.vault import Vault
from tests.proofs.erased import entries_of
from tests.service.builders import VAULT, WRAPPING, world
from tests.service.caring import do, need_of
from tests.whole import url_of, whole

WORDS = "Spoke with the aunt about the weekend."
NEWER = wrapping_key(b"n" * 32)


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    made.need = need_of(made)
    tried(made, WORDS)
    return made


def tried(here, words):
    do(here, log_attempt, here.need, LogAttempt(Channel.PHONE, AttemptResult.REACHED, words))


def read(opened, here):
    """What stands in the attempts, as a session of these doors reads it."""
    with opened(here.organisation.id) as session, session.begin():
        return [row.note for row in attempts_about(session, here.organisation.id, here.need)]


def stored(here):
    with whole(url_of(here)) as session:
        return list(session.scalars(text("SELECT note FROM attempts ORDER BY made_at, id")))


def doors(here, vault):
    return open_sessions(url_of(here), vault)


def test_a_note_is_sealed_in_the_database_and_plain_for_the_program(here):
    (sealed,) = stored(here)
    assert sealed.startswith(f"sealed:1:{here.client.id}:")
    assert "aunt" not in sealed
    assert read(here.parts.open_read, here) == [WORDS]


def test_a_row_read_again_under_a_lock_is_opened_too(here):
    with here.write() as session:
        (row,) = attempts_about(session, here.organisation.id, here.need)
        session.refresh(row, with_for_update=True)
        assert row.note == WORDS
        row.note = f"{WORDS} She will call."
    assert read(here.parts.open_read, here) == [f"{WORDS} She will call."]


def test_a_note_that_is_copied_to_another_row_is_sealed_for_that_row(here):
    with here.write() as session:
        (row,) = attempts_about(session, here.organisation.id, here.need)
        copied = another(here)
        copied.note = row.note
        session.add(copied)
    assert read(here.parts.open_read, here) == [WORDS, WORDS]
    assert len(set(stored(here))) == 2


def test_what_was_stored_before_there_were_keys_is_read_as_it_is(here):
    with whole(url_of(here)) as session:
        session.execute(text("UPDATE attempts SET note = 'written long ago'"))
    assert read(here.parts.open_read, here) == ["written long ago"]


def test_a_note_that_was_moved_to_another_row_does_not_open(here):
    tried(here, "Nobody answered.")
    first, _second = stored(here)
    with whole(url_of(here)) as session:
        session.execute(text("UPDATE attempts SET note = :note"), {"note": first})
    with pytest.raises(Unreadable, match="changed or moved"):
        read(here.parts.open_read, here)


def test_without_keys_nothing_sealed_is_read_or_stored(here):
    closed = doors(here, None)
    with pytest.raises(NotSealed, match="no keys"):
        read(closed.read, here)
    with closed.write(here.organisation.id) as session:
        session.add(another(here))
        with pytest.raises(NotSealed, match="no keys"):
            session.flush()
    closed.engine.dispose()
    assert len(stored(here)) == 1


def another(here):
    return AttemptRow(
        organisation_id=here.organisation.id,
        id=uuid.UUID(int=7),
        need_id=here.need,
        made_by=here.act().by.id,
        made_at=here.clock(),
        channel=Channel.PHONE,
        result=AttemptResult.REACHED,
        note="plain",
    )


def test_with_another_wrapping_key_nothing_opens(here):
    strange = doors(here, Vault(lambda: (NEWER,), secrets.token_bytes))
    with pytest.raises(Unreadable, match=f"{WRAPPING.id} is not in the file"):
        read(strange.read, here)
    strange.engine.dispose()


def test_the_wrapping_key_is_changed_and_every_note_stays_readable(here):
    both = doors(here, Vault(lambda: (WRAPPING, NEWER), secrets.token_bytes))
    assert rewrap_all(both.write, here.parts.act) == 1
    assert rewrap_all(both.write, here.parts.act) == 0
    (told,) = [each for each in map(read_entry, entries_of(here)) if each["kind"] == "setting changed"]
    assert told["details"] == {"setting": "wrapping key", "count": 1, "digest": [NEWER.id]}
    both.engine.dispose()
    newer = doors(here, Vault(lambda: (NEWER,), secrets.token_bytes))
    assert read(newer.read, here) == [WORDS]
    with newer.read() as session:
        assert wrapping_keys_used(session) == [NEWER.id]
    newer.engine.dispose()
    with pytest.raises(Unreadable):
        read(here.parts.open_read, here)


def test_nothing_starts_when_clients_keys_are_there_and_the_file_is_not_the_right_one(here, tmp_path):
    settings = here.parts.settings
    with pytest.raises(NoKeys, match="cannot be read"):
        make_checked_parts(settings)
    assert not (tmp_path / "wrapping-keys").exists()
    add_wrapping_key(tmp_path / "wrapping-keys", NEWER.secret)
    with pytest.raises(NoKeys, match=f"lacks {WRAPPING.id}"):
        make_checked_parts(settings)
    add_wrapping_key(tmp_path / "wrapping-keys", WRAPPING.secret)
    parts = make_checked_parts(settings)
    assert read(parts.open_read, here) == [WORDS]
    parts.close()


def test_the_first_start_makes_a_key_that_only_its_owner_reads(database_url, tmp_path):
    here = world(database_url, tmp_path)
    make_checked_parts(here.parts.settings)
    file = tmp_path / "wrapping-keys"
    (first,) = load_wrapping_keys(file)
    assert file.stat().st_mode & 0o777 == 0o400
    newer = add_wrapping_key(file, b"n" * 32)
    assert list(load_wrapping_keys(file)) == [first, newer]
    assert (drop_wrapping_keys(file), drop_wrapping_keys(file)) == (1, 0)
    assert list(load_wrapping_keys(file)) == [newer]


def test_two_organisations_keys_are_of_their_own(here):
    theirs = world("", None, parts=here.parts, clock=here.clock)
    theirs.need = need_of(theirs)
    tried(theirs, WORDS)
    assert len(set(stored(here))) == 2
    assert VAULT.keys() == (WRAPPING,)


def test_the_older_key_stays_while_anything_needs_it(here):
    with here.write() as session:
        session.execute(text("UPDATE client_keys SET wrapped_by = 'another'"))
    both = doors(here, Vault(lambda: (WRAPPING,), secrets.token_bytes))
    with pytest.raises(Unreadable, match="another is not in the file"):
        rewrap_all(both.write, here.parts.act)
    with pytest.raises(NotAllWrapped, match="still wrapped by another"):
        rewrap_all(lambda _within=None: both.write(uuid.UUID(int=9)), here.parts.act)
    both.engine.dispose()
