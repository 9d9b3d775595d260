"""Where a mail server is set up, the link goes there by itself and no page shows it: a real SMTP peer takes it."""

import logging
from dataclasses import replace

import pytest

from referral.entries import read_entry
from service.notify.mail import BadMail, Mailer, NotSent, read_mailer
from service.permissions import Role
from service.store import trail
from tests.service.builders import world
from tests.service.linking import link_row, outside_draft
from tests.service.postbox import FROM
from tests.service.web.receiving import caller, handed
from tests.service.web.test_receive_pages import OFFICE
from tests.service.web.visiting import visitor


@pytest.fixture
def here(sqlite_url, tmp_path, postbox):
    made = world(sqlite_url, tmp_path)
    made.parts = replace(made.parts, mailer=read_mailer(postbox.address, FROM))
    return made


def send(here, app):
    referral_id = outside_draft(here)
    page = visitor(here, Role.COUNSELOR, app).post(f"/referrals/{referral_id}/send-outside", **OFFICE)
    assert page.status_code == 200
    return referral_id, page


def test_the_message_is_taken_and_the_page_shows_the_digits_alone(here, postbox):
    app = here.app()
    referral_id, page = send(here, app)
    ((sender, to, words),) = postbox.taken
    assert (sender, to) == (FROM, [OFFICE["email"]])
    plain = words.replace("=\r\n", "").replace("=3D", "=")
    key, _ = handed(type("Page", (), {"text": plain + 'class="digits">0000 0000<'}))
    nothing, code = handed(page)
    assert nothing == ""
    assert code not in words
    for word in ("Noor", "Testcase", "Alder High", "psycholog", "referral"):
        assert word.lower() not in plain.lower().replace(FROM, ""), word
    assert caller(app).come_in(key, code).status_code == 303
    with here.read() as session:
        rows = trail.events_about(session, here.organisation.id, link_row(here, referral_id).id)
        kinds = [read_entry(row.entry)["kind"] for row in rows]
    assert kinds == ["link made", "link sent", "link opened"]


def test_a_server_that_takes_nothing_changes_nothing_and_the_page_says_so(here, postbox, caplog):
    caplog.set_level(logging.DEBUG)
    postbox.refuse = True
    _referral_id, page = send(here, here.app())
    key, _code = handed(page)
    assert "could not be sent by e-mail" in page.text
    assert len(key) == 43
    ours = " ".join(line.getMessage() for line in caplog.records if line.name.startswith("handrail"))
    assert ours == "a link was not mailed: SMTPDataError"


def test_nobody_at_the_address_is_told_by_its_kind_alone():
    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        Mailer("smtp", "127.0.0.1", 1, FROM).send("a@b.example", "x", "y")


@pytest.mark.parametrize(
    ("address", "sender", "named"),
    [
        ("http://host", FROM, "HANDRAIL_SMTP_URL"),
        ("smtp://", FROM, "HANDRAIL_SMTP_URL"),
        ("smtp://host:none", FROM, "HANDRAIL_SMTP_URL"),
        ("smtps://user:secret@host", "", "HANDRAIL_MAIL_FROM"),
    ],
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(address, sender, named):
    with pytest.raises(BadMail, match=named) as refused:
        read_mailer(address, sender)
    assert "secret" not in str(refused.value)


def test_ports_users_and_passwords_are_read_as_they_stand():
    mailer = read_mailer("smtps://a%40b:p%2Fw@mail.example", FROM)
    assert mailer == Mailer("smtps", "mail.example", 465, FROM, "a@b", "p/w")
    assert "p/w" not in repr(mailer)
    assert read_mailer("", "") is None
