"""The people of the journeys: a district with two psychology teams, and each person speaking to the JSON API."""

from dataclasses import dataclass

from click.testing import CliRunner

from service.cli import main
from service.kinds import SiteKind
from service.permissions import Role
from service.store.accounts import UserRow
from service.store.organisations import SiteRow
from tests.service.builders import PASSWORD, World, world
from tests.service.web.speaking import Speaker

CHOSEN_TEAM = "Harbor counseling (example)"
TOMORROW = "2026-10-14T20:00:00Z"
ASSESSED = {"disposition": "further evaluation", "took_over": "Rosa Example (mother)", "safety_plan": True}
WHY_THIS_TEAM = "Speaks Spanish with the family, and sees people after four."

ITEM_9_REFUSED = {f"q{n}": value for n, value in enumerate([2, 2, 3, 1, 2, 2, 1, 0, "refused"], start=1)}
ANXIOUS = {"q1": 3, **{f"q{n}": 2 for n in range(2, 8)}}
LITTLE = {f"q{n}": 0 for n in range(1, 10)}
PAST_THOUGHTS = {"q1": 0, "q2": 0, "q3": 1, "q4": 0}
ACUTE = {**PAST_THOUGHTS, "q5": 1}


@dataclass
class Cast:
    """One world, its app, and a second team that takes psychology referrals, with a person of its own."""

    world: World
    app: object
    team: SiteRow
    worker: UserRow

    def __getattr__(self, name):
        return getattr(self.world, name)

    def speak(self, person: Role | UserRow) -> Speaker:
        """The person signed in afresh over the API: a sign-in does not outlast the idle minutes."""
        row = person if isinstance(person, UserRow) else self.people[person]
        client = self.app.test_client()
        answer = client.post("/api/v1/sign-ins", json={"email": row.email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return Speaker(client, answer.json["token"])

    def verified(self):
        """What `handrail audit verify` says about this database."""
        told = {"HANDRAIL_DATABASE_URL": self.parts.settings.database_url}
        return CliRunner().invoke(main, ["audit", "verify"], env=told)


def cast(database_url, tmp_path) -> Cast:
    """The people of one journey."""
    here = world(database_url, tmp_path)
    organisation = here.organisation.id
    team = SiteRow(
        organisation_id=organisation,
        id=here.id(),
        name=CHOSEN_TEAM,
        kind=SiteKind.TEAM,
        pathway="psychology",
        phone="555-010-0177",
        languages="en, es",
        wait_days=2,
    )
    with here.write() as session:
        session.add(team)
        session.flush()
        worker = UserRow(
            organisation_id=organisation,
            id=here.id(),
            email="harbor.staff@alder-creek.example",
            name="Harbor Staff Demo",
            role=Role.REFERRAL_STAFF,
            site_id=team.id,
            password_hash=here.people[Role.COUNSELOR].password_hash,
        )
        session.add(worker)
    return Cast(here, here.app(), team, worker)


def good(answer, status=200):
    """The body of an answer that had to succeed."""
    assert answer.status_code == status, answer.text
    return answer.json


def refused(answer, status):
    """The body of an answer that had to be refused, in the documented shape."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json.keys() == {"type", "title", "status", "detail", "problems", "request_id"}
    assert answer.json["detail"]
    return answer.json


def fields(answer):
    """Which fields a refusal names."""
    return {problem["field"] for problem in answer["problems"]}


def screened(here: Cast, say: Speaker, **answers):
    """A screening of these instruments with these answers, submitted: its result."""
    body = {"client_id": str(here.client.id), "instruments": list(answers), "agrees": True}
    screening = good(say.post("/screenings", body), 201)["id"]
    for instrument, given in answers.items():
        good(say.put(f"/screenings/{screening}/answers", {"instrument": instrument, "answers": given}))
    return good(say.post(f"/screenings/{screening}/submit"))


def referred(result):
    """The decision to refer, of a result."""
    return next(each for each in result["decisions"] if each["kind"] == "refer")


def steps(here: Cast, referral_id, *names):
    """Steps of the chosen team, each with what it needs; the last answer."""
    answer = None
    for name, body in names:
        answer = good(here.speak(here.worker).post(f"/referrals/{referral_id}/{name}", body))
    return answer


def send(here, referral_id, team, reason=WHY_THIS_TEAM):
    body = {"receiver_id": str(team.id), "reason": reason}
    return good(here.speak(Role.COUNSELOR).post(f"/referrals/{referral_id}/send", body))


def told(here):
    """The kinds on the client's timeline, oldest first, with what each came to."""
    seen = good(here.speak(Role.COUNSELOR).get(f"/clients/{here.client.id}/timeline"))
    return [(line["kind"], line["after"]) for line in reversed(seen["lines"])]
