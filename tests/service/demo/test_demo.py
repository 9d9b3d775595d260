"""The demo: the same each time, true to its proportions, every stage of the loop there, every invariant kept."""

import random
import shutil
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.audit import Intact
from referral.entries import read_entry
from referral.items import ItemsReason, ItemsState
from referral.model import State, Urgency
from service.access import Act
from service.actions import audit_trail, replaying
from service.actions.consents import OF_AGE, age_on
from service.actions.replaying import Again
from service.demo.answering import MOODS, NAMED, answers_of, any_mood
from service.demo.build import play
from service.demo.crowd import CONSENT, birthday
from service.demo.names import FAMILY, GIVEN
from service.demo.places import PLACES
from service.demo.stage import hours
from service.kinds import ScreeningStatus
from service.permissions import Role, system
from service.store.accounts import NO_ACCOUNT, UserRow
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.audit import AuditEventRow
from service.store.base import Base
from service.store.clients import ClientRow
from service.store.engine import open_sessions
from service.store.items import ItemsRequestRow
from service.store.needs import NeedRow
from service.store.overrides import OverrideRow
from service.store.referrals import ReferralRow
from service.store.screenings import ScreeningRow
from service.store.vault import VAULT
from tests.service.builders import SAME, definitions

TUESDAY = datetime(2026, 11, 17, 18, 5, tzinfo=UTC)
SMALL = 0.05


def made(file, now, share=SMALL):
    """A small demo in a fresh database; the caller disposes of it."""
    sessions = open_sessions(f"sqlite:///{file}", SAME)
    with sessions.write() as session, session.begin():
        play(session, definitions(), now=now, password_hash="x", tell=lambda _name, _acts: None, share=share)
    return sessions


@pytest.fixture(scope="module")
def demo(migrated_sqlite, tmp_path_factory):
    sessions = made(shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("demo") / "demo.db"), TUESDAY)
    yield sessions
    sessions.engine.dispose()


@pytest.fixture
def session(demo):
    with Session(demo.read.kw["bind"], info={VAULT: SAME}) as session, session.begin():
        yield session  # within no organisation, so that all can be looked at


def dice_of(seed):
    return random.Random(seed)  # noqa: S311  the same each time is the point


def everything(sessions):
    """Every row of every table."""
    with sessions.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in Base.metadata.sorted_tables
        }


def test_the_same_moment_gives_the_same_rows_ids_included(demo, migrated_sqlite, tmp_path):
    again = made(shutil.copy(migrated_sqlite, tmp_path / "again.db"), TUESDAY)
    try:
        assert everything(again) == everything(demo)
    finally:
        again.engine.dispose()


def test_it_can_be_made_on_a_sunday_night_long_after_the_calendars_end(migrated_sqlite, tmp_path):
    now = datetime(2031, 1, 19, 3, 0, tzinfo=UTC)
    sessions = made(shutil.copy(migrated_sqlite, tmp_path / "later.db"), now, share=0.0)
    with sessions.read() as session, session.begin():
        proofs = audit_trail.prove_all(session)
    sessions.engine.dispose()
    assert [proof.intact for proof in proofs] == [True, True]


def test_both_trails_are_whole(session):
    proofs = audit_trail.prove_all(session)
    assert [(proof.organisation, type(proof.verdict)) for proof in proofs] == [
        (place.name, Intact) for place in PLACES
    ]


def test_the_trails_times_never_run_backwards_nor_into_the_future(session):
    rows = session.scalars(
        select(AuditEventRow).order_by(AuditEventRow.organisation_id, AuditEventRow.seq)
    ).all()
    moments = [(row.organisation_id, read_entry(row.entry)["at"]) for row in rows]
    assert moments == sorted(moments)
    assert max(at for _, at in moments) <= f"{TUESDAY:%Y-%m-%dT%H:%M}:59"


def test_no_name_stands_in_a_trail(session):
    entries = b"".join(session.scalars(select(AuditEventRow.entry)))
    names = {row.family_name for row in session.scalars(select(ClientRow))}
    assert [name for name in names if name.encode() in entries] == []


def test_every_open_need_has_an_owner_and_a_deadline(session):
    needs = session.scalars(select(NeedRow)).all()
    assert needs
    assert [need.id for need in needs if need.closed_at is None and not (need.owner_id and need.due_at)] == []


@pytest.mark.parametrize(
    "state",
    [
        State.DRAFT,
        State.SENT,
        State.ACCEPTED,
        State.WAITLISTED,
        State.SCHEDULED,
        State.NOT_ATTENDED,
        State.IN_CARE,
        State.COMPLETED,
        State.DECLINED,
    ],
)
def test_every_stage_of_the_loop_is_there(session, state):
    assert session.scalars(select(ReferralRow).where(ReferralRow.state == state)).first() is not None


def test_some_outcomes_are_read_and_some_are_not(session):
    reported = session.scalars(select(ReferralRow).where(ReferralRow.state == State.COMPLETED)).all()
    assert {row.outcome_read_at is None for row in reported} == {True, False}


@pytest.mark.parametrize("status", ScreeningStatus)
def test_every_way_that_a_screening_ends_is_there(session, status):
    assert session.scalars(select(ScreeningRow).where(ScreeningRow.status == status)).first() is not None


def test_one_alert_rings_and_nobody_has_answered(session):
    ringing = session.scalars(select(AlertRow).where(AlertRow.closed_at.is_(None))).all()
    clients = [session.get(ClientRow, (row.organisation_id, row.client_id)).name for row in ringing]
    assert clients == ["Jordan Sample"]
    assert ringing[0].acknowledged_at is None
    assert session.scalars(select(SafetyAssessmentRow).where(SafetyAssessmentRow.done_at.is_(None))).first()


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Noor Testcase", State.SENT),
        ("Ines Fictional", State.DECLINED),
        ("Kit Nobody", State.SCHEDULED),
        ("Luz Ejemplo", State.WAITLISTED),
        ("Ro Synthetic", State.COMPLETED),
        ("Sky Pretend", State.NOT_ATTENDED),
        ("Tao Invented", State.DRAFT),
    ],
)
def test_the_people_of_the_stories_stand_where_they_should(session, name, state):
    given, family = name.split()
    person = session.scalars(
        select(ClientRow).where(ClientRow.given_name == given, ClientRow.family_name == family)
    ).one()
    referrals = session.scalars(select(ReferralRow).where(ReferralRow.client_id == person.id)).all()
    assert state in {row.state for row in referrals}


def test_the_urgent_referral_of_noor_is_overdue(session):
    noor = session.scalars(select(ClientRow).where(ClientRow.given_name == "Noor")).one()
    rows = session.scalars(select(ReferralRow).where(ReferralRow.client_id == noor.id)).all()
    (urgent,) = [row for row in rows if row.pathway == "psychology"]
    assert (urgent.urgency, urgent.due_at < TUESDAY) == (Urgency.URGENT, True)


def test_maya_is_ready_to_be_screened_and_was_before(session):
    maya = session.scalars(select(ClientRow).where(ClientRow.given_name == "Maya")).one()
    screened = session.scalars(select(ScreeningRow).where(ScreeningRow.client_id == maya.id)).all()
    assert [row.status for row in screened] == [ScreeningStatus.SUBMITTED] * 2
    assert (maya.grade, maya.home_language) == ("10", "es")


def test_there_is_somebody_in_every_role_and_every_team_has_its_people(session):
    for place in PLACES:
        assert {person.role for person in place.people} == set(Role) - {Role.SYSTEM, *NO_ACCOUNT}
        staffed = {person.site for person in place.people}
        assert {team.key for team in place.teams} | {building.key for building in place.buildings} <= staffed
    assert session.scalars(select(UserRow).where(UserRow.email == "counselor@alder-creek.example")).one()


def test_the_whole_demo_has_four_hundred_people_and_names_for_all():
    buildings = [building for place in PLACES for building in place.buildings]
    assert sum(building.clients for building in buildings) == 400
    assert len(GIVEN) * len(FAMILY) > 1000


def test_the_moods_keep_the_published_proportions():
    weight = {mood.name: mood.weight for mood in MOODS}
    at_risk = sum(mood.weight for mood in MOODS if mood.asq != "negative")
    assert sum(weight.values()) == 1000
    assert at_risk == 110
    assert weight["acute"] == 8
    assert 110 <= sum(mood.weight for mood in MOODS if mood.name not in {"calm", "mild"}) <= 250
    assert sum(CONSENT.values()) == 100


@pytest.mark.parametrize("mood", NAMED.values(), ids=lambda mood: mood.name)
def test_the_answers_of_a_mood_score_as_the_mood_says(mood):
    catalogue = definitions().instruments
    for seed in range(8):
        answers = answers_of(mood, ("phq-9", "gad-7", "asq"), dice_of(seed))
        results = {name: catalogue.scorer(name).score(each) for name, each in answers.items()}
        assert mood.phq[0] <= results["phq-9"].scores["total"] <= mood.phq[1]
        assert mood.gad[0] <= results["gad-7"].scores["total"] <= mood.gad[1]
        assert ("positive" in results["asq"].findings) is (mood.asq != "negative")


def test_moods_come_as_often_as_they_weigh():
    dice = dice_of(7)
    drawn = [any_mood(dice).name for _ in range(4000)]
    assert 0.55 < drawn.count("calm") / 4000 < 0.63


def test_a_wait_lies_between_its_two_ends():
    wait = hours(1, 3)
    assert (wait.least, wait.most, wait.at_once) == (timedelta(hours=1), timedelta(hours=3), False)


def test_in_each_place_one_override_was_looked_at_again_and_one_waits(session):
    rows = session.scalars(select(OverrideRow)).all()
    assert sorted((str(row.organisation_id), row.reviewed_at is not None) for row in rows) == sorted(
        (str(each), done) for each in {row.organisation_id for row in rows} for done in (False, True)
    )
    assert len(rows) == 2 * len(PLACES)


@pytest.mark.parametrize("now", [date(2026, 11, 23), date(2028, 2, 29), date(2028, 3, 1)])
def test_nobody_comes_of_age_between_the_first_day_of_the_demo_and_the_last(now):
    """Whoever does would be asked for a consent on one day that nobody was asked for on the day before."""
    began = now - timedelta(days=80)
    for age_days in range(16 * 365, 20 * 365):
        born_on = birthday(age_days, began, now)
        grown = {age_on(born_on, day) >= OF_AGE for day in (began, began + timedelta(days=40), now)}
        assert len(grown) == 1, (age_days, born_on)


def test_a_team_asks_for_the_answers_and_nobody_has_replied_yet(session):
    waiting = session.scalars(select(ItemsRequestRow).where(ItemsRequestRow.state == ItemsState.OPEN)).all()
    assert [row.reason for row in waiting] == [ItemsReason.TO_PREPARE]


def test_every_decision_of_the_demo_comes_out_the_same_again(demo, session):
    ended = session.scalars(select(ScreeningRow.id).where(ScreeningRow.ended_at.is_not(None))).all()
    with demo.read() as every, every.begin():
        acting = lambda found: Act(system(found), TUESDAY, uuid4, definitions())  # noqa: E731
        again = {each.screening_id: each.came_to for each in replaying.replay_all(every, acting)}
    assert again == dict.fromkeys(ended, Again.SAME)
    assert len(ended) > 5
