"""Hostile input for the readers of keys, notes, receipts and bundles: noise, and bent copies of what is valid."""

import base64
import re

from tests.proofs.bundles import KEYS, ORIGIN, STRANGER, made
from tests.referral.keys import OLD

DIGEST = re.compile(rb"[A-Za-z0-9+/]{43}=")
NUMBER = re.compile(rb"(?<![0-9a-zA-Z-])[0-9]+(?![0-9a-zA-Z-])")
SIGNATURE = re.compile("— [^\n]+\n".encode())
NUMBERS = [
    b"0",
    b"1",
    b"-1",
    b"01",
    b"2",
    b"1e3",
    b"9" * 18,
    b"9" * 19,
    b"9" * 5000,
    "٣".encode(),
    b"",
    b"1.0",
]
SCRAPS = [
    b"\n",
    b"\n\n",
    b"\r\n",
    b"\0",
    b"\x7f",
    b"\x1b[2J",
    b"\xff",
    b" ",
    b"+",
    b"=",
    b"/",
    b"\\",
    b'"',
    b"{",
    b"[" * 2000,
    "—".encode(),
    "é".encode(),
    "\u2028".encode(),
    b"\\ud800",
    "\ud800".encode("utf-8", "surrogatepass"),
    b"A" * 70_000,
]


class Sample:
    """Valid bytes of every kind, of one trail, and what of them may ever be accepted."""

    def __init__(self, rng):
        whole = self.whole = made(rng, most=9, least=0)
        size = len(whole.rows)
        self.notes = {whole.note(each).encode() for each in range(size + 1)}
        self.bundle = b"".join(whole.lines)
        self.receipts = [str(whole.receipt(index)).encode() for index in range(size)]
        self.entries = {row.entry: place for place, row in enumerate(whole.rows)}

    def valid(self, rng):
        """One thing that a verifier may be given."""
        return rng.choice([self.bundle, *self.receipts, *rng.sample(sorted(self.notes), 1), KEYS])


def other_spelling(found, rng):
    """The same bytes in base 64, spelled as no encoder does."""
    text = found[0]
    return rng.choice(
        [text[:-1], text.replace(b"+", b"-").replace(b"/", b"_"), text[:-2] + b"B=", b" " + text, text + b"="]
    )


def wrong_origin(raw, _rng):
    return raw.replace(ORIGIN.encode(), b"handrail.example/audit/somebody-else")


def doubled_signature(raw, rng):
    lines = SIGNATURE.findall(raw)
    return raw.replace(lines[0], lines[0] * rng.choice([2, 31, 33])) if lines else raw


def stolen_name(raw, rng):
    """A signature of nobody under the name and hint of a trusted key."""
    forged = base64.b64encode(OLD.public.hint + rng.randbytes(64))
    return SIGNATURE.sub(b"\xe2\x80\x94 handrail.example " + forged + b"\n", raw, count=1)


def longer_path(raw, rng):
    return DIGEST.sub(lambda found: (found[0] + b"\n") * rng.choice([2, 64, 200]) + found[0], raw, count=1)


def without_path(raw, _rng):
    return DIGEST.sub(b"", raw, count=1)


def spelled(raw, rng):
    return DIGEST.sub(lambda found: other_spelling(found, rng), raw, count=1)


def numbered(raw, rng):
    places = list(NUMBER.finditer(raw))
    if not places:
        return raw
    found = rng.choice(places)
    return raw[: found.start()] + rng.choice(NUMBERS) + raw[found.end() :]


def one_bit(raw, rng):
    bit = rng.randrange(len(raw) * 8)
    return raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]


def put_in(raw, rng):
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(SCRAPS) + raw[at + rng.choice([0, 0, 1, 8]) :]


def cut(raw, rng):
    return raw[: rng.randrange(len(raw))]


def lines_moved(raw, rng):
    lines = raw.splitlines(keepends=True)
    at, to = rng.randrange(len(lines)), rng.randrange(len(lines))
    if rng.random() < 0.5:
        lines[at], lines[to] = lines[to], lines[at]
    else:
        lines[at : at + 1] = [lines[at], lines[to]]
    return b"".join(lines)


def noise(raw, rng):
    return rng.randbytes(rng.randrange(200))


MUTATIONS = [
    wrong_origin,
    doubled_signature,
    stolen_name,
    longer_path,
    without_path,
    spelled,
    numbered,
    one_bit,
    one_bit,
    put_in,
    put_in,
    cut,
    lines_moved,
    noise,
]


def bent(raw, rng):
    """A valid thing after one to three mutations."""
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        raw = rng.choice(MUTATIONS)(raw, rng) or b"\n"
    return raw


def strangers_key():
    """What somebody who owns another key would have others trust."""
    return f"{STRANGER.public}\n".encode()
