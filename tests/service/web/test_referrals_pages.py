"""The pages of a referral: each side's headings and forms, the steps, what is refused and said again."""

import re
from datetime import timedelta

import pytest

from referral.consent import ConsentStatus, Giver, Purpose
from referral.lifecycle import steps_open
from referral.model import Side, State, Step
from service.kinds import SiteKind
from service.store.consents import ConsentRow
from service.store.organisations import SiteRow
from service.web.step_forms import BUTTONS, LEADS
from tests.service.builders import PASSWORD, world
from tests.service.referring import RECEIVER, SENDER, WAYS, draft, referral_in, row_of, take

MOMENT = "%Y-%m-%dT%H:%M"


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


class Visitor:
    """One person at the pages, who fills in forms as a browser would."""

    def __init__(self, here, role):
        self.client = here.app().test_client()
        self.get("/sign-in")
        self.post("/sign-in", email=here.people[role].email, password=PASSWORD)

    def get(self, path):
        return self._kept(self.client.get(path))

    def post(self, path, **fields):
        return self._kept(self.client.post(path, data={"csrf_token": self.token, **fields}))

    def _kept(self, answer):
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        self.token = found.group(1) if found else self.token
        return answer


def headings(answer, level=2):
    return [
        re.sub(r"<[^>]+>", "", each).strip()
        for each in re.findall(rf"<h{level}[^>]*>(.*?)</h{level}>", answer.text, re.DOTALL)
    ]


def buttons(answer):
    """What may be pressed on the page, in words."""
    pressed = re.findall(r'<(?:button|a) class="btn[^"]*"[^>]*>(.*?)</(?:button|a)>', answer.text, re.DOTALL)
    return [each.strip() for each in pressed]


def mains(answer):
    return re.findall(r'class="btn btn-main[^"]*"[^>]*>([^<]*)<', answer.text)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("state", State)
def test_each_side_is_offered_exactly_the_steps_that_it_may_take(here, state, side):
    if side is Side.RECEIVER and WAYS[state][:1] != ((SENDER, Step.SEND),):
        pytest.skip("the receiving team never sees what was not sent")
    referral_id = referral_in(here, state)
    page = Visitor(here, RECEIVER if side is Side.RECEIVER else SENDER).get(f"/referrals/{referral_id}")
    open_ones = [step for step in steps_open(state, side) if step is not Step.SIGN_OFF]
    assert page.status_code == 200
    assert set(buttons(page)) >= {str(BUTTONS[step]) for step in open_ones}
    assert not set(buttons(page)) & {str(words) for step, words in BUTTONS.items() if step not in open_ones}
    lead = LEADS.get((state, side))
    assert mains(page) == ([str(BUTTONS[lead])] if lead else [])


def test_the_page_of_a_referral_has_its_headings_in_order(here):
    page = Visitor(here, RECEIVER).get(f"/referrals/{referral_in(here, State.SENT)}")
    assert headings(page, 1) == ["Maya Example"]
    assert headings(page) == ["Next: Acknowledge", "Why", "Consent", "So far", "People", "More"]
    assert "Sent by Counselor Demo" in page.text
    assert "<title>Referral HR-" in page.text


def test_the_sender_sees_what_was_tried_before_and_the_need(here):
    referral_id = referral_in(here, State.DECLINED)
    page = Visitor(here, SENDER).get(f"/referrals/{referral_id}")
    assert "Declined: No capacity." in page.text
    assert "Full until May, sorry." in page.text
    assert f"/needs/{row_of(here, referral_id).need_id}" in page.text


@pytest.mark.parametrize(
    ("name", "state", "fields", "after"),
    [
        ("claim", State.SENT, {}, State.CLAIMED),
        ("accept", State.CLAIMED, {}, State.ACCEPTED),
        ("release", State.CLAIMED, {}, State.SENT),
        ("decline", State.CLAIMED, {"decline_reason": "no capacity", "note": "Sorry."}, State.DECLINED),
        ("waitlist", State.ACCEPTED, {"review_at": "2026-10-20"}, State.WAITLISTED),
        ("schedule", State.ACCEPTED, {"appointment_at": "2026-10-20T09:30"}, State.SCHEDULED),
        (
            "reschedule",
            State.SCHEDULED,
            {"appointment_at": "2026-10-21T09:30", "appointment_reason": "school"},
            State.SCHEDULED,
        ),
        ("attended", State.SCHEDULED, {"happened_at": "2026-10-13T09:30"}, State.IN_CARE),
        ("not-attended", State.SCHEDULED, {"appointment_reason": "not known"}, State.NOT_ATTENDED),
        ("outcome", State.IN_CARE, {"outcome": "help began"}, State.COMPLETED),
    ],
)
def test_a_step_is_taken_on_its_form_and_said_in_words(here, name, state, fields, after):
    referral_id = referral_in(here, state)
    visitor = Visitor(here, RECEIVER)
    visitor.get(f"/referrals/{referral_id}?step={name}")
    answer = visitor.post(f"/referrals/{referral_id}/{name}", **fields)
    assert (answer.status_code, row_of(here, referral_id).state) == (303, after)
    assert 'role="status"' in visitor.get(answer.location).text


def test_a_day_and_time_on_a_form_is_the_organisations_wall_clock(here):
    referral_id = referral_in(here, State.ACCEPTED)
    visitor = Visitor(here, RECEIVER)
    visitor.get(f"/referrals/{referral_id}")
    visitor.post(f"/referrals/{referral_id}/schedule", appointment_at="2026-11-03T09:30")
    assert row_of(here, referral_id).appointment_at.isoformat() == "2026-11-03T16:30:00+00:00"


@pytest.mark.parametrize(
    ("name", "state", "fields", "field"),
    [
        ("decline", State.SENT, {"note": "No room."}, "decline_reason"),
        ("decline", State.SENT, {"decline_reason": "too busy"}, "decline_reason"),
        ("schedule", State.ACCEPTED, {"appointment_at": "2026-10-01T09:30"}, "appointment_at"),
        ("schedule", State.ACCEPTED, {"appointment_at": "soon"}, "appointment_at"),
        ("waitlist", State.ACCEPTED, {"review_at": "2027-10-01"}, "review_at"),
        ("outcome", State.IN_CARE, {"outcome": "no capacity"}, "outcome"),
    ],
)
def test_a_form_that_cannot_be_used_comes_back_with_its_problem_and_what_was_written(
    here, name, state, fields, field
):
    referral_id = referral_in(here, state)
    visitor = Visitor(here, RECEIVER)
    visitor.get(f"/referrals/{referral_id}")
    answer = visitor.post(f"/referrals/{referral_id}/{name}", **fields)
    assert (answer.status_code, row_of(here, referral_id).state) == (422, state)
    assert "One thing to mend" in headings(answer)
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}"' in answer.text
    assert fields.get("note", "") in answer.text


def test_a_draft_is_sent_with_the_wait_shown_before(here):
    with here.write() as session:
        session.add(
            SiteRow(
                organisation_id=here.organisation.id,
                id=here.id(),
                name="Vale Clinic",
                kind=SiteKind.TEAM,
                pathway="psychology",
                languages="en es",
                wait_days=35,
            )
        )
    referral_id = draft(here)
    visitor = Visitor(here, SENDER)
    page = visitor.get(f"/referrals/{referral_id}/preview")
    assert headings(page, 1) == ["Send Maya's referral to Psychology"]
    assert page.text.index("Psychology team") < page.text.index("Vale Clinic")
    assert "First appointment in about 35 days. Later than this urgency allows (7 days)." in page.text
    answer = visitor.post(f"/referrals/{referral_id}/send", receiver_id=str(here.teams["psychology"].id))
    assert (answer.status_code, row_of(here, referral_id).state) == (303, State.SENT)


@pytest.mark.parametrize(
    ("chosen", "reason", "field"),
    [("", "", "receiver_id"), ("no team", "", "receiver_id"), ("psychiatry", "", "receiver_id"), ("vale", "", "reason")],
)
def test_sending_says_what_is_missing(here, chosen, reason, field):
    vale = SiteRow(
        organisation_id=here.organisation.id,
        id=here.id(),
        name="Vale Clinic",
        kind=SiteKind.TEAM,
        pathway="psychology",
        languages="en",
        wait_days=35,
    )
    with here.write() as session:
        session.add(vale)
    ids = {"psychiatry": here.teams["psychiatry"].id, "vale": vale.id}
    referral_id = draft(here)
    visitor = Visitor(here, SENDER)
    visitor.get(f"/referrals/{referral_id}/preview")
    answer = visitor.post(
        f"/referrals/{referral_id}/send", receiver_id=str(ids.get(chosen, chosen)), reason=reason
    )
    assert (answer.status_code, row_of(here, referral_id).state) == (422, State.DRAFT)
    assert f'<a href="#{field}">' in answer.text


def test_another_team_is_chosen_with_a_reason_that_stands_on_the_page(here):
    with here.write() as session:
        vale = SiteRow(
            organisation_id=here.organisation.id,
            id=here.id(),
            name="Vale Clinic",
            kind=SiteKind.TEAM,
            pathway="psychology",
            languages="en",
            wait_days=35,
        )
        session.add(vale)
    referral_id = draft(here)
    visitor = Visitor(here, SENDER)
    visitor.get(f"/referrals/{referral_id}/preview")
    visitor.post(f"/referrals/{referral_id}/send", receiver_id=str(vale.id), reason="Knows the family.")
    assert "Knows the family." in visitor.get(f"/referrals/{referral_id}").text


def test_a_clients_no_keeps_the_draft_and_says_why(here):
    with here.write() as session:
        session.add(
            ConsentRow(
                organisation_id=here.organisation.id,
                id=here.id(),
                client_id=here.client.id,
                purpose=Purpose.SHARING,
                pathway="psychology",
                status=ConsentStatus.REFUSED,
                giver=Giver.CLIENT,
                guardian_id=None,
                given_at=here.clock() - timedelta(days=1),
                valid_until=None,
                recorded_by=here.people[SENDER].id,
            )
        )
    referral_id = draft(here)
    visitor = Visitor(here, SENDER)
    page = visitor.get(f"/referrals/{referral_id}/preview")
    assert "The client does not agree, and that is respected." in page.text
    assert mains(page) == []
    answer = visitor.post(f"/referrals/{referral_id}/send", receiver_id=str(here.teams["psychology"].id))
    assert (answer.status_code, row_of(here, referral_id).state) == (422, State.DRAFT)
    assert '<a href="#consent">' in answer.text


def test_what_became_of_it_is_read_with_one_button(here):
    referral_id = referral_in(here, State.COMPLETED)
    visitor = Visitor(here, SENDER)
    assert mains(visitor.get(f"/referrals/{referral_id}")) == ["I have read the outcome"]
    assert visitor.post(f"/referrals/{referral_id}/read-outcome").status_code == 303
    page = visitor.get(f"/referrals/{referral_id}")
    assert (mains(page), row_of(here, referral_id).outcome_read_at) == ([], here.clock())


def test_the_second_person_sees_who_was_first(here):
    referral_id = referral_in(here, State.SENT)
    visitor = Visitor(here, RECEIVER)
    visitor.get(f"/referrals/{referral_id}")
    here.people[RECEIVER], first = here.people[SENDER], here.people[RECEIVER]
    here.people[RECEIVER] = first
    take(here, referral_id, Step.REQUEST_CANCEL, SENDER)
    answer = visitor.post(f"/referrals/{referral_id}/claim")
    assert answer.status_code == 409
    assert "Asked to stop by Counselor Demo, today 10:00" in answer.text


def test_going_on_after_a_step_never_leaves_the_service(here):
    referral_id = referral_in(here, State.SENT)
    visitor = Visitor(here, RECEIVER)
    visitor.get(f"/referrals/{referral_id}")
    answer = visitor.post(f"/referrals/{referral_id}/claim", next="https://elsewhere.example/")
    assert answer.location == "/"


def test_the_letter_is_a_pdf_named_by_its_number(here):
    referral_id = referral_in(here, State.SENT)
    answer = Visitor(here, RECEIVER).client.get(f"/referrals/{referral_id}/letter.pdf")
    number = row_of(here, referral_id).number
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert answer.headers["Content-Disposition"] == f'inline; filename="{number}.pdf"'
