"""Every address that changes something, with a good request for it, and a scene in which each of them does.

The tables are those of tests/journeys/test_every_change.py, which is complete.
"""

from dataclasses import dataclass, replace

from service.definitions import load_definitions
from service.kinds import OrganisationKind
from service.permissions import Role
from tests.journeys.changes import AT_THE_PAGES, OVER_THE_API
from tests.journeys.stage import dumped, stage
from tests.journeys.test_every_change import endpoint, filled, records
from tests.proofs.copies import browser_of
from tests.proofs.foreign import ids_of, smuggled
from tests.proofs.tenancy import close
from tests.referral.programmes import own_programme
from tests.service.builders import SAME, Clock, make_parts, world
from tests.service.linking import linked

OF_THE_TRAIL = ("audit_events", "chain_heads")
PEOPLE = tuple(dict.fromkeys(each[0] for each in (*OVER_THE_API, *AT_THE_PAGES)))


@dataclass(frozen=True)
class Write:
    """One good request that changes something: whose, where, with which body."""

    role: Role
    method: str
    path: str
    body: dict | None

    @property
    def api(self):
        return self.path.startswith("/api/")


@dataclass
class Scene:
    """Our organisation with a record for each write, another one in full swing, and everybody signed in."""

    here: object
    theirs: object
    known: dict
    ids: dict
    """Ids of theirs, by the field that could name them."""
    smuggled: dict
    """A value for every column that no form and no schema offers."""
    app: object = None
    people: dict = None

    def opened(self, url, folder, seed=7):
        """The same over a copy of the database, with a fresh program."""
        clock = Clock(self.here.clock.now)
        parts = replace(make_parts(url, folder, clock, seed, SAME), definitions=self.here.parts.definitions)
        scene = replace(self, here=replace(self.here, parts=parts, clock=clock), known=dict(self.known))
        scene.app = scene.here.app()
        scene.people = {role: browser_of(scene, role, scene.app) for role in PEOPLE}
        return scene

    def send(self, write, *, body=None, path=None):
        """The answer to a write, perhaps with another body or path; a body of one's own is sent as it is."""
        browser, token = self.people[write.role]
        where = filled(path or write.path, self.known)
        sent = filled(write.body, self.known) if body is None else body
        if not write.api:
            answer = browser.open(where, method=write.method, data=sent or {})
            if "/screen" in where and answer.status_code == 303:
                self.known["handed"] = answer.location.rpartition("/")[2]
            return answer
        return browser.open(
            where, method=write.method, json=sent, headers={"Authorization": f"Bearer {token}"}
        )

    def endpoint(self, write):
        return endpoint(self.app, filled(write.path, self.known), write.method)

    def state(self):
        """Every row but those of the trail."""
        return {name: rows for name, rows in dumped(self.here).items() if name not in OF_THE_TRAIL}


def scene(url, folder):
    """The scene at rest, in the database at this address: nobody is connected any more."""
    here = world(url, folder)
    own_programme(folder / "own", "1.1.0")
    here.parts = replace(here.parts, definitions=load_definitions(folder / "own"))
    theirs = stage(world("", folder, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts))
    linked(theirs.here, token="q" * 43)
    known = records(here)
    ids = ids_of(theirs)
    made = Scene(here, theirs, {**known, "handed": known["third"]}, ids, smuggled(theirs, ids))
    close()
    return made


def writes(*, api):
    """Every write over the API, or at the pages; signing out comes last, for it ends what the others need."""
    found = [Write(role, method, f"/api/v1{path}", body) for role, method, path, body in OVER_THE_API]
    if not api:
        found = [Write(role, "POST", path, form) for role, path, form in AT_THE_PAGES]
    return [each for each in found if each.path not in {"/sign-in", "/api/v1/sign-ins"}]
