"""Links for receivers without an account: what opens, what does not, and what each leaves in the trail."""

from dataclasses import replace
from datetime import timedelta

import pytest

from referral.entries import read_entry
from referral.model import DeclineReason, Outcome, State, Step, Urgency
from service.access import NotFound
from service.actions import clients, letter_making, links, outside, referrals
from service.actions.choosing import Choice
from service.actions.links import LinkState
from service.actions.outside import SendOutside
from service.actions.refusals import Conflict, Invalid
from service.actions.taking import BY_LINK, Said
from service.permissions import NotAllowed, Role
from service.reports.letter import referral_letter
from service.store import trail
from tests.service.builders import world
from tests.service.caring import need_row
from tests.service.linking import (
    DOCTOR,
    link_row,
    linked,
    minted,
    opened,
    outside_draft,
    renew,
    take_back,
    visitor_of,
)
from tests.service.referring import draft, referral_in, row_of, said


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def events(here, subject):
    with here.read() as session:
        rows = trail.events_about(session, here.organisation.id, subject)
        return [read_entry(row.entry) for row in rows]


def act_of(here, secret):
    return here.parts.act(visitor_of(here, secret).actor)


def step(here, secret, step, command=None):
    act = act_of(here, secret)
    with here.write() as session:
        return referrals.take(session, act.by.referral_id, step, command or said(here, step), act=act)


def next_step_of(here, sent):
    """(who acts next, what) of the need behind a referral."""
    need = need_row(here, row_of(here, sent.referral_id).need_id)
    return need.next_actor, need.next_step["en"]


def test_link_and_code_together_open_the_one_referral_under_the_receivers_name(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    actor = visitor_of(here, "browser").actor
    assert (actor.name, actor.role, actor.referral_id) == (DOCTOR.name, Role.LINK, sent.referral_id)
    link = link_row(here, sent.referral_id)
    assert [each["kind"] for each in events(here, link.id)] == ["link made", "link opened"]
    assert events(here, link.id)[-1]["actor"] == str(link.receiver_id)


def test_nothing_that_opens_it_stands_in_the_database(here):
    sent = linked(here, token="secret-token" * 4)
    link = link_row(here, sent.referral_id)
    assert sent.token not in str(vars(link))
    assert sent.code not in str(vars(link))
    assert link.code_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("token", "code"),
    [("t" * 43, ""), ("t" * 43, "12345679"), ("t" * 42 + "u", "12345678"), ("", ""), ("t" * 43, "1" * 5000)],
)
def test_a_link_alone_a_wrong_code_or_a_wrong_link_opens_nothing(here, token, code):
    linked(here)
    assert not opened(here, token, code, "browser")
    assert visitor_of(here, "browser") is None


def test_each_code_opens_once_and_only_the_browser_that_brought_it(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    assert not opened(here, sent.token, sent.code, "another")
    assert visitor_of(here, "another") is None
    assert link_row(here, sent.referral_id).code_hash is None


def test_a_fresh_code_opens_the_same_link_again_weeks_later(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    here.clock.forward(days=30)
    assert visitor_of(here, "browser") is None
    sheet = renew(here, sent.referral_id, "87654321")
    assert sheet.until == here.clock() + timedelta(days=14)
    assert not opened(here, sent.token, sent.code, "later")
    assert opened(here, sent.token, "87654321", "later")


def test_five_wrong_codes_lock_the_link_and_the_sender_sees_it(here):
    sent = linked(here)
    assert [opened(here, sent.token, f"0000000{n}", "browser") for n in range(5)] == [False] * 5
    assert not opened(here, sent.token, sent.code, "browser")
    link = link_row(here, sent.referral_id)
    told = events(here, link.id)
    assert [each["kind"] for each in told[1:]] == [
        *["link refused"] * 5,
        "link locked",
        "link refused",
    ]
    assert [each["reason"] for each in told[5:]] == ["wrong code", None, "locked"]
    with here.write() as session:
        view = links.view(session, row_of(here, sent.referral_id), act=here.act())
    assert (view.state, view.wrong_codes) == (LinkState.LOCKED, 6)
    assert next_step_of(here, sent) == ("sender", "Call the office outside: its link is locked")
    with pytest.raises(Conflict, match="Make a new one"):
        renew(here, sent.referral_id, "87654321")
    with here.write() as session:
        links.resend(session, sent.referral_id, minted(here, "n" * 43, "87654321"), act=here.act())
    assert next_step_of(here, sent)[0] == "receiver"
    assert opened(here, "n" * 43, "87654321", "browser")


def test_whoever_holds_a_dead_link_cannot_fill_the_trail(here):
    sent = linked(here)
    take_back(here, sent.referral_id)
    for _ in range(30):
        assert not opened(here, sent.token, sent.code, "browser")
    link = link_row(here, sent.referral_id)
    assert sum(each["kind"] == "link refused" for each in events(here, link.id)) == 20


def test_a_link_is_good_for_its_days_and_no_longer(here):
    sent = linked(here)
    here.clock.forward(days=14)
    assert not opened(here, sent.token, sent.code, "browser")


def test_a_link_that_is_taken_back_throws_whoever_is_in_out(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    take_back(here, sent.referral_id)
    take_back(here, sent.referral_id)
    assert visitor_of(here, "browser") is None
    link = link_row(here, sent.referral_id)
    assert [each["kind"] for each in events(here, link.id)].count("link revoked") == 1


def test_a_new_link_shuts_the_one_before(here):
    sent = linked(here)
    with here.write() as session:
        links.resend(session, sent.referral_id, minted(here, "n" * 43, "87654321"), act=here.act())
    assert not opened(here, sent.token, sent.code, "browser")
    assert opened(here, "n" * 43, "87654321", "browser")


@pytest.mark.parametrize("minutes", [21, 121])
def test_a_visit_is_short(here, minutes):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    here.clock.forward(minutes=minutes)
    assert visitor_of(here, "browser") is None


def test_the_receiver_accepts_books_and_reports_and_each_step_names_them(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    for each in (Step.ACCEPT, Step.SCHEDULE, Step.RECORD_ATTENDED):
        step(here, "browser", each)
    step(here, "browser", Step.REPORT_OUTCOME, Said(outcome=Outcome.HELP_BEGAN, note="Seen twice."))
    receiver = str(link_row(here, sent.referral_id).receiver_id)
    taken = [each for each in events(here, sent.referral_id) if each["kind"] == "referral step"]
    assert [(each["details"]["step"], each["actor"], each["role"]) for each in taken[1:]] == [
        (name, receiver, "receiver by link")
        for name in ("accept", "schedule", "record attended", "report outcome")
    ]
    assert row_of(here, sent.referral_id).state is State.COMPLETED
    assert visitor_of(here, "browser").ended


def test_a_decline_goes_back_to_the_coordinator_as_ever(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    step(here, "browser", Step.DECLINE, Said(decline_reason=DeclineReason.NO_CAPACITY))
    row = row_of(here, sent.referral_id)
    assert (row.state, row.decline_reason) == (State.DECLINED, DeclineReason.NO_CAPACITY)


@pytest.mark.parametrize("forbidden", sorted(set(referrals.TAKEN_HERE) - BY_LINK))
def test_no_other_step_is_a_receivers_by_link(here, forbidden):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    with pytest.raises(NotAllowed):
        step(here, "browser", forbidden)
    assert row_of(here, sent.referral_id).state is State.SENT


def test_a_receiver_by_link_reaches_no_other_referral_and_no_client(here):
    sent, other = linked(here), referral_in(here, State.SENT)
    assert opened(here, sent.token, sent.code, "browser")
    act = act_of(here, "browser")
    with here.write() as session, pytest.raises(NotFound):
        referrals.take(session, other, Step.ACCEPT, act=act)
    with here.write() as session, pytest.raises(NotFound):
        clients.show(session, row_of(here, sent.referral_id).client_id, act=act)


def test_the_letter_names_the_receiver_and_its_event_is_theirs(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    act = act_of(here, "browser")
    seen = []

    def draw(contents):
        seen.append(contents)
        return referral_letter(contents)

    with here.write() as session:
        letter_making.make(session, sent.referral_id, draw, act=act)
    assert seen[0].receiver.name == DOCTOR.name
    assert "agreed" in seen[0].consent["en"]


def test_without_consent_to_share_nothing_goes_outside(here):
    referral_id = draft(here)
    with pytest.raises(Invalid) as refused:
        linked(here, referral_id=referral_id)
    assert [each.field for each in refused.value.problems] == ["outside_consent"]
    assert row_of(here, referral_id).state is State.DRAFT


def test_somebody_in_danger_now_is_not_handed_over_by_a_link(here):
    referral_id = outside_draft(here, urgency=Urgency.IMMEDIATE)
    with pytest.raises(Invalid, match="by voice"):
        linked(here, referral_id=referral_id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "none"}, "phone"),
        ({"email": "nowhere"}, "email"),
        ({"language": "fr"}, "language"),
        ({"address": "x" * 121}, "address"),
    ],
)
def test_a_receiver_that_cannot_be_reached_is_named(here, change, field):
    referral_id = outside_draft(here)
    with pytest.raises(Invalid) as refused:
        linked(here, referral_id=referral_id, to=replace(DOCTOR, **change))
    assert [each.field for each in refused.value.problems] == [field]
    assert row_of(here, referral_id).state is State.DRAFT


def test_a_receiver_is_kept_for_the_next_time(here):
    first = linked(here)
    receiver = link_row(here, first.referral_id).receiver_id
    second = outside_draft(here)
    with here.write() as session:
        command = SendOutside(receiver, None, Choice(words="They know the family."))
        outside.send(session, second, command, minted(here, "u" * 43, "11112222"), act=here.act())
    assert link_row(here, second).receiver_id == receiver


def test_a_receiver_of_another_organisation_is_nobody(here):
    theirs = world("", None, parts=here.parts, clock=here.clock)
    stranger = link_row(theirs, linked(theirs, token="x" * 43).referral_id).receiver_id
    referral_id = outside_draft(here)
    command = SendOutside(stranger, None, Choice(words="Because."))
    with pytest.raises(Invalid), here.write() as session:
        outside.send(session, referral_id, command, minted(here, "u" * 43, "11112222"), act=here.act())


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.REFERRAL_STAFF, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_the_sending_side_changes_a_link(here, role):
    sent = linked(here)
    for change in (take_back, lambda *args, **more: renew(*args, "87654321", **more)):
        with pytest.raises((NotAllowed, NotFound)):
            change(here, sent.referral_id, role=role)
    assert opened(here, sent.token, sent.code, "browser")


def test_once_the_referral_has_ended_no_new_link_leads_to_it(here):
    sent = linked(here)
    assert opened(here, sent.token, sent.code, "browser")
    step(here, "browser", Step.DECLINE, Said(decline_reason=DeclineReason.NO_CAPACITY))
    with pytest.raises(Conflict, match="ended"):
        renew(here, sent.referral_id, "87654321")
