"""A real Chromium for the browser tests, at the three widths, telling of each error and stranger."""

import os
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.provision import CHROMIUM, DRIVER, required

WIDTHS = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "tablet": {"viewport": {"width": 820, "height": 1180}, "has_touch": True},
    "desktop": {"viewport": {"width": 1440, "height": 1000}},
}

# A browser that asks nobody anything on its own account.
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OUR_HOSTS = {"127.0.0.1", "localhost", ""}


@pytest.fixture(scope="session")
def browser():
    """The one browser of the run."""
    # Chromium's sandbox refuses to work for root.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    required(DRIVER)
    program = required(CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            headless=True,
            args=[*FLAGS, "--no-sandbox"] if root else FLAGS,
            env={**os.environ, "LC_ALL": "en_US.UTF-8"},
        )
        yield browser
        browser.close()


def watch(page, problems):
    """Note what a page's console, scripts and requests should never show."""

    def console(message):
        # A refused request is the test's own claim; its console line only repeats the status.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(f"console: {message.text}")

    def request(asked):
        if urlsplit(asked.url).hostname not in OUR_HOSTS and not asked.url.startswith(("data:", "blob:")):
            problems.append(f"asked a stranger: {asked.url}")

    page.on("console", console)
    page.on("request", request)
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))


@contextmanager
def watched_context(browser, width, options):
    problems = []
    context = browser.new_context(
        **{"locale": "en-US", "reduced_motion": "reduce", **WIDTHS[width], **options}
    )
    context.on("page", lambda page: watch(page, problems))
    yield context
    found = tuple(problems)  # what is still being fetched when the window shuts is no error of the page
    context.close()
    assert found == ()


@pytest.fixture
def new_context(browser):
    """`new_context("phone", **options)`: a person of her own, with her own cookies.

    At its end the test fails if one of her pages logged an error, threw one, or asked another host.
    """
    with ExitStack() as contexts:
        yield lambda width="desktop", **options: contexts.enter_context(
            watched_context(browser, width, options)
        )


@pytest.fixture
def page(new_context):
    """One page at desktop width."""
    return new_context("desktop").new_page()


@pytest.fixture(params=list(WIDTHS))
def any_page(request, new_context):
    """One page at each of the three widths in turn; `any_page.viewport_size` tells which."""
    return new_context(request.param).new_page()
