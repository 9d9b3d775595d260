"""Whoever the ladder tells is written to: once, saying nothing about anybody, whatever the mail server does."""

import re
import threading
from functools import partial

import pytest

from referral.audit import Intact, verify
from referral.items import ItemsReason, ItemsRefusal
from referral.model import Step, Urgency
from service import worker
from service.actions import alert_answers, items
from service.commands.rounds import send_mail
from service.notify.mail import NotSent, read_mailer
from service.permissions import Role
from service.settings import BadSettings, load_settings
from service.store.accounts import UserRow
from service.store.audit import recorded_head, stored_events
from service.store.needs import NeedRow
from tests.service.answered import answered_referral, ask, done
from tests.service.builders import world
from tests.service.caring import alert_of, do, events, need_of, need_row
from tests.service.postbox import FROM
from tests.service.referring import RECEIVER, take

ADDRESS = "https://handrail.alder-creek.example"
FIRST = {"counselor@alder-creek.example", "clinician@alder-creek.example"}


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def round_of(here, send):
    worker.escalate(here.parts.open_write, here.parts.act)
    return worker.deliver(here.parts.open_write, here.parts.act, send)


@pytest.fixture
def send(postbox):
    return partial(send_mail, read_mailer(postbox.address, FROM), ADDRESS)


def recipients(postbox):
    return [to for _sender, (to,), _words in postbox.taken]


def facts_of(here, need_id):
    row = need_row(here, need_id)
    return [getattr(row, column.key) for column in row.__table__.columns]


def said(here, kind):
    return [entry for entry in events(here) if entry["kind"] == kind]


def test_each_rung_of_an_alert_is_written_to_once_and_learns_nothing_about_anybody(here, postbox, send):
    alert_of(here)
    assert round_of(here, send) == 2
    assert set(recipients(postbox)) == FIRST
    here.clock.forward(minutes=5)
    assert round_of(here, send) == 1
    assert recipients(postbox)[2:] == ["on.call@alder-creek.example"]
    assert round_of(here, send) == 0
    for _sender, _to, words in postbox.taken:
        assert ADDRESS in words.replace("=\r\n", "")
        for hidden in ("Maya", "Example", "Alder", "suicid", "crisis", "ASQ", here.client.local_id):
            assert hidden.lower() not in words.lower().replace(FROM, "").replace(ADDRESS, "").replace(
                "alder-creek.example", ""
            ), hidden
    rungs = [(entry["role"], entry["details"]["rung"]) for entry in said(here, "message sent")]
    assert sorted(rungs) == [("system", 0), ("system", 0), ("system", 1)]


def test_the_message_is_in_the_language_of_whoever_gets_it(here, postbox, send):
    with here.write() as session:
        for row in here.people.values():
            session.get(UserRow, (row.organisation_id, row.id)).language = "es"
    alert_of(here)
    round_of(here, send)
    assert all("le espera una alerta" in words for _sender, _to, words in postbox.taken)


@pytest.mark.parametrize("before", ["acknowledged", "a day has gone by", "the account is closed"])
def test_nobody_is_written_to_about_what_is_over(here, postbox, send, before):
    alert = alert_of(here)
    if before == "acknowledged":
        do(here, alert_answers.acknowledge, alert.id, role=Role.ON_CALL)
    elif before == "a day has gone by":
        here.clock.forward(days=1)
    else:
        with here.write() as session:
            for row in here.people.values():
                session.get(UserRow, (row.organisation_id, row.id)).active = False
    assert worker.deliver(here.parts.open_write, here.parts.act, send) == 0
    assert postbox.taken == []


def test_a_server_that_takes_nothing_changes_nothing_and_is_tried_again(here, postbox, send, caplog):
    alert = alert_of(here)
    before = facts_of(here, alert.need_id)
    postbox.refuse = True
    assert round_of(here, send) == 0
    assert facts_of(here, alert.need_id) == before
    assert len(said(here, "message not taken")) == 2
    for seconds, tries in ((29, 0), (1, 2), (59, 0), (1, 2)):
        here.clock.forward(seconds=seconds)
        caplog.clear()
        round_of(here, send)
        assert len(caplog.messages) == tries
    assert len(said(here, "message not taken")) == 2
    assert {"somebody could not be told by e-mail: SMTPDataError"} == set(caplog.messages)
    postbox.refuse = False
    here.clock.forward(seconds=120)
    assert round_of(here, send) == 2
    assert set(recipients(postbox)) == FIRST


def test_a_worker_that_died_after_sending_sends_the_same_message_again(here):
    alert_of(here)
    keys = []

    def dies(mail):
        keys.append(mail.key)
        raise RuntimeError

    assert worker.deliver(here.parts.open_write, here.parts.act, dies) == 0
    assert len(keys) == 1
    send = lambda mail: keys.append(mail.key)  # noqa: E731
    assert worker.deliver(here.parts.open_write, here.parts.act, send) == 1  # the other one, at once
    here.clock.forward(minutes=2)
    assert worker.deliver(here.parts.open_write, here.parts.act, send) == 1
    assert (len(keys), len(set(keys))) == (3, 2)


def test_deadlines_come_together_and_at_most_once_an_hour_and_what_is_urgent_at_once(here, postbox, send):
    def missed(urgency, name):
        need_id = need_of(here, urgency, client=here.new_client("Noor", name))
        with here.write() as session:
            session.get(NeedRow, (here.organisation.id, need_id)).due_at = here.clock()

    def came():
        found = [words.replace("=\r\n", "") for _sender, _to, words in postbox.taken]
        postbox.taken.clear()
        return sorted(set(re.findall(r": ([0-9]+)[.] Sign", " ".join(found)))), len(found)

    for number in range(3):
        missed(Urgency.SOON, f"Test{number}")
    round_of(here, send)
    assert came() == (["3"], 1)
    here.clock.forward(minutes=30)
    missed(Urgency.SOON, "Later")
    round_of(here, send)
    assert came() == ([], 0)
    missed(Urgency.URGENT, "Now")
    round_of(here, send)
    assert came() == (["1"], 2), "the owner and the coordinator"
    here.clock.forward(hours=1)
    round_of(here, send)
    assert came() == (["1"], 1)


def test_machines_at_once_send_each_message_once(database_url, tmp_path):
    here = world(database_url, tmp_path)
    for number in range(4):
        alert_of(here, here.new_client("Noor", f"Test{number}"))
    ready, sent, kept = threading.Barrier(4), [], threading.Lock()

    def send(mail):
        with kept:
            sent.append(mail.key)

    def machine():
        ready.wait(timeout=30)
        worker.deliver(here.parts.open_write, here.parts.act, send)

    machines = [threading.Thread(target=machine) for _ in range(4)]
    for each in machines:
        each.start()
    for each in machines:
        each.join(timeout=120)
    assert len(sent) == len(set(sent)) == len(said(here, "message sent")) == 8
    with here.read() as session:
        organisation = here.organisation.id
        found = verify(
            stored_events(session, organisation),
            str(organisation),
            head=recorded_head(session, organisation),
        )
    assert isinstance(found, Intact)


def test_many_that_are_refused_hold_up_nobody_for_longer_than_three(here):
    for number in range(4):
        alert_of(here, here.new_client("Noor", f"Test{number}"))
    tried = []

    def refused(mail):
        tried.append(mail.key)
        raise NotSent("TimeoutError")

    assert worker.deliver(here.parts.open_write, here.parts.act, refused) == 0
    assert len(tried) == 3


@pytest.mark.parametrize(
    "address",
    ["handrail.example", "http://handrail.example", "https://user@host", "https://host?x=1", "https://"],
)
def test_an_address_that_no_message_may_name_is_refused_at_the_start(address):
    with pytest.raises(BadSettings, match=r"HANDRAIL_ADDRESS is .*; allowed: https:// and a host"):
        load_settings({"HANDRAIL_SECRET_KEY": "k" * 32, "HANDRAIL_ADDRESS": address})


def test_the_address_is_kept_without_the_slash_at_its_end():
    said = {"HANDRAIL_SECRET_KEY": "k" * 32, "HANDRAIL_ADDRESS": "https://handrail.example:8443/here/"}
    assert load_settings(said).address == "https://handrail.example:8443/here"


def test_an_address_that_can_stand_in_no_message_holds_up_nobody_else(here, postbox, send):
    with here.write() as session:
        row = here.people[Role.CLINICIAN]
        session.get(UserRow, (row.organisation_id, row.id)).email = "two\nlines@alder-creek.example"
    alert_of(here)
    assert round_of(here, send) == 1
    assert recipients(postbox) == ["counselor@alder-creek.example"]
    assert len(said(here, "message not taken")) == 1


def test_the_owner_is_written_to_when_a_receiver_asks_for_answers_and_learns_nothing_about_anybody(
    here, postbox, send
):
    referral_id = answered_referral(here)
    ask(here, referral_id, ItemsReason.FOR_SAFETY)
    assert (round_of(here, send), round_of(here, send)) == (1, 0)
    assert recipients(postbox) == ["counselor@alder-creek.example"]
    (words,) = (each[2] for each in postbox.taken)
    for hidden in ("Noor", "Testcase", "safety", "psycholog"):
        assert hidden not in words


def test_a_request_that_was_answered_meanwhile_is_not_written_about(here, postbox, send):
    referral_id = answered_referral(here)
    ask(here, referral_id, ItemsReason.FOR_SAFETY)
    done(here, items.decline, referral_id, ItemsRefusal.CALL_US)
    assert (round_of(here, send), postbox.taken) == (0, [])


def test_a_request_that_ended_with_its_referral_is_not_written_about(here, postbox, send):
    referral_id = answered_referral(here)
    ask(here, referral_id, ItemsReason.FOR_SAFETY)
    take(here, referral_id, Step.DECLINE, RECEIVER)
    assert (round_of(here, send), postbox.taken) == (0, [])
