"""Immediate alerts: raised once, acknowledged by one, ended only with what was done."""

import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from referral.model import Disposition, Urgency
from service import worker
from service.access import NotFound
from service.actions import alert_answers, alert_facts, alerts
from service.actions.alert_answers import EndAlert
from service.actions.alert_facts import Heard
from service.actions.loop import open_or_join
from service.actions.refusals import Conflict, Invalid
from service.kinds import OrganisationKind
from service.permissions import Role
from service.store.alerts import AlertRow, find_alert
from tests.service.builders import NOON, world
from tests.service.caring import alert_of, count, do, events, kinds, need_row, stranger

COUNSELOR, ON_CALL, SUPERVISOR = Role.COUNSELOR, Role.ON_CALL, Role.SUPERVISOR
DONE = EndAlert("Rosa Example (mother)", "Medicines are locked away.", Disposition.FURTHER_EVALUATION, NOON)


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return world(database_url, tmp_path)


def row_of(here, alert_id):
    with here.read() as session:
        return find_alert(session, here.organisation.id, alert_id)


def seen(here, alert_id, role=COUNSELOR, **how):
    with here.write() as session:
        return alert_facts.show(session, alert_id, act=here.act(role), **how)


def test_one_screening_raises_one_alert_due_at_the_first_rung(on_both):
    alert = alert_of(on_both)
    screening_id = row_of(on_both, alert.id).screening_id
    with on_both.write() as session:
        act = on_both.act()
        need = open_or_join(
            session,
            on_both.client,
            pathway="crisis",
            urgency=Urgency.IMMEDIATE,
            owner_id=act.by.id,
            screening_id=screening_id,
            act=act,
        )
        again = alerts.raise_alert(
            session, on_both.client, screening_id, need, place="", rule="asq-acute", act=act
        )
    assert again.id == alert.id
    assert alert.due_at == on_both.clock() + timedelta(minutes=5)
    assert kinds(on_both) == ["need opened", "alert raised"]


def test_acknowledging_is_one_tap_and_never_ends_the_alert(on_both):
    alert = alert_of(on_both)
    on_both.clock.forward(minutes=3)
    known = do(on_both, alert_answers.acknowledge, alert.id, role=ON_CALL)
    assert (known.by, known.at) == ("On-Call Demo", on_both.clock())
    assert do(on_both, alert_answers.acknowledge, alert.id, role=ON_CALL) == known
    assert row_of(on_both, alert.id).closed_at is None
    assert kinds(on_both).count("alert acknowledged") == 1
    with on_both.read() as session:
        assert [each.acknowledged_by for each in alerts.live(session, act=on_both.act())] == ["On-Call Demo"]


def test_the_second_person_is_told_who_was_first(on_both):
    alert = alert_of(on_both)
    do(on_both, alert_answers.acknowledge, alert.id, role=ON_CALL)
    with pytest.raises(Conflict, match="On-Call Demo has been with them since 10:00"):
        do(on_both, alert_answers.acknowledge, alert.id)
    assert row_of(on_both, alert.id).acknowledged_by == on_both.people[ON_CALL].id


def test_of_two_people_at_the_same_moment_one_wins(on_both):
    alert = alert_of(on_both)
    told, start = [], threading.Barrier(2)

    def tap(role):
        start.wait()
        try:
            told.append(do(on_both, alert_answers.acknowledge, alert.id, role=role).by)
        except Conflict as refused:
            told.append(str(refused))

    both = [threading.Thread(target=tap, args=(role,)) for role in (COUNSELOR, SUPERVISOR)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    winner = next(words for words in told if words.endswith("Demo"))
    assert any(words.startswith(f"{winner} has been with them") for words in told)
    assert kinds(on_both).count("alert acknowledged") == 1


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        (EndAlert("", "", None, None), {"took_over", "took_over_at", "safety_steps", "disposition"}),
        (EndAlert(" ", "Locked away.", Disposition.LOW, NOON), {"took_over"}),
        (EndAlert("Rosa Example", "\n", Disposition.LOW, NOON), {"safety_steps"}),
        (EndAlert("Rosa Example", "Locked away.", None, NOON), {"disposition"}),
        (EndAlert("R" * 201, "x" * 1001, Disposition.LOW, NOON), {"took_over", "safety_steps"}),
        (EndAlert("Rosa Example", "Locked away.", Disposition.LOW, None), {"took_over_at"}),
    ],
)
def test_an_alert_does_not_end_without_all_four(here, command, missing):
    alert = alert_of(here)
    do(here, alert_answers.acknowledge, alert.id)
    with pytest.raises(Invalid) as refused:
        do(here, alert_answers.end, alert.id, command)
    assert {problem.field for problem in refused.value.problems} == missing
    assert row_of(here, alert.id).closed_at is None


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(-1, "before the alert"), (0, ""), (7, ""), (8, "has not come yet")],
)
def test_somebody_took_over_between_the_alert_and_now(here, minutes, said):
    here.clock.forward(seconds=40)
    alert = alert_of(here)
    here.clock.forward(minutes=7)
    do(here, alert_answers.acknowledge, alert.id)
    told = replace(DONE, took_over_at=NOON + timedelta(minutes=minutes))
    if said:
        with pytest.raises(Invalid, match=said):
            do(here, alert_answers.end, alert.id, told)
        return
    do(here, alert_answers.end, alert.id, told)
    assert row_of(here, alert.id).took_over_at == told.took_over_at


def test_an_alert_that_nobody_acknowledged_does_not_end(here):
    alert = alert_of(here)
    with pytest.raises(Invalid) as refused:
        do(here, alert_answers.end, alert.id, DONE)
    assert [problem.field for problem in refused.value.problems] == ["acknowledged"]


def test_an_alert_ends_with_what_was_done_and_its_need_goes_on(on_both):
    alert = alert_of(on_both)
    do(on_both, alert_answers.acknowledge, alert.id)
    do(on_both, alert_answers.end, alert.id, DONE, role=ON_CALL)
    row = row_of(on_both, alert.id)
    assert (row.took_over, row.closed_by) == (DONE.took_over, on_both.people[ON_CALL].id)
    assert need_row(on_both, alert.need_id).closed_at is None
    last = events(on_both)[-1]
    assert (last["kind"], last["details"]["disposition"]) == ("alert closed", "further evaluation")
    assert (last["details"]["happened_at"], row.took_over_at) == ("2026-10-13T16:00:00.000000Z", NOON)
    assert seen(on_both, alert.id).ending.took_over_at == NOON
    assert "Rosa" not in str(last)
    for again in (alert_answers.acknowledge, lambda *a, act: alert_answers.end(*a, DONE, act=act)):
        with pytest.raises(Conflict, match="On-Call Demo ended this alert at 10:00"):
            do(on_both, again, alert.id)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.REFERRAL_STAFF, Role.ADMINISTRATOR])
def test_who_may_not_answer_an_alert_does_not_learn_of_it(here, role):
    alert = alert_of(here)
    for action in (alert_answers.acknowledge, alert_facts.show):
        with pytest.raises(NotFound):
            do(here, action, alert.id, role=role)


def test_an_alert_of_the_other_organisation_does_not_exist(here, tmp_path):
    clinic = world(None, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts)
    alert = alert_of(clinic)
    for alert_id in (alert.id, stranger()):
        for action in (alert_answers.acknowledge, alert_facts.show):
            with pytest.raises(NotFound):
                do(here, action, alert_id)


def test_the_page_says_what_to_do_whom_to_call_and_why(here):
    alert = alert_of(here)
    view = seen(here, alert.id)
    assert [step.id for step in view.protocol][:3] == ["stay", "space", "handover"]
    assert view.protocol[0].say["es"].startswith("Gracias por decírmelo")
    assert [guardian.phone for guardian in view.client.guardians] == ["555-010-0142"]
    assert (view.resources.emergency, view.crisis_phone, view.rule) == ("911", "555-010-0199", "asq-acute")
    assert view.answers == ()


@pytest.mark.parametrize(
    ("minutes", "acknowledged", "expected"),
    [
        (0, False, {COUNSELOR: Heard.SEEN, Role.CLINICIAN: Heard.SHOWN, ON_CALL: Heard.NEXT}),
        (6, False, {ON_CALL: Heard.SHOWN, SUPERVISOR: Heard.NEXT, Role.COORDINATOR: Heard.NEXT}),
        (16, False, {ON_CALL: Heard.SHOWN, SUPERVISOR: Heard.SHOWN, Role.COORDINATOR: Heard.SHOWN}),
        # The coordinator acknowledged it in one tap.
        (16, True, {ON_CALL: Heard.SPARED, SUPERVISOR: Heard.SPARED, Role.COORDINATOR: Heard.SEEN}),
    ],
)
def test_the_ladder_shows_who_was_told_and_who_is_next(here, minutes, acknowledged, expected):
    alert = alert_of(here)
    seen(here, alert.id)
    if acknowledged:
        here.clock.forward(minutes=1)
        do(here, alert_answers.acknowledge, alert.id)
    here.clock.forward(minutes=minutes)
    worker.escalate(here.parts.open_write, here.parts.act)
    told = {each.role: each.heard for each in seen(here, alert.id, refresh=True).told}
    assert {role: told[role] for role in expected} == expected


def test_redrawing_the_clock_is_no_look_at_a_record(here):
    alert = alert_of(here)
    seen(here, alert.id)
    before = len(events(here))
    seen(here, alert.id, refresh=True)
    assert len(events(here)) == before


def test_a_judgement_joins_the_alert_that_is_live_on_the_need(here):
    alert = alert_of(here)
    with here.write() as session:
        need = need_row(here, alert.need_id)
        again = alerts.raise_alert(
            session, here.client, None, need, place="", rule="judgement", act=here.act()
        )
    assert again.id == alert.id
    assert count(here, AlertRow) == 1


def test_an_unknown_alert_is_not_found(here):
    with pytest.raises(NotFound):
        do(here, alert_answers.end, uuid.UUID(int=9), DONE)
