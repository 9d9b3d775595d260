"""A routing as bytes: its inputs, kept with a screening, and its result, so that both replay bit for bit.

The bytes are canonical: equal content, equal bytes. What routing means is in `routing.py`.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from instruments.canonical import canonical_bytes
from instruments.scoring import Result
from referral.facts import ClientFacts, History, LastScreen
from referral.routing import RoutingResult, route
from referral.rules import Rules

_TUPLES = ("findings", "undecided", "critical", "unanswered")


def routing_inputs(results: Mapping[str, Result], client: ClientFacts, history: History) -> bytes:
    """Everything that a routing was decided from, but the rules, as canonical bytes."""
    in_care = None if client.in_care_with is None else sorted(client.in_care_with)
    facts = {"age": client.age, "grade": client.grade, "in_care_with": in_care}
    return canonical_bytes({"results": results, "client": facts, "history": history})


def routing_bytes(result: RoutingResult) -> bytes:
    """A routing's whole result as canonical bytes."""
    return canonical_bytes(result)


def digest_of(content: bytes) -> str:
    """The SHA-256 (hex) of inputs or result, short enough to keep in the audit trail."""
    return sha256(content).hexdigest()


def replay(rules: Rules, inputs: bytes) -> RoutingResult:
    """The routing of stored inputs. The same rules give the same bytes as they did on the day."""
    stored = json.loads(inputs)
    results = {alias: _result(fields) for alias, fields in stored["results"].items()}
    history = {alias: LastScreen(one["scores"], one["days_ago"]) for alias, one in stored["history"].items()}
    return route(rules, results, _client(stored["client"]), history)


def _result(stored: Mapping[str, Any]) -> Result:
    fields = {name: value for name, value in stored.items() if name}
    fields |= {name: tuple(fields[name]) for name in _TUPLES}
    fields |= {name: MappingProxyType(fields[name]) for name in ("scores", "bands")}
    return Result(**fields)


def _client(stored: Mapping[str, Any]) -> ClientFacts:
    in_care = stored["in_care_with"]
    return ClientFacts(stored["age"], stored["grade"], None if in_care is None else frozenset(in_care))
