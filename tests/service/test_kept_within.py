"""Questions that every page asks past the ORM: each part of them is kept within the organisation of the session."""

import re
import uuid
from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from referral.lifecycle import Actor
from referral.model import State
from service.kinds import OrganisationKind
from service.store import alerts, directory, own, queue_counts, queue_pages
from service.store.base import Base
from service.store.organisations import SiteRow
from service.store.queue import Filter, Holder, Reach, shape_of
from service.store.scope import ASKING, OutOfScope, ask, kept_within
from tests.service.builders import world

SHAPE = shape_of(
    Reach(uuid.UUID(int=7), teams_and_immediate=(uuid.UUID(int=8),)),
    (Filter(states=(State.SENT,), late=True), Filter(holders=frozenset(Holder), next_actors=(Actor.SENDER,))),
)
QUESTIONS = {
    "who is signed in": directory._signed_in(),
    "alerts": alerts._open_alerts(),
    "saved views": own._views_kept(),
    "counts of the queue": queue_counts._counting(SHAPE),
    "few referrals": queue_pages._all_of(SHAPE),
    "a page, one length after the other": queue_pages._of_rank(SHAPE, queue_pages._one_by_one, going_on=True),
    "a page, all lengths at once": queue_pages._of_rank(SHAPE, queue_pages._beside, going_on=True),
    "lines of the queue": queue_pages._lines(),
    "reasons": queue_pages._reasons(),
}


DIALECTS = [sqlite.dialect(paramstyle="named"), postgresql.dialect(paramstyle="named")]
NAMED = re.compile(r"(?:FROM|JOIN) (\w+)(?: AS (\w+))?")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_every_table_of_a_question_is_compared_with_the_organisation(question, dialect):
    compiled = question.compile(dialect=dialect)
    words = " ".join(str(compiled).split())
    named = Counter(alias or table for table, alias in NAMED.findall(words) if table in Base.metadata.tables)
    kept = {
        each: words.count(f"{each}.{'id' if each == 'organisations' else 'organisation_id'} = :{ASKING}")
        for each in named
    }
    assert named
    assert {each: number for each, number in named.items() if kept[each] < number} == {}


def test_what_was_not_narrowed_or_is_asked_within_no_organisation_is_refused(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    clinic = world(None, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts)
    names = select(SiteRow.organisation_id)
    for each in (here, clinic):
        with each.read() as session:
            assert {row[0] for row in ask(session, kept_within(names))} == {each.organisation.id}
            with pytest.raises(OutOfScope):
                ask(session, names)
    with here.parts.open_read() as session, session.begin(), pytest.raises(OutOfScope):
        ask(session, kept_within(names))
