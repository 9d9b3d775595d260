"""Checkpoints reach real peers: a file that only grows, a syslog server, a web address; and each refusal is told."""

import json
import re
import resource
import stat

import pytest

from referral.checkpoints import split_notes
from referral.notes import signed
from service.notify.places import BadPlace, NotTaken, read_places
from tests.referral.keys import OLD
from tests.service.peers import closed_port, syslog, web

NOTE = str(signed("handrail.example/audit/x\n3\nAAAA\n", [OLD]))


def place(text):
    (found,) = read_places(text)
    return found


def test_a_file_grows_by_whole_notes_that_an_auditor_can_take_apart(tmp_path):
    file = tmp_path / "made" / "checkpoints"
    here = place(f"file:{file}")
    for _ in range(3):
        here.send(NOTE)
    assert split_notes(file.read_text("utf-8")) == (NOTE,) * 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert here.name == f"file:{file}"


def test_a_file_that_cannot_be_written_takes_nothing(tmp_path):
    with pytest.raises(NotTaken, match="IsADirectoryError"):
        place(f"file:{tmp_path}").send(NOTE)


def test_half_a_note_is_not_left_in_a_file(tmp_path):
    """A full disk takes a part; here a limit on the size of files does."""
    file = tmp_path / "checkpoints"
    here = place(f"file:{file}")
    here.send(NOTE)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 10, before[1]))
    try:
        with pytest.raises(NotTaken, match="OSError"):
            here.send(NOTE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    here.send(NOTE)
    assert split_notes(file.read_text("utf-8")) == (NOTE,) * 2


def test_syslog_hears_one_frame_with_the_count_of_its_bytes():
    with syslog() as (port, heard):
        here = place(f"syslog:127.0.0.1:{port}")
        here.send(NOTE)
        count, _, message = heard().partition(b" ")
    assert int(count) == len(message)
    assert b"\n" not in message
    told = re.fullmatch(rb"<109>1 - - handrail - checkpoint - (.*)", message)
    assert json.loads(told[1]) == NOTE
    assert here.name == f"syslog:127.0.0.1:{port}"


def test_a_web_address_is_sent_the_note_as_it_is():
    with web() as (port, _, sent):
        here = place(f"http://127.0.0.1:{port}/keep?who=us")
        here.send(NOTE)
    assert sent == [("/keep?who=us", "text/plain; charset=utf-8", NOTE)]
    assert here.name == f"http://127.0.0.1:{port}/keep"


@pytest.mark.parametrize("status", [500, 404, 401, 301, 302, 307, 308])
def test_what_a_web_address_refuses_or_sends_elsewhere_is_not_taken_and_not_followed(status):
    with web() as (port, answers, sent):
        answers.append(status)
        with pytest.raises(NotTaken, match=f"answered {status}"):
            place(f"http://127.0.0.1:{port}/").send(NOTE)
    assert [path for path, _, _ in sent] == ["/"]


@pytest.mark.parametrize("kind", ["syslog:127.0.0.1:{}", "http://127.0.0.1:{}/", "https://127.0.0.1:{}/"])
def test_where_nobody_listens_nothing_is_taken(kind):
    with pytest.raises(NotTaken, match="ConnectionRefusedError"):
        place(kind.format(closed_port())).send(NOTE)


def test_a_web_address_without_a_certificate_is_not_spoken_to():
    with web() as (port, _, sent), pytest.raises(NotTaken, match="SSL"):
        place(f"https://127.0.0.1:{port}/").send(NOTE)
    assert sent == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mail:somebody", "found 'mail'"),
        ("words", "found 'words'"),
        ("file:relative/path", "a path from the root"),
        ("syslog:", "allowed: syslog:host"),
        ("syslog:host:words", "allowed: syslog:host"),
        ("syslog:host:99999", "allowed: syslog:host"),
        ("https:///path", "found https:"),
        ("https://host:words/", "found https:"),
        ("https://[::1", "found https:"),
        ("syslog:host:٣", "allowed: syslog:host"),
        ("https://host:99999/", "found https:"),
        ("http://somewhere.example/", "on this machine only"),
    ],
)
def test_a_place_that_cannot_be_is_refused_at_the_start(text, words):
    with pytest.raises(BadPlace, match=re.escape(words)):
        read_places(text)


def test_a_name_holds_no_secret_and_several_places_are_separated_by_commas():
    found = read_places(
        "https://us:secret@keep.example/in?token=secret , syslog:logs.example,file:/var/kept,"
    )
    assert [each.name for each in found] == [
        "https://keep.example/in",
        "syslog:logs.example:601",
        "file:/var/kept",
    ]
