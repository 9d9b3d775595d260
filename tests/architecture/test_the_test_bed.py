"""The fixtures keep their promises: a database of one's own, a telling browser, no way out."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, inspect, text

from tests.postgres import OWNER, as_
from tests.provision import Program, required

PAGE = b"<!doctype html><title>Maya Example</title><h1>Hello</h1>"


def tables(url):
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return [PAGE]


def test_a_migrated_database_has_tables(database_url):
    assert "alembic_version" in tables(database_url)


def test_an_empty_database_has_none(empty_database_url):
    assert tables(empty_database_url) == []


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_sees_what_another_wrote(database_url, turn):
    engine = create_engine(as_(OWNER, database_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (turn TEXT)"))
    engine.dispose()
    assert "left_behind" in tables(database_url)


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
def test_no_test_reaches_another_machine():
    with socket.socket() as stranger, pytest.raises(SocketConnectBlockedError):
        stranger.connect(("192.0.2.1", 80))


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_program_skips_its_tests_and_fails_them_in_ci(monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    nowhere = Program("Nowhere", lambda: None, "nowhere")
    with pytest.raises(outcome, match="Nowhere is not on this machine, so its tests cannot run"):
        required(nowhere)


@pytest.mark.browser
def test_a_page_opens_at_each_width(any_page, serve):
    any_page.goto(serve(hello))
    assert any_page.title() == "Maya Example"


@pytest.mark.browser
def test_two_contexts_are_two_people(new_context, serve):
    address = serve(hello)
    maya, noor = new_context("phone"), new_context("tablet")
    maya.add_cookies([{"name": "who", "value": "maya", "url": address}])
    assert (len(maya.cookies()), len(noor.cookies())) == (1, 0)
