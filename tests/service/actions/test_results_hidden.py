"""What a team is told of a screening before anybody agreed to share it: what care needs, and no single answer."""

import pytest

from referral.consent import Purpose
from service.actions import results
from service.kinds import ScreeningStatus
from service.permissions import Role
from service.store.clients import guardians_of
from service.store.needs import needs_of
from service.store.referrals import latest_referral
from tests.journeys.stage import screening
from tests.service.builders import consent, world
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words

TOLD = {"suicidal-thoughts-now", "wished-to-die"}
ANSWERS = {"self-injury": {**{f"q{n}": 1 for n in range(1, 16)}, "q16": "refused"}}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def received(here, answers, *, shared=False, status=ScreeningStatus.SUBMITTED):
    """The id of a screening whose referrals all stand with the psychology team."""
    screening_id = screening(here, here.client, answers, status)
    with here.write() as session:
        for need in needs_of(session, here.organisation.id, here.client.id):
            referral = latest_referral(session, here.organisation.id, need.id)
            referral.receiver_id, referral.sent_at = here.teams["psychology"].id, here.clock()
        if shared:
            guardian = guardians_of(session, here.organisation.id, here.client.id)[0]
            session.add(consent(here, here.client, guardian, purpose=Purpose.SHARING, pathway="psychology"))
    return screening_id


def shown(here, screening_id, role=Role.CLINICIAN):
    with here.write() as session:
        (each,) = results.show(session, screening_id, act=here.act(role)).instruments
    return each


def test_the_critical_findings_are_told_and_no_other(here):
    screening_id = received(here, ANSWERS)
    told, whole = shown(here, screening_id), shown(here, screening_id, Role.COUNSELOR)

    assert list(told.findings) == [each for each in told.instrument.findings if each.id in TOLD]
    assert (told.undecided, told.answers, told.result.undecided, told.result.critical) == ((), (), (), ())
    assert set(told.result.findings) == TOLD
    assert "function-relief" in {each.id for each in whole.findings}
    assert "injury-needs-care-now" in {each.id for each in whole.undecided}
    assert set(whole.result.critical) >= {"q14", "q15"}


def test_once_sharing_was_agreed_everything_is_told(here):
    screening_id = received(here, ANSWERS, shared=True)

    assert shown(here, screening_id) == shown(here, screening_id, Role.COUNSELOR)


def test_bands_and_how_a_suicide_screen_ended_are_told_to_whoever_cares(here):
    phq = {"phq-9": {f"q{n}": 2 for n in range(1, 10)}}
    (scale,) = [each for each in shown(here, received(here, phq)).scales if each.scale.id == "total"]
    assert scale.score == 18
    assert all(band is not None for _, band in scale.readings)
    asq = shown(here, received(here, {"asq": {"q1": 1, "q2": 0, "q3": 0, "q4": 0, "q5": 0}}))
    assert asq.result.findings == ("positive", "non-acute")


def test_page_and_api_keep_it_too(here):
    screening_id = received(here, ANSWERS)
    page = words(visitor(here, Role.CLINICIAN).get(f"/screenings/{screening_id}/result"))
    (api,) = speaker(here, Role.CLINICIAN).get(f"/screenings/{screening_id}/result").json["instruments"]

    assert "Thoughts of suicide right now" in page
    assert "For relief" not in page
    assert "cannot be decided" not in page
    assert (set(api["findings"]), api["undecided"], api["critical"]) == (TOLD, [], [])
