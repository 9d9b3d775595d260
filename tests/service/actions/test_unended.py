"""An alert that was acknowledged and that nobody ends is not forgotten: it climbs a ladder of its own."""

from datetime import timedelta

import pytest

from referral.model import Disposition
from service.actions import alert_answers, alert_facts, escalating, unended
from service.actions.alert_answers import EndAlert
from service.permissions import Role, system
from service.store.accounts import UserRow
from service.store.misses import tellings_about
from tests.service.builders import world
from tests.service.caring import alert_of, do, kinds


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def acknowledged(here, role=Role.ON_CALL):
    """A moment after the alert was raised."""
    alert = alert_of(here)
    here.clock.forward(minutes=1)
    do(here, alert_answers.acknowledge, alert.id, role=role)
    return alert, here.clock()


def told(here, alert, since):
    """The rungs behind the acknowledgement, and who was told of each."""
    roles = {row.id: role for role, row in here.people.items()}
    with here.read() as session:
        rows = [row for row in tellings_about(session, here.organisation.id, alert.id) if row.since == since]
    found = {}
    for row in rows:
        found.setdefault(row.rung, set()).add(roles[row.user_id])
    return found


def round_of(here):
    with here.write() as session:
        act = here.parts.act(system(here.organisation.id))
        return unended.tell_unended(session, act=act) + escalating.tell_alerts(session, act=act)


def test_it_is_told_after_an_hour_and_after_two_each_rung_once(here):
    alert, since = acknowledged(here, role=Role.COUNSELOR)
    first, second = (
        {Role.COUNSELOR, Role.ON_CALL},
        {
            Role.COUNSELOR,
            Role.ON_CALL,
            Role.COORDINATOR,
            Role.SUPERVISOR,
        },
    )
    for minutes, expected in ((59, {}), (60, {4: first}), (119, {4: first}), (500, {4: first, 5: second})):
        here.clock.now = since + timedelta(minutes=minutes)
        round_of(here)
        assert round_of(here) == 0
        assert told(here, alert, since) == expected
    assert kinds(here).count("alert escalated") == 2
    shown = do(here, alert_facts.show, alert.id, role=Role.SUPERVISOR)
    assert {line.name for line in shown.told} >= {"Coordinator Demo", "Supervisor Demo"}


def test_who_ends_it_in_time_hears_no_more_of_it(here):
    alert, since = acknowledged(here)
    ending = EndAlert("Rosa Example", "Medicines are away.", Disposition.LOW, here.clock())
    do(here, alert_answers.end, alert.id, ending, role=Role.ON_CALL)
    here.clock.forward(days=1)
    assert round_of(here) == 0
    assert told(here, alert, since) == {}


def test_a_rung_for_which_there_is_nobody_is_written_down_once(here):
    with here.write() as session:
        for role in (Role.ON_CALL, Role.SUPERVISOR, Role.COORDINATOR):
            session.get(UserRow, (here.organisation.id, here.people[role].id)).active = False
    alert = alert_of(here)
    here.clock.forward(minutes=11)
    assert round_of(here) == 2
    assert round_of(here) == 0
    assert kinds(here).count("alert escalated") == 2
    assert told(here, alert, alert.raised_at).keys() == {0}
