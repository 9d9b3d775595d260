"""The lists of a day: appointments and attendance, calls to make, whom to screen again, those lost; and the feed."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from referral.model import AttemptResult, Channel, ClosingReason, DecisionKind, State, Step
from service.actions import attempts, closing, outreach
from service.actions.attempts import LogAttempt
from service.actions.closing import CloseNeed
from service.actions.taking import Said
from service.permissions import Role
from service.store.screenings import DecisionRow
from tests.service.builders import world
from tests.service.caring import do, need_of, need_row, screening_of
from tests.service.referring import RECEIVER, SENDER, referral_in, row_of, take
from tests.service.web.visiting import visitor, words

LEAD = Role.COORDINATOR


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def booked(here, name="Kai", **later):
    """A referral with an appointment so long from now."""
    referral_id = referral_in(here, State.ACCEPTED, client=here.new_client(name))
    take(here, referral_id, Step.SCHEDULE, RECEIVER, Said(appointment_at=here.clock() + timedelta(**later)))
    return referral_id


def test_a_week_shows_its_appointments_and_what_is_over_waits_to_be_written_down(here):
    soon, later = booked(here, hours=2), booked(here, "Lou", days=8)
    desk = visitor(here, RECEIVER)
    said = words(desk.get("/calendar"))
    assert "12:00 Kai Testcase" in said
    assert "Lou" not in said
    assert "Lou Testcase" in words(desk.get("/calendar", week="2026-10-19"))
    here.clock.forward(hours=3)
    desk = visitor(here, RECEIVER)
    assert "One appointment is over" in words(desk.get("/calendar"))
    answer = desk.post(f"/referrals/{soon}/attended", happened_at="2026-10-13T12:00", next="/calendar")
    assert (answer.location, row_of(here, soon).state) == ("/calendar", State.IN_CARE)
    assert "is over" not in words(desk.get("/calendar"))
    assert row_of(here, later).state is State.SCHEDULED


def test_who_does_not_record_asks_the_team_and_another_building_sees_nothing(here):
    booked(here, hours=1)
    here.clock.forward(hours=2)
    said = words(visitor(here, LEAD).get("/calendar"))
    assert "Ask Psychology team" in said
    assert "Came" not in said
    assert "Kai Testcase" in words(visitor(here, SENDER).get("/calendar"))
    with here.write() as session:
        session.merge(here.people[SENDER]).site_id = here.teams["psychiatry"].id
    assert "Kai Testcase" not in words(visitor(here, SENDER).get("/calendar"))


@pytest.mark.parametrize("week", ["soon", "0001-01-01", "9999-12-31"])
def test_a_week_that_is_none_is_refused_by_its_field(here, week):
    answer = visitor(here, LEAD).get("/calendar", week=week)
    assert (answer.status_code, "week" in answer.text) == (422, True)


def feed_of(page):
    return page.text.partition('id="calendar-address">')[2].partition("<")[0]


def test_a_feed_tells_times_on_the_organisations_clock_and_nothing_else(here):
    booked(here, hours=2)
    app = here.app()
    desk, nobody = visitor(here, RECEIVER, app), app.test_client()
    address = feed_of(desk.post("/calendar/feed"))
    answer = nobody.get(address)
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert (event["SUMMARY"], event["URL"]) == ("Handrail: appointment", "http://localhost/sign-in")
    assert (event.start.isoformat(), event.start.tzname()) == ("2026-10-13T12:00:00-06:00", "MDT")
    for word in ("Kai", "Testcase", "sychology", str(here.organisation.id), here.organisation.name):
        assert word.encode() not in answer.data
    again = nobody.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_feed_that_is_taken_back_or_replaced_or_of_a_closed_account_opens_nothing(here):
    app = here.app()
    desk, nobody = visitor(here, RECEIVER, app), app.test_client()
    first, second = (feed_of(desk.post("/calendar/feed")) for _ in range(2))
    assert [nobody.get(each).status_code for each in (first, second)] == [404, 200]
    with here.write() as session:
        session.merge(here.people[RECEIVER]).active = False
    assert nobody.get(second).status_code == 404
    with here.write() as session:
        session.merge(here.people[RECEIVER]).active = True
    assert visitor(here, RECEIVER, app).post("/calendar/feed/revoke").status_code == 303
    assert nobody.get(second).status_code == 404


def test_a_promised_call_comes_on_its_day_and_goes_when_somebody_tried(here):
    need_id = need_of(here)
    promise = LogAttempt(Channel.PHONE, AttemptResult.NO_ANSWER, next_call_on=date(2026, 10, 14))
    do(here, attempts.log_attempt, need_id, promise)
    lead = visitor(here, LEAD)
    assert "No call is due" in words(lead.get("/calls"))
    here.clock.forward(days=1)
    lead = visitor(here, LEAD)
    assert "Maya Example" in (said := words(lead.get("/calls")))
    assert "A call was promised for today. Last tried yesterday" in said
    assert lead.post(f"/calls/{need_id}", result="message left").location == "/calls"
    assert "No call is due" in words(lead.get("/calls"))
    assert need_row(here, need_id).call_on is None


def test_the_list_says_whom_to_call_on_which_number(here):
    referral_in(here, State.NOT_ATTENDED)
    page = visitor(here, LEAD).get("/calls")
    assert "Rosa Testcase, mother" in words(page)
    assert 'href="tel:5550100142"' in page.text


@pytest.mark.parametrize(
    ("at", "proposed"),
    [
        ("2026-10-13T16:00", "2026-10-14"),
        ("2026-10-16T16:00", "2026-10-19"),
        ("2026-12-19T16:00", "2026-12-26"),
    ],
    ids=["the next working day", "over a weekend", "in a break within a week"],
)
def test_who_was_not_reached_comes_back_without_a_word_more(here, at, proposed):
    here.clock.now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    need_id = row_of(here, referral_in(here, State.NOT_ATTENDED)).need_id
    lead = visitor(here, LEAD)
    assert f'name="next_call_on" value="{proposed}"' in lead.get("/calls").text
    here.clock.forward(minutes=1)
    lead.post(f"/calls/{need_id}", result="no answer", next_call_on=proposed)
    assert "No call is due" in words(lead.get("/calls"))
    here.clock.now = datetime.fromisoformat(f"{proposed}T16:00").replace(tzinfo=UTC)
    assert "A call was promised for today." in words(visitor(here, LEAD).get("/calls"))


@pytest.mark.parametrize("result", ["reached", "refused"])
def test_who_was_reached_is_not_called_again_whatever_day_stood_there(here, result):
    need_id = row_of(here, referral_in(here, State.NOT_ATTENDED)).need_id
    here.clock.forward(minutes=1)
    visitor(here, LEAD).post(f"/calls/{need_id}", result=result, next_call_on="2026-10-14")
    assert need_row(here, need_id).call_on is None


def test_whoever_did_not_come_is_to_be_called_until_somebody_has(here):
    referral_id = referral_in(here, State.NOT_ATTENDED)
    lead = visitor(here, LEAD)
    assert "Did not come to the appointment; written down today. Nobody has tried yet." in words(
        lead.get("/calls")
    )
    here.clock.forward(minutes=1)
    lead.post(f"/calls/{row_of(here, referral_id).need_id}", result="reached")
    assert "No call is due" in words(lead.get("/calls"))


def test_the_lost_are_shown_with_what_was_tried_and_where_they_went(here):
    referral_id = referral_in(here, State.NOT_REACHED, client=here.client)
    need_id = row_of(here, referral_id).need_id
    do(
        here,
        attempts.log_attempt,
        need_id,
        LogAttempt(Channel.PHONE, AttemptResult.WRONG_NUMBER, "Old number."),
    )
    do(here, closing.close, need_id, CloseNeed(ClosingReason.MOVED_AWAY, "To another district."))
    said = words(visitor(here, LEAD).get("/lost"))
    for each in (
        "Maya Example",
        "Moved away",
        "Psychology team, not reached",
        "phone, wrong number",
        "Old number.",
    ):
        assert each in said
    assert visitor(here, LEAD).get("/lost", after="x").status_code == 422


def again(here, screening_id, days=30):
    """A decision to ask again."""
    row = DecisionRow(
        organisation_id=here.organisation.id,
        id=here.id(),
        screening_id=screening_id,
        kind=DecisionKind.RESCREEN,
        rescreen_days=days,
        rules=["again"],
        reasons=[{"rule": "again", "text": {"en": "Ask again in a month.", "es": "Repetir en un mes."}}],
        decided_at=here.clock(),
    )
    with here.write() as session:
        session.add(row)


def test_more_to_screen_again_than_a_page_holds_are_counted_and_reached(here, monkeypatch):
    monkeypatch.setattr(outreach, "MOST", 2)
    for number in range(5):
        again(here, screening_of(here, here.new_client("Kai", f"Specimen{number}")), days=1)
        here.clock.forward(minutes=1)
    sender, address, seen, told = visitor(here, SENDER), "/rescreens", [], []
    while address:
        page = sender.client.get(address)
        seen += re.findall(r"Kai Specimen\d(?=</a> <span)", page.text)
        told += re.findall(r"(\d of \d), the oldest first", page.text)
        on = re.search(r'href="(/rescreens\?after=[^"]+)"', page.text)
        address = on and on[1]
    assert seen == [f"Kai Specimen{number}" for number in range(5)]
    assert told == ["2 of 5", "2 of 5", "1 of 5"]
    assert sender.get("/rescreens", after="x").status_code == 422


def test_whom_the_rules_ask_to_screen_again_is_there_two_weeks_before_and_gone_once_screened(here):
    again(here, screening_of(here))
    assert "Nobody is due" in words(visitor(here, SENDER).get("/rescreens"))
    here.clock.forward(days=17)
    said = words(visitor(here, SENDER).get("/rescreens"))
    assert "Maya Example" in said
    assert "Ask again in a month." in said
    assert "from 12 November" in said
    screening_of(here)
    assert "Nobody is due" in words(visitor(here, SENDER).get("/rescreens"))
