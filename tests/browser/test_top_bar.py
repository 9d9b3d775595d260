"""The bar above every staff page stays one line at a desk, in the longer language, with the most entries."""

import pytest

from service.permissions import Role
from service.store.accounts import UserRow
from tests.browser.people import sideways, sign_in
from tests.service.builders import world

pytestmark = pytest.mark.browser

DESKS = (992, 1180, 1280, 1440)
ONE_LINE = 60


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SUPERVISOR])
def test_the_bar_does_not_wrap_at_a_desk(sqlite_url, tmp_path, serve, page, role):
    here = world(sqlite_url, tmp_path)
    with here.write() as session:
        row = here.people[role]
        person = session.get(UserRow, (row.organisation_id, row.id))
        person.language, person.name = "es", "Concepción Placeholder-Testcase de la Muestra"
    address = serve(here.app())
    sign_in(page, address, here, role)
    page.goto(f"{address}/instruments")
    for width in DESKS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".top").bounding_box()["height"] <= ONE_LINE, width
        assert page.get_by_role("button", name="Salir").is_visible()
        assert sideways(page) == 0
