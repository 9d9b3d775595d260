"""Files of the referral side made to hurt: each kind, spoilt in every way that hurts YAML, and each value in turn."""

import re
from itertools import cycle

from instruments.source import MAX_BYTES, MAX_VALUES
from tests.proofs.referral_doors import KINDS, sound

_VALUE = re.compile(r"^( *(?:- )?[a-z][a-z_-]*: )(\S.*)$", re.MULTILINE)
_MOST_VALUES = 16
"""How many values of one kind of file are spoilt, one file each."""

_HURTING = (
    *("[]", "{}", "-1", "9" * 30, ".nan", "''", "null", "true", "&a x", "*a", "!!python/name:os.system"),
    *('"../../etc/passwd"', "[[[[x]]]]", '"\\u202e{{7*7}}"', '"9999-12-31"', '"0001-01-01"', '"99:99-00:00"'),
    *("{any: [a, a, a]}", "!x y", "x" * 20_000, "'${jndi}'", "2026-13-45", "[1, 2, 3]", "{a: {b: {c: d}}}"),
)


def spoilt():
    """Every file: its kind, its name, its bytes."""
    for kind in KINDS:
        text = sound(kind)
        yield kind, "sound", text.encode()
        spoilt_text = _as_yaml(text) | (_as_much_yaml(text) if kind == "pathway" else {})
        yield from ((kind, name, content) for name, content in spoilt_text.items())
        yield from ((kind, name, content) for name, content in _value_by_value(text))
    yield from (("calendar", name, text.encode()) for name, text in CALENDARS.items())
    yield from (("routing", name, text.encode()) for name, text in routings().items())


def _as_yaml(text):
    raw = text.encode()
    return {
        "an alias": (text + "more: &a [x]\nmost: [*a]\n").encode(),
        "a merge key": (text + "<<: {a: b}\n").encode(),
        "code in a tag": (text + "more: !!python/object/apply:os.system ['true']\n").encode(),
        "twice": (text + text).encode(),
        "two documents": (text + "---\n" + text).encode(),
        "an unknown key": (text + "more: x\n").encode(),
        "too large": raw + b"#" * MAX_BYTES,
        "utf-16": text.encode("utf-16"),
        "latin-1": text.encode("latin-1", "replace") + b"# \xe9\n",
        "nul": raw.replace(b"version", b"ver\0sion"),
        "cut short": raw[: len(raw) // 2],
        "a list": b"- " + raw.replace(b"\n", b"\n  "),
        "nothing": b"",
        "zip": b"PK\x03\x04" + b"\0" * 500,
        "pickle": b"cos\nsystem\n(S'true'\ntR.",
    }


def _as_much_yaml(text):
    """What costs time to refuse; every kind of file is read by the same reader, so one is enough."""
    return {
        "many unknown keys": (text + "".join(f"more{n}: 1\n" for n in range(4000))).encode(),
        "too many values": (text + "more: [" + "x, " * MAX_VALUES + "]\n").encode(),
        "nested": (text + "more: " + "[" * 5000 + "]" * 5000 + "\n").encode(),
    }


def _value_by_value(text):
    """Values of the file, spread over all of it, each replaced by something that hurts."""
    found = list(_VALUE.finditer(text))
    hurting = cycle(_HURTING)
    for each in found[:: max(1, len(found) // _MOST_VALUES)]:
        worse = next(hurting)
        name = f"line {text.count(chr(10), 0, each.start()) + 1}: {worse[:20]}"
        yield name, (text[: each.start(2)] + worse + text[each.end(2) :]).encode()


_CALENDAR = """\
calendar: x
version: "1"
name: {en: A, es: B}
zone: America/Denver
hours: {monday: ["08:00-16:30"]}
"""
_NAME = "name: {en: A, es: B}"
CALENDARS = {
    "terms of ten thousand years": _CALENDAR
    + f'public_holidays: {{country: US}}\nterms: [{{first: "0001-01-01", last: "9999-12-31", {_NAME}}}]\n',
    "a closure of ten thousand years": _CALENDAR
    + f'closed: [{{first: "0001-01-01", last: "9999-12-31", {_NAME}}}]\n',
    "a thousand closures": _CALENDAR
    + "closed:\n"
    + f'  - {{first: "2026-01-01", last: "2026-04-30", {_NAME}}}\n' * 1000,
    "years without end": _CALENDAR + "public_holidays: {country: US}\nyears: {from: 2000, to: 2100}\n",
    "a zone that is a file": _CALENDAR.replace("America/Denver", "../../../etc/passwd"),
    "no such country": _CALENDAR + 'public_holidays: {country: "os.system"}\nyears: {from: 2026, to: 2027}\n',
    "hours without end": _CALENDAR.replace('["08:00-16:30"]', "[" + '"08:00-16:30", ' * 2000 + "]"),
}


_FINDINGS = (
    *("asq.positive", "asq.acute", "asq.non-acute", "asq.negative", "phq.self-harm-thoughts"),
    *("gad.anxiety-screen-positive", "cssrs.high-risk", "cssrs.moderate-risk", "cssrs.low-risk"),
    *("cssrs.positive", "cssrs.negative"),
)


def routings():
    """Rules that cost as much to prove as rules can: none of them ever fires, and all that can be tried is tried."""
    head, tail = sound("routing").split("rules:\n", 1)
    never = ", ".join((*_FINDINGS, "{not: asq.positive}"))
    rule = (
        f"when: {{all: [{never}]}}, because: {{en: A, es: B}}, source: ours,"
        " refer: {to: crisis, urgency: immediate}}\n"
    )
    return {
        f"{count} rules that never fire": head
        + "rules:\n"
        + "".join(f"  - {{id: r{n}, {rule}" for n in range(count))
        + tail
        for count in (1, 100)
    }
