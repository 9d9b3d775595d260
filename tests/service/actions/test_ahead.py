"""A page that goes on alone: what it may ask, which answers alarm, and that a repeated answer is told the same."""

import pytest

from instruments.answers import REFUSED
from service.actions import screenings
from service.actions.ahead import look_ahead
from service.actions.refusals import Conflict
from service.actions.screenings import GiveAnswer, StartScreening
from service.kinds import Mode
from tests.service.builders import world


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def begin(here, *instruments):
    command = StartScreening(here.client.id, instruments, Mode.INTERVIEW, agrees=True)
    with here.write() as session:
        return screenings.start(session, command, act=here.act())


def give(here, screening_id, instrument, item, answer, **more):
    with here.write() as session:
        command = GiveAnswer(instrument, item, answer, **more)
        return screenings.answer(session, screening_id, command, act=here.act())


def ahead(here, screening_id, shown=None):
    with here.read() as session:
        question = shown or screenings.progress(session, screening_id, act=here.act()).next
        if isinstance(question, tuple):
            question = screenings.question(session, screening_id, *question, act=here.act())
        return look_ahead(session, screening_id, question, act=here.act())


def names(found):
    return [(each.instrument.id, each.item.id) for each in found.questions]


def test_all_questions_before_the_first_open_branch_are_sure_to_follow(here):
    screening_id = begin(here, "phq-9", "asq")
    phq = [("phq-9", f"q{place}") for place in range(2, 10)] + [("phq-9", "difficulty")]
    assert names(ahead(here, screening_id)) == [*phq, *(("asq", f"q{place}") for place in range(1, 5))]


def test_a_branch_that_is_decided_is_sure_as_well(here):
    screening_id = begin(here, "asq")
    give(here, screening_id, "asq", "q1", 1)
    assert names(ahead(here, screening_id)) == [("asq", "q3"), ("asq", "q4"), ("asq", "q5")]


def test_nothing_follows_a_question_that_was_answered_before(here):
    screening_id = begin(here, "asq")
    give(here, screening_id, "asq", "q1", 0)
    assert names(ahead(here, screening_id, ("asq", "q1"))) == []


def test_the_answers_that_raise_an_alert_are_known_before_they_are_given(here):
    screening_id = begin(here, "asq")
    give(here, screening_id, "asq", "q1", 1)
    alarming = ahead(here, screening_id).alarming
    assert alarming["asq", "q5"] == {1, REFUSED}
    assert {key for key, answers in alarming.items() if answers} == {("asq", "q5")}


def test_where_there_is_an_alert_no_answer_raises_another(here):
    screening_id = begin(here, "asq", "phq-9")
    for item, answer in (("q1", 1), ("q2", 0), ("q3", 0), ("q4", 0), ("q5", 1)):
        give(here, screening_id, "asq", item, answer)
    assert not any(ahead(here, screening_id).alarming.values())


def test_an_acute_answer_whose_reply_was_lost_leads_to_help_again(here):
    screening_id = begin(here, "asq")
    for item, answer in (("q1", 1), ("q2", 0), ("q3", 0), ("q4", 0)):
        give(here, screening_id, "asq", item, answer)
    here.clock.forward(seconds=9)
    first = give(here, screening_id, "asq", "q5", 1)
    here.clock.forward(seconds=9)
    again = give(here, screening_id, "asq", "q5", 1)
    other = give(here, screening_id, "asq", "q4", 0)
    assert (first.raised, again.raised, other.raised) == (True, True, False)
    assert first.alert_id == again.alert_id


def test_a_late_copy_of_an_answer_never_overwrites_a_newer_one(here):
    screening_id = begin(here, "phq-9")
    give(here, screening_id, "phq-9", "q1", 0, was=None)
    give(here, screening_id, "phq-9", "q1", 3, was=0)
    with pytest.raises(Conflict, match="answered somewhere else"):
        give(here, screening_id, "phq-9", "q1", 0, was=None)
    give(here, screening_id, "phq-9", "q1", 3, was=None)
    with here.read() as session:
        shown = screenings.question(session, screening_id, "phq-9", "q1", act=here.act())
    assert shown.given == 3
