"""What was found is told before what could not be decided, whenever each of the two was decided."""

import pytest

from referral.model import DecisionKind, Urgency
from service.actions import letter_making, results, screenings
from service.actions.queue_lines import reasons_behind
from service.actions.screenings import GiveAnswer, StartScreening
from service.kinds import Mode, ScreeningStatus
from service.store.needs import needs_of
from service.store.referrals import latest_referral
from tests.service.acts import screen_all
from tests.service.builders import world


@pytest.mark.parametrize("time", range(4))
def test_what_was_found_is_told_before_what_could_not_be_decided(database_url, tmp_path, time):
    here = world(database_url, tmp_path)
    here.clock.forward(hours=time)
    answers = {"phq-9": [2, 2, 2, 2, 2, 2, 0, 0, "refused"], "asq": [1, 0, 0, 0, 0]}
    screening_id = screen_all(here, answers)
    with here.write() as session:
        told = results.show(session, screening_id, act=here.act()).decisions
    assert [(line.kind, line.urgency) for line in told][:2] == [
        (DecisionKind.REFER, Urgency.URGENT),
        (DecisionKind.REVIEW, Urgency.URGENT),
    ]


def test_who_receives_it_reads_first_what_was_found_although_it_was_followed_before_the_form_ended(
    sqlite_url, tmp_path
):
    here = world(sqlite_url, tmp_path)
    answers = {"asq": [1, 0, 0, 0, 0], "phq-9": [2, 2, 2, 2, 2, 2, 0, 0, "refused"]}
    given = [
        GiveAnswer(name, f"q{n}", value) for name, all_ in answers.items() for n, value in enumerate(all_, 1)
    ]
    letters = []
    with here.write() as session:
        command = StartScreening(here.client.id, tuple(answers), Mode.INTERVIEW, agrees=True)
        screening_id = screenings.start(session, command, act=here.act())
        screenings.answer_all(session, screening_id, given, act=here.act())
    here.clock.forward(minutes=2)
    with here.write() as session:
        screenings.end(session, screening_id, ScreeningStatus.SUBMITTED, act=here.act())
        (need,) = needs_of(session, here.organisation.id, here.client.id)
        on_the_queue = reasons_behind(session, [need.id], act=here.act())[need.id]
        referral = latest_referral(session, here.organisation.id, need.id)
        letter_making.make(session, referral.id, lambda each: letters.append(each) or b"", act=here.act())
    assert [each[0]["en"][:12] for each in (on_the_queue, letters[0].reasons)] == ["Suicide risk"] * 2
    assert "cannot be decided" in on_the_queue[2]["en"]
