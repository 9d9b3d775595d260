"""Working a stored routing out again: the inputs that were kept beside it, read back and judged by the same rules.

Pure. Finding the rules by their digest, and what was kept, is the service's.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from instruments.scoring import Result
from referral.facts import OF_THE_CLIENT, ClientFacts, LastScreen
from referral.model import ReferralError
from referral.routing import RoutingResult, route
from referral.rules import Rules

_LISTS = frozenset({"findings", "undecided", "critical", "unanswered"})


class BadInputs(ReferralError):
    """What was kept is no input of a routing any more."""


def replayed(rules: Rules, inputs: str) -> RoutingResult:
    """The routing that these rules give for the inputs that were kept. Raises BadInputs for what is none."""
    try:
        kept = json.loads(inputs)
        results = {alias: _result(found) for alias, found in kept["results"].items()}
        history = {alias: _last(found) for alias, found in kept["history"].items()}
        return route(rules, results, _client(kept["client"]), history)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInputs(type(error).__name__) from None


def results_in(inputs: str) -> Mapping[str, Result]:
    """The results among the inputs that were kept, by the alias that the rules give them. Raises BadInputs."""
    try:
        return {alias: _result(found) for alias, found in json.loads(inputs)["results"].items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInputs(type(error).__name__) from None


def _result(found: Mapping[str, Any]) -> Result:
    values: dict[str, Any] = {each.name: found[each.name] for each in fields(Result)}
    return Result(**values | {name: tuple(values[name]) for name in _LISTS})


def _client(found: Mapping[str, Any]) -> ClientFacts:
    known = {name: found[name] for name in OF_THE_CLIENT.values()}
    sets = {name: None if each is None else frozenset(each) for name, each in known.items()}
    return ClientFacts(found["age"], found["grade"], **sets)


def _last(found: Mapping[str, Any]) -> LastScreen:
    return LastScreen(found["scores"], found["days_ago"])
