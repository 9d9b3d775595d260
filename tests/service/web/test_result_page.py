"""The result page is loud while somebody must act, and calm once it is done."""

import re
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from referral.model import State
from service.actions import alert_answers
from service.actions.alert_answers import EndAlert
from service.permissions import Role
from service.store.consents import ConsentRow
from service.store.needs import needs_of
from service.store.referrals import latest_referral
from tests.journeys.stage import ACUTE, RISK, screening
from tests.service.builders import world
from tests.service.caring import SAFE, assessed, do
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


PASSED_OVER = {"wellbeing-check-in": {"q1": 3, "q2": "refused", "q3": 3, "q4": 3, "q5": 3, "q6": 0}}


def page(here, screening_id):
    return visitor(here, Role.COUNSELOR).get(f"/screenings/{screening_id}/result").text


def test_an_urgent_result_asks_for_the_day_until_the_assessment_is_written_down(here):
    risky = screening(here, here.client, RISK)
    assert "See Maya before the day ends." in page(here, risky)
    assessed(here, risky)
    assert "See Maya before the day ends." not in page(here, risky)
    assert "Urgent: act today" not in page(here, risky)


def test_an_immediate_result_says_stay_until_the_alert_has_ended(here):
    acute = screening(here, here.client, ACUTE)
    assert "Stay with Maya. Do not leave Maya alone." in page(here, acute)
    alert = uuid.UUID(speaker(here, Role.ON_CALL).get("/alerts").json["alerts"][0]["id"])
    here.clock.now += timedelta(minutes=2)
    do(here, alert_answers.acknowledge, alert, role=Role.ON_CALL)
    assert "Stay with Maya. Do not leave Maya alone." in page(here, acute)
    ending = EndAlert("Rosa Example (mother)", "Bag with the nurse", SAFE.disposition, here.clock())
    do(here, alert_answers.end, alert, ending, role=Role.ON_CALL)
    assert "Stay with Maya. Do not leave Maya alone." not in page(here, acute)
    assert "The alert has ended." in page(here, acute)


def test_a_review_without_an_assessment_names_none_and_rests_once_it_was_dealt_with(here):
    passed_over = screening(here, here.client, PASSED_OVER)
    told = page(here, passed_over)
    assert "See Maya before the day ends." in told
    assert "Do the brief safety assessment" not in told
    with here.write() as session:
        for need in needs_of(session, here.organisation.id, here.client.id):
            latest_referral(session, here.organisation.id, need.id).state = State.CANCELLED
    assert "See Maya before the day ends." not in page(here, passed_over)


def test_what_leads_to_one_referral_offers_it_once_with_a_number_that_calls(here):
    told = page(here, screening(here, here.client, RISK))
    assert 'call the crisis team: <a href="tel:' in told
    assert "This goes with the referral above." in told
    assert told.count("Look at the referral and send it") == 1


def test_the_page_for_the_family_tells_what_is_proposed_and_nothing_that_was_answered(here):
    risky = screening(here, here.client, RISK)
    where = f"/screenings/{risky}/family"
    assert where in page(here, risky)
    staff = visitor(here, Role.COUNSELOR)
    paper = words(staff.get(where))
    assert "What we propose Psychology" in paper
    assert "988" in paper
    for hidden in (
        "PHQ",
        "ASQ",
        "suicide risk",
        "Suicide risk",
        "positive",
        "dead",
        "Urgent",
        "rather not say",
        "27",
    ):
        assert hidden not in paper, hidden
    assert '<html lang="es">' in staff.get(where, language="es").text


def test_whoever_may_not_be_screened_is_told_before_anything_is_filled_in(here):
    asked = here.new_client(consented=False)
    form = words(visitor(here, Role.COUNSELOR).get(f"/clients/{asked.id}/screen"))
    assert "Noor cannot be screened yet No parent or guardian has been asked yet." in form
    assert "Start the questions" not in form
    assert "Write down consent" in form


def test_whoever_writes_consent_down_goes_on_where_it_was_missing_and_nowhere_else(here):
    asked, staff = here.new_client(consented=False), visitor(here, Role.COUNSELOR)
    where = f"/clients/{asked.id}"
    form = staff.get(f"{where}/consent", purpose="screening", next=f"{where}/screen").text
    guardian = re.search(r'<option value="([0-9a-f-]{36})"', form)[1]
    said = {"purpose": "screening", "who": guardian, "status": "given"}
    assert (
        staff.post(f"{where}/consent", next=f"{where}/screen", **said).headers["Location"]
        == f"{where}/screen"
    )
    assert staff.post(f"{where}/consent", next="//elsewhere.example", **said).headers["Location"] == "/"


def test_the_record_says_until_when_consent_stands_and_why_sharing_is_not_agreed(here):
    with here.write() as session:
        row = session.scalars(select(ConsentRow).where(ConsentRow.client_id == here.client.id)).one()
        row.valid_until = date(2027, 6, 30)
    told = words(visitor(here, Role.COUNSELOR).get(f"/clients/{here.client.id}"))
    assert "A parent or guardian agreed. Until 30 June 2027. Maya is asked each time" in told
    assert re.search("Sharing not agreed: Crisis, [^.]+ No parent or guardian has been asked yet", told)


def asked_of(here, client_id, name):
    form = visitor(here, Role.COUNSELOR).get(f"/clients/{client_id}/screen").text
    (line,) = [part for part in form.split("<label") if f'value="{name}"' in part]
    return line


def test_what_a_client_is_too_young_for_cannot_be_ticked_and_says_why(here):
    child = here.new_client(born_on=date(2026 - 11, 1, 1))
    line = asked_of(here, child.id, "pcl-5")
    assert " disabled" in line
    assert "meant for ages 18 and over" in line


def test_what_is_meant_for_adults_may_be_put_to_an_adolescent_and_says_so(here):
    line = asked_of(here, here.client.id, "pcl-5")
    assert " disabled" not in line
    assert "meant for ages 18 and over" in line


def test_the_usual_pair_is_ticked_at_first(here):
    form = visitor(here, Role.COUNSELOR).get(f"/clients/{here.client.id}/screen").text
    (usual,) = [part for part in form.split("<label") if 'value="phq-9"' in part]
    assert " checked" in usual


def test_a_result_says_which_of_its_figures_come_from_adults(here):
    told = page(here, screening(here, here.client, {"phq-9": {f"q{n}": 2 for n in range(1, 9)} | {"q9": 0}}))
    flat = " ".join(told.split())

    assert 'Moderately severe</strong> (15 to 19). <span class="quiet small" lang="en">adults</span>' in flat
    assert '<li>Depression screen positive <span class="quiet small" lang="en">adults</span></li>' in flat
    assert '(adolescent cut-off) <span class="quiet small" lang="en">13 to 17 years</span></li>' in flat
