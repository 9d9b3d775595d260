"""Every address of the program: who it asks, how it answers, what it says, what it writes down."""

import re
import shutil

import pytest

from service.permissions import Role
from service.web.blueprints import API
from service.web.guard import OPEN_ROUTES, VISITING_ROUTES
from tests.architecture.sources import ROOT, assert_none, kept_files, text
from tests.journeys.stage import PEOPLE, method, path, stage
from tests.service import builders
from tests.service.builders import world
from tests.service.web.visiting import visitor

BY_SIGNATURE = {"api_witness.add_checkpoint"}
"""What asks for no token: a signature in the body is the proof, and without one nothing is done."""

NEVER = "00000000-0000-7000-8000-00000000002a"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# What a template may not hold: script and style of its own, and words that nobody escapes.
UNSAFE = re.compile(
    r"\|\s*safe\b|Markup\(|\bstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|autoescape false|javascript:"
)
WIDE_OPEN = re.compile(r"\bMarkup\(|render_template_string|\|\s*safe\b")


@pytest.fixture(scope="module")
def staged(migrated_sqlite, tmp_path_factory):
    """One organisation in full swing, looked at and never changed."""
    folder = tmp_path_factory.mktemp("routes")
    here = stage(world(f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'handrail.db')}", folder))
    yield here
    while builders.opened:
        builders.opened.pop()()


@pytest.fixture(scope="module")
def app(staged):
    return staged.here.app()


def rules(app):
    return sorted(app.url_map.iter_rules(), key=str)


def is_api(rule):
    return rule.rule.startswith("/api/")


def address(rule, staged):
    return path(rule, staged.ids)


def stays_shut(rule, answer):
    """Whether an address asked who you are: 401 for programs, the door for people, a refusal for forged forms."""
    if is_api(rule):
        return answer.status_code == 401 and answer.mimetype == "application/problem+json"
    if rule.endpoint in VISITING_ROUTES:  # link and code open these, and no sign-in
        return answer.status_code in {302, 303} and answer.location == "/receive"
    if method(rule) == "GET":
        return answer.status_code == 302 and answer.location.startswith("/sign-in")
    return answer.status_code == 400 or (answer.status_code == 303 and answer.location.startswith("/sign-in"))


def test_every_address_asks_who_you_are_unless_it_is_named_as_open(app, staged):
    client = app.test_client()
    closed = [rule for rule in rules(app) if rule.endpoint not in OPEN_ROUTES]
    answers = [(rule, client.open(address(rule, staged), method=method(rule))) for rule in closed]
    assert len(answers) > 70
    assert_none(f"{rule}: {said.status_code}" for rule, said in answers if not stays_shut(rule, said))


def test_the_open_addresses_are_there(app):
    assert OPEN_ROUTES - {rule.endpoint for rule in app.url_map.iter_rules()} == set()


def test_every_api_blueprint_stands_under_its_version(app):
    names = {blueprint.name for blueprint in API}
    found = [rule for rule in rules(app) if rule.endpoint.partition(".")[0] in names]
    assert found
    assert_none(f"{rule}: outside /api/v1" for rule in found if not rule.rule.startswith("/api/v1/"))


def pages(app, staged, language):
    """Every address of a page; in Spanish one for each rule, in English each kind of record too."""
    shown = [rule for rule in rules(app) if method(rule) == "GET" and not is_api(rule)]
    return [
        (rule, where) for rule in shown for where in staged.addresses(rule)[: 1 if language == "es" else None]
    ]


def speaks(rule, answer, language):
    """Whether a whole page is in the language; a screening's own pages speak the screening's."""
    whole = answer.mimetype == "text/html" and "<!doctype" in answer.text
    return not whole or rule.endpoint.startswith("client.") or f'<html lang="{language}"' in answer.text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_answers_every_role_in_both_languages(app, staged, role, language):
    person, found = visitor(staged.here, role, app), []
    assert person.post("/language", language=language, next="/instruments").status_code == 303
    for rule, where in pages(app, staged, language):
        with person.client.get(where) as answer:
            known = answer.status_code in {200, 302, 403, 404}
            if not known or (answer.status_code == 200 and not speaks(rule, answer, language)):
                found.append(f"{where} ({rule.endpoint}): {answer.status_code}")
    assert_none(found)


def test_every_address_refuses_a_wrong_method_clearly(app, staged):
    person, found = visitor(staged.here, Role.COUNSELOR, app), []
    for rule in rules(app):
        where = address(rule, staged)
        taken = {name for each in rules(app) if address(each, staged) == where for name in each.methods}
        for wrong in {"GET", "POST", "PUT", "PATCH", "DELETE"} - taken:
            answer = person.client.open(where, method=wrong)
            kind = "application/problem+json" if is_api(rule) else "text/html"
            if (answer.status_code, answer.mimetype, set(answer.allow)) != (405, kind, taken):
                found.append(f"{wrong} {rule}: {answer.status_code} {answer.mimetype} {sorted(answer.allow)}")
    assert_none(found)


def test_every_form_asks_for_its_token(app, staged):
    person, found = visitor(staged.here, Role.SUPERVISOR, app), []
    posts = [rule for rule in rules(app) if method(rule) == "POST" and not is_api(rule)]
    # Those of a visit are asked with one in tests/service/web/test_receive_pages.py.
    forms = [rule for rule in posts if rule.endpoint not in BY_SIGNATURE | VISITING_ROUTES]
    for rule in forms:
        answer = person.client.post(address(rule, staged), data={"csrf_token": "forged"})
        found += [] if answer.status_code == 400 else [f"{rule}: {answer.status_code}"]
    assert len(forms) > 20
    assert_none(found)


@pytest.mark.parametrize("where", ["pages", "errors", "static", "api"])
def test_every_answer_carries_the_strict_headers(app, staged, where):
    person = visitor(staged.here, Role.COUNSELOR, app)
    asked = {
        "pages": ["/clients", "/sign-in", "/crisis-help", f"/clients/{staged.ids['client_id']}"],
        "errors": ["/nowhere", f"/clients/{NEVER}", "/audit", "/needs/x", "/language", "/board?view=%ff"],
        "static": ["/static/css/handrail.css", "/static/js/queue.js", "/static/nothing.css"],
        "api": ["/api/v1/instruments", "/api/v1/nowhere", "/health"],
    }
    for each in asked[where]:
        with person.client.get(each) as answer:
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, each
            kept = answer.headers.get("Cache-Control")
            assert kept == "no-store" or where == "static", each


def test_a_sign_in_is_kept_from_scripts_and_from_other_sites(app):
    (cookie,) = app.test_client().get("/sign-in").headers.getlist("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


TEMPLATES = [each for each in kept_files() if each.parts[:2] == ("service", "templates")]


def test_no_template_holds_script_or_style_of_its_own_or_unescaped_words():
    assert TEMPLATES
    assert_none(
        f"{each}:{number}: {found[0]}"
        for each in TEMPLATES
        for number, line in enumerate(text(each).splitlines(), start=1)
        if (found := UNSAFE.search(line))
    )


def test_no_code_marks_words_as_safe():
    files = [each for each in kept_files() if each.parts[0] == "service" and each.suffix == ".py"]
    assert_none(f"{each}: {found[0]}" for each in files if (found := WIDE_OPEN.search(text(each))))


@pytest.mark.parametrize(
    "planted", ["{{ name | safe }}", '<p style="color: red">', "<script>go()</script>", '<a onclick="go()">']
)
def test_a_planted_breach_is_found(planted):
    assert UNSAFE.search(planted)


def test_pages_ask_only_our_own_host():
    elsewhere = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")
    assert ROOT.exists()
    assert_none(f"{each}: {found[0]}" for each in TEMPLATES if (found := elsewhere.search(text(each))))
