"""What a browser would fetch for a page: its links, its stylesheets, fonts and scripts, and who serves them."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient

FETCHED_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "manifest"}
IN_CSS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
IN_JS = re.compile(r"""^\s*(?:import|export)\b[^"']*["']([^"']+)["']""", re.MULTILINE)
FOLLOWED = {"text/css": IN_CSS, "text/javascript": IN_JS, "application/javascript": IN_JS}
SENT_TO = ("action", "formaction", "hx-get", "hx-post", "ping", "srcset", "poster", "data")


class Reader(HTMLParser):
    """A page's links, what a browser fetches for it, and where its forms and parts are sent."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.sent: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of one element."""
        given = {name: value for name, value in attrs if value}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and FETCHED_LINKS & set(given.get("rel", "").split()):
            self.fetched.append(given["href"])
        if "src" in given:
            self.fetched.append(given["src"])
        self.sent += [given[name] for name in SENT_TO if name in given]


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a body: as it was served to a browser that takes gzip, bare, and under gzip."""

    served: int
    bare: int
    zipped: int

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(self.served + other.served, self.bare + other.bare, self.zipped + other.zipped)


def _bare(body: bytes, encoding: str | None) -> bytes:
    return gzip.decompress(body) if encoding == "gzip" else body


def weigh(body: bytes, encoding: str | None) -> Weight:
    """The weight of one answer's body. What is compressed already (a font) stays as it is."""
    bare = _bare(body, encoding)
    return Weight(len(body), len(bare), min(len(bare), len(gzip.compress(bare, 6))))


@dataclass(slots=True)
class Browser:
    """What the pages of one program fetch; a file that several pages share is fetched from it once."""

    client: FlaskClient
    strangers: set[str] = field(default_factory=set)
    _kept: dict[str, tuple[Weight, list[str]]] = field(default_factory=dict)

    def whole(self, address: str, page: bytes, encoding: str | None) -> Weight:
        """The page with everything that it fetches, for somebody who was never here before."""
        read = Reader(_bare(page, encoding).decode())
        self.strangers |= {each for each in read.sent if is_elsewhere(each)}
        found = set(self._reached(address, read.fetched))
        return sum((self._kept[each][0] for each in found), weigh(page, encoding))

    def _reached(self, base: str, addresses: list[str]) -> Iterator[str]:
        for address in addresses:
            if is_elsewhere(address):
                self.strangers.add(address)
            elif not address.startswith("data:"):
                whole = urljoin(base, address)
                yield whole
                yield from self._reached(whole, self._fetch(whole))

    def _fetch(self, address: str) -> list[str]:
        if address not in self._kept:
            with self.client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
                assert answer.status_code == HTTPStatus.OK, f"{address}: {answer.status}"
                encoding, body = answer.headers.get("Content-Encoding"), answer.get_data()
            pattern = FOLLOWED.get(answer.mimetype)
            text = _bare(body, encoding).decode() if pattern else ""
            inner = [next(filter(None, each.groups())) for each in pattern.finditer(text)] if pattern else []
            self._kept[address] = (weigh(body, encoding), inner)
        return self._kept[address][1]


def is_elsewhere(address: str) -> bool:
    """Whether a browser would ask another host for it."""
    return bool(urlsplit(address).netloc)
