"""Finding a client as people type: half a name, a slip in each word, the family name first."""

from datetime import date

import pytest

from service.actions import clients
from tests.service.referring import shared_world

BORN = date(2012, 3, 4)
OTHERS = (
    ("Omar", "Sample"),
    ("Milo", "Prototype"),
    ("Wren", "Fictional"),
    ("Lucía", "Muestra"),
    ("Ben", "Demo"),
)


@pytest.fixture(scope="module")
def here(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("names")) as here:
        for given, family in OTHERS:
            here.new_client(given, family, BORN)
        yield here


def found(here, query):
    with here.write() as session:
        return [line.name for line in clients.find(session, query, act=here.act())]


@pytest.mark.parametrize(
    "query",
    [
        "maya",
        "example maya",
        "mxya",
        "myaa",
        "maay",
        "exmp",
        "xamp",
        "exsm",
        "eaxm",
        "Exampel",
        "maja exampel",
        "examlpe mia",
        "eaxmple mxya",
        "MAJA  EXAMLPE 10B",
    ],
)
def test_a_slip_in_any_word_still_finds_the_student_first(here, query):
    assert found(here, query)[0] == "Maya Example"


def test_an_accent_left_out_and_a_slip_are_both_forgiven(here):
    assert found(here, "luica muestar") == ["Lucía Muestra"]


@pytest.mark.parametrize(
    "query", ["s00009", "example s00009", "maja 11c", "zzzz", "maja zzzz", "?!", "maja qq"]
)
def test_an_id_with_another_digit_or_another_word_finds_nobody(here, query):
    assert found(here, query) == []


def test_a_slip_does_not_find_everybody(here):
    assert found(here, "maja exampel") == ["Maya Example"]
