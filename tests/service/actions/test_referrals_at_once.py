"""Many people at one referral in the same moment: one is first, everybody else is told who; nothing twice."""

import threading
from collections import Counter

import pytest

from referral.audit import Intact, verify
from referral.model import State, Step
from service.actions import referrals
from service.actions.refusals import Conflict
from service.permissions import Actor
from service.store.accounts import UserRow
from service.store.audit import recorded_head, stored_events
from tests.service.builders import world
from tests.service.referring import RECEIVER, events_of, referral_in, row_of

CROWD = 10
FEW = 2


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def crowd(here):
    """So many clinicians of one team."""
    first = here.people[RECEIVER]
    with here.write() as session:
        rows = [
            UserRow(
                organisation_id=here.organisation.id,
                id=here.id(),
                email=f"clinician.{number}@alder-creek.example",
                name=f"Clinician {number}",
                role=RECEIVER,
                site_id=first.site_id,
                password_hash=first.password_hash,
            )
            for number in range(CROWD)
        ]
        session.add_all(rows)
    return [Actor(row.id, row.organisation_id, row.role, row.name, row.site_id) for row in rows]


def all_at_once(here, referral_ids, steps, people):
    """Each person takes their step on every referral as soon as all stand at the door; who won, who was told."""
    door, lock = threading.Barrier(len(people)), threading.Lock()
    won, told = [], []

    def go(person, step):
        door.wait()
        for referral_id in referral_ids:
            try:
                with here.parts.open_write(here.organisation.id) as session, session.begin():
                    referrals.take(session, referral_id, step, act=here.parts.act(person))
                with lock:
                    won.append((referral_id, person.name))
            except Conflict as conflict:
                with lock:
                    told.append((referral_id, str(conflict)))

    threads = [threading.Thread(target=go, args=pair) for pair in zip(people, steps, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, told


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([Step.ACCEPT] * CROWD, id="everybody accepts"),
        pytest.param([Step.CLAIM, Step.ACCEPT] * (CROWD // 2), id="half claim, half accept"),
    ],
)
def test_of_many_people_at_once_one_is_first_and_the_others_are_told_who(here, steps):
    people = crowd(here)
    clients = [here.new_client("Noor", f"Testcase{number}") for number in range(FEW)]
    referral_ids = [referral_in(here, State.SENT, client=client) for client in clients]
    won, told = all_at_once(here, referral_ids, steps, people)
    assert Counter(referral_id for referral_id, _ in won) == dict.fromkeys(referral_ids, 1)
    winners = dict(won)
    assert len(told) == FEW * (CROWD - 1)
    assert all(f"by {winners[referral_id]}, today 10:00" in words for referral_id, words in told)
    assert [len(events_of(here, referral_id)) for referral_id in referral_ids] == [2] * FEW
    assert {row_of(here, each).state for each in referral_ids} <= {State.CLAIMED, State.ACCEPTED}


def test_the_same_person_pressing_the_button_many_times_accepts_once(here):
    referral_id = referral_in(here, State.SENT)
    person = here.actor(RECEIVER)
    won, told = all_at_once(here, [referral_id], [Step.ACCEPT] * CROWD, [person] * CROWD)
    assert (len(won), told) == (CROWD, [])
    assert len(events_of(here, referral_id)) == 2


def test_the_trail_of_a_crowd_is_intact(here):
    people = crowd(here)
    referral_id = referral_in(here, State.SENT)
    all_at_once(here, [referral_id], [Step.CLAIM] * CROWD, people)
    with here.read() as session:
        organisation = here.organisation.id
        found = verify(stored_events(session, organisation), str(organisation))
        assert found == Intact(recorded_head(session, organisation))
