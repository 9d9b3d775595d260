"""The worker's rounds as they are wired: signing and sending to real peers, again after a while, never twice."""

import logging
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from referral.checkpoints import read_checkpoint, split_notes
from referral.notes import read_note, signers
from service.commands.rounds import Round, begin, rounds_of, seal_and_ship, trust_in
from service.keys import NoKeys
from service.kinds import OrganisationKind
from service.notify.places import BadPlace, read_places
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.peers import LONGEST_WAIT, web


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    screen(made, "asq", [0, 0, 0, 1, 0])
    return made


@pytest.fixture
def settings(here, tmp_path):
    """The settings with keys and a file of checkpoints."""
    places = f"file:{tmp_path / 'checkpoints'}"
    return replace(
        here.parts.settings,
        audit_keys=tmp_path / "keys",
        audit_name="handrail.example",
        checkpoint_places=places,
    )


def nothing(_words):
    """Say it to nobody."""


def test_without_a_file_of_keys_nothing_signs(here, settings):
    assert trust_in(replace(settings, audit_keys=None), nothing) is None
    # What was left open, who is told, the review of the week, erasures, room on the disk, what crosses elsewhere.
    assert len(rounds_of(here.parts, None)) == 6


def test_a_deployment_without_a_key_makes_itself_one_and_says_what_checks_it(settings):
    said = []
    first = trust_in(settings, said.append)
    again = trust_in(settings, said.append)
    (told,) = said
    assert str(first.seal.keys[0].public) in told
    assert list(again.seal.keys) == list(first.seal.keys)
    assert "PRIVATE" not in told


def test_keys_and_places_that_cannot_be_stop_the_start(settings):
    with pytest.raises(BadPlace):
        trust_in(replace(settings, checkpoint_places="mail:us"), nothing)
    settings.audit_keys.chmod(0o600)
    settings.audit_keys.write_text("words", "ascii")
    with pytest.raises(NoKeys):
        trust_in(settings, nothing)


def test_a_round_signs_and_brings_what_it_signed_to_the_file_once(here, settings, tmp_path):
    trust = trust_in(settings, nothing)
    assert seal_and_ship(here.parts, trust) == 1
    kept = split_notes((tmp_path / "checkpoints").read_text("utf-8"))
    keys = [key.public for key in trust.seal.keys]
    assert all(signers(read_note(note), keys) for note in kept)
    assert sorted(read_checkpoint(read_note(note)).organisation for note in kept) == sorted(
        [str(here.organisation.id), "deployment"]
    )
    assert seal_and_ship(here.parts, trust) == 0
    assert split_notes((tmp_path / "checkpoints").read_text("utf-8")) == kept


@pytest.fixture
def to_web(here, settings):
    """`to_web(port)`: one round of signing and sending to a web address."""
    trust = trust_in(settings, nothing)

    def one_round(port):
        seal_and_ship(here.parts, replace(trust, places=read_places(f"http://127.0.0.1:{port}/")))

    return one_round


def test_a_failing_place_is_tried_again_after_half_a_minute_and_not_before(here, to_web, caplog):
    with web() as (port, answers, sent), caplog.at_level(logging.WARNING):
        answers.extend([500] * 2)
        to_web(port)
        tried = len(sent)
        for seconds in (1, 10, 19):
            here.clock.forward(seconds=seconds)
            to_web(port)
        assert len(sent) == tried
        here.clock.forward(seconds=1)
        to_web(port)
        assert len(sent) == tried + 2
        here.clock.forward(minutes=5)
        to_web(port)
        assert len(sent) == tried + 2
    assert f"checkpoints do not reach http://127.0.0.1:{port}/: answered 500" in caplog.text
    assert str(here.organisation.id) not in caplog.text


def test_what_was_taken_is_never_sent_twice_and_what_is_newer_is(here, to_web):
    other = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    screen(other, "gad-7", [0] * 7)
    with web() as (port, _, sent):
        for _ in range(4):
            to_web(port)
            here.clock.forward(minutes=1)
        assert len(sent) == len(set(sent)) == 3
        screen(other, "gad-7", [0] * 7)
        to_web(port)
        assert len(sent) == len(set(sent)) == 5
    sizes = [read_checkpoint(read_note(note)) for _, _, note in sent]
    newest = [each for each in sizes if each.organisation == str(other.organisation.id)]
    assert newest[0].size < newest[1].size


def test_each_round_runs_beside_the_others_until_it_is_told_to_stop():
    stop, ran = threading.Event(), [threading.Event(), threading.Event()]
    threads = begin([Round(timedelta(milliseconds=1), each.set) for each in ran], stop)
    assert all(each.wait(LONGEST_WAIT) for each in ran)
    stop.set()
    for thread in threads:
        thread.join(LONGEST_WAIT)
    assert not any(thread.is_alive() for thread in threads)


def test_every_round_of_the_worker_can_be_done(here, settings, tmp_path):
    for each in rounds_of(here.parts, trust_in(settings, nothing)):
        each.work()
    assert (tmp_path / "checkpoints").exists()
