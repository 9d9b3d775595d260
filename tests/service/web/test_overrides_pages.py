"""The pages on which somebody decides otherwise, and on which others look at it again."""

import pytest

from referral.model import State, Urgency
from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import need_of, need_row
from tests.service.referring import referral_in, row_of
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words

COORDINATOR, COUNSELOR, SUPERVISOR = Role.COORDINATOR, Role.COUNSELOR, Role.SUPERVISOR
DOWN = {
    "urgency": "soon",
    "pathway": "psychology",
    "reason": "help is in place",
    "words": "Her aunt is with her.",
}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def app(here):
    return here.app()


def test_a_supervisor_lowers_a_need_it_stays_visible_and_a_coordinator_looks_at_it(here, app):
    need_id = need_of(here, Urgency.URGENT)
    form = f"/needs/{need_id}/override"
    refused = visitor(here, COUNSELOR, app).post(form, **DOWN)
    assert (refused.status_code, "A clinician or supervisor lowers" in words(refused)) == (422, True)
    assert "Her aunt is with her." in refused.text

    done = visitor(here, SUPERVISOR, app).post(form, **DOWN)
    assert (done.status_code, done.location) == (303, f"/needs/{need_id}")
    assert need_row(here, need_id).urgency is Urgency.SOON
    page = words(visitor(here, COUNSELOR, app).get(f"/needs/{need_id}"))
    assert "Psychology, urgent → then Psychology, soon" in page
    assert "Nobody has looked at it again yet." in page
    timeline = words(visitor(here, SUPERVISOR, app).get(f"/clients/{here.client.id}/timeline"))
    assert "A person decided otherwise, psychology: urgent → soon" in timeline

    chief = visitor(here, COORDINATOR, app)
    assert "1 waits to be looked at" in words(chief.get("/overrides"))
    (listed,) = speaker(here, COORDINATOR, app).get("/overrides").json["waiting"]
    empty = chief.post(f"/overrides/{listed['change']['id']}/review", note="")
    assert (empty.status_code, "Write a sentence or two." in words(empty)) == (422, True)
    chief.post(f"/overrides/{listed['change']['id']}/review", note="Agreed.")
    assert "Nothing waits to be looked at" in words(chief.get("/overrides"))
    assert "Looked at by Coordinator Demo" in words(chief.get(f"/needs/{need_id}"))


def test_a_clinician_decides_from_the_referral_and_over_the_api(here, app):
    referral_id = referral_in(here, State.SENT, urgency=Urgency.SOON, client=here.client)
    need_id = row_of(here, referral_id).need_id
    clinician = visitor(here, Role.CLINICIAN, app)
    assert f"/needs/{need_id}/override" in clinician.get(f"/referrals/{referral_id}").text
    assert "What the rules decided" in words(clinician.get(f"/needs/{need_id}/override"))
    told = speaker(here, Role.CLINICIAN, app).post(
        f"/needs/{need_id}/override",
        {"urgency": "urgent", "reason": "getting worse", "words": "Worse since May."},
    )
    assert told.status_code == 201
    assert row_of(here, referral_id).urgency is Urgency.URGENT
    wrong = speaker(here, Role.CLINICIAN, app).post(f"/needs/{need_id}/override", {"pathway": "dentistry"})
    assert wrong.status_code == 422
    assert "allowed: crisis, primary-care" in wrong.text
