"""Which instruments are offered: those with words whose critical answers lead somewhere; the others say why not."""

from dataclasses import replace

import pytest

from instruments.attaching import attach, empty_form
from instruments.catalogue import DEFINITIONS
from service.actions import offering, screenings
from service.actions.refusals import Invalid
from service.actions.screenings import StartScreening
from service.definitions import load_definitions
from service.kinds import Mode
from service.permissions import Role
from tests.service.builders import world


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def own(tmp_path):
    """Definitions in which a clinic attached its words to CRIES-8 and the C-SSRS screener."""
    folder = tmp_path / "own" / "instruments"
    folder.mkdir(parents=True)
    for name in ("cries-8", "c-ssrs-screener"):
        file = (DEFINITIONS / f"{name}.yaml").read_bytes()
        words = empty_form(file, name, ("en",)).replace('""', '"Words."')
        (folder / f"{name}@1.1.0.yaml").write_text(
            attach(file, name, words.encode(), name).text, encoding="utf-8"
        )
    return load_definitions(tmp_path / "own")


def names_offered(here, act):
    with here.read() as session:
        return [each.id for each in offering.offered(session, act=act)]


def start(here, act, name):
    command = StartScreening(here.client.id, (name,), Mode.INTERVIEW, agrees=True)
    with here.write() as session:
        return screenings.start(session, command, act=act)


def test_what_clients_can_answer_is_offered_and_what_is_for_clinicians_is_not(here):
    found = names_offered(here, here.act())

    assert {"phq-9", "asq", "self-injury", "protective-factors", "wellbeing-check-in", "lec-5"} <= set(found)
    assert not {"safety-assessment", "cries-8", "nssi-severity", "itq-ca"} & set(found)


def test_an_instrument_without_words_says_why_and_names_the_command(here):
    with pytest.raises(Invalid) as caught:
        start(here, here.act(), "cries-8")

    words = caught.value.problems[0].message
    assert "it ships without its questions" in words
    assert "handrail instruments wording cries-8 --text FILE" in words


def test_words_of_ones_own_make_it_one_that_can_be_asked(here, own):
    act = replace(here.act(Role.COUNSELOR), definitions=own)

    assert "cries-8" in names_offered(here, act)
    assert start(here, act, "cries-8")


@pytest.mark.parametrize("name", ["c-ssrs-screener"])
def test_critical_answers_that_no_rule_knows_are_never_asked_for(here, own, name):
    act = replace(here.act(Role.COUNSELOR), definitions=own)

    assert name not in names_offered(here, act)
    with pytest.raises(Invalid) as caught:
        start(here, act, name)
    assert "the routing rules here (school-screening) do not know it" in caught.value.problems[0].message
