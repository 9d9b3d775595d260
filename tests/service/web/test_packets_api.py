"""Packets over the JSON API: from the draft at one organisation to the referral at the other, as at the pages."""

import json
import uuid

import pytest

from referral.model import State, Urgency
from service.permissions import Role
from tests.service.crossing import PATHWAY, came, carried, state_of, two
from tests.service.referring import draft
from tests.service.web.speaking import speaker


@pytest.fixture
def pair(sqlite_url, tmp_path):
    return two(sqlite_url, tmp_path)


def drafted(sender):
    client = sender.new_client("José", "Testcase")
    return draft(sender, PATHWAY, Urgency.SOON, client)


def test_everything_that_the_pages_do_with_a_packet_is_done_over_the_api(pair):
    sender, receiver = pair
    say, hear = speaker(sender, Role.COUNSELOR), speaker(receiver, Role.COORDINATOR)
    referral_id = drafted(sender)
    across = f"/referrals/{referral_id}/across/{receiver.organisation.id}"
    offered = say("GET", f"/referrals/{referral_id}/preview").json["across"]
    assert [each["receiver"]["id"] for each in offered] == [str(receiver.organisation.id)]
    shown = say("GET", across).json
    assert (shown["consent"]["permitted"], shown["packet"]["client"]["given_name"]) == (False, "José")
    assert say("POST", across, {"reason": "Nearer."}).status_code == 422, "nobody agreed"
    guardian = shown["client"]["guardians"][0]["id"]
    yes = {"giver": "guardian", "guardian_id": guardian, "status": "given", "with_items": False}
    assert say("POST", f"{across}/consent", yes).status_code == 201
    assert say("POST", across, {"reason": "Nearer."}).status_code == 200
    assert say("POST", across, {"reason": "Nearer."}).status_code == 409, "it is no draft any more"
    carried(sender)
    (line,) = hear("GET", "/packets").json["waiting"]
    found = hear("GET", f"/packets/{line['id']}").json
    assert (found["packet"]["client"]["family_name"], found["may_settle"]) == ("Testcase", True)
    proof = hear("GET", f"/packets/{line['id']}/proof").json
    assert json.loads(proof["packet"])["packet"] == line["id"]
    nothing = hear("POST", f"/packets/{line['id']}/take-in", {})
    assert {each["field"] for each in nothing.json["problems"]} == {"local_id", "site_id"}
    site = found["buildings"][0][0]
    taken = hear("POST", f"/packets/{line['id']}/take-in", {"local_id": "N1", "site_id": site})
    assert (taken.status_code, state_of(receiver, uuid.UUID(taken.json["referral_id"]))) == (201, State.SENT)
    assert (
        hear("POST", f"/packets/{line['id']}/decline", {"decline_reason": "no capacity"}).status_code == 409
    )
    carried(sender)
    crossed = say("GET", f"/referrals/{referral_id}").json["crossed"]
    assert crossed["taken_in_at"] is not None
    assert "items" not in crossed["packet"]["shared"]


def test_what_is_taken_is_said_over_the_api_and_who_may_not_is_refused(pair):
    _sender, receiver = pair
    lead, counselor = speaker(receiver, Role.SUPERVISOR), speaker(receiver, Role.COUNSELOR)
    (way,) = [each for each in lead("GET", "/intake").json["pathways"] if each["pathway"] == PATHWAY]
    assert way["team_id"] == str(receiver.teams[PATHWAY].id)
    shut = lead("PUT", "/intake", {"pathway": PATHWAY, "team_id": None}).json["pathways"]
    assert {each["team_id"] for each in shut} == {None}
    assert lead("PUT", "/intake", {"pathway": "crisis", "team_id": None}).status_code == 422
    assert {counselor("GET", path).status_code for path in ("/packets", "/intake")} == {403}
    assert came(receiver) == []
