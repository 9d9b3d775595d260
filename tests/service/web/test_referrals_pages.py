"""The pages of a referral: each side's headings and forms, the steps, what is refused and said again."""

import re

import pytest

from referral.lifecycle import steps_open
from referral.model import Side, State, Step
from service.web.step_forms import BUTTONS, LEADS
from tests.service.builders import PASSWORD
from tests.service.referring import (
    RECEIVER,
    SENDER,
    WAYS,
    at_noon,
    referral_in,
    row_of,
    shared_world,
    take,
)

MOMENT = "%Y-%m-%dT%H:%M"


@pytest.fixture(scope="module")
def shared(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("shared")) as here:
        yield here


@pytest.fixture
def here(shared):
    return at_noon(shared)


class Visitor:
    """One person at the pages, who fills in forms as a browser would."""

    def __init__(self, here, role):
        self.client = here.kept_app.test_client()
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


# The receiving team never sees what was not sent.
SEEN = [
    (state, side)
    for state in State
    for side in Side
    if side is Side.SENDER or (SENDER, Step.SEND) in WAYS[state]
]


@pytest.mark.parametrize(("state", "side"), SEEN)
def test_each_side_is_offered_exactly_the_steps_that_it_may_take(here, state, side):
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
    assert headings(page, 1) == ["Noor Testcase"]
    assert headings(page) == ["Next: Acknowledge", "Why", "Consent", "So far", "People", "More"]
    assert "Sent by Counselor Demo" in page.text
    assert "<title>Referral HR-" in page.text


def test_once_sent_the_sender_sees_what_was_shared_and_nobody_else_does(here):
    draft, sent = referral_in(here, State.DRAFT), referral_in(here, State.SENT)
    school, clinic = Visitor(here, SENDER), Visitor(here, RECEIVER)
    listed = school.get(f"/referrals/{sent}").text.partition('id="shared"')[2].partition("</details>")[0]
    for part in ("Name, age and contact", "Guardians", "Bands of each questionnaire"):
        assert part in listed
    assert "Single answers" not in listed
    assert 'id="shared"' not in school.get(f"/referrals/{draft}").text
    assert 'id="shared"' not in clinic.get(f"/referrals/{sent}").text


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
