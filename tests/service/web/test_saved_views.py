"""Views of the queue under names of one's own: kept per person, shared by their address."""

import pytest

from service.permissions import Role
from tests.service.builders import world
from tests.service.referring import RECEIVER
from tests.service.web.visiting import visitor, words


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def test_a_view_is_kept_found_and_taken_away_by_its_owner_alone(here):
    app = here.app()
    desk, lead = visitor(here, RECEIVER, app), visitor(here, Role.COORDINATOR, app)
    kept = desk.post("/queue/views", name=" My  urgent ones ", query="view=all-open&urgency=urgent&cursor=x")
    assert kept.location == "/queue?view=all-open&urgency=urgent"
    page = desk.get("/queue")
    assert 'href="/queue?view=all-open&amp;urgency=urgent">My urgent ones</a>' in page.text
    assert "My urgent ones" in desk.get("/queue/live").text
    assert "My urgent ones" not in lead.get("/queue").text
    address = page.text.partition('action="/queue/views/')[2].partition('"')[0]
    assert lead.post(f"/queue/views/{address}").status_code == 404
    desk.post("/queue/views", name="My urgent ones", query="view=mine")
    assert (
        desk.get("/queue").text.count("My urgent ones</a>") == 2
    )  # among the views, and among those to take away
    assert desk.post(f"/queue/views/{address}").status_code == 303
    assert "My urgent ones" not in words(desk.get("/queue"))


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"name": " ", "query": "view=mine"}, "name"),
        ({"name": "x" * 41, "query": "view=mine"}, "name"),
        ({"name": "x", "query": "view=everything"}, "view"),
        ({"name": "x", "query": "colour=red"}, "colour"),
    ],
)
def test_a_name_or_a_filter_that_cannot_be_kept_is_refused_by_its_field(here, form, field):
    answer = visitor(here, RECEIVER).post("/queue/views", **form)
    assert (answer.status_code, field in answer.text) == (422, True)
