"""Asking for single answers at the pages and over the API: both sides see how it stands, nobody an answer too early."""

import pytest

from referral.items import ItemsReason
from referral.model import Step
from service.permissions import Role
from service.store.clients import guardians_of
from tests.service.answered import answered_draft, answered_referral, ask
from tests.service.builders import world
from tests.service.linking import agree, linked
from tests.service.referring import RECEIVER, row_of, take
from tests.service.web.receiving import caller
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor, words


@pytest.fixture
def here(sqlite_url, tmp_path):
    """On one engine: `test_items.py` does on both what these pages ask for."""
    return world(sqlite_url, tmp_path)


def test_from_the_question_to_the_answers_at_the_pages(here):
    referral_id, app = answered_referral(here), here.app()
    clinic, school = visitor(here, Role.CLINICIAN, app), visitor(here, Role.COUNSELOR, app)
    at = f"/referrals/{referral_id}"
    assert "Ask for consent to share the single answers" in words(clinic.get(at))
    assert "Asked. The sender sees it now" in words(
        clinic.send(f"{at}/items/ask", items_reason="to judge safety")
    )
    assert "A receiver asks for consent" in words(school.get("/clients"))
    assert "Noor Testcase" in words(school.get("/asked"))
    need = words(school.get(f"/needs/{row_of(here, referral_id).need_id}"))
    assert "Consent to share the single answers is asked for: to judge safety." in need
    assert "No parent or guardian has been asked yet" in words(school.get(f"{at}/items"))
    assert "The answer is written down" in words(school.send(f"{at}/items/agree", who="client"))
    assert "No parent or guardian has been asked yet" in words(school.get(f"{at}/items"))


def test_what_is_left_out_is_named_and_nothing_happens(here):
    referral_id, app = answered_referral(here), here.app()
    clinic, school = visitor(here, Role.CLINICIAN, app), visitor(here, Role.COUNSELOR, app)
    at = f"/referrals/{referral_id}/items"
    refused = clinic.post(f"{at}/ask")
    assert (refused.status_code, "Choose a reason" in words(refused)) == (422, True)
    ask(here, referral_id, ItemsReason.TO_DECIDE)
    for path, said in (
        ("agree", "Choose one of the client"),
        ("decline", "Choose a reason"),
        ("share", "been asked"),
    ):
        answer = school.post(f"{at}/{path}")
        assert (answer.status_code, said in words(answer)) == (422, True), path


def test_the_line_that_looks_again_tells_the_answer_and_then_rests(here):
    referral_id, app = answered_referral(here), here.app()
    clinic, school = visitor(here, Role.CLINICIAN, app), visitor(here, Role.COUNSELOR, app)
    at = f"/referrals/{referral_id}/items"
    clinic.post(f"{at}/ask", items_reason="to judge safety")
    waiting = clinic.get(f"{at}/state").text
    assert "hx-get" in waiting
    assert "is asked for" in waiting
    school.post(f"{at}/decline", items_refusal="a guardian said no")
    told = clinic.get(f"{at}/state").text
    assert "not shared: a guardian said no" in told
    assert "hx-get" not in told


def test_a_receiver_by_link_asks_and_reads(here):
    client, app = here.new_client("Noor", "Testcase"), here.app()
    agree(here, client)
    sent, guest = linked(here, referral_id=answered_draft(here, client)), caller(app)
    guest.come_in(sent.token, sent.code)
    assert guest.act("/receive/referral/items").status_code == 422
    assert "Asked. The sender sees it now" in words(
        guest.act("/receive/referral/items", items_reason="so that nobody is asked twice")
    )
    school = speaker(here, Role.COUNSELOR, app)
    at = f"/referrals/{sent.referral_id}/items"
    with here.read() as session:
        (mother,) = guardians_of(session, here.organisation.id, client.id)
    agreed = school.post(f"{at}/agree", {"giver": "guardian", "guardian_id": str(mother.id)})
    assert agreed.status_code == 201
    assert "Little interest" not in words(guest.client.get("/receive/referral"))
    assert school.post(f"{at}/share").status_code == 200
    assert "Little interest" in words(guest.client.get("/receive/referral"))


def test_the_api_tells_how_it_stands_to_both_sides(here):
    referral_id, app = answered_referral(here), here.app()
    clinic, school = speaker(here, Role.REFERRAL_STAFF, app), speaker(here, Role.COUNSELOR, app)
    at = f"/referrals/{referral_id}/items"
    assert clinic.post(f"{at}/ask", {"reason": "curious"}).status_code == 422
    assert clinic.post(f"{at}/ask", {"reason": "to judge safety"}).status_code == 201
    (waits,) = school.get("/items-requests").json["requests"]
    assert (waits["referral_id"], waits["reason"]) == (str(referral_id), "to judge safety")
    assert school.post(f"{at}/share").status_code == 422
    assert school.post(f"{at}/decline", {"reason": "call us instead"}).status_code == 200
    told = clinic.get(at).json
    assert (told["request"]["state"], told["request"]["refusal"], told["shared"]) == (
        "declined",
        "call us instead",
        False,
    )
    assert "answers" not in told


def test_when_the_referral_ends_every_page_and_the_api_say_that_the_request_ended_with_it(here):
    referral_id, app = answered_referral(here), here.app()
    clinic, school = visitor(here, Role.CLINICIAN, app), visitor(here, Role.COUNSELOR, app)
    at, said = f"/referrals/{referral_id}", "The request for the single answers ended with the referral."
    clinic.post(f"{at}/items/ask", items_reason="to judge safety")
    take(here, referral_id, Step.DECLINE, RECEIVER)
    need = f"/needs/{row_of(here, referral_id).need_id}"
    for who, where in ((clinic, at), (school, at), (clinic, f"{at}/items/state"), (school, f"{at}/items")):
        assert said in words(who.get(where)), where
    assert said in words(school.get(need))
    assert "hx-get" not in clinic.get(f"{at}/items/state").text
    assert "A receiver asks for consent" not in words(school.get("/clients"))
    speaks = speaker(here, Role.COUNSELOR, app)
    told = speaks.get(f"{at}/items").json
    assert (told["request"]["state"], told["request"]["refusal"], told["waits"]) == (
        "declined",
        "the referral has ended",
        False,
    )
    assert speaks.get("/items-requests").json == {"requests": []}


def test_a_receiver_by_link_reads_that_the_request_ended_with_the_referral(here):
    client, app = here.new_client("Noor", "Testcase"), here.app()
    agree(here, client)
    sent, guest = linked(here, referral_id=answered_draft(here, client)), caller(app)
    guest.come_in(sent.token, sent.code)
    guest.act("/receive/referral/items", items_reason="to judge safety")
    page = guest.act("/receive/referral/decline", decline_reason="no capacity")
    assert "The request for the single answers ended with the referral." in words(page)
