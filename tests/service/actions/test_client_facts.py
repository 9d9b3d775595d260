"""What the rules are told of a client beside the answers: what stood before the screening, and nothing it opened."""

import json

from service.store.clients import ClientRow
from service.store.screenings import find_screening
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.caring import assessed


def told(here, screening_id):
    """The facts of the client that a screening was judged by, as they are kept for a replay."""
    with here.read() as session:
        row = find_screening(session, here.organisation.id, screening_id)
        return json.loads(row.routing["inputs"])["client"]


def test_a_screening_is_judged_by_what_stood_before_it(sqlite_url, tmp_path):
    here = world(sqlite_url, tmp_path)
    with here.write() as session:
        session.get(ClientRow, (here.organisation.id, here.client.id)).home_language = "es"
    first = screen(here, "asq", [1, 0, 0, 0, 0])
    here.clock.forward(minutes=5)
    second = screen(here, "asq", [0, 0, 0, 0])
    assessed(here, first)
    here.clock.forward(minutes=5)
    third = screen(here, "asq", [0, 0, 0, 0])

    facts = [told(here, each) for each in (first, second, third)]
    assert [each["languages"] for each in facts] == [["en", "es"]] * 3
    assert [each["open_needs"] for each in facts] == [[], ["psychology"], ["psychology"]]
    assert [each["safety"] for each in facts] == [[], ["assessment-due"], ["last-low", "plan"]]
