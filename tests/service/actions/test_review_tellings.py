"""Whoever may review a week is called to it once, when the next one has begun and something waits."""

import pytest

from service import worker
from service.access import NotFound
from service.actions import access_review, review_due
from service.actions.mail_messages import subject_of, words_of
from service.actions.refusing import note
from service.kinds import OpenReason, ToldAbout
from service.permissions import Role
from service.store.misses import tellings_about
from tests.service.builders import world
from tests.service.caring import do, events
from tests.service.caseloads import give_reason, keep_caseloads
from tests.service.sealed import doors


@pytest.fixture
def here(database_url, tmp_path):
    """A Tuesday, and somebody opened a record with a reason."""
    made = world(database_url, tmp_path)
    keep_caseloads(made)
    give_reason(made, made.client, OpenReason.COVERING)
    return made


def called(here):
    """One round over all organisations: how many were told."""
    return worker.call_to_review(doors(here), here.parts.act)


def told(here):
    roles = {user.id: role for role, user in here.people.items()}
    with here.read() as session:
        rows = tellings_about(session, here.organisation.id, here.organisation.id)
    return sorted((str(roles[row.user_id]), row.since.isoformat()) for row in rows)


def open_week(here, role):
    with here.read() as session:
        return review_due.open_week(session, act=here.act(role))


def test_supervisor_and_auditor_are_called_once_when_the_next_week_has_begun(here):
    assert called(here) == 0, "the week is not over"
    here.clock.forward(days=6)
    assert [called(here), called(here)] == [2, 0]
    assert told(here) == [
        ("auditor", "2026-10-19T06:00:00+00:00"),
        ("supervisor", "2026-10-19T06:00:00+00:00"),
    ]
    (due,) = [each for each in events(here) if each["kind"] == "review due"]
    assert due["details"]["count"] == 1
    assert len(due["details"]["told"]) == 2
    assert due["client"] is None
    here.clock.forward(days=1)
    assert called(here) == 0, "and not again that week"


def test_nobody_is_called_at_night(here):
    here.clock.forward(days=5, hours=16)
    assert here.clock().astimezone().weekday() in {0, 6}
    assert called(here) == 0
    here.clock.forward(hours=10)
    assert called(here) == 2


def test_nobody_is_called_where_nothing_waits(here):
    with here.write() as session:
        (line,) = access_review.show(session, None, act=here.act(Role.SUPERVISOR)).lines
        access_review.mark(
            session,
            line.finding.key,
            None,
            access_review.ReviewNote.EXPECTED,
            act=here.act(Role.SUPERVISOR),
        )
    here.clock.forward(days=6)
    assert called(here) == 0
    assert open_week(here, Role.SUPERVISOR) is None


def test_a_week_that_was_looked_at_calls_nobody_who_looked(here):
    here.clock.forward(days=6)
    called(here)
    week = open_week(here, Role.SUPERVISOR)
    assert week.isoformat() == "2026-10-12"
    assert open_week(here, Role.COUNSELOR) is None
    do(here, access_review.show, None, role=Role.SUPERVISOR)
    assert open_week(here, Role.SUPERVISOR) == week, "that was this week's"
    do(here, access_review.show, week, role=Role.SUPERVISOR)
    assert open_week(here, Role.SUPERVISOR) is None
    assert open_week(here, Role.AUDITOR) == week


def test_each_gets_one_e_mail_that_names_nobody_and_none_who_looked_before(here):
    here.clock.forward(days=6)
    called(here)
    do(here, access_review.show, open_week(here, Role.AUDITOR), role=Role.AUDITOR)
    sent = []
    assert worker.deliver(here.parts.open_write, here.parts.act, sent.append) == 1
    assert worker.deliver(here.parts.open_write, here.parts.act, sent.append) == 0
    (mail,) = sent
    assert (mail.to, mail.about) == (here.people[Role.SUPERVISOR].email, ToldAbout.REVIEW)
    words = subject_of(mail) + words_of(mail, "https://handrail.example")
    assert "review" in words
    assert not [name for name in ("Maya", "Example ", "Counselor Demo") if name in words]


def test_in_an_organisation_where_something_goes_wrong_no_other_is_held_up(here):
    other = world("", None, clock=here.clock, parts=here.parts)
    for _ in range(5):
        with other.write() as session:
            note(session, NotFound("client"), view="clients.show", act=other.act())
    here.clock.forward(days=6)
    assert called(here) == 4
