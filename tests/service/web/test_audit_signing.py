"""The auditor's page says plainly how far the trail is signed, who else has that, and what is missing."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from referral.checkpoints import read_checkpoint
from referral.notes import read_note
from service.actions.signing_status import Provable
from service.permissions import Role
from service.store import checkpoints, witnesses
from tests.referral.keys import OLD, STRANGER, WITNESS
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.sealed import seal
from tests.service.web.visiting import visitor, words

FILE, PARTNER = "file:/srv/checkpoints", "witness:https://clinic.example/witness"


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    screen(made, "asq", [0])
    return made


def provable(here, *places, keys=(OLD.public,)):
    here.parts = replace(here.parts, provable=Provable(keys, places))


def page(here, language="en"):
    person = visitor(here, Role.AUDITOR)
    person.post("/language", language=language, next="/instruments")
    return words(person.get("/audit"))


def proof(here):
    return words(visitor(here, Role.AUDITOR).client.get("/audit/proof", headers={"HX-Request": "true"}))


def newest(here):
    with here.read() as session:
        return checkpoints.newest_checkpoint(session, here.organisation.id)


def shipped(here, place, size):
    with here.write() as session:
        checkpoints.note_sending(session, place, here.organisation.id, here.clock(), size=size)


def spoil(here, change):
    """Change the stored checkpoints as somebody who owns the database can."""
    with here.write() as session:
        session.execute(text("DROP TRIGGER checkpoints_no_update"))
        for row in checkpoints.checkpoint_rows(session, here.organisation.id):
            row.note = change(row.note)


def test_a_trail_that_nobody_signs_says_so_and_that_it_goes_nowhere(here):
    found = page(here)
    assert "Signed since Not signed yet" in found
    assert "Copies of the signatures are kept nowhere outside." in found
    assert "write all of the trail anew" in found
    assert "is signed. Ask whoever runs Handrail whether its worker runs" not in found


def test_what_waits_too_long_for_a_signature_is_told(here):
    seal(here)
    screen(here, "gad-7", [0] * 7)
    happened = here.clock()
    here.clock.forward(minutes=2)
    assert "Nothing that happened since" in page(here)
    seal(here)
    assert happened < here.clock()
    assert "Nothing that happened since" not in page(here)


def test_the_newest_checkpoint_is_told_with_its_events(here):
    provable(here, FILE)
    seal(here)
    found = page(here)
    assert f"{newest(here).size} events, signed today 10:00" in found
    assert "Copies of the signatures are kept in only one place." in found
    assert "Ask whoever runs Handrail to name a second one." in found


def test_each_place_says_how_far_it_has_got_and_since_when_it_takes_nothing(here):
    provable(here, FILE, PARTNER)
    seal(here)
    shipped(here, FILE, newest(here).size)
    shipped(here, PARTNER, None)
    found = page(here)
    assert f"A file {FILE} Has {newest(here).size} of {newest(here).size} signed events." in found
    assert f"Another organisation, which signs too {PARTNER} Has taken nothing since today 10:00" in found
    assert "Has none yet." in found
    assert "in only one place" not in found
    assert "may lie on the machine that it runs on" not in found


@pytest.mark.parametrize(
    ("place", "words", "elsewhere"),
    [
        ("syslog:/dev/log", "The log of the machine that Handrail runs on", False),
        ("syslog:logs.example:601", "A log server", True),
        ("https://keep.example/in", "A web address", True),
        ("http://127.0.0.1/in", "A web address", False),
        (PARTNER, "Another organisation, which signs too", True),
    ],
)
def test_two_places_that_may_be_on_one_machine_are_told_as_such(here, place, words, elsewhere):
    provable(here, FILE, place)
    found = page(here)
    assert f"{words} {place} Has none yet." in found
    assert ("may lie on the machine that it runs on" in found) is not elsewhere
    assert "in only one place" not in found


def review(here, role=Role.AUDITOR):
    return words(visitor(here, role).get("/audit/review"))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR])
def test_the_review_of_the_week_says_where_a_second_place_is_missing(here, role):
    provable(here, FILE)
    assert "Copies of the signatures are kept in only one place." in review(here, role)
    provable(here)
    assert "Copies of the signatures are kept nowhere outside." in review(here, role)


def test_the_review_of_the_week_names_a_place_that_takes_nothing_and_else_nothing_of_places(here):
    provable(here, FILE, PARTNER)
    seal(here)
    assert "Where copies of the signatures are kept" not in review(here)
    shipped(here, PARTNER, None)
    assert f"which signs too has taken nothing since today 10:00. {PARTNER}" in review(here)


def test_who_signed_as_well_is_named(here):
    provable(here, FILE, PARTNER)
    seal(here)
    size = newest(here).size
    with here.write() as session:
        witnesses.add_cosignature(
            session, here.organisation.id, size, str(WITNESS.public), here.clock(), "line\n"
        )
    assert f"Signed by others too witness.example: {size} events, signed today 10:00" in page(here)


@pytest.mark.parametrize(("keys", "told"), [((OLD.public,), False), ((STRANGER.public,), True), ((), False)])
def test_a_newest_checkpoint_that_is_not_ours_is_told(here, keys, told):
    provable(here, FILE, PARTNER, keys=keys)
    seal(here)
    assert ("is not signed with this Handrail's own key" in page(here)) is told


def test_a_forged_line_under_our_own_name_is_told(here):
    provable(here, FILE, PARTNER)
    seal(here)
    spoil(here, lambda note: note.replace("handrail.example/audit", "handrail.example/other"))
    assert "is not signed with this Handrail's own key" in page(here).replace("&#39;", "'")


def test_the_proof_says_how_many_checkpoints_fit(here):
    seal(here)
    screen(here, "gad-7", [0] * 7)
    seal(here)
    assert "2 signed checkpoints were held against it, and all fit." in proof(here)


def reroot(note):
    found = read_checkpoint(read_note(note))
    return note.replace(found.text, replace(found, root=bytes(32)).text)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (reroot, "Changed: one of the events 1 to"),
        (lambda note: note.replace("\n", "\n9", 1), "Shortened: there are fewer events than were signed."),
        (lambda note: note[:-1], "Changed: a signed checkpoint is not as it was written."),
    ],
)
def test_what_does_not_fit_a_stored_checkpoint_is_told(here, change, told):
    seal(here)
    spoil(here, change)
    assert told in proof(here)


def test_the_page_speaks_spanish(here):
    seal(here)
    provable(here, FILE)
    found = page(here, "es")
    assert "Firmado desde" in found
    assert "Las copias de las firmas se guardan en un solo lugar." in found
