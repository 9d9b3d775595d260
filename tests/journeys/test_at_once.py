"""Two people, one referral, the same moment, over HTTP: exactly one wins, the other is told who."""

import threading

import pytest

from referral.model import State
from service.permissions import Role
from service.store.accounts import UserRow
from tests.journeys.cast import refused
from tests.journeys.stage import override
from tests.service.builders import world
from tests.service.caring import alert_of, kinds
from tests.service.referring import events_of, referral_in, row_of
from tests.service.web.speaking import speaker


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def at_once(*calls):
    """The answers to calls that all leave in the same moment."""
    door, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def go(place, call):
        door.wait()
        answers[place] = call()

    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def two_clinicians(here):
    """Two people of one team, each signed in on an own device."""
    second = here.people[Role.SUPERVISOR]
    with here.write() as session:
        row = session.get(UserRow, (second.organisation_id, second.id))
        row.role, row.site_id = Role.CLINICIAN, here.teams["psychology"].id
        row.name = "Second Clinician Demo"
    app = here.app()
    return speaker(here, Role.CLINICIAN, app), speaker(here, Role.SUPERVISOR, app)


@pytest.mark.parametrize(("step", "done"), [("accept", "Accepted"), ("claim", "Claimed")])
def test_of_two_who_act_at_once_one_wins_and_the_other_is_told_who(here, step, done):
    first, second = two_clinicians(here)
    referral = referral_in(here, State.SENT)
    answers = at_once(*(lambda say=say: say.post(f"/referrals/{referral}/{step}") for say in (first, second)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (winner,) = [answer.json["holder"] for answer in answers if answer.status_code == 200]
    (loser,) = [answer for answer in answers if answer.status_code == 409]
    assert refused(loser, 409)["detail"] == f"{done} by {winner}, today 10:00"
    assert len(events_of(here, referral)) == 2
    assert row_of(here, referral).state == State.ACCEPTED if step == "accept" else State.CLAIMED


def test_of_two_who_say_i_am_with_them_at_once_one_is(here):
    alert, app = alert_of(here).id, here.app()
    people = [speaker(here, role, app) for role in (Role.ON_CALL, Role.COUNSELOR)]
    answers = at_once(*(lambda say=say: say.post(f"/alerts/{alert}/acknowledge") for say in people))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_a_screening_submitted_by_two_hands_at_once_has_one_referral(here):
    app = here.app()
    people = [speaker(here, role, app) for role in (Role.COUNSELOR, Role.COORDINATOR)]
    body = {"client_id": str(here.client.id), "instruments": ["asq"], "agrees": True}
    running = people[0].post("/screenings", body).json["id"]
    answers = {"instrument": "asq", "answers": {"q1": 0, "q2": 0, "q3": 1, "q4": 0, "q5": 0}}
    assert people[0].put(f"/screenings/{running}/answers", answers).status_code == 200
    said = at_once(*(lambda say=say: say.post(f"/screenings/{running}/submit") for say in people))
    assert [answer.status_code for answer in said] == [200, 200]
    assert said[0].json["decisions"] == said[1].json["decisions"]
    (decision,) = [each for each in said[0].json["decisions"] if each["kind"] == "refer"]
    assert len(people[0].get(f"/needs/{decision['need_id']}").json["referrals"]) == 1


def test_of_two_who_review_one_override_at_once_one_wins_and_the_other_is_told_who(here):
    override_id = override(here)
    app = here.app()
    people = [speaker(here, role, app) for role in (Role.COORDINATOR, Role.SUPERVISOR)]
    at = f"/overrides/{override_id}/review"
    answers = at_once(*(lambda say=say: say.post(at, {"note": "Agreed."}) for say in people))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (loser,) = [answer for answer in answers if answer.status_code == 409]
    assert " Demo" in refused(loser, 409)["detail"]
    assert kinds(here).count("override reviewed") == 1
