"""What strangers send to the service: too much, too deep, no text, no number. A clear refusal, never a 500."""

import json

import pytest

from service.permissions import Role
from tests.service.referring import shared_world
from tests.service.web.speaking import speaker

MOST = 256 * 1024
JSON = "application/json"
BODIES = {
    "lists, deep": b"[" * 100_000,
    "lists in a field, 900 deep": b'{"email": ' + b"[" * 900 + b"]" * 900 + b"}",
    "objects, 900 deep": b'{"email":' * 900 + b"1" + b"}" * 900,
    "objects, 20 000 deep": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "a number that is none": b'{"email": NaN, "password": 1}',
    "without end": b'{"email": Infinity, "password": "x"}',
    "a number too large": b'{"email": ' + b"9" * 100_000 + b', "password": "x"}',
    "a fraction too large": b'{"email": 1e999999, "password": "x"}',
    "one key 40 000 times": b"{" + b'"a":1,' * 40_000 + b'"b":1}',
    "20 000 keys": b"{" + b",".join(b'"k%d":1' % n for n in range(20_000)) + b"}",
    "half a character": b'{"email": "\\ud800", "password": "x"}',
    "a nul": b'{"email": "a\\u0000", "password": "x"}',
    "bytes": b"\xff\xfe" * 1000,
    "nothing": b"",
    "a list": b"[]",
    "a word": b'"x"',
    "a comment": b"{} // x",
    "utf-16": '{"email": "a"}'.encode("utf-16"),
    "a long text": b'{"email": "' + b"a" * 200_000 + b'", "password": "' + b"b" * 50_000 + b'"}',
    "too much": b" " * (MOST + 1),
}
REFUSED = {400, 401, 413, 415, 422}


@pytest.fixture(scope="module")
def here(migrated_sqlite, tmp_path_factory):
    with shared_world(migrated_sqlite, tmp_path_factory.mktemp("bodies")) as made:
        yield made


@pytest.fixture(scope="module")
def client(here):
    return here.kept_app.test_client()


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_is_refused_in_the_documented_shape(client, name):
    answer = client.post("/api/v1/sign-ins", data=BODIES[name], content_type=JSON)

    assert (answer.status_code in REFUSED, answer.mimetype) == (True, "application/problem+json")
    assert len(json.dumps(answer.json)) < MOST * 20


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-yaml", "multipart/form-data", ""]
)
def test_another_kind_of_body_is_refused(client, kind):
    assert client.post("/api/v1/sign-ins", data=b"a: 1", content_type=kind).status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"email=" + b"a" * MOST,
        b"&" * (MOST - 1),
        b"a=1&" * 50_000,
        b"email=%ff%fe",
        b"email=%00",
        b"=" * 1000,
    ],
)
def test_a_hostile_form_is_refused(client, body):
    answer = client.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in REFUSED


@pytest.mark.parametrize(
    "before",
    ["-1", "0", "1" * 400, "9" * 15, "x", "１", "%00", "1e3", "' OR 1=1", "a" * 5000],  # noqa: RUF001
)
def test_a_hostile_place_to_go_on_from_is_refused_or_answered(here, before):
    answer = speaker(here, Role.COUNSELOR, here.kept_app).get(f"/clients?before={before}&query={before}")

    assert answer.status_code < 500
