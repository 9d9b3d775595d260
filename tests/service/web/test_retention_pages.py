"""The pages of retention: ids and counts for whoever keeps records, two people for an erasure, holds."""

import re

import pytest

from referral.retention import HoldReason
from service.actions import holding
from service.actions.retention_rounds import erase_approved
from service.permissions import Role
from tests.service.builders import world
from tests.service.caring import do, need_of
from tests.service.web.visiting import visitor, words


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


@pytest.fixture
def supervisor(here):
    return visitor(here, Role.SUPERVISOR)


@pytest.fixture
def administrator(here):
    return visitor(here, Role.ADMINISTRATOR)


def address(here):
    return f"/clients/{here.client.id}/erasure"


def test_a_supervisor_asks_an_administrator_approves_and_the_worker_erases(here, supervisor, administrator):
    assert "cannot be called back" in words(supervisor.get(address(here)))
    assert supervisor.post(address(here), reason="asked by a guardian").status_code == 303
    shown = administrator.get("/retention")
    assert str(here.client.id) in shown.text
    assert "A guardian asked for it" in words(shown)
    (approve,) = re.findall(r'action="(/retention/erasures/[^"]+)"', shown.text)
    assert administrator.post(approve).status_code == 303
    assert "Approved" in words(administrator.get("/retention"))
    assert administrator.post(approve).status_code == 409
    gone = erase_approved(here.parts.open_write, here.parts.act, here.actor(Role.ADMINISTRATOR))
    assert gone == (here.client.id,)
    assert supervisor.get(f"/clients/{here.client.id}").status_code == 404
    assert "Nobody has asked." in words(administrator.get("/retention"))


def test_the_page_of_who_keeps_records_names_nobody(here, administrator):
    here.clock.forward(days=8 * 366)
    again = visitor(here, Role.ADMINISTRATOR)
    shown = words(again.get("/retention"))
    assert "1 of 1 records would be erased today" in shown
    assert "Not checked yet." in shown
    assert not any(name in shown for name in ("Maya", "Rosa", "S00001"))


def test_asking_without_a_reason_says_so_beside_the_field(here, supervisor):
    refused = supervisor.post(address(here))
    assert refused.status_code == 422
    assert "Choose a reason." in words(refused)


def test_what_is_open_stops_the_asking(here, supervisor):
    need_of(here)
    assert supervisor.post(address(here), reason="asked by a guardian").status_code == 409


def test_a_hold_on_everybody_is_set_and_somebody_else_lifts_it(here, supervisor, administrator):
    assert administrator.post("/retention/holds", reason="litigation").status_code == 303
    shown = administrator.get("/retention")
    assert "A lawsuit" in words(shown)
    (lift,) = re.findall(r'action="(/retention/holds/[^"]+)"', shown.text)
    assert administrator.post(lift, reason="matter ended").status_code == 409
    assert supervisor.post(lift, reason="matter ended").status_code == 303
    assert "No hold is in force." in words(administrator.get("/retention"))


def test_a_supervisor_holds_one_record_from_its_page(here, supervisor, administrator):
    sent = supervisor.post("/retention/holds", client_id=str(here.client.id), reason="complaint")
    assert sent.headers["Location"] == address(here)
    assert "A complaint" in words(administrator.get("/retention"))


def lift_on(page):
    return re.findall(r'action="(/retention/holds/[^"]+/lift)"', page.text)


def test_the_page_of_a_record_says_who_holds_it_why_and_until_when(here, supervisor):
    assert "Nothing stands in the way of asking." in words(supervisor.get(address(here)))
    supervisor.post("/retention/holds", client_id=str(here.client.id), reason="litigation")
    page = supervisor.get(address(here))
    assert "It is held, so nothing of it is erased. A lawsuit: Supervisor Demo, today 10:00." in words(page)
    assert "in force until its reason is over and somebody else lifts it than set it." in words(page)
    assert "Ask to erase this record" not in words(page)
    assert lift_on(page) == []


def test_a_supervisor_lifts_from_the_page_of_a_record_what_somebody_else_set(here, supervisor, administrator):
    administrator.post("/retention/holds", reason="investigation")
    page = supervisor.get(address(here))
    assert "This holds every record here." in words(page)
    (lift,) = lift_on(page)
    done = supervisor.post(lift, client_id=str(here.client.id), reason="matter ended")
    assert done.headers["Location"] == address(here)
    assert "It is held" not in words(supervisor.get(address(here)))


def test_the_page_of_a_record_says_what_was_asked_and_what_is_open(here, supervisor, administrator):
    asked = supervisor.post(address(here), reason="asked by the person")
    page = words(supervisor.get(asked.headers["Location"]))
    assert "It was asked to be erased. The person asked for it: Supervisor Demo, today 10:00." in page
    assert "A programme administrator has not approved it yet." in page
    assert "Ask to erase this record" not in page
    (approve,) = re.findall(r'action="(/retention/erasures/[^"]+)"', administrator.get("/retention").text)
    administrator.post(approve)
    need_of(here)
    page = words(supervisor.get(address(here)))
    assert (
        "Approved today 10:00. It is done within a minute or two, unless something stands in its way." in page
    )
    assert "Something is still open." in page


def test_the_page_of_a_record_says_when_its_period_ends(here, supervisor):
    assert "If nobody asks, its period ends on" in words(supervisor.get(address(here)))


@pytest.mark.parametrize(("given", "status"), [("words", 422), (str(HoldReason), 422)])
def test_an_id_that_is_none_is_named(administrator, given, status):
    refused = administrator.post("/retention/holds", client_id=given, reason="complaint")
    assert refused.status_code == status


def test_a_hold_shows_on_what_was_asked_for(here, supervisor, administrator):
    supervisor.post(address(here), reason="recorded by mistake")
    do(here, holding.hold, here.client.id, HoldReason.INVESTIGATION, role=Role.SUPERVISOR)
    shown = administrator.get("/retention")
    assert "A legal hold is in force" in words(shown)
    assert "/approve" not in shown.text
