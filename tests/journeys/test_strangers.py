"""Records of the other tenant: every address that names one answers as if it had never been, to every role."""

import re
import shutil

import pytest

from service.kinds import OrganisationKind
from service.permissions import Role
from tests.architecture.sources import assert_none
from tests.journeys.stage import PEOPLE, changed, dumped, method, path, stage
from tests.service.builders import world
from tests.service.web.speaking import speaker
from tests.service.web.visiting import visitor

NEVER = "00000000-0000-7000-8000-00000000002a"
REQUEST = re.compile(r'[0-9a-f]{12}(?=</p>|",)')
RECORDS = {"client_id", "screening_id", "alert_id", "need_id", "referral_id"}


@pytest.fixture(scope="module")
def two(migrated_sqlite, tmp_path_factory):
    """Our tenant, and another one in full swing in the same database; nothing here changes either."""
    folder = tmp_path_factory.mktemp("strangers")
    url = f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'handrail.db')}"
    here = world(url, folder)
    theirs = world("", folder, parts=here.parts, clock=here.clock, kind=OrganisationKind.CLINIC)
    return here, stage(theirs)


def records(app):
    """The rules whose address names a record."""
    return [rule for rule in app.url_map.iter_rules() if rule.arguments & RECORDS]


def asked(here, role, app):
    """`ask(rule, address)`: the answer to this person, over the API or at the pages."""
    say, person = speaker(here, role, app), visitor(here, role, app)
    token = person.token()

    def ask(rule, address):
        if address.startswith("/api/v1"):
            return say(method(rule), address.removeprefix("/api/v1"), None if method(rule) == "GET" else {})
        if method(rule) == "GET":
            return person.client.get(address)
        return person.client.post(address, data={"csrf_token": token})

    return ask


def plain(answer):
    """What an answer says, without the name of the request."""
    return answer.status_code, answer.mimetype, REQUEST.sub("-", answer.get_data(as_text=True))


def differences(rule, ask, theirs):
    """Where their record and one that never was are told apart, or one of them is not refused."""
    unknown = ask(rule, path(rule, {**theirs.ids, **dict.fromkeys(RECORDS, NEVER)}))
    for address in theirs.addresses(rule)[: 2 if method(rule) == "GET" else 1]:
        known = ask(rule, address)
        if plain(known) != plain(unknown):
            yield f"{rule.endpoint}: {known.status_code} and {unknown.status_code} differ"
        if known.status_code < 400 or (method(rule) == "GET" and known.status_code != 404):
            yield f"{rule.endpoint}: answers a stranger with {known.status_code}"


@pytest.mark.slow
@pytest.mark.parametrize("role", PEOPLE)
def test_a_record_of_the_other_tenant_answers_as_one_that_never_was(two, role):
    here, theirs = two
    app = here.app()
    ask, before = asked(here, role, app), dumped(here)
    assert_none(line for rule in records(app) for line in differences(rule, ask, theirs))
    assert changed(before, dumped(here)) == ["audit_events", "chain_heads"]  # who knocked is written down


def test_every_kind_of_record_is_asked_for(two):
    named = {name for rule in records(two[0].app()) for name in rule.arguments}
    assert named >= RECORDS
    assert Role.SYSTEM not in PEOPLE
