"""What follows a screening in the demo: every need it opens goes its way, those of the assessment included."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from referral.model import State
from service.demo.answering import NAMED, answers_of
from service.demo.build import follow
from service.demo.courses import any_road, not_reached
from service.demo.crowd import Portrait, admit
from service.demo.places import PLACES
from service.demo.safety import soon_done
from service.demo.screening import Sitting, sit
from service.demo.settling import settle
from service.store.needs import NeedRow
from service.store.referrals import referrals_for
from tests.service.builders import definitions, make_parts

TUESDAY = datetime(2026, 11, 17, 18, 5, tzinfo=UTC)
LONG_AGO = timedelta(days=40)
MOST_OVERDUE = timedelta(days=21)


def lived(url, folder, mood, seed, road, asked=("phq-9", "asq")):
    """(need, state of its newest referral) of one client who was screened forty days ago."""
    parts = make_parts(url, folder, lambda: TUESDAY)
    dice = random.Random(seed)  # noqa: S311  the same each time is the point
    with parts.open_write() as session, session.begin():
        stage = settle(
            session,
            PLACES[0],
            definitions(),
            dice=dice,
            began=TUESDAY - LONG_AGO,
            now=TUESDAY,
            password_hash="x",
        )
        portrait = Portrait(
            "Robin", "Example", TUESDAY.date() - timedelta(days=15 * 365), guardian=("Rosa", "mother")
        )
        someone = admit(stage, stage.place.buildings[0], 1, portrait)
        sitting = Sitting(someone, answers_of(NAMED[mood], asked, dice), asked)
        then = partial(follow, stage, someone, {"psychology": road}, soon_done)
        stage.plan(stage.at, lambda: stage.begin(sit(stage, sitting, then)))
        stage.play(lambda: None)
        needs = session.scalars(select(NeedRow)).all()
        return [(need, referrals_for(session, stage.organisation_id, [need.id])[-1].state) for need in needs]


@pytest.mark.parametrize("seed", range(4))
def test_what_an_assessment_opens_goes_its_way_too(sqlite_url, tmp_path, seed):
    found = lived(sqlite_url, tmp_path, "acute", seed, any_road, ("asq",))
    assert {need.pathway for need, _ in found} >= {"crisis", "psychology"}
    assert State.DRAFT not in {state for _, state in found}


@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_tried_for_three_weeks_beyond_the_deadline(sqlite_url, tmp_path, seed):
    found = lived(sqlite_url, tmp_path, "at risk", seed, not_reached)
    late = [TUESDAY - need.due_at for need, _ in found if need.closed_at is None]
    assert found
    assert [each for each in late if each > MOST_OVERDUE] == []
