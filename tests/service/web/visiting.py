"""A person at the pages, for tests: signed in once, with forms that carry their token."""

import re
from dataclasses import dataclass

from service.permissions import Role
from tests.service.builders import PASSWORD, World


@dataclass
class Visitor:
    """One signed-in person in a browser without a screen."""

    client: object

    def get(self, path, **query):
        return self.client.get(path, query_string=query)

    def token(self):
        return re.search(
            r'name="csrf_token" value="([^"]+)"', self.client.get("/sign-in", follow_redirects=True).text
        )[1]

    def post(self, path, **form):
        return self.client.post(path, data={"csrf_token": self.token(), **form})

    def send(self, path, **form):
        """Post and follow to the page that answers."""
        return self.client.post(path, data={"csrf_token": self.token(), **form}, follow_redirects=True)


def visitor(here: World, role: Role, app=None) -> Visitor:
    """The person of this role, signed in at the door."""
    client = (app or here.app()).test_client()
    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    facts = {"csrf_token": token, "email": here.people[role].email, "password": PASSWORD}
    assert client.post("/sign-in", data=facts).status_code == 303
    return Visitor(client)


def words(page):
    """The page as read aloud: text without markup."""
    main = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", page.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))
