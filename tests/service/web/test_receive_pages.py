"""The pages of a receiver without an account, and of the sender's side of their link."""

import logging
import re
from hashlib import sha256

import pytest
from flask import request

from referral.checkpoints import prove_receipt, read_receipt
from referral.entries import commitment, read_entry
from referral.model import State
from service.permissions import Role
from tests.referral.keys import OLD
from tests.service.builders import world
from tests.service.linking import linked, outside_draft, take_back
from tests.service.referring import row_of
from tests.service.sealed import seal
from tests.service.web.receiving import caller, handed, without_token
from tests.service.web.visiting import visitor, words

OFFICE = {
    "name": "Dr. Demo, Elm Street Practice (example)",
    "kind": "family doctor",
    "phone": "555-010-0177",
    "email": "front@elm.example",
    "language": "en",
    "outside_reason": "The family asked for their own doctor.",
}


@pytest.fixture
def here(sqlite_url, tmp_path):
    """On one engine: `test_links.py` does on both what these pages ask for."""
    return world(sqlite_url, tmp_path)


@pytest.fixture
def app(here):
    return here.app()


def let_in(here, app):
    sent, guest = linked(here), caller(app)
    assert guest.come_in(sent.token, sent.code).status_code == 303
    return sent, guest


def test_from_sending_to_the_outcome(here, app):
    referral_id = outside_draft(here)
    sender, guest = visitor(here, Role.COUNSELOR, app), caller(app)
    sheet = sender.post(f"/referrals/{referral_id}/send-outside", **OFFICE)
    assert sheet.status_code == 200
    key, code = handed(sheet)
    assert guest.come_in(key, f"{code[:4]} {code[4:]}").status_code == 303
    page = guest.client.get("/receive/referral")
    assert "Noor Testcase" in words(page)
    assert "988" in words(page)
    assert "The sender sees it now" in words(guest.act("/receive/referral/accept"))
    booked = guest.act("/receive/referral/schedule", appointment_at="2026-10-20T15:00")
    assert "Appointment 20 October" in words(booked)
    assert "closed" in words(guest.act("/receive/leave")).lower()
    assert guest.client.get("/receive/referral").location == "/receive"
    here.clock.forward(days=10)
    sender = visitor(here, Role.COUNSELOR, app)
    _nothing, fresh = handed(sender.post(f"/referrals/{referral_id}/link/code"))
    assert guest.come_in(key, code).status_code == 422
    assert guest.come_in(key, fresh).status_code == 303
    guest.act("/receive/referral/attended", happened_at="2026-10-20T15:00")
    done = guest.act("/receive/referral/outcome", outcome="help began", note="Seen once.")
    assert "The letter is not shown any more" in words(done)
    assert "Noor" not in words(done)
    assert row_of(here, referral_id).state is State.COMPLETED
    seen = words(sender.get(f"/referrals/{referral_id}"))
    assert "Help began. Seen once." in seen
    assert "Dr. Demo, Elm Street Practice (example)" in seen


def test_the_message_names_nobody_and_the_code_is_not_in_it(here, app):
    referral_id = outside_draft(here)
    page = visitor(here, Role.COUNSELOR, app).post(f"/referrals/{referral_id}/send-outside", **OFFICE)
    message = re.search(r'id="words">(.*?)</p>', page.text, re.DOTALL)[1]
    _key, code = handed(page)
    for word in (
        "Noor",
        "Testcase",
        "Alder",
        "school",
        "psycholog",
        "student",
        "referral",
        code[:4],
        code[4:],
    ):
        assert word.lower() not in message.lower(), word
    assert "good until 27 October 2026" in message


def tried(app, sent, times, code):
    """Somebody else's browser comes with the link and this code."""
    for _ in range(times):
        caller(app).come_in(sent.token, code)


SHUT = {
    "revoked": lambda here, app, sent: take_back(here, sent.referral_id),
    "expired": lambda here, app, sent: here.clock.forward(days=14),
    "used": lambda here, app, sent: tried(app, sent, 1, sent.code),
    "locked": lambda here, app, sent: tried(app, sent, 5, "99999999"),
    "wrong code": lambda here, app, sent: None,
    "unknown": lambda here, app, sent: None,
}


@pytest.mark.parametrize("what", SHUT)
def test_whatever_is_wrong_the_answer_is_the_same_to_the_byte(here, app, what):
    sent, guest = linked(here), caller(app)
    plain = guest.come_in("q" * 43, "00000000")
    SHUT[what](here, app, sent)
    key = "z" * 43 if what == "unknown" else sent.token
    answer = guest.come_in(key, "99999999" if what == "wrong code" else sent.code)
    assert (plain.status_code, answer.status_code) == (422, 422)
    assert without_token(answer) == without_token(plain)
    assert dict(answer.headers).keys() == dict(plain.headers).keys()


@pytest.mark.parametrize("what", ["unknown", "revoked", "live"])
def test_the_code_is_hashed_once_whatever_the_link_is(here, app, monkeypatch, what):
    sent, guest, hashed = linked(here), caller(app), []
    if what == "revoked":
        take_back(here, sent.referral_id)
    verify = type(here.parts.passwords._hasher).verify
    monkeypatch.setattr(
        "argon2.PasswordHasher.verify", lambda *args: hashed.append(1) or verify(*args), raising=True
    )
    guest.come_in("z" * 43 if what == "unknown" else sent.token, sent.code)
    assert hashed == [1]


def test_asking_for_a_fresh_code_answers_the_same_for_every_link_and_the_sender_is_shown(here, app):
    sent, guest = linked(here), caller(app)
    known = guest.send("/receive/code", key=sent.token)
    unknown = guest.send("/receive/code", key="z" * 43)
    assert without_token(known) == without_token(unknown)
    page = visitor(here, Role.COUNSELOR, app).get(f"/referrals/{sent.referral_id}")
    assert "They ask for new digits" in words(page)
    board = visitor(here, Role.COORDINATOR, app).get("/board")
    assert "Call the office outside: it needs new digits" in words(board)


def test_the_sender_sees_a_locked_link_and_makes_a_new_one(here, app):
    sent, guest = linked(here), caller(app)
    for _ in range(5):
        guest.come_in(sent.token, "99999999")
    sender = visitor(here, Role.COUNSELOR, app)
    page = sender.get(f"/referrals/{sent.referral_id}")
    assert "Locked after 5 wrong codes" in words(page)
    assert "New digits" not in words(page)
    key, code = handed(sender.post(f"/referrals/{sent.referral_id}/link"))
    assert guest.come_in(sent.token, sent.code).status_code == 422
    assert guest.come_in(key, code).status_code == 303


def test_a_link_taken_back_shuts_the_page_behind_the_receiver(here, app):
    sent, guest = let_in(here, app)
    answer = visitor(here, Role.COUNSELOR, app).post(f"/referrals/{sent.referral_id}/link/revoke")
    assert answer.status_code == 303
    for where in ("/receive/referral", "/receive/referral/letter.pdf"):
        assert guest.client.get(where).location == "/receive"


def test_the_receiver_reads_the_letter_on_paper(here, app):
    _sent, guest = let_in(here, app)
    paper = guest.client.get("/receive/referral/letter.pdf")
    assert (paper.mimetype, paper.data[:4]) == ("application/pdf", b"%PDF")


def test_the_receiver_proves_the_letter_that_they_took_with_nobodys_help(here, app):
    _sent, guest = let_in(here, app)
    proof = "/receive/referral/receipt"
    assert proof not in guest.client.get("/receive/referral").text
    assert guest.client.get(proof).location == "/receive/referral"
    paper = guest.client.get("/receive/referral/letter.pdf").data
    assert guest.client.get(proof).location == "/receive/referral", "nothing is signed yet"
    seal(here)
    assert proof in guest.client.get("/receive/referral").text
    receipt = read_receipt(guest.client.get(proof).text)
    prove_receipt(receipt, [OLD.public])
    assert read_entry(receipt.entry)["commit"] == commitment(receipt.salt, sha256(paper).digest())


def test_a_decline_needs_its_reason_and_says_so(here, app):
    sent, guest = let_in(here, app)
    page = guest.act("/receive/referral/decline")
    assert page.status_code == 422
    page = guest.act("/receive/referral/decline", decline_reason="no capacity", note="Full until May, sorry.")
    assert "Declined" in words(page)
    assert row_of(here, sent.referral_id).state is State.DECLINED


@pytest.mark.parametrize("name", ["claim", "waitlist", "mark-error", "request-cancel", "not-reached"])
def test_other_steps_are_refused_and_change_nothing(here, app, name):
    sent, guest = let_in(here, app)
    assert guest.act(f"/receive/referral/{name}").status_code in {403, 404, 422}
    assert row_of(here, sent.referral_id).state is State.SENT


@pytest.mark.parametrize("where", ["/receive", "/receive/referral/accept", "/receive/leave", "/receive/code"])
def test_a_forged_form_is_refused(here, app, where):
    sent, guest = let_in(here, app)
    assert guest.client.post(where, data={"csrf_token": "forged"}).status_code == 400
    assert row_of(here, sent.referral_id).state is State.SENT


def test_the_page_speaks_the_receivers_language_and_switches(here, app):
    _sent, guest = let_in(here, app)
    page = guest.act("/language", language="es", next="/receive/referral")
    assert '<html lang="es"' in page.text
    assert "HR-" in page.text


def test_the_token_is_in_no_address_no_log_and_no_answer(here, app, caplog):
    caplog.set_level(logging.DEBUG)
    sent, guest = linked(here), caller(app)
    seen = []
    app.before_request(lambda: seen.append(request.url))
    guest.come_in(sent.token, "99999999")
    page = guest.client.get("/receive")
    guest.come_in(sent.token, sent.code)
    inside = guest.client.get("/receive/referral")
    assert sent.token not in " ".join(seen)
    assert sent.token not in caplog.text
    assert sent.token not in page.text + inside.text


def test_the_cookie_of_a_visit_is_kept_from_scripts_and_other_sites(here, app):
    sent, guest = linked(here), caller(app)
    cookie = guest.come_in(sent.token, sent.code).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert sent.token not in cookie


@pytest.mark.parametrize("field", ["name", "phone", "kind", "outside_reason"])
def test_an_office_that_is_not_told_enough_of_is_named_and_nothing_is_sent(here, app, field):
    referral_id = outside_draft(here)
    answer = visitor(here, Role.COUNSELOR, app).post(
        f"/referrals/{referral_id}/send-outside", **{**OFFICE, field: ""}
    )
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert row_of(here, referral_id).state is State.DRAFT
