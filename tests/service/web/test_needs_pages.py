"""The pages of the board and of one need: what people see, press and are told when something is missing."""

import pytest

from referral.model import Outcome, State, Step, Urgency
from service.actions.taking import Said
from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import (
    alert_of,
    assessed_for_need,
    latest_of,
    need_of,
    need_row,
)
from tests.service.referring import referral_in, row_of, take
from tests.service.web.visiting import visitor, words

COORDINATOR, COUNSELOR, SUPERVISOR = Role.COORDINATOR, Role.COUNSELOR, Role.SUPERVISOR


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def app(here):
    return here.app()


def test_the_board_shows_who_what_how_far_and_until_when(here, app):
    referral_in(here, State.SENT, urgency=Urgency.URGENT, client=here.client)
    page = visitor(here, COORDINATOR, app).get("/board")
    said = words(page)
    assert page.status_code == 200
    for each in (
        "Maya Example",
        "Urgent",
        "Psychology",
        "Alder High",
        "Counselor Demo",
        "Ask Psychology team",
    ):
        assert each in said
    assert "Due within 7 days 1 need" in said


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (State.DRAFT, "Look and send"),
        (State.COMPLETED, "Read the outcome"),
        (State.DECLINED, "Choose another way"),
        (State.WAITLISTED, "Ask Psychology team"),
    ],
)
def test_each_card_leads_to_the_next_step(here, app, state, act):
    referral_in(here, state)
    assert act in words(visitor(here, COORDINATOR, app).get("/board"))


def test_the_counts_are_filters(here, app):
    referral_in(here, State.SENT, client=here.client)
    person = visitor(here, COORDINATOR, app)
    assert 'href="/board?view=sent"' in person.get("/board").text
    assert "Maya Example" in words(person.get("/board", view="sent"))
    assert "No need fits these filters" in words(person.get("/board", view="booked", owner="me"))


@pytest.mark.parametrize("query", [{"pathway": "astrology"}, {"view": "all of it"}, {"after": "nonsense"}])
def test_an_unknown_filter_is_named(here, app, query):
    page = visitor(here, COORDINATOR, app).get("/board", **query)
    assert page.status_code == 422
    assert next(iter(query)) in words(page)


def test_an_empty_board_says_what_would_be_here(here, app):
    assert "A need opens when a screening or a person says so" in words(
        visitor(here, COORDINATOR, app).get("/board")
    )


@pytest.mark.parametrize("state", list(State))
def test_the_need_page_stands_in_every_state(here, app, state):
    need_id = row_of(here, referral_in(here, state, client=here.client)).need_id
    for role in (COORDINATOR, COUNSELOR)[: 2 if state in {State.DECLINED, State.COMPLETED} else 1]:
        page = visitor(here, role, app).get(f"/needs/{need_id}")
        assert page.status_code == 200
        assert page.text.count("btn-main") <= 1
        assert "Maya Example" in words(page)


def test_an_attempt_is_one_press_on_the_need_page(here, app):
    need_id = need_of(here)
    person = visitor(here, COUNSELOR, app)
    page = person.send(f"/needs/{need_id}/attempts", channel="phone", result="no answer")
    assert "The attempt is written down." in words(page)
    assert "Phone: no answer" in words(page)
    assert "1 attempt so far; 3 are needed" in words(page)


@pytest.mark.parametrize(
    ("name", "form", "told"),
    [
        ("attempts", {"channel": "phone"}, ["Say what came of it."]),
        ("attempts", {"channel": "drum", "result": "reached"}, ["Choose one of the list"]),
        (
            "attempts",
            {"channel": "phone", "result": "reached", "next_call_on": "2020-01-01"},
            ["Choose a day from today on."],
        ),
        (
            "reassign",
            {"owner_id": "", "reassign_note": ""},
            ["Say who takes the need over.", "Write a sentence or two."],
        ),
        ("reassign", {"owner_id": "nobody", "reassign_note": "x"}, ["cannot look after this client"]),
        ("redirect", {"way": "astrology:"}, ["allowed: crisis"]),
        ("redirect", {"way": "psychology:nobody"}, ["does not take referrals"]),
        ("close", {"close_reason": ""}, ["Say why the need closes."]),
        (
            "close",
            {"close_reason": "not reached", "close_note": "kept as it was"},
            ["0 contact attempts", "kept as it was"],
        ),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_is_kept(here, app, name, form, told):
    need_id = row_of(here, referral_in(here, State.DECLINED)).need_id
    page = visitor(here, COORDINATOR, app).post(f"/needs/{need_id}/{name}", **form)
    assert page.status_code == 422
    for each in told:
        assert each in words(page)
    assert "to mend" in words(page)
    assert need_row(here, need_id).closed_at is None


def test_a_coordinator_redirects_hands_over_and_closes(here, app):
    need_id = row_of(here, referral_in(here, State.DECLINED)).need_id
    here.clock.forward(minutes=5)
    person = visitor(here, COORDINATOR, app)
    team = here.teams["psychiatry"].id
    page = person.send(
        f"/needs/{need_id}/redirect", way=f"psychiatry:{team}", redirect_note="They have room."
    )
    assert "A new referral is drafted." in words(page)
    assert latest_of(here, need_id).receiver_id == team
    new = here.people[SUPERVISOR].id
    assert "new owner" in words(
        person.send(f"/needs/{need_id}/reassign", owner_id=str(new), reassign_note="Yours.")
    )
    take(here, latest_of(here, need_id).id, Step.DISMISS, COUNSELOR)
    page = person.send(f"/needs/{need_id}/close", close_reason="moved away", close_note="To another state.")
    assert "Closed: Moved away" in words(page)
    assert "open again" in words(person.send(f"/needs/{need_id}/reopen", reopen_note="They came back."))


@pytest.mark.parametrize(
    ("outcome", "button", "then", "closed"),
    [
        (Outcome.HELP_BEGAN, "Close the loop: help began", "close", True),
        (Outcome.HELP_BEGAN, "I have read it, the need goes on", "keep", False),
        (Outcome.REFERRED_ON, "I have read it", "keep", False),
    ],
)
def test_reading_an_outcome_closes_the_loop_in_one_press(here, app, outcome, button, then, closed):
    referral_id = referral_in(here, State.IN_CARE)
    take(here, referral_id, Step.REPORT_OUTCOME, Role.CLINICIAN, Said(outcome=outcome))
    need_id = row_of(here, referral_id).need_id
    person = visitor(here, COUNSELOR, app)
    assert button in words(person.get(f"/needs/{need_id}"))
    assert "The outcome is read." in words(person.send(f"/needs/{need_id}/close-loop", then=then))
    assert (need_row(here, need_id).closed_at is not None) is closed


def test_an_urgent_loop_asks_for_what_closing_takes_on_the_same_page(here, app):
    need_id = row_of(here, referral_in(here, State.COMPLETED, urgency=Urgency.URGENT)).need_id
    person = visitor(here, COORDINATOR, app)
    assert "Which adult took over in person?" in words(person.get(f"/needs/{need_id}"))
    page = person.post(f"/needs/{need_id}/close-loop", then="close", outcome_took_over="Rosa Example")
    assert page.status_code == 422
    assert "Write down the safety assessment." in words(page)
    assert 'value="Rosa Example"' in page.text
    assessed_for_need(here, need_id)
    assert (
        person.post(
            f"/needs/{need_id}/close-loop", then="close", outcome_took_over="Rosa Example"
        ).status_code
        == 303
    )


def test_a_second_person_signs_on_the_page(here, app):
    need_id = row_of(here, referral_in(here, State.NOT_REACHED, urgency=Urgency.URGENT)).need_id
    person = visitor(here, SUPERVISOR, app)
    assert "Sign as the second person" in words(person.get(f"/needs/{need_id}"))
    page = person.send(
        f"/needs/{need_id}/sign-off", sign_off_reason="not reached", sign_off_note="We tried everything."
    )
    assert "You have signed off." in words(page)


def test_a_need_is_opened_by_judgement(here, app):
    person, path = visitor(here, COUNSELOR, app), f"/clients/{here.client.id}/needs"
    assert person.get(f"{path}/new").status_code == 200
    refused = person.post(path, reason="Kept words.")
    assert refused.status_code == 422
    assert "Kept words." in refused.text
    page = person.send(path, pathway="psychology", urgency="urgent", reason="Worried after a talk.")
    assert "Worried after a talk." in words(page)
    assert "Start the assessment" in words(page)


@pytest.mark.parametrize("path", ["/needs/{0}", "/alerts/{0}", "/needs/{0}/safety-assessment"])
def test_an_unknown_record_is_not_found(here, app, path):
    assert visitor(here, COORDINATOR, app).get(path.format(here.id())).status_code == 404


@pytest.mark.parametrize("path", ["/board", "/safety-assessments"])
def test_an_auditor_has_no_board(here, app, path):
    assert visitor(here, Role.AUDITOR, app).get(path).status_code == 403


def test_in_spanish_nothing_breaks(here, app):
    need_id = row_of(here, referral_in(here, State.DECLINED)).need_id
    alert = alert_of(here, here.new_client())
    person = visitor(here, COORDINATOR, app)
    person.post("/language", language="es", next="/")
    for path in ("/board", f"/needs/{need_id}", f"/alerts/{alert.id}", "/safety-assessments"):
        page = person.get(path)
        assert page.status_code == 200
        assert 'lang="es"' in page.text
    assert "Quédese en la sala" in words(person.get(f"/alerts/{alert.id}"))


def test_closed_and_helped_are_shown_apart(here, app):
    need_id = row_of(here, referral_in(here, State.COMPLETED)).need_id
    person = visitor(here, COORDINATOR, app)
    person.post(f"/needs/{need_id}/close-loop", then="close")
    page = words(person.get("/board", view="helped"))
    assert "Closed this month" in page
    assert "See how it closed" in page
