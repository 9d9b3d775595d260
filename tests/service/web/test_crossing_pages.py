"""The pages of a referral that crosses: what would go, consent that names them, sending; taking in and declining."""

import pytest

from service.kinds import Standing
from service.permissions import Role
from service.store.clients import guardians_of
from tests.service.crossing import came, carried, sent, taken_in, two
from tests.service.referring import draft
from tests.service.web.visiting import visitor


@pytest.fixture
def pair(sqlite_url, tmp_path):
    return two(sqlite_url, tmp_path)


def test_nothing_is_sent_before_a_yes_names_them_and_what_goes_is_shown_before(pair):
    sender, receiver = pair
    client = sender.new_client("José", "Testcase")
    referral_id = draft(sender, client=client)
    person = visitor(sender, Role.COUNSELOR, sender.app())
    where = f"/referrals/{referral_id}/across/{receiver.organisation.id}"

    assert where in person.get(f"/referrals/{referral_id}/preview").text
    before = person.get(where).text
    refused = person.post(where, reason_code="chosen by the family")
    person.post(f"{where}/consent", who="client", status="maybe")
    answered = person.post(f"{where}/consent", who=str(guardian(sender, client)), status="given")
    done = person.post(where, reason="They moved near by.")
    after = person.get(f"/referrals/{referral_id}").text

    assert all(words in before for words in ("José Testcase", "Rosa Testcase", "555-010-0142"))
    assert refused.status_code == 422
    assert (answered.status_code, done.status_code) == (303, 303)
    assert "Not delivered yet." in after
    assert person.get(where).status_code == 302


def test_what_came_is_seen_by_who_takes_it_in_and_then_by_the_team_and_nobody_else(pair):
    sender, receiver = pair
    sent(sender, receiver)
    carried(sender)
    app, (packet,) = receiver.app(), came(receiver)
    people = {
        role: visitor(receiver, role, app) for role in (Role.COORDINATOR, Role.CLINICIAN, Role.COUNSELOR)
    }
    lead, where = people[Role.COORDINATOR], f"/packets/{packet.id}"

    assert packet.from_name in lead.get("/packets").text
    assert "José" not in lead.get("/packets").text
    assert "José Testcase" in lead.get(where).text
    assert people[Role.CLINICIAN].get(where).status_code == 404
    # The number of somebody who was born on another day, and of nobody without a building.
    for number, building in (
        (receiver.client.local_id, receiver.school.id),
        ("N1", ""),
        ("", receiver.school.id),
    ):
        assert lead.post(f"{where}/take-in", local_id=number, site_id=str(building)).status_code == 422
    assert came(receiver)[0].client_id is None

    taken = lead.post(f"{where}/take-in", local_id="N1", site_id=str(receiver.school.id))
    again = lead.post(f"{where}/take-in", local_id="N2", site_id=str(receiver.school.id))

    assert (taken.status_code, again.status_code) == (303, 409)
    assert "José Testcase" in people[Role.CLINICIAN].get(where).text
    assert people[Role.COUNSELOR].get(where).status_code == 404
    assert people[Role.CLINICIAN].get(f"{where}/packet.json").json["client"]["given_name"] == "José"
    assert people[Role.CLINICIAN].get(f"{where}/receipt").text.startswith("c2sp.org/tlog-proof@v1")


def test_somebody_known_here_is_found_by_name_and_birth_date_and_joins_their_open_need(pair):
    sender, receiver = pair
    known = receiver.new_client("Jose", "Testcase")
    running = taken_in_before(sender, receiver, known)
    sent(sender, receiver)
    carried(sender)
    packet = next(row for row in came(receiver) if row.standing is Standing.WAITING)
    lead = visitor(receiver, Role.COORDINATOR, receiver.app())

    page = lead.get(f"/packets/{packet.id}").text
    assert known.local_id in page
    assert lead.post(f"/packets/{packet.id}/take-in", client_id=str(known.id)).status_code == 303
    assert {row.referral_id for row in came(receiver)} == {running}


def taken_in_before(sender, receiver, known):
    """The id of a referral that runs for somebody here already."""
    sent(sender, receiver)
    carried(sender)
    return taken_in(receiver, number=known.local_id)


def guardian(here, client):
    with here.read() as session:
        return guardians_of(session, here.organisation.id, client.id)[0].id
