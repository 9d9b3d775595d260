"""What the page of a need tells: when it was closed, what it was born of, what is missing to open one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from referral.model import ClosingReason, Disposition, State, Step, Urgency
from service.actions import closing
from service.actions.assessments import Record
from service.actions.closing import CloseNeed
from service.permissions import Role
from service.store.needs import needs_of
from tests.service.builders import world
from tests.service.caring import SAFE, assessed, assessed_for_need, do, latest_of, need_of, screening_of
from tests.service.referring import referral_in, row_of, take
from tests.service.web.visiting import visitor, words

COORDINATOR, COUNSELOR = Role.COORDINATOR, Role.COUNSELOR


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def app(here):
    return here.app()


def every_need(here):
    with here.read() as session:
        return needs_of(session, here.organisation.id, here.client.id)


def test_a_closed_need_tells_when_it_was_closed(here, app):
    need_id = row_of(here, referral_in(here, State.COMPLETED)).need_id
    person = visitor(here, COORDINATOR, app)
    person.post(f"/needs/{need_id}/close-loop", then="close")
    here.clock.forward(days=5)
    page = words(visitor(here, COORDINATOR, app).get(f"/needs/{need_id}"))
    assert "closed 13 October" in page
    assert "5 days" not in page


@pytest.mark.parametrize("screened", [True, False])
@pytest.mark.parametrize(
    ("disposition", "found"),
    [
        (Disposition.FURTHER_EVALUATION, "The safety assessment found that a further evaluation is needed."),
        (Disposition.IMMINENT, "The safety assessment found imminent risk."),
    ],
)
def test_a_need_born_of_an_assessment_says_so(here, app, screened, disposition, found):
    earlier = here.clock() - timedelta(hours=2)
    record = Record(disposition, took_over="R. Demo", safety_plan=True, happened_at=earlier)
    if screened:
        assessed(here, screening_of(here), record)
    else:
        assessed_for_need(here, need_of(here, Urgency.URGENT, "social-work"), record)
    born = next(each for each in every_need(here) if each.pathway != "social-work")
    page = words(visitor(here, COORDINATOR, app).get(f"/needs/{born.id}"))
    assert found in page
    assert "A person judged" not in page


def test_an_assessment_of_another_year_is_not_the_reason_of_a_new_need(here, app):
    assessed(here, screening_of(here), replace(SAFE, disposition=Disposition.FURTHER_EVALUATION))
    [first] = [each.id for each in every_need(here)]
    take(here, latest_of(here, first).id, Step.DISMISS, COUNSELOR)
    elsewhere = CloseNeed(ClosingReason.CARE_ELSEWHERE, "Seen by their own doctor.", "R. Demo")
    do(here, closing.close, first, elsewhere)
    here.clock.forward(days=300)
    again = need_of(here, Urgency.ROUTINE)
    page = words(visitor(here, COORDINATOR, app).get(f"/needs/{again}"))
    assert "A person judged that help is needed." in page
    assert "The safety assessment found" not in page


def test_a_need_without_its_kind_of_help_is_asked_for_it_in_words(here, app):
    person = visitor(here, COUNSELOR, app)
    page = words(person.post(f"/clients/{here.client.id}/needs", urgency="soon", reason="Worried."))
    assert "Say what kind of help." in page
    assert "Found &#34;&#34;" not in page
