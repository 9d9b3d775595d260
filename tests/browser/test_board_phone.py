"""The coordinator's board on a phone: the first need stands on the first screen, filters and counts are at hand."""

import pytest

from referral.model import Urgency
from service.permissions import Role
from service.store.accounts import UserRow
from tests.browser.people import accessibility_problems, sideways, sign_in
from tests.service.builders import world
from tests.service.caring import alert_of, need_of

pytestmark = pytest.mark.browser

WORDS = {"en": ("Filters and more lists", "Owner"), "es": ("Filtros y más listas", "Responsable")}


@pytest.fixture
def here(sqlite_url, tmp_path):
    made = world(sqlite_url, tmp_path)
    for given in ("Ida", "Lou", "Mia"):
        need_of(made, Urgency.URGENT, client=made.new_client(given))
    alert_of(made)
    made.clock.forward(days=1)
    return made


def board(here, page, serve, language="en", where="/board"):
    with here.write() as session:
        row = here.people[Role.COORDINATOR]
        session.get(UserRow, (row.organisation_id, row.id)).language = language
    address = serve(here.app())
    sign_in(page, address, here, Role.COORDINATOR)
    page.goto(f"{address}{where}")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_need_stands_on_the_first_screen_even_with_an_alert_above(
    here, new_context, serve, language
):
    page = new_context("phone").new_page()
    board(here, page, serve, language)
    first = page.locator(".board > li").first
    link = first.get_by_role("link").first.bounding_box()
    assert link["y"] + link["height"] < page.viewport_size["height"]
    assert first.locator(".urg").bounding_box()["y"] < page.viewport_size["height"]
    assert sideways(page) == 0
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_filters_unfold_by_keyboard_and_are_open_at_a_desk(here, new_context, serve, language):
    folded, owner = WORDS[language]
    page = new_context("phone").new_page()
    board(here, page, serve, language)
    assert not page.get_by_label(owner).is_visible()
    page.locator("#filters > summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_label(owner).is_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    assert page.get_by_label(owner).is_visible()
    assert not page.get_by_text(folded).is_visible()


def test_the_count_that_is_looked_at_is_in_sight(here, new_context, serve):
    page = new_context("phone").new_page()
    board(here, page, serve, where="/board?view=closed+without+help")
    chosen = page.locator(".tally [aria-current]").bounding_box()
    assert chosen["x"] >= 0
    assert chosen["x"] + chosen["width"] <= page.viewport_size["width"]
