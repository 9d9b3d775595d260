"""The counts that the database keeps: true after whatever happens to referrals, taken back or not, and side by side."""

import random

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, text, update

from referral.lifecycle import Actor
from referral.model import State, Step
from service.cli import main
from service.store.queue_counts import ANYBODY, QueueCountRow, miscounted
from service.store.referrals import ReferralRow
from tests.journeys.test_at_once import at_once
from tests.service.builders import world
from tests.service.counted import untrue
from tests.service.referring import RECEIVER, WAYS, referral_in, take
from tests.whole import url_of, whole

ACTS = 120


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def counted(here):
    """How many referrals there are, as the database counted them whoever holds them."""
    with here.read() as session:
        number = select(func.sum(QueueCountRow.number)).where(QueueCountRow.holder_id == ANYBODY)
        return session.scalar(number)


class Shuffle:
    """Changes of referrals past the program: whatever a statement can do to what they are counted by."""

    def __init__(self, here, seed):
        self.here, self.dice = here, random.Random(seed)  # noqa: S311  the same each time
        self.kinds = (self.change, self.change, self.change_several, self.add, self.take_away)

    def columns(self):
        teams = [None, *(team.id for team in self.here.teams.values())]
        people = [None, *(person.id for person in self.here.people.values())]
        holder = self.dice.choice(people)
        values = {
            "receiver_id": self.dice.choice(teams),
            "claimed_by": holder,
            "state": self.dice.choice([State.SENT, State.CLAIMED, State.ACCEPTED, State.DRAFT]),
            "open": self.dice.random() < 0.5,
            "rank": self.dice.randrange(4),
            "next_actor": self.dice.choice(list(Actor)),
        }
        chosen = self.dice.sample(sorted(values), self.dice.randrange(1, 4))
        picked = {name: values[name] for name in chosen}
        return picked | ({"claimed_at": holder and self.here.clock()} if "claimed_by" in picked else {})

    def ids(self, session):
        return list(session.scalars(select(ReferralRow.id).order_by(ReferralRow.id)))

    def change(self, session):
        one = ReferralRow.id == self.dice.choice(self.ids(session))
        session.execute(update(ReferralRow).where(one).values(self.columns()))

    def change_several(self, session):
        session.execute(update(ReferralRow).values(self.columns()))

    def add(self, session):
        like = session.get(ReferralRow, (self.here.organisation.id, self.dice.choice(self.ids(session))))
        columns = {name: getattr(like, name) for name in ReferralRow.__table__.columns.keys()}  # noqa: SIM118  not a dict
        new = self.here.id()
        session.add(ReferralRow(**{**columns, "id": new, "number": str(new), "version": 1}))
        session.flush()

    def take_away(self, session):
        ids = self.ids(session)
        if len(ids) > 2:
            session.execute(delete(ReferralRow).where(ReferralRow.id == self.dice.choice(ids)))

    def act(self):
        """A transaction of some changes: it stays, or is taken back, or a part of it is."""
        ways = ("stays", "stays", "is taken back", "in part")
        way = self.dice.choice(ways)
        with self.here.parts.open_write(self.here.organisation.id) as session:
            for _ in range(self.dice.randrange(1, 4)):
                self.dice.choice(self.kinds)(session)
            if way == "in part":
                part = session.begin_nested()
                self.change(session)
                part.rollback()
            (session.rollback if way == "is taken back" else session.commit)()


def test_counts_are_true_after_any_change_kept_or_taken_back(here):
    for _ in range(3):
        referral_in(here, State.SENT)
    shuffle = Shuffle(here, seed=14)
    for _ in range(ACTS):
        shuffle.act()
    with here.read() as session:
        assert miscounted(session, here.organisation.id) == []
        assert counted(here) == session.scalar(select(func.count()).select_from(ReferralRow))


def test_people_at_different_referrals_of_one_team_wait_for_no_count_of_each_other(here):
    """Steps there and back at once: two that changed counts in another order each would wait for ever."""
    sent = [referral_in(here, State.SENT, client=here.new_client("Kai", f"Specimen{n}")) for n in range(4)]
    held = [referral_in(here, State.CLAIMED, client=here.new_client("Ari", f"Specimen{n}")) for n in range(4)]

    def there_and_back(referral_id, first, second):
        for step in (first, second, first):
            take(here, referral_id, step, RECEIVER)

    calls = [lambda each=each: there_and_back(each, Step.CLAIM, Step.RELEASE) for each in sent]
    calls += [lambda each=each: there_and_back(each, Step.RELEASE, Step.CLAIM) for each in held]
    at_once(*calls)
    assert untrue(here) == []


def test_a_count_that_somebody_spoiled_is_found_told_and_set_right(here, tmp_path):
    """The deliberately broken variant: what no program of ours does, the owner of the database can."""
    for state in WAYS:
        referral_in(here, state, client=here.new_client("Kai", f"Specimen{state.name}"))
    with whole(url_of(here)) as session:
        session.execute(text("UPDATE queue_counts SET number = number + 2 WHERE state = 'sent'"))
        session.execute(text("DELETE FROM queue_counts WHERE state = 'in care'"))
    assert len(untrue(here)) >= 4
    told = [recounted(here, tmp_path) for _ in range(2)]
    assert told[0][0] == 1
    assert told[1] == (0, "Counts that were wrong and are right now: 0")
    assert untrue(here) == []


def recounted(here, folder):
    env = {"HANDRAIL_DATA_DIR": str(folder / "data"), "HANDRAIL_SECRET_KEY": "k" * 40}
    done = CliRunner().invoke(main, ["recount"], env={**env, "HANDRAIL_DATABASE_URL": url_of(here)})
    return done.exit_code, done.stdout.strip()
