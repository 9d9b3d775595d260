"""Silence climbs a ladder: each rung is told once, at its time or when the program wakes, and never after an answer."""

import threading
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from referral.escalation import PostponeReason
from referral.model import AttemptResult, Channel, Disposition, Step, Urgency
from service import worker
from service.actions import alert_answers, attempts, escalating, needs, postponing, referrals, rosters
from service.actions.alert_answers import EndAlert
from service.actions.attempts import LogAttempt
from service.actions.needs import Reassign
from service.actions.postponing import Postpone
from service.actions.referrals import Send
from service.actions.refusals import Invalid
from service.actions.rosters import NewShift
from service.permissions import Role, system
from service.store.alerts import AlertRow
from service.store.misses import MissRow, TellingRow, tellings_about
from service.store.referrals import ReferralRow
from tests.service.builders import world
from tests.service.caring import alert_of, count, do, events, kinds, latest_of, need_of, need_row
from tests.service.referring import take

COUNSELOR, ON_CALL, SUPERVISOR, COORDINATOR = (
    Role.COUNSELOR,
    Role.ON_CALL,
    Role.SUPERVISOR,
    Role.COORDINATOR,
)
LADDER = {0: {COUNSELOR, Role.CLINICIAN}, 1: {ON_CALL}, 2: {SUPERVISOR}}
EVERYBODY = {COUNSELOR, Role.CLINICIAN, ON_CALL, SUPERVISOR, COORDINATOR}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def round_of(here):
    """One round of the worker over all organisations."""
    return worker.escalate(here.parts.open_write, here.parts.act)


def told(here, subject_id):
    """Rung -> the roles of those who were told about it."""
    roles = {user.id: role for role, user in here.people.items()}
    found = {}
    with here.read() as session:
        for row in tellings_about(session, here.organisation.id, subject_id):
            found.setdefault(row.rung, set()).add(roles[row.user_id])
    return found


def test_an_unanswered_alert_climbs_after_5_10_and_15_minutes_each_rung_once(on_both):
    alert = alert_of(on_both)
    assert told(on_both, alert.id) == {0: LADDER[0]}
    for minutes, rungs in ((4, 1), (5, 2), (5, 2), (10, 3), (14, 3), (15, 4), (400, 4)):
        on_both.clock.now = alert.raised_at + timedelta(minutes=minutes)
        round_of(on_both)
        assert round_of(on_both) == 0
        assert told(on_both, alert.id) == dict(list({**LADDER, 3: EVERYBODY}.items())[:rungs])
    assert kinds(on_both).count("alert escalated") == 3


def test_a_machine_that_was_off_for_a_night_catches_up_and_tells_nobody_twice(on_both):
    alert = alert_of(on_both)
    on_both.clock.forward(hours=9)
    assert round_of(on_both) == 3 + 2  # the alert, and the need behind it
    assert told(on_both, alert.id) == {**LADDER, 3: EVERYBODY}
    assert round_of(on_both) == 0


def test_who_was_told_of_a_live_alert_is_not_told_of_its_deadline_too_and_the_others_are(on_both):
    alert = alert_of(on_both)
    take(on_both, latest_of(on_both, alert.need_id).id, Step.SEND, COUNSELOR)
    for minute in range(16):
        on_both.clock.now = alert.raised_at + timedelta(minutes=minute)
        round_of(on_both)
    of_alert, of_need = told(on_both, alert.id), told(on_both, alert.need_id)
    assert of_alert[1] == {ON_CALL}
    assert of_need[0] == {COORDINATOR}  # who owns the need and who is on call know it from the alert
    assert kinds(on_both).count("deadline missed") == len(of_need)


def test_once_the_alert_has_ended_a_deadline_is_told_as_every_other(on_both):
    alert = alert_of(on_both)
    do(on_both, alert_answers.acknowledge, alert.id, role=ON_CALL)
    on_both.clock.forward(minutes=1)
    ending = EndAlert("Rosa Example", "Medicines are away.", Disposition.LOW, on_both.clock())
    do(on_both, alert_answers.end, alert.id, ending, role=ON_CALL)
    on_both.clock.now = need_row(on_both, alert.need_id).due_at
    round_of(on_both)
    assert told(on_both, alert.need_id)[0] == {COUNSELOR, ON_CALL, COORDINATOR}


@pytest.mark.parametrize("minute", [1, 6])
def test_an_acknowledged_alert_climbs_that_ladder_no_further(here, minute):
    alert = alert_of(here)
    here.clock.forward(minutes=minute)
    round_of(here)
    do(here, alert_answers.acknowledge, alert.id, role=ON_CALL)
    before = told(here, alert.id)
    here.clock.forward(minutes=59)
    round_of(here)
    assert told(here, alert.id) == before


def test_an_escalation_names_its_rung_and_whom_it_told_and_the_program_as_who_did_it(here):
    alert = alert_of(here)
    here.clock.forward(minutes=5)
    round_of(here)
    entry = events(here)[-1]
    assert (entry["kind"], entry["role"], entry["subject"]) == ("alert escalated", "system", str(alert.id))
    assert entry["details"]["rung"] == 1
    assert entry["details"]["told"] == [str(here.people[ON_CALL].id)]


def test_two_machines_at_once_tell_each_person_once(on_both):
    alert = alert_of(on_both)
    need_id = need_of(on_both, Urgency.URGENT)
    on_both.clock.forward(days=3)
    ready, done = threading.Barrier(4), []

    def machine():
        ready.wait(timeout=30)
        done.append(round_of(on_both))

    machines = [threading.Thread(target=machine) for _ in range(4)]
    for each in machines:
        each.start()
    for each in machines:
        each.join(timeout=120)
    assert sum(done) == 3 + 2 + 2  # the alert, its own need, and the other need
    with on_both.read() as session:
        rows = session.scalars(select(TellingRow)).all()
    assert len(rows) == len({(row.subject_id, row.since, row.rung, row.user_id) for row in rows})
    assert told(on_both, alert.id) == {**LADDER, 3: EVERYBODY}
    assert told(on_both, need_id)[0] == {COUNSELOR, COORDINATOR}


def test_a_fault_in_the_telling_changes_no_alert_and_no_other_organisation(on_both, monkeypatch):
    alert = alert_of(on_both)
    on_both.clock.forward(minutes=6)
    before = row_of(on_both, alert.id)

    def broken(*_given, **_named):
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(escalating, "to_tell", broken)
        assert round_of(on_both) == 0
    assert row_of(on_both, alert.id) == before
    assert round_of(on_both) == 1


def row_of(here, alert_id):
    with here.read() as session:
        row = session.scalars(select(AlertRow).where(AlertRow.id == alert_id)).one()
        return {column.key: getattr(row, column.key) for column in AlertRow.__table__.columns}


def test_who_is_on_call_by_the_roster_is_told_and_not_the_others(here):
    shift = NewShift(here.people[SUPERVISOR].id, frozenset(range(7)), time(8), time(17), here.clock().date())
    do(here, rosters.add, shift)
    alert = alert_of(here)
    here.clock.forward(minutes=5)
    round_of(here)
    assert told(here, alert.id)[1] == {SUPERVISOR}


def test_where_the_roster_names_nobody_everybody_with_the_role_is_told(here):
    night = NewShift(here.people[SUPERVISOR].id, frozenset(range(7)), time(22), time(6), here.clock().date())
    do(here, rosters.add, night)
    alert = alert_of(here)
    here.clock.forward(minutes=5)
    round_of(here)
    assert told(here, alert.id)[1] == {ON_CALL}


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        (Urgency.URGENT, {0: {COUNSELOR, COORDINATOR}, 1: {SUPERVISOR}}),
        (Urgency.SOON, {0: {COUNSELOR}, 1: {COORDINATOR}, 2: {SUPERVISOR}}),
        (Urgency.ROUTINE, {0: {COUNSELOR}, 1: {COORDINATOR}, 2: {SUPERVISOR}}),
    ],
)
def test_a_missed_deadline_is_kept_and_climbs_from_the_owner_up(on_both, urgency, expected):
    need_id = need_of(on_both, urgency)
    due_at = need_row(on_both, need_id).due_at
    on_both.clock.now = due_at - timedelta(seconds=1)
    assert round_of(on_both) == 0
    on_both.clock.now = due_at
    assert round_of(on_both) == 1
    assert told(on_both, need_id) == {0: expected[0]}
    on_both.clock.now = due_at + timedelta(days=30)
    round_of(on_both)
    assert told(on_both, need_id) == expected
    assert round_of(on_both) == 0
    assert count(on_both, MissRow) == 1
    assert kinds(on_both).count("deadline missed") == len(expected)


def test_who_acts_after_the_miss_stops_the_ladder_and_the_miss_stays(here):
    need_id = need_of(here, Urgency.SOON)
    here.clock.now = need_row(here, need_id).due_at
    round_of(here)
    do(here, postponing.postpone, need_id, Postpone(PostponeReason.AWAY, here.clock() + timedelta(days=7)))
    here.clock.forward(days=6)
    assert round_of(here) == 0
    assert told(here, need_id) == {0: {COUNSELOR}}
    assert count(here, MissRow) == 1
    here.clock.forward(days=1)
    assert round_of(here) == 1  # the new deadline is missed in its turn
    assert count(here, MissRow) == 2


def test_to_be_put_off_needs_a_reason_and_a_day_within_the_limit(here):
    need_id = need_of(here, Urgency.URGENT)
    late = here.clock() + timedelta(hours=25)
    with pytest.raises(Invalid) as refused:
        do(here, postponing.postpone, need_id, Postpone(None, late))
    assert [each.field for each in refused.value.problems] == ["reason", "until"]
    immediate = need_of(here, Urgency.IMMEDIATE, pathway="crisis")
    with pytest.raises(Invalid):
        do(
            here,
            postponing.postpone,
            immediate,
            Postpone(PostponeReason.AWAY, here.clock() + timedelta(minutes=5)),
        )


def test_what_is_put_off_shows_why_until_the_next_step(on_both):
    need_id = need_of(on_both, Urgency.SOON)
    until = on_both.clock() + timedelta(days=5)
    do(
        on_both,
        postponing.postpone,
        need_id,
        Postpone(PostponeReason.CONSENT, until, "The mother is at sea."),
    )
    need = need_row(on_both, need_id)
    assert (need.due_at, need.postponed_for) == (until, PostponeReason.CONSENT)
    with on_both.read() as session:
        assert session.scalars(select(ReferralRow.due_at).where(ReferralRow.need_id == need_id)).all() == [
            until
        ]
    entry = events(on_both)[-1]
    assert (entry["kind"], entry["reason"]) == ("need postponed", "waiting for consent")
    latest = latest_of(on_both, need_id)
    do(on_both, referrals.send, latest.id, Send(on_both.teams["psychology"].id))
    assert need_row(on_both, need_id).postponed_for is None


def test_what_is_late_shows_to_its_owner_and_to_whom_was_told_and_to_nobody_else(here):
    need_id = need_of(here, Urgency.SOON)
    here.clock.now = need_row(here, need_id).due_at
    round_of(here)
    shown = {
        role: [each.id for each in do(here, postponing.late, role=role)] for role in (COUNSELOR, COORDINATOR)
    }
    assert shown == {COUNSELOR: [need_id], COORDINATOR: []}
    here.clock.forward(days=3)
    round_of(here)
    assert [each.id for each in do(here, postponing.late)] == [need_id]
    do(here, needs.reassign, need_id, Reassign(here.people[COORDINATOR].id, "Please call the family."))
    assert do(here, postponing.late, role=COUNSELOR)[0].mine is False
    do(here, attempts.log_attempt, need_id, LogAttempt(Channel.PHONE, AttemptResult.NO_ANSWER, "", None))
    assert [each.id for each in do(here, postponing.late)] == [need_id]  # to try is not yet to have done it


def test_the_system_tells_within_its_own_organisation_only(on_both):
    alert = alert_of(on_both)
    on_both.clock.forward(minutes=20)
    other = system(on_both.id())
    with on_both.parts.open_write(other.organisation_id) as session, session.begin():
        assert escalating.tell_alerts(session, act=on_both.parts.act(other)) == 0
    assert told(on_both, alert.id) == {0: LADDER[0]}
