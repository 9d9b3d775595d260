"""Every benchmark runs at tiny sizes, so that none rots. No time is asserted: these machines are shared."""

from http import HTTPStatus

import pytest
from flask import Flask

from benchmarks import auditing, pages, peers, queueing, starting, submitting
from benchmarks.browsing import Reader, is_elsewhere, weigh
from benchmarks.crowds import EACH, gather
from benchmarks.measuring import in_turns, percentile
from benchmarks.spending import ledger
from benchmarks.telling import shares, table
from benchmarks.tenants import browser, running, settle
from instruments.catalogue import load_catalogue
from service.app import create_app
from service.kinds import Role

PAGE = """<html><head><link rel="stylesheet" href="/a.css"><script src="https://elsewhere.example/x.js"></script></head>
<body><a href="/queue">Queue</a><form action="/queue"></form></body></html>"""


@pytest.fixture
def made(sqlite_url, tmp_path):
    with running(sqlite_url, tmp_path) as parts:
        yield settle(parts)


def test_works_take_turns():
    order = []
    taken = in_turns([lambda: order.append("a"), lambda: order.append("b")], 2)
    assert order == ["a", "b", "a", "b"]
    assert [len(each) for each in taken] == [2, 2]


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 3), (0.95, 4), (1.0, 4)])
def test_a_percentile_is_one_of_the_values(share, value):
    assert percentile([4, 1, 3, 2], share) == value


def test_a_table_lines_its_figures_up():
    assert table(("page", "ms"), [("queue", "12.5")]) == ["page     ms", "queue  12.5"]


def test_shares_name_the_largest_first():
    assert shares({"SQL": 1.0, "commit": 3.0, "templates": 0.0}) == "commit 75%, SQL 25%"


def test_a_page_says_what_a_browser_would_fetch():
    read = Reader(PAGE)
    assert (read.links, read.sent) == (["/queue"], ["/queue"])
    assert [is_elsewhere(each) for each in read.fetched] == [False, True]


def test_a_body_is_weighed_as_served_bare_and_under_gzip():
    weight = weigh(b"a" * 1000, None)
    assert (weight.served, weight.bare) == (1000, 1000)
    assert weight.zipped < 100


@pytest.mark.parametrize("referrals", [EACH * 3, EACH * 1000])
def test_the_crowd_has_as_many_open_referrals_as_asked_for(made, referrals):
    gather(made, referrals)
    client = browser(create_app(made.parts), made.parts, made.people[Role.COORDINATOR])
    answer = client.get("/queue?view=all-open")
    assert answer.status_code == HTTPStatus.OK
    assert f">{referrals}<" in answer.text


def test_the_ledger_names_the_line_that_asked(made):
    app: Flask = create_app(made.parts)
    client = browser(app, made.parts, made.people[Role.COORDINATOR])
    with ledger() as found:
        client.get("/queue")
    assert all(value > 0 for value in found.spent.values())
    assert any(each.where.startswith("store/queue_pages.py:") for each in found.asked if each.reads)


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (lambda: submitting.report(quick=True, served=False), "in process, 8 clients"),
        (lambda: queueing.report(quick=True), "coordinator: overdue"),
        (lambda: pages.report(quick=True), "board.show"),
    ],
    ids=["submitting", "queueing", "pages"],
)
def test_a_benchmark_runs(report, words):
    said = "\n".join(report())
    assert words in said
    assert "Where the time goes" in said


def test_every_peer_is_measured_or_said_to_be_absent(monkeypatch):
    monkeypatch.delenv("PEER_CAMCOPS", raising=False)
    monkeypatch.setenv("PEER_NODE", "no-such-folder")
    said = list(peers.report(load_catalogue(), 1000))

    assert [
        name
        for name in (*peers.SINGLE, "Polars", "DuckDB")
        if not any(line.startswith(name) for line in said)
    ] == []
    assert any(line.startswith("CamCOPS") and "PEER_CAMCOPS names no Python" in line for line in said)
    assert any(line.startswith("FHIRPath.js") and "not measured" in line for line in said)


def test_starting_tells_each_stage_of_an_instrument():
    said = list(starting.report(load_catalogue(), ("gad-2",)))

    assert said[1].startswith("gad-2")
    assert any("1 of 1" in line or "0 of 1" in line for line in said)


def test_auditing_proves_writes_and_counts():
    said = "\n".join(auditing.report(quick=True))
    assert [
        words
        for words in ("in memory", "a bundle, with its checkpoint", "with its event chained", "Authorisation")
        if words not in said
    ] == []


@pytest.mark.slow
def test_submitting_runs_over_gunicorn():
    assert "gunicorn, 8 clients" in "\n".join(submitting.report(quick=True))
