"""One POST to an address that the settings name: no redirect is followed, and no more is read than can be used."""

import http.client
from dataclasses import dataclass
from urllib.parse import SplitResult

SECONDS = 10
MOST_READ = 64 * 1024


class NotTaken(Exception):
    """The place did not take the checkpoint; says the kind of trouble only."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What was answered: the status, the kind of text, the text."""

    status: int
    kind: str
    text: str


def post(address: SplitResult, body: str) -> Posted:
    """Send a text and read the answer. Raises NotTaken where there is none, or none that can be read."""
    make = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    connection = make(address.hostname or "", address.port, timeout=SECONDS)
    try:
        connection.request("POST", path, body.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        response = connection.getresponse()
        text = response.read(MOST_READ).decode()
    except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
        raise NotTaken(type(error).__name__) from None
    finally:
        connection.close()
    return Posted(response.status, response.headers.get_content_type(), text)
