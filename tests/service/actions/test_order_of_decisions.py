"""Of decisions made at one moment, what was found is told before what could not be decided."""

import pytest

from referral.model import DecisionKind, Urgency
from service.actions import results
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
