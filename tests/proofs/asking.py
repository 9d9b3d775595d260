"""Asking every address of the program as one person: the rules in order, bodies that can be read, the answers."""

from collections.abc import Mapping

from tests.journeys.changes import API_NEWCOMER, GUARDIAN, OFFER, ROSTER
from tests.journeys.stage import method, path
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor

LAST = (
    *("sign_ins.sign_out", "api_sign_ins.end", "client.hand_back", "client.unlock"),
    "api_enrolling.take_guardian_away",
)
"""What ends a sign-in is asked last, and what takes away a record that the pages name too."""


def rules(app):
    """Every address, looks first, what ends a sign-in last."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (rule.endpoint in LAST, method(rule) != "GET", rule.endpoint))


def bodies(made) -> Mapping[str, object]:
    """A body that can be read, where an address reads it before it looks at the record."""
    guardian = {"purpose": "screening", "status": "given", "giver": "client"}
    need = {
        "client_id": str(made.ids["client_id"]),
        "pathway": "psychology",
        "urgency": "routine",
        "reason": "x",
    }
    start = {"client_id": str(made.ids["client_id"]), "instruments": ["gad-7"], "agrees": True}
    newcomer = API_NEWCOMER | {"site_id": str(made.here.school.id)}
    return {
        "api_enrolling.add": newcomer,
        "api_enrolling.keep": newcomer | {"version": "0"},
        "api_enrolling.add_guardian": GUARDIAN,
        "api_enrolling.keep_guardian": GUARDIAN,
        "api_roster.look": {"text": ROSTER},
        "api_roster.bring_in": {"text": ROSTER, "version": "0"},
        "api_clients.record_consent": guardian,
        "api_needs.create": need,
        "api_clients.open_record": {"reason": "to be screened"},
        "api_notes.create": {"text": "Seen in the corridor."},
        "api_notes.correct": {"text": "Seen at the gate."},
        "api_screenings.start": start,
        "api_screenings.answer": {"instrument": "phq-9", "answers": {"q1": 0}},
        "api_receivers.keep": {"offer": OFFER, "hours": "", "version": 1},
        "api_items.ask": {"reason": "to judge safety"},
        "api_items.agree": {"giver": "client"},
        "api_items.decline": {"reason": "call us instead"},
        "api_packets.decline": {"decline_reason": "no capacity"},
        "api_packets.agree": {"giver": "client", "status": "given"},
        "api_packets.set_intake": {"pathway": "psychology", "team_id": None},
        "api_desks.hand_on": {"from_id": str(made.ids["user_id"]), "to_id": str(made.ids["user_id"])},
        "api_receivers.rename": {"name": "Vale Clinic"},
        "api_receivers.withdraw": {"reason": "closed"},
        "api_referrals.send": {"receiver_id": str(made.here.teams["psychology"].id)},
    }


def asking(made, app, role):
    """`ask(rule)`: the answer that this person gets, over the API or at the pages."""
    say, person = speaker(made.here, role, app), visitor(made.here, role, app)
    token, good = person.token(), bodies(made)

    def ask(rule):
        address = path(rule, made.ids)
        body = None if method(rule) == "GET" else good.get(rule.endpoint, {})
        if address.startswith("/api/v1"):
            return say(method(rule), address.removeprefix("/api/v1"), body)
        if method(rule) == "GET":
            return person.client.get(address, headers={"HX-Request": "true"})
        return person.client.post(address, data={"csrf_token": token})

    return ask
