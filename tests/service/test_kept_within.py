"""Questions that every page asks past the ORM: each part of them is kept within the organisation of the session."""

import re
import uuid
from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from referral.lifecycle import Actor
from referral.model import State
from service.store import alerts, directory, own, queue_counts, queue_pages
from service.store.base import Base
from service.store.organisations import SiteRow
from service.store.queue import Filter, Holder, Reach, shape_of
from service.store.scope import OutOfScope, ask, kept_within
from tests.service.builders import world

OURS = uuid.UUID(int=7)
SHAPE = shape_of(
    Reach(OURS, teams_and_immediate=(uuid.UUID(int=8),)),
    (Filter(states=(State.SENT,), late=True), Filter(holders=frozenset(Holder), next_actors=(Actor.SENDER,))),
)
QUESTIONS = {
    "who is signed in": directory._signed_in(OURS),
    "alerts": alerts._open_alerts(OURS),
    "saved views": own._views_kept(OURS),
    "counts of the queue": queue_counts._counting(SHAPE),
    "few referrals": queue_pages._all_of(SHAPE),
    "a page, one length after the other": queue_pages._of_rank(SHAPE, queue_pages._one_by_one, going_on=True),
    "a page, all lengths at once": queue_pages._of_rank(SHAPE, queue_pages._beside, going_on=True),
    "lines of the queue": queue_pages._lines(OURS),
    "reasons": queue_pages._reasons(OURS),
}


DIALECTS = [sqlite.dialect(paramstyle="named"), postgresql.dialect(paramstyle="named")]
NAMED = re.compile(r"(?:FROM|JOIN) (\w+)(?: AS (\w+))?")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_table_of_a_question_is_compared_with_the_organisation(question, dialect):
    compiled = question.compile(dialect=dialect)
    words = " ".join(str(compiled).split())
    for name, value in compiled.params.items():
        words = words.replace(f":{name}", ":ours") if value == OURS else words
    named = Counter(alias or table for table, alias in NAMED.findall(words) if table in Base.metadata.tables)
    kept = {
        each: words.count(f"{each}.{'id' if each == 'organisations' else 'organisation_id'} = :ours")
        for each in named
    }
    assert named
    assert {each: number for each, number in named.items() if kept[each] < number} == {}


def test_what_was_narrowed_to_another_organisation_or_to_none_is_not_asked(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    names = select(SiteRow.name)
    with here.read() as session:
        assert ask(session, kept_within(names, here.organisation.id)).all()
        for question in (names, kept_within(names, OURS)):
            with pytest.raises(OutOfScope):
                ask(session, question)
    with here.parts.open_read() as session, session.begin(), pytest.raises(OutOfScope):
        ask(session, names)
