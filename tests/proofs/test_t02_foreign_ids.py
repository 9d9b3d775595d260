"""T2: no write takes an id of another organisation, and none takes a column that its form or schema does not offer."""

import itertools
import re
import shutil
import sqlite3
from contextlib import closing

import pytest
from flask import has_request_context, request
from marshmallow import EXCLUDE
from sqlalchemy import LargeBinary, event, select

from service.schemas.base import StrictSchema
from service.store.clients import ClientRow
from service.store.needs import NeedRow
from service.store.scope import across
from service.store.sealed import SealedBytes
from service.store.tables import Base
from tests.architecture.sources import assert_none
from tests.journeys.stage import changed
from tests.journeys.test_every_change import filled
from tests.proofs.foreign import columns, declared, id_fields, offered
from tests.proofs.tenancy import KEPT, close
from tests.proofs.writes import scene, writes
from tests.whole import url_of, whole

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|HR-\w{4}-\w{4}")
numbers = itertools.count(1)
PAGES_NAME = {
    "needs.close": ("joined_to",),
    "needs.choose_another_way": ("way",),
    "needs.reassign": ("owner_id",),
    "referrals.send": ("receiver_id",),
    "clients.record_consent": ("who",),
    "links.send": ("outside_id",),
    "on_call.add": ("user_id",),
    "retention.hold": ("client_id",),
    "queue.take_chosen": ("referral_id",),
    "board.hand_over": ("need_id", "owner_id"),
    "people.add": ("site_id",),
    "people.change": ("site_id", "heir_id"),
    "people.close": ("heir_id",),
    **dict.fromkeys(("enrolling.add", "enrolling.keep"), ("site_id",)),
    "crossing.agree": ("who",),
    "desks.hand_on": ("from_id", "to_id"),
    "packets.take_in": ("client_id", "site_id"),
    "packets.set_intake": ("team_id",),
}
"""The fields of page forms that name a record; a new one is told by the test below."""
NO_NAMES = {"screening_id", "local_id"}
"""Names in the code of the web that look like such a field and are none: an organisation's own id is words."""


@pytest.fixture(scope="module")
def kept(migrated_sqlite, tmp_path_factory):
    """`kept()`: the scene over a copy of its own, everybody signed in."""
    folder = tmp_path_factory.mktemp("writes")
    file = shutil.copy(migrated_sqlite, folder / "kept.db")
    made = scene(f"sqlite:///{file}", folder)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return lambda: made.opened(f"sqlite:///{shutil.copy(file, folder / f'copy{next(numbers)}.db')}", folder)


@pytest.fixture(autouse=True)
def closed():
    yield
    close()


def every():
    return [*writes(api=True), *writes(api=False)]


def view_of(made, write):
    return made.app.view_functions[made.endpoint(write)]


def foreign_paths(made, write):
    """The write's path with each of its ids taken from theirs."""
    names = made.app.url_map.bind("localhost").match(filled(write.path, made.known), method=write.method)[1]
    for name, value in names.items():
        if name in made.theirs.ids and name.endswith("_id") and name != "programme_id":
            yield filled(write.path, made.known).replace(str(value), str(made.theirs.ids[name]))


def foreign_bodies(made, write):
    """(field, the write's body with an id of theirs in it), for each field that can name a record."""
    body = filled(write.body or {}, made.known)
    fields = id_fields(view_of(made, write)) if write.api else PAGES_NAME.get(made.endpoint(write), ())
    for field in fields:
        more = {"reason": "joined another need", "close_reason": "joined another need"}
        joined = {name: more[name] for name in more.keys() & body.keys() if field == "joined_to"}
        yield field, {**body, **joined, field: str(made.ids[field])}


def accepted(made):
    """(how many requests named something of theirs, every one that was not refused)."""
    count, found = 0, []
    for write in every():
        for path in foreign_paths(made, write):
            count += 1
            status = made.send(write, path=path).status_code
            found += [f"{write.method} {write.path} at theirs: {status}"] if status != 404 else []
        for field, body in foreign_bodies(made, write):
            count += 1
            status = made.send(write, body=body).status_code
            found += [f"{write.method} {write.path}, {field}: {status}"] if not 400 <= status < 500 else []
    return count, found


def test_every_field_of_a_form_that_names_a_record_is_tried():
    named = {name for names in PAGES_NAME.values() for name in names}
    assert {
        name for name in offered() if name.endswith("_id") or name in {"who", "joined_to", "way"}
    } - NO_NAMES == named


def test_no_write_takes_an_id_of_another_organisation(kept):
    made = kept()
    before = made.state()
    count, found = accepted(made)
    after = made.state()
    print(f"T2: {count} foreign ids in the paths and bodies of {len(every())} writes; accepted: {len(found)}")
    assert_none(found)
    assert changed(before, after) == []
    assert count > 45


def test_a_door_that_opens_to_every_organisation_is_found(kept, monkeypatch):
    """The deliberately broken variant."""

    def open_to_all(table):
        def find(session, _organisation_id, wanted):
            return session.scalars(across(select(table).where(table.id == wanted))).one_or_none()

        return find

    monkeypatch.setattr("service.access.find_client", open_to_all(ClientRow))
    monkeypatch.setattr("service.access.find_need", open_to_all(NeedRow))
    found = accepted(kept())[1]
    print(f"T2: {len(found)} requests get past a door that is open to every organisation")
    assert any("/needs/{judged}/attempts at theirs" in line for line in found)


MINTED = {"secret_digest", "token_digest", "code_hash", "password_hash", "password_digest"}
"""What is drawn anew in each run: digests of secrets, and hashes with their own salt."""


def told(made):
    """Every row of every table, opened where it is sealed, without what is random in each run."""
    mapped = {entity.__table__.name: entity for entity in KEPT}
    with whole(url_of(made.here)) as session:
        found = {
            table.name: [repr(tuple(row)) for row in session.execute(select(*_steady(table)))]
            for table in Base.metadata.sorted_tables
            if table.name not in mapped
        }
    for side in (made.here, made.theirs.here):
        with made.here.parts.open_read(side.organisation.id) as session, session.begin():
            for name, entity in mapped.items():
                rows = session.scalars(select(entity)).all()
                found.setdefault(name, []).extend(_opened(row) for row in rows)
    return found


def _opened(row):
    return repr(tuple(getattr(row, column.name) for column in _steady(row.__table__)))


def alike(rows, known):
    """Rows with one word for every id and number that was not there before: how many were drawn differs by run."""
    new = lambda found: found[0] if found[0] in known else "new"  # noqa: E731
    return {name: sorted(ID.sub(new, row) for row in each) for name, each in rows.items()}


def _steady(table):
    random = LargeBinary | SealedBytes
    return [c for c in table.columns if not isinstance(c.type, random) and c.name not in MINTED]


def done(made, *, api, smuggling):
    """(how many columns were smuggled into good requests, what stands in the database after all of them)."""
    count, known = 0, {each for rows in told(made).values() for row in rows for each in ID.findall(row)}
    for write in writes(api=api):
        body = filled(write.body or {}, made.known)
        if smuggling and not (write.api and declared(view_of(made, write))):
            count += len(made.smuggled.keys() - body.keys())
            body = {**made.smuggled, **body}
        answer = made.send(write, body=body)
        if smuggling and answer.status_code == 422:  # refused whole: then without
            answer = made.send(write)
        assert answer.status_code < 400, f"{write.path}: {answer.status_code} {answer.text[-300:]}"
    return count, alike(told(made), known)


@pytest.mark.parametrize("api", [False, True])
def test_no_form_takes_a_column_that_it_does_not_offer(kept, api):
    """Over the API: nor does an address that reads no body."""
    (_none, clean), (count, after) = (done(kept(), api=api, smuggling=each) for each in (False, True))
    differ = changed(clean, after)
    print(
        f"T2: {count} columns smuggled into {len(writes(api=api))} writes; tables that differ: {len(differ)}"
    )
    assert differ == []
    assert count > 300


def taken(made):
    """(how many columns were smuggled into JSON, every one that was not refused by its name)."""
    count, found = 0, []
    for write in writes(api=True):
        known, body = declared(view_of(made, write)), filled(write.body or {}, made.known)
        for name in sorted(columns().keys() - known.keys()) if known else ():
            answer = made.send(write, body={**body, name: made.smuggled.get(name, "smuggled")})
            count += 1
            refused = answer.status_code == 422 and name in {
                each["field"] for each in answer.json["problems"]
            }
            found += [] if refused else [f"{write.path}: {name}: {answer.status_code}"]
    return count, found


FORMS = [
    pytest.param(slice(None, None, 8), id="suite"),
    pytest.param(slice(None), id="long", marks=pytest.mark.long),
]


@pytest.mark.parametrize("form", FORMS)
def test_no_json_takes_a_column_that_its_schema_does_not_have(kept, form, monkeypatch):
    some = dict(list(columns().items())[form])
    monkeypatch.setattr(f"{__name__}.columns", lambda: some)
    made = kept()
    before = made.state()
    count, found = taken(made)
    print(f"T2: {count} columns smuggled into JSON; taken: {len(found)}")
    assert_none(found)
    assert changed(before, made.state()) == []
    assert count > 200


def test_a_schema_that_passes_over_what_it_does_not_know_is_found(kept, monkeypatch):
    """The deliberately broken variant."""
    init = StrictSchema.__init__
    monkeypatch.setattr(
        StrictSchema, "__init__", lambda self, **more: init(self, **{**more, "unknown": EXCLUDE})
    )
    monkeypatch.setattr(f"{__name__}.columns", lambda: {"organisation_id": None})
    assert taken(kept())[1] != []


def careless(_mapper, _connection, row):
    """What a program does that makes a row of whatever the request holds."""
    if has_request_context() and "stage" in request.form:
        row.next_step = {"en": request.form["stage"], "es": request.form["stage"]}


def test_a_row_made_of_whatever_a_form_holds_is_found(kept):
    """The deliberately broken variant."""
    _none, clean = done(kept(), api=False, smuggling=False)
    event.listen(NeedRow, "before_insert", careless)
    try:
        _count, after = done(kept(), api=False, smuggling=True)
    finally:
        event.remove(NeedRow, "before_insert", careless)
    assert "needs" in changed(clean, after)
