"""T9: where the trail cannot be written, nothing that belongs into it happens, and people are told so plainly."""

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from service.store import audit
from tests.architecture.sources import assert_none
from tests.databases import ENGINES
from tests.journeys.stage import changed
from tests.proofs.copies import at_rest
from tests.proofs.tenancy import close
from tests.proofs.writes import Write, scene, writes
from tests.whole import url_of, whole

RAISES = (
    "CREATE FUNCTION refuse_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;"
    "CREATE TRIGGER refuse_all BEFORE INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_all()"
)
TROUBLES = {
    "sqlite": {
        "a trigger that refuses": (
            "CREATE TRIGGER refuse_all BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END"
        ),
        "heads gone": "DELETE FROM chain_heads",
        "heads that do not move": (
            "CREATE TRIGGER refuse_all BEFORE UPDATE ON chain_heads BEGIN SELECT RAISE(ABORT, 'no'); END"
        ),
    },
    "postgresql": {
        "a trigger that refuses": RAISES,
        "heads gone": "DELETE FROM chain_heads",
        "no right to insert": "REVOKE INSERT ON audit_events FROM handrail_app, handrail_worker",
        "no right to move the head": "REVOKE UPDATE ON chain_heads FROM handrail_app, handrail_worker",
    },
}
SHORT = {"a trigger that refuses", "no right to insert"}
PLAIN = "Nothing was changed."
ONLY_AFTER = (
    *("{alert}/close", "{alert}/end", "{close}/reopen", "{leaving}/reopen", "clinic-screening/end"),
    *("{spare}/bring-back", "/desks", "/desks/hand-on"),
    *("{answered}/items/agree", "{answered}/items/decline"),
    *("{agreed}/link", "{agreed}/link/code", "{agreed}/link/revoke"),
)
"""Acts that another one must have come before, which was refused: they are refused for that."""
NOBODYS = "00000000-0000-7000-8000-00000000002a"
LOOKS = (
    "/clients/{client}",
    "/api/v1/clients/{client}",
    "/clients",
    "/referrals/{sent}/letter.pdf",
    f"/needs/{NOBODYS}",
)
"""A look at a record is an act too, and so is a refusal."""


@pytest.fixture(scope="module", params=ENGINES)
def kept(request, tmp_path_factory):
    """(the engine, the scene at rest, a context with the address of a copy, a folder)."""
    folder = tmp_path_factory.mktemp("down")
    return request.param, *at_rest(request, folder, lambda url: scene(url, folder)), folder


def spoiled(made, trouble):
    with whole(url_of(made.here)) as session:
        session.execute(text(trouble))


def acts():
    """Every write, and looks at records."""
    looks = [Write(writes(api=True)[0].role, "GET", path, None) for path in LOOKS]
    return [*writes(api=True), *writes(api=False), *looks]


def done(made):
    """What happened, or was not plainly refused."""
    for act in acts():
        answer = made.send(act)
        plain = answer.status_code == 503 and PLAIN in answer.text
        if not plain and not (act.path.endswith(ONLY_AFTER) and answer.status_code in {409, 422}):
            yield f"{act.method} {act.path}: {answer.status_code}"


def tried(kept, trouble):
    _engine, made, database, folder = kept
    with database() as url:
        opened = made.opened(url, folder)
        spoiled(opened, trouble)
        before = opened.state()
        found = list(done(opened))
        different = changed(before, opened.state())
        close()
    return found, different


TRIED = [
    pytest.param(name, id=name, marks=() if name in SHORT else pytest.mark.long)
    for name in sorted({name for troubles in TROUBLES.values() for name in troubles})
]


@pytest.mark.parametrize("trouble", TRIED)
def test_nothing_happens_where_the_trail_cannot_be_written(kept, trouble):
    known = TROUBLES[kept[0]]
    if trouble not in known:
        pytest.skip(f"{kept[0]} knows no such trouble")
    found, different = tried(kept, known[trouble])
    print(f"T9 {kept[0]}, {trouble}: {len(acts()) - len(found)} of {len(acts())} acts refused plainly")
    assert_none(found)
    assert different == []
    assert len(acts()) > 45


def test_an_act_that_goes_on_without_its_event_is_found(kept, monkeypatch):
    """The deliberately broken variant."""
    monkeypatch.setattr(audit, "_chain", lambda _session, _organisation, _events: None)
    found, different = tried(kept, TROUBLES[kept[0]]["a trigger that refuses"])
    print(f"T9: {len(found)} acts go on where events are dropped")
    assert len(found) > 30
    assert "consents" in different


def gone(made, engine):
    """The database as if its server had stopped, or its disk had been pulled out."""
    made.here.parts.close()
    if engine == "sqlite":
        file = Path(url_of(made.here).removeprefix("sqlite:///"))
        for each in file.parent.glob(f"{file.name}*"):
            each.unlink()
        file.mkdir()


def test_whom_to_call_is_told_with_the_database_gone(kept):
    engine, made, database, folder = kept
    with suppress(Exception), database() as url:
        opened = made.opened(url, folder)
    gone(opened, engine)
    browsers = [opened.app.test_client(), *(browser for browser, _token in opened.people.values())]
    answers = [browser.get("/crisis-help") for browser in browsers]
    close()
    print(
        f"T9 {engine}: crisis help answered {sum(each.status_code == 200 for each in answers)} of {len(answers)}"
    )
    assert [each.status_code for each in answers] == [200] * len(answers)
    assert all("988" in each.text for each in answers)
