"""Everything that one person can ask the program for: every address, every link that an answer gives, every search.

An address whose rule names something that `tests/journeys/stage.py` has no id for is an error: add it there.
"""

import io
import json
import re
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field

import pypdfium2
from werkzeug.exceptions import HTTPException

from tests.journeys.stage import method, path
from tests.proofs.asking import LAST
from tests.proofs.copies import browser_of

LINK = re.compile(r'(?:href|hx-get|src|action)="(/[^"#]*)')
SEARCHES = ("", "z", "zz", "zzcanary", "zzcanray", "maya", "noor testcase", "S00001", "%", "_")
"""What is typed into a search; no canary in full, for a page repeats what was asked."""
MASKS = (
    (re.compile(r'(name="csrf_token" value=")[^"]+'), r"\1-"),
    (re.compile(r'("request_id":\s?")[0-9a-f]{12}'), r"\1-"),
    (re.compile(r"\b[0-9a-f]{12}(?=</p>)"), "-"),
    (re.compile(r"(Set-Cookie: handrail=)[^;]+"), r"\1-"),
    (re.compile(r"^(Date: ).*$", re.MULTILINE), r"\1-"),
)
"""What differs from one request to the next."""


@dataclass(frozen=True)
class Said:
    """One answer: what was asked, the foreign id that was named in it, status, and headers with body as text."""

    asked: str
    named: str
    status: int
    text: str


def looks(app):
    """Every rule that can be looked at, static files apart."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in {"static", *LAST}]
    return sorted((rule for rule in rules if method(rule) == "GET"), key=lambda rule: rule.endpoint)


def addresses(rule, side):
    """The rule's addresses for the records of one organisation."""
    unknown = rule.arguments - set(side.ids)
    assert not unknown, (
        f"{rule.endpoint}: tests/journeys/stage.py names no {', '.join(unknown)} to crawl with"
    )
    return side.addresses(rule)


@dataclass
class Crawler:
    """One person of ours at their browser and with their token, and every link that an answer gave them."""

    pair: object
    browser: object
    token: str
    links: list = field(default_factory=list)
    seen: set = field(default_factory=set)

    def ask(self, verb, address, named="", **sent):
        headers = {"Authorization": f"Bearer {self.token}"} if address.startswith("/api/") else {}
        output = io.StringIO()
        with redirect_stdout(output), redirect_stderr(output):
            answer = self.browser.open(address, method=verb, headers=headers, **sent)
        said = Said(f"{verb} {address}", named, answer.status_code, words_of(answer) + output.getvalue())
        self.seen.add(address)
        self.links += [*LINK.findall(said.text.replace("&amp;", "&")), *_further(address, answer)]
        return said

    def own(self, rule, most):
        """The rule at our own records."""
        for address in dict.fromkeys(addresses(rule, self.pair.ours)[: None if most else 1]):
            yield self.ask("GET", address)

    def foreign(self, rule):
        """The rule with each of its ids taken from theirs in turn."""
        names = {
            name for name in self.pair.ours.ids if self.pair.ours.ids[name] != self.pair.theirs.ids[name]
        }
        for name in sorted(rule.arguments & names):
            theirs = self.pair.theirs.ids[name]
            address = path(rule, {**self.pair.ours.ids, name: theirs})
            body = {"json": {}} if "/api/" in address and method(rule) != "GET" else {}
            yield self.ask(method(rule), address, str(theirs), **body)

    def searches(self):
        """Every search: names are sent in a body, so no link leads there."""
        for query in SEARCHES:
            yield self.ask("POST", "/clients/search", data={"query": query})
            yield self.ask("POST", "/queue", data={"query": query})
            yield self.ask("POST", "/api/v1/clients/search", json={"query": query})

    def followed(self, app, most):
        """The links that were given, and theirs, until so many were followed."""
        while self.links and most:
            address = self.links.pop(0)
            if address not in self.seen and _is_look(app, address):
                most -= 1
                yield self.ask("GET", address)


def crawl(pair, role, app, *, most):
    """Each answer that this person of ours gets: at their own records, at the other's, by links and by searches.

    At most so many links are followed; none: one address of each rule is enough.
    """
    crawler = Crawler(pair, *browser_of(pair.ours, role, app))
    for rule in looks(app):
        yield from crawler.own(rule, most)
    for rule in app.url_map.iter_rules():
        yield from crawler.foreign(rule)
    yield from crawler.searches()
    yield from crawler.followed(app, most)


def everything(pair, role, app):
    """A crawl that follows every link."""
    return crawl(pair, role, app, most=400)


def lists(pair, role, app):
    """What is not about one record: lists, counts, searches."""
    crawler = Crawler(pair, *browser_of(pair.ours, role, app))
    for rule in looks(app):
        yield from () if rule.arguments else crawler.own(rule, most=0)
    yield from crawler.searches()


def searched(pair, role, app):
    """The searches alone."""
    return Crawler(pair, *browser_of(pair.ours, role, app)).searches()


def _further(address, answer):
    """The next page of a list over the API."""
    found = answer.get_json(silent=True) if answer.mimetype == "application/json" else None
    if not isinstance(found, dict):
        return []
    base = address.partition("?")[0]
    return [
        f"{base}?{parameter}={found[key]}"
        for key, parameter in (("next", "after"), ("next_cursor", "cursor"), ("cursor", "cursor"))
        if found.get(key)
    ]


def _is_look(app, address):
    try:
        endpoint, _given = app.url_map.bind("localhost").match(address.partition("?")[0], method="GET")
    except HTTPException:
        return False
    return endpoint not in {"static", *LAST}


def words_of(answer):
    """Headers and body as text; of a PDF what stands on its pages."""
    head = "".join(f"{name}: {value}\n" for name, value in answer.headers)
    if answer.mimetype == "application/pdf":
        document = pypdfium2.PdfDocument(answer.data)
        return head + "".join(page.get_textpage().get_text_bounded() for page in document)
    body = answer.get_data(as_text=True)
    return head + (
        json.dumps(answer.get_json(silent=True), ensure_ascii=False) + body if answer.is_json else body
    )


def masked(said):
    """An answer without what differs from one request to the next."""
    text = said.text
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return said.asked, said.status, text
