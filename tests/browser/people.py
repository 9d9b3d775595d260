"""What the browser tests do as people: sign in, and look for what no page may have."""

from axe_playwright_python.sync_playwright import Axe

from service.permissions import Role
from tests.service.builders import PASSWORD, World

SERIOUS = {"serious", "critical"}


def sign_in(page, address: str, here: World, role: Role) -> None:
    """Sign in at the door as the person of this role."""
    page.goto(address)
    page.get_by_label("Work e-mail").fill(here.people[role].email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def accessibility_problems(page) -> list[str]:
    """Every serious problem that axe finds on the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found if each["impact"] in SERIOUS]


def sideways(page) -> int:
    """By how many pixels the page scrolls sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
