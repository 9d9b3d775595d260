"""A person who speaks to the JSON API, for tests: signed in once, JSON in and out."""

from dataclasses import dataclass

from service.permissions import Role
from tests.service.builders import PASSWORD, World


@dataclass
class Speaker:
    """One signed-in person over the API."""

    client: object
    token: str

    def __call__(self, method: str, path: str, body=None, **headers):
        told = {"Authorization": f"Bearer {self.token}", **headers}
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=told)

    def get(self, path):
        return self("GET", path)

    def post(self, path, body=None, **headers):
        return self("POST", path, {} if body is None else body, **headers)

    def put(self, path, body):
        return self("PUT", path, body)


def speaker(here: World, role: Role, app=None) -> Speaker:
    """The person of this role in this world, signed in over the API."""
    client = (app or here.app()).test_client()
    answer = client.post("/api/v1/sign-ins", json={"email": here.people[role].email, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return Speaker(client, answer.json["token"])
