"""Rules that contradict: two that hold of the very same people and ask otherwise, and an exception that lowers.

Two rules of which one holds more often are no contradiction: on one pathway the higher urgency counts.
"""

from collections.abc import Iterator
from itertools import combinations as pairs

from instruments.conditions import Verdict, evaluate
from instruments.problems import DefinitionProblem, Place
from instruments.rules import Scope
from referral.combinations import Guess, NotProved, atoms, combinations
from referral.facts import scope_of
from referral.rules import Consequence, Refer, Rescreen, Rule, Rules, Watch


def contradictions(rules: Rules, file: str) -> tuple[DefinitionProblem, ...]:
    """Every contradiction with its place and the combination that shows it.

    Where there are too many combinations to try, an exception is named as not proved.
    """
    scope = scope_of(rules.uses, ())
    return (*_at_odds(rules, scope, file), *_lowering(rules, scope, file))


def _at_odds(rules: Rules, scope: Scope, file: str) -> Iterator[DefinitionProblem]:
    for first, second in pairs(rules.rules, 2):
        clash = _clash(first, second)
        if clash and _hold_together(first, second, scope):
            place = Place(file, second.line, 1)
            what = f"the rule {second.id!r} contradicts {first.id!r} (line {first.line})"
            yield DefinitionProblem(place, what, f"both hold of the very same people; {clash}")


def _clash(first: Rule, second: Rule) -> str:
    """What two rules ask differently, if they were to hold together; empty when they agree."""
    for one in first.consequences:
        for other in second.consequences:
            if (found := _differ(one, other)) is not None:
                return found
    return ""


def _differ(one: Consequence, other: Consequence) -> str | None:
    if isinstance(one, Refer) and isinstance(other, Refer):
        same = (one.urgency, one.first) == (other.urgency, other.first)
        return None if one.to != other.to or same else f"{one.to}: {_asked(one)}, and {_asked(other)}"
    if isinstance(one, Rescreen) and isinstance(other, Rescreen):
        return None if one.days == other.days else f"rescreen in {one.days} days, and in {other.days}"
    if {type(one), type(other)} == {Refer, Watch}:
        return "one refers, the other only watches"
    return None


def _asked(one: Refer) -> str:
    return f"{one.urgency}" + (f", {one.first} first" if one.first else "")


def _hold_together(first: Rule, second: Rule, scope: Scope) -> bool:
    """Whether two rules hold in exactly the same combinations. Those that look at different things do not."""
    if first.unless != second.unless or atoms([first.when]).keys() != atoms([second.when]).keys():
        return False
    tried = combinations([first.when, second.when], scope)
    try:
        return all(_yes(first, each) is _yes(second, each) for each in tried)
    except NotProved:
        return False


def _lowering(rules: Rules, scope: Scope, file: str) -> Iterator[DefinitionProblem]:
    for rule in rules.rules:
        for exception in map(rules.rule, rule.unless):
            lost = [one for one in rule.consequences if not _kept(one, exception)]
            if lost and (shown := _both(rule, exception, scope)) is not None:
                what = f"the exception {exception.id!r} (line {exception.line}) lowers the rule {rule.id!r}"
                yield DefinitionProblem(Place(file, rule.line, 1), what, shown)


def _kept(one: Consequence, exception: Rule) -> bool:
    """Whether an exception asks for at least what the rule that it silences would ask for."""
    if isinstance(one, Refer):
        return any(
            isinstance(other, Refer)
            and other.urgency.at_least(one.urgency)
            and one.first in {None, other.first}
            for other in exception.consequences
        )
    if isinstance(one, Rescreen):
        return any(
            not isinstance(other, Rescreen) or other.days <= one.days for other in exception.consequences
        )
    return bool(exception.consequences)


def _both(rule: Rule, exception: Rule, scope: Scope) -> str | None:
    """A combination in which both hold, in words; None where they never do."""
    try:
        for each in combinations([rule.when, exception.when], scope):
            if _yes(rule, each) and _yes(exception, each):
                return f"both hold with {each}"
    except NotProved:
        return "not proved: too many combinations"
    return None


def _yes(rule: Rule, guess: Guess) -> bool:
    return evaluate(rule.when, guess) is Verdict.YES
