"""T3 across organisations: of all that a sender has, a receiver gets the fields of the packet and nothing else."""

import json

import pytest
from sqlalchemy import select

from referral.model import AttemptResult, Channel
from referral.packets import Subject
from service.actions import attempts, packet_views
from service.actions.attempts import LogAttempt
from service.permissions import Role
from service.store.clients import find_client
from service.store.needs import needs_of
from service.store.queue_counts import ANYBODY, NOBODY
from service.store.referrals import latest_referral
from tests.journeys.stage import RISK, screening
from tests.proofs.canaries import UUID, seed
from tests.proofs.tenancy import KEPT
from tests.service.caring import do
from tests.service.crossing import agreed, came, carried, sent, sent_on, taken_in, two
from tests.whole import url_of, whole

MAY_CROSS = {
    *(
        "organisations.name",
        "users.name",
        "users.title",
        "sites.phone",
        "decisions.reasons",
        "referrals.number",
    ),
    *("clients.given_name", "clients.family_name", "clients.pronouns"),
    *("guardians.name", "guardians.relation", "guardians.phone"),
}
"""The columns of the sender whose words a packet may hold: docs/packets.md."""


@pytest.fixture
def crossed(sqlite_url, tmp_path):
    """(who sent, who received, the canaries of the sender, the packet that came)."""
    sender, receiver = two(sqlite_url, tmp_path)
    client = sender.new_client()
    screening(sender, client, RISK)
    agreed(sender, receiver, client)
    with sender.read() as session:
        theirs = needs_of(session, sender.organisation.id, client.id)
        need = next(each for each in theirs if each.pathway == "psychology")
        referral_id = latest_referral(session, sender.organisation.id, need.id).id
    do(sender, attempts.log_attempt, need.id, LogAttempt(Channel.PHONE, AttemptResult.REACHED, "Called."))
    seeds = seed(url_of(sender), sender, receiver.organisation.id)
    sent_on(sender, receiver, referral_id)
    carried(sender)
    return sender, receiver, seeds, came(receiver)[0].id


def contents(receiver, packet_id):
    with receiver.write() as session:
        return packet_views.proof(session, packet_id, act=receiver.act(Role.COORDINATOR))


def rows_of(here, *, but=()):
    """Every row of an organisation as text."""
    with whole(url_of(here)) as session:
        for table in (each.__table__ for each in KEPT if each.__tablename__ not in but):
            scope = table.c.get("organisation_id", table.c.get("log_id", table.c.get("id")))
            for row in session.execute(select(table).where(scope == here.organisation.id)):
                yield f"{table}: {tuple(row)!r}"


def test_only_the_fields_of_the_packet_cross(crossed):
    sender, receiver, seeds, packet_id = crossed
    packet, _receipt = contents(receiver, packet_id)
    taken_in(receiver)
    carried(sender)

    told = {each for each in seeds.found_in(packet.decode()) if "." in each}
    stored = {each for row in rows_of(receiver) for each in seeds.found_in(row) if "." in each}

    print(
        f"T3 packets: {len(seeds.where)} canaries; {len(told)} columns in the packet, {len(stored)} at rest"
    )
    assert told <= MAY_CROSS
    assert {"clients.given_name", "guardians.phone"} <= told
    # Nothing but who it is, how to reach the family, and whose packet it was: the rest stays sealed.
    assert stored <= told - {"decisions.reasons", "users.title"}
    assert "no thoughts right now" in packet.decode()
    assert not any("no thoughts right now" in row for row in rows_of(receiver))


def test_no_id_of_the_sender_crosses_but_its_own_and_that_of_the_packet(crossed):
    sender, receiver, seeds, packet_id = crossed
    packet, receipt = contents(receiver, packet_id)
    known = {sender.organisation.id.hex, packet_id.hex, ANYBODY.hex, NOBODY.hex}

    theirs = {each.replace("-", "") for each in UUID.findall(packet.decode())} & seeds.marks
    stored = {each.replace("-", "") for row in rows_of(receiver) for each in UUID.findall(row)} & seeds.marks

    assert theirs | stored <= known
    assert set(json.loads(packet)["client"]) == {
        *("given_name", "family_name", "pronouns", "born_on", "language", "home_language")
    }
    assert "clients.given_name" not in seeds.found_in(receipt)


def test_a_packet_that_tells_more_is_found(crossed, monkeypatch):
    """The deliberately broken variant: a student's number among the pronouns."""
    sender, receiver, seeds, _packet_id = crossed

    def talkative(client):
        return Subject(client.given_name, client.family_name, client.local_id, client.born_on, "en", "en")

    monkeypatch.setattr("service.actions.packing._subject", talkative)
    with sender.read() as session:
        client = find_client(session, sender.organisation.id, sender.client.id)
    sent(sender, receiver, client=client)
    carried(sender)
    packet, _receipt = contents(receiver, came(receiver)[-1].id)
    assert "clients.local_id" in seeds.found_in(packet.decode()) - MAY_CROSS
