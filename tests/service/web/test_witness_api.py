"""The address of a witness as the protocol has it: each answer, no cookie, and of two at once never both go on."""

import threading
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from referral.checkpoints import read_checkpoint
from referral.notes import read_note
from referral.witnessing import LONGEST_REQUEST, SIZE, cosignatures
from service.actions import witnessing
from service.actions.witnessing import Witness
from service.notify.posting import post
from tests.referral.keys import OLD, STRANGER, WITNESS
from tests.referral.test_witnessing import FORKED, TRUE
from tests.service.builders import world

ADDRESS = "/witness/add-checkpoint"


@pytest.fixture
def here(database_url, tmp_path):
    made = world(database_url, tmp_path)
    made.parts = replace(made.parts, witness=Witness((WITNESS,), (OLD.public,)))
    return made


@pytest.fixture
def ask(here):
    client = here.app().test_client()
    return lambda request: client.post(ADDRESS, data=str(request).encode())


def kept(here):
    with here.read() as session:
        return [read_checkpoint(read_note(note)) for note in witnessing.kept(session)]


def test_each_answer_is_the_one_of_the_protocol(here, ask):
    found = ask(TRUE.asks(0, 7))
    assert (found.status_code, found.content_type) == (200, "text/plain; charset=utf-8")
    (line,) = cosignatures(TRUE.note(7), found.text, [WITNESS.public])
    assert line.at == here.clock()
    assert "Set-Cookie" not in found.headers
    conflict = ask(TRUE.asks(0, 12))
    assert (conflict.status_code, conflict.content_type, conflict.text) == (409, SIZE, "7\n")
    statuses = [
        ask(each).status_code
        for each in (
            TRUE.asks(7, 12),
            FORKED.asks(12, 12),
            FORKED.asks(12, 20),
            replace(TRUE.asks(12, 20), note=TRUE.note(20, STRANGER)),
            replace(TRUE.asks(12, 20), note=TRUE.note(20, origin="nobody.example/audit/x")),
            replace(TRUE.asks(12, 12), old=13),
            "nothing",
        )
    ]
    assert statuses == [200, 409, 422, 403, 404, 400, 400]
    assert kept(here) == [TRUE.asks(7, 12).checkpoint]


def test_only_the_logs_own_lines_are_kept(here, ask):
    other = TRUE.note(7, OLD, STRANGER)
    assert ask(replace(TRUE.asks(0, 7), note=other)).status_code == 200
    with here.read() as session:
        assert witnessing.kept(session) == [str(TRUE.note(7))]


def test_a_body_that_is_too_long_is_refused(here, ask):
    assert ask("x" * (LONGEST_REQUEST + 1)).status_code == 400
    assert ask("x" * (here.parts.settings.most_body_bytes + 1)).status_code == 413


def test_where_nothing_is_witnessed_nothing_is_there(database_url, tmp_path):
    client = world(database_url, tmp_path).app().test_client()
    here, nowhere = (client.post(each, data=b"old 0\n") for each in (ADDRESS, "/nowhere/add-checkpoint"))
    assert (here.status_code, here.mimetype) == (nowhere.status_code, nowhere.mimetype) == (404, "text/html")


def at_once(address, requests):
    """The statuses of requests that are sent at the same moment."""
    ready, found = threading.Barrier(len(requests)), {}

    def send(number, request):
        ready.wait()
        found[number] = post(address, str(request)).status

    threads = [threading.Thread(target=send, args=each) for each in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[number] for number in range(len(requests))]


@pytest.mark.parametrize("begun", [0, 5])
def test_of_two_trees_that_are_asked_for_at_once_only_one_goes_on(here, serve, begun):
    address = urlsplit(serve(here.app()) + ADDRESS)
    if begun:
        assert post(address, str(TRUE.asks(0, begun))).status == 200
    asked = [log.asks(begun, size) for size in (9, 17) for log in (TRUE, FORKED)]
    statuses = at_once(address, asked)
    assert sorted(statuses) == [200, 409, 409, 409]
    assert kept(here) == [asked[statuses.index(200)].checkpoint]


def test_the_same_tree_asked_for_at_once_is_signed_once_and_told_to_the_others(here, serve):
    statuses = at_once(urlsplit(serve(here.app()) + ADDRESS), [TRUE.asks(0, 9)] * 4)
    assert sorted(statuses) == [200, 409, 409, 409]
    assert kept(here) == [TRUE.asks(0, 9).checkpoint]
