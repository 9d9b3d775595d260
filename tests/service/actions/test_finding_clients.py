"""Finding a client as people type: half a name, a slip in each word, the family name first."""

from datetime import date

import pytest

from service.actions import clients
from service.store.clients import search_text_of
from tests.service.referring import shared_world

BORN = date(2012, 3, 4)
OTHERS = (
    ("Omar", "Sample"),
    ("Milo", "Prototype"),
    ("Wren", "Fictional"),
    ("Lucía", "Muestra"),
    ("Ben", "Demo"),
)
ALIKE = (
    ("Ana", "Kovac", "5a"),
    ("Hanna", "Kovac", "5a"),
    ("Lucia", "Anderson", "5b"),
    ("Lucia", "Benitez", "5c"),
    ("Lucia", "Carter", "b5"),
)


@pytest.fixture(scope="module")
def here(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("names")) as here:
        for given, family in OTHERS:
            here.new_client(given, family, BORN)
        yield here


def find(here, query):
    with here.write() as session:
        return clients.find(session, query, act=here.act())


def found(here, query):
    return [line.name for line in find(here, query).lines]


@pytest.fixture(scope="module")
def alike(migrated_sqlite, tmp_path_factory):
    """People whose names are near to each other, two of them in classes that begin with the same letter."""
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("alike")) as here:
        for given, family, class_name in ALIKE:
            row = here.new_client(given, family, BORN)
            with here.write() as session:
                row.search_text = search_text_of(given, family, row.local_id, class_name)
                session.add(session.merge(row))
        yield here


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


@pytest.mark.parametrize(
    "query", ["maya", "exam", "example maya", "mayá", "10b", "S00001", "0001 ex", "", "  "]
)
def test_what_stands_in_a_record_as_typed_is_not_near_only(here, query):
    assert not find(here, query).near


@pytest.mark.parametrize("query", ["maja exampel", "mxya", "xamp", "luica muestar"])
def test_a_name_that_is_only_near_is_told_as_such(here, query):
    found = find(here, query)
    assert (found.near, bool(found.lines)) == (True, True)


def test_nobody_found_is_not_near(here):
    assert find(here, "zzzz") == clients.Found((), near=False)


def test_the_end_of_another_name_is_near_only_and_hides_no_nearer_one(alike):
    found = find(alike, "anna kovac")
    assert found.near
    assert sorted(line.name for line in found.lines) == ["Ana Kovac", "Hanna Kovac"]
    assert not find(alike, "ana kovac").near


def test_a_letter_is_not_the_letter_inside_a_class(alike):
    assert found(alike, "lusia b") == ["Lucia Benitez"]


@pytest.mark.parametrize(
    ("query", "names"),
    [("lusia 5b", ["Lucia Anderson"]), ("lusia b5", ["Lucia Carter"]), ("lusia 5d", [])],
)
def test_a_class_stands_there_as_typed_or_begins_so(alike, query, names):
    assert found(alike, query) == names


def test_many_words_are_found_exactly_or_not_at_all(here):
    assert found(here, "maja exampel 10b s 1 0") == []
    assert found(here, "maya example 10b s 1 0") == ["Maya Example"]
