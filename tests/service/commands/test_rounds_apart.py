"""The worker's rounds as they are wired: each place has one of its own, so that a silent one holds up no other."""

from service.commands.rounds import Trust, rounds_of
from service.notify.places import read_places
from tests.referral.keys import WITNESS
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.sealed import SEAL


def test_a_silent_place_holds_up_neither_signing_nor_another_place(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    screen(here, "asq", [0])
    places = read_places(f"witness:http://127.0.0.1:1/witness, file:{tmp_path / 'kept'}")
    *_others, seals, _keys, asks, keeps = rounds_of(here.parts, Trust(SEAL, places, [WITNESS.public]))
    assert [each.work() for each in (seals, keeps, asks, keeps)] == [1, 2, 0, 0]
    assert (tmp_path / "kept").read_text("utf-8").count(f"audit/{here.organisation.id}\n") == 1
