"""What leaves Handrail, or changes a consent, is answered with its proof, or with the word that it follows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.permissions import Role
from service.web.proving import AWAITED, HEADER
from tests.service.builders import world
from tests.service.sealed import seal
from tests.service.web.visiting import visitor

FOLLOWS = "It is done. The signed proof of it is to follow."


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def asked(here, pause, *, signed=True):
    """A consent written down, with this done while its proof is waited for: the answer, and the page behind it."""
    here.parts = replace(here.parts, pause=pause)
    app = here.app()
    person = visitor(here, Role.COUNSELOR, app)
    if signed:
        seal(here)
    said = {"purpose": "screening", "status": "given", "who": "client"}
    answer = person.post(f"/clients/{here.client.id}/consent", **said)
    assert answer.status_code == 303, answer.text
    return answer.headers[HEADER], person.client.get(answer.location).text


def test_an_act_is_answered_once_a_checkpoint_covers_it(here):
    proof, page = asked(here, lambda _seconds: seal(here))
    assert (proof, FOLLOWS in page) == ("signed", False)


def test_where_nothing_was_ever_signed_nobody_waits_and_no_proof_is_promised(here):
    pauses = []
    proof, page = asked(here, pauses.append, signed=False)
    assert (proof, FOLLOWS in page, pauses) == ("none", False, [])


def test_where_signing_stopped_a_while_ago_nobody_waits(here):
    visitor(here, Role.COUNSELOR, here.app())
    seal(here)
    visitor(here, Role.COUNSELOR, here.app())  # an event that nothing signs
    here.clock.forward(seconds=30)
    pauses = []
    proof, page = asked(here, pauses.append, signed=False)
    assert (proof, FOLLOWS in page, pauses) == ("to follow", True, [])


def test_the_waiting_ends_after_three_seconds(here):
    pauses = []
    assert asked(here, pauses.append)[0] == "to follow"
    assert timedelta(seconds=sum(pauses)) == timedelta(seconds=3)


def test_every_address_that_waits_is_one_of_the_program(here):
    assert {rule.endpoint for rule in here.app().url_map.iter_rules()} >= AWAITED
