"""What a routing file holds, frozen: which instruments it judges, its rules, and what each asks for.

Reading the file is in `loading_routing.py`; judging by it is in `routing.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instruments.conditions import Condition
from instruments.model import Instrument, Text
from referral.model import Urgency

NOTHING_FOLLOWS = "nothing_follows"
"""Where a routing file names the findings after which no rule speaks, on purpose."""


@dataclass(frozen=True, slots=True)
class Refer:
    """Refer to a pathway (`name` is what people call it); `first` names what must happen before."""

    to: str
    name: Text
    urgency: Urgency
    first: str | None = None


@dataclass(frozen=True, slots=True)
class Rescreen:
    """Ask again after so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Keep an eye on it; nobody is referred."""


Consequence = Refer | Rescreen | Watch


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when its condition holds and none of the rules in `unless` does, its consequences follow.

    `line` is where it stands in its file; it is no part of the rule's content.
    """

    id: str
    because: Text
    when: Condition
    unless: tuple[str, ...]
    consequences: tuple[Consequence, ...]
    source: str
    line: int = field(default=0, metadata={"canonical": False})


@dataclass(frozen=True, slots=True)
class Promise:
    """A safety assertion: whenever `given` holds, the screening is at least this urgent."""

    given: Condition
    urgency: Urgency
    because: str
    line: int = field(default=0, metadata={"canonical": False})


@dataclass(frozen=True, slots=True)
class Rules:
    """One routing file. `uses` maps the alias that conditions use to the instrument it stands for."""

    id: str
    version: str
    digest: str
    name: Text
    uses: Mapping[str, Instrument]
    rules: tuple[Rule, ...]
    promises: tuple[Promise, ...]
    undecided: Urgency
    undecided_because: Text
    otherwise_because: Text
    nothing_follows: frozenset[str] = frozenset()
    """Findings after which nothing follows on purpose: a statement for whoever checks, nothing is decided by it."""
    lines: Mapping[str, int] = field(default_factory=dict, metadata={"canonical": False}, compare=False)
    """Where the file names each alias, and `nothing_follows`."""

    def rule(self, rule_id: str) -> Rule:
        """The rule with an id. Raises KeyError when there is none."""
        return {rule.id: rule for rule in self.rules}[rule_id]
