"""Whoever was told of an alert is led to what was done, until they opened it; the record keeps every ended alert."""

import pytest

from referral.model import Disposition, Step
from service.actions import alert_answers, alert_facts, alerts_ended, client_card, need_facts
from service.actions.alert_answers import EndAlert
from service.permissions import Role
from tests.service.builders import NOON, world
from tests.service.caring import alert_of, do, latest_of
from tests.service.referring import take
from tests.service.web.visiting import visitor, words

COUNSELOR, ON_CALL, COORDINATOR = Role.COUNSELOR, Role.ON_CALL, Role.COORDINATOR
DONE = EndAlert("Rosa Example (mother)", "Medicines are locked away.", Disposition.FURTHER_EVALUATION, NOON)


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def ended(here):
    """An alert that the counselor was told of and that the person on call answered and ended."""
    alert = alert_of(here)
    here.clock.forward(minutes=1)
    do(here, alert_answers.acknowledge, alert.id, role=ON_CALL)
    here.clock.forward(minutes=1)
    do(here, alert_answers.end, alert.id, DONE, role=ON_CALL)
    return alert


def unread(here, role):
    with here.read() as session:
        return [each.id for each in alerts_ended.unread(session, act=here.act(role))]


def test_who_was_told_is_led_to_it_and_nobody_else(here, ended):
    led = {role for role in here.people if unread(here, role) == [ended.id]}
    assert led == {COUNSELOR, Role.CLINICIAN}


def test_once_opened_after_its_end_it_is_gone_and_a_look_before_does_not_count(here):
    alert = alert_of(here)
    do(here, alert_facts.show, alert.id, role=COUNSELOR)
    do(here, alert_answers.acknowledge, alert.id, role=ON_CALL)
    here.clock.forward(minutes=1)
    assert unread(here, COUNSELOR) == []
    do(here, alert_answers.end, alert.id, DONE, role=ON_CALL)
    assert unread(here, COUNSELOR) == [alert.id]
    do(here, alert_facts.show, alert.id, role=COUNSELOR)
    assert unread(here, COUNSELOR) == []


def test_after_two_weeks_nobody_is_led_to_it_any_more(here, ended):
    here.clock.forward(days=14)
    assert unread(here, COUNSELOR) == [ended.id]
    here.clock.forward(seconds=1)
    assert unread(here, COUNSELOR) == []


def test_record_and_need_keep_it_with_what_was_concluded(here, ended):
    with here.write() as session:
        card = client_card.show(session, here.client.id, act=here.act(COUNSELOR))
        need = need_facts.show(session, ended.need_id, act=here.act(COUNSELOR))
    for (line,) in (card.alerts, need.safety.ended):
        assert (line.id, line.by, line.disposition) == (
            ended.id,
            here.people[ON_CALL].name,
            Disposition.FURTHER_EVALUATION,
        )


def test_the_start_of_the_day_says_it_without_what_was_concluded(here, ended):
    app = here.app()
    page = visitor(here, COUNSELOR, app).get("/clients")
    assert "The alert about Maya Example has ended." in words(page)
    assert f'href="/alerts/{ended.id}"' in page.text
    assert "urther evaluation" not in words(page)
    assert "has ended." not in words(visitor(here, COORDINATOR, app).get("/board"))


def test_whoever_works_on_the_referral_behind_it_goes_on_from_there(here, ended):
    take(here, latest_of(here, ended.need_id).id, Step.SEND, COUNSELOR)
    app = here.app()
    led = {role: visitor(here, role, app).get(f"/alerts/{ended.id}") for role in (ON_CALL, Role.CLINICIAN)}
    assert "Go on with the referral" in words(led[ON_CALL])
    assert "Go on with the referral" not in words(led[Role.CLINICIAN])  # of another team
