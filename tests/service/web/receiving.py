"""A receiver without an account in a browser without a screen, for tests: comes with link and code, and no name."""

import re
from dataclasses import dataclass


@dataclass
class Caller:
    """One browser at the door of links."""

    client: object

    def token(self):
        return re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/receive").text)[1]

    def post(self, path, **form):
        return self.client.post(path, data={"csrf_token": self.token(), **form})

    def send(self, path, **form):
        return self.client.post(path, data={"csrf_token": self.token(), **form}, follow_redirects=True)

    def come_in(self, key, code):
        return self.post("/receive", key=key, code=code)

    def act(self, path, **form):
        """A form of the page behind the door."""
        page = self.client.get("/receive/referral").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        return self.client.post(path, data={"csrf_token": token, **form}, follow_redirects=True)


def caller(app):
    return Caller(app.test_client())


def without_token(page):
    """The bytes of a page but for what is new in each: its form's token."""
    return re.sub(rb'name="csrf_token" value="[^"]+"', b"", page.data)


def handed(page):
    """(key, code) as the sender's page shows them, once."""
    key = re.search(r"/receive#([\w-]{43})", page.text)
    code = re.search(r'class="digits">(\d{4}) (\d{4})<', page.text)
    return (key[1] if key else "", code[1] + code[2])
