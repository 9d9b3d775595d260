"""What can only be found by trying combinations: rules that can never fire, promises that do not hold.

Every value that a condition can tell apart is tried, unknown and "not part of this screening" included. The
combinations are a superset of those that answers can produce, so a rule named here truly can never fire, and
a promise that holds here truly holds; the other way round is not claimed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from instruments.conditions import Condition, Verdict, evaluate
from instruments.problems import DefinitionProblem, Place
from instruments.rules import Scope
from referral.combinations import Guess, NotProved, Tries, atoms, combinations
from referral.facts import scope_of
from referral.model import Urgency
from referral.routing import verdict_on
from referral.rules import Promise, Refer, Rule, Rules


@dataclass(frozen=True, slots=True)
class _Looking:
    """What the trials of one file share: the names in scope, and how many combinations may still be tried."""

    scope: Scope
    tries: Tries

    def combinations(self, conditions: list[Condition]) -> Iterator[Guess]:
        """Every combination that these conditions can tell apart. Raises NotProved after the first of too many."""
        return combinations(conditions, self.scope, self.tries)


def check_rules(rules: Rules, file: str) -> tuple[DefinitionProblem, ...]:
    """Every rule that can never fire and every promise that does not hold, each with its place in the file.

    What has too many combinations to try, and was not settled by the first of them, is named as not proved; it is
    never passed over in silence.
    """
    looking = _Looking(scope_of(rules.uses, ()), Tries())
    told = (
        *(
            _told(Place(file, rule.line, 1), f"the rule {rule.id!r}", _never_fires(rule, rules, looking))
            for rule in rules.rules
        ),
        *(
            _told(Place(file, one.line, 1), "a promise", _broken(one, rules, looking))
            for one in rules.promises
        ),
    )
    return tuple(problem for problem in told if problem is not None)


def _told(place: Place, what: str, trial: Callable[[], str | None]) -> DefinitionProblem | None:
    try:
        found = trial()
    except NotProved:
        return DefinitionProblem(place, f"{what} is not proved: too many combinations")
    return None if found is None else DefinitionProblem(place, f"{what} {found}")


def _never_fires(rule: Rule, rules: Rules, looking: _Looking) -> Callable[[], str | None]:
    def trial() -> str | None:
        family = [rules.rule(name) for name in rule.unless]
        for guess in looking.combinations([rule.when, *(one.when for one in family)]):
            before = {one.id: evaluate(one.when, guess) for one in family}
            if verdict_on(rule, guess, before) is Verdict.YES:
                return None
        return "can never fire"

    return trial


def _broken(promise: Promise, rules: Rules, looking: _Looking) -> Callable[[], str | None]:
    def trial() -> str | None:
        keeping = _keeping(promise, rules)
        names = atoms([promise.given]).keys()
        near = [rule for rule in keeping if atoms([rule.when]).keys() <= names]
        # What a few rules keep, more rules keep too: those that look at nothing else are tried alone first.
        if near and _breaking(promise, near, looking) is None:
            return None
        guess = _breaking(promise, keeping, looking)
        return None if guess is None else f"that does not hold: {promise.because} It is broken by {guess}"

    return trial


def _breaking(promise: Promise, keeping: list[Rule], looking: _Looking) -> Guess | None:
    """Values for which the promise is given and none of these rules keeps it."""
    for guess in looking.combinations([promise.given, *(rule.when for rule in keeping)]):
        kept = any(evaluate(rule.when, guess) is Verdict.YES for rule in keeping)
        if not kept and evaluate(promise.given, guess) is Verdict.YES:
            return guess
    return None


def _keeping(promise: Promise, rules: Rules) -> list[Rule]:
    """The rules that can keep a promise: urgent enough, without exceptions, about the same instruments."""
    about = _aliases(promise.given)
    return [
        rule
        for rule in rules.rules
        if not rule.unless and _asks_for(rule, promise.urgency) and _aliases(rule.when) <= about
    ]


def _asks_for(rule: Rule, urgency: Urgency) -> bool:
    return any(isinstance(one, Refer) and one.urgency.at_least(urgency) for one in rule.consequences)


def _aliases(condition: Condition) -> frozenset[str]:
    return frozenset(name.partition(".")[0] for _, name in atoms([condition]))
