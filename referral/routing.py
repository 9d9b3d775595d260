"""Where a scored screening leads: every rule tried and told, the most urgent decision first. Pure.

Unknown is never read as no: a rule that cannot be decided goes to a clinician. No rule can lower what another
one asks for. The same rules and inputs give the same result, bit for bit, years later.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.conditions import Lookup, Verdict, at_least, evaluate, opposite
from instruments.model import Text
from instruments.scoring import Result
from referral.facts import ClientFacts, Facts, History, inputs_text
from referral.model import Decision, DecisionKind, Reason, Urgency, most_urgent
from referral.rules import Consequence, Refer, Rescreen, Rule, Rules, Watch
from referral.words import asked_in_words, found_in_words, not_decided, said


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One rule that was tried: what it asked, what was found, what came of it and why it was passed over."""

    rule: str
    because: Text
    verdict: Verdict
    asked: Text
    found: Text
    outcome: Text
    source: str


@dataclass(frozen=True, slots=True)
class RoutingResult:
    """Every decision, most urgent first, and every rule tried, in the order of the file.

    `inputs` are what it was decided from, in canonical JSON: with the same rules they give the same again.
    """

    rules_id: str
    rules_version: str
    rules_digest: str
    decisions: tuple[Decision, ...]
    verdicts: tuple[RuleVerdict, ...]
    inputs: str

    @property
    def urgency(self) -> Urgency | None:
        """The most urgent of all decisions; None when none has an urgency."""
        found = [decision.urgency for decision in self.decisions if decision.urgency is not None]
        return most_urgent(*found) if found else None


def route(
    rules: Rules, results: Mapping[str, Result], client: ClientFacts, history: History
) -> RoutingResult:
    """Judge one screening: results by alias (an alias without a result is no part of it), client and history.

    Raises KeyError for an alias that the rules do not use, ValueError for a result of another instrument.
    """
    _check_results(rules, results)
    facts = Facts(rules.uses, results, client, history)
    verdicts = _verdicts(rules, facts)
    decisions = _decisions(rules, verdicts)
    told = tuple(_told(rule, verdicts[rule.id], facts) for rule in rules.rules)
    inputs = inputs_text(results, client, history)
    return RoutingResult(rules.id, rules.version, rules.digest, decisions, told, inputs)


def decisions_on(rules: Rules, facts: Facts) -> tuple[Decision, ...]:
    """Every decision, most urgent first, without the telling of each rule: what `route` decides."""
    return _decisions(rules, _verdicts(rules, facts))


def verdict_on(rule: Rule, facts: Lookup, before: Mapping[str, Verdict]) -> Verdict:
    """The verdict on one rule, given the verdicts on the rules before it."""
    exception = at_least(1, (before[name] for name in rule.unless))
    return at_least(2, (evaluate(rule.when, facts), opposite(exception)))


def _check_results(rules: Rules, results: Mapping[str, Result]) -> None:
    for alias, result in results.items():
        if rules.uses[alias].id != result.instrument:
            raise ValueError(f"{alias}: found a result of {result.instrument}, not of {rules.uses[alias].id}")


def _verdicts(rules: Rules, facts: Facts) -> Mapping[str, Verdict]:
    verdicts: dict[str, Verdict] = {}
    for rule in rules.rules:
        verdicts[rule.id] = verdict_on(rule, facts, verdicts)
    return verdicts


def _decisions(rules: Rules, verdicts: Mapping[str, Verdict]) -> tuple[Decision, ...]:
    applying = [rule for rule in rules.rules if verdicts[rule.id] is Verdict.YES]
    decided = [*_referrals(applying), *_rescreens(applying), *_watches(applying)]
    open_rules = [
        rule for rule in rules.rules if verdicts[rule.id] is Verdict.UNKNOWN and not _covered(rule, decided)
    ]
    decided += _reviews(open_rules, rules)
    if not decided:
        decided.append(
            Decision(DecisionKind.NONE, "otherwise", (Reason(rules.otherwise_because, "otherwise"),))
        )
    return tuple(sorted(decided, key=lambda each: (each.rank, each.pathway or "")))


def _asking(rules: list[Rule], kind: type[Consequence]) -> list[tuple[Rule, Consequence]]:
    return [(rule, one) for rule in rules for one in rule.consequences if isinstance(one, kind)]


def _referrals(applying: list[Rule]) -> list[Decision]:
    """One referral for each pathway: the highest urgency, every reason, and what any asks to come first."""
    asked: dict[str, list[tuple[Rule, Refer]]] = {}
    for rule, one in _asking(applying, Refer):
        if isinstance(one, Refer):
            asked.setdefault(one.to, []).append((rule, one))
    return [
        _referral(pathway, sorted(asks, key=lambda ask: ask[1].urgency.rank))
        for pathway, asks in asked.items()
    ]


def _referral(pathway: str, asks: list[tuple[Rule, Refer]]) -> Decision:
    leading, most = asks[0]
    return Decision(
        DecisionKind.REFER,
        leading.id,
        tuple(Reason(rule.because, rule.id) for rule, _ in asks),
        pathway=pathway,
        urgency=most.urgency,
        first=next((one.first for _, one in asks if one.first is not None), None),
    )


def _rescreens(applying: list[Rule]) -> list[Decision]:
    asks = [(rule, one) for rule, one in _asking(applying, Rescreen) if isinstance(one, Rescreen)]
    asks.sort(key=lambda ask: ask[1].days)
    if not asks:
        return []
    reasons = tuple(Reason(rule.because, rule.id) for rule, _ in asks)
    return [Decision(DecisionKind.RESCREEN, asks[0][0].id, reasons, rescreen_days=asks[0][1].days)]


def _watches(applying: list[Rule]) -> list[Decision]:
    asks = _asking(applying, Watch)
    if not asks:
        return []
    return [
        Decision(DecisionKind.WATCH, asks[0][0].id, tuple(Reason(rule.because, rule.id) for rule, _ in asks))
    ]


def _reviews(open_rules: list[Rule], rules: Rules) -> list[Decision]:
    if not open_rules:
        return []
    reasons = (
        Reason(rules.undecided_because, "undecided"),
        *(Reason(not_decided(rule.because), rule.id) for rule in open_rules),
    )
    return [Decision(DecisionKind.REVIEW, "undecided", reasons, urgency=rules.undecided)]


def _covered(rule: Rule, decided: list[Decision]) -> bool:
    """Whether what an undecided rule could ask for is asked for already, at least as urgently."""
    return all(any(_covers(decision, one) for decision in decided) for one in rule.consequences)


def _covers(decision: Decision, one: Consequence) -> bool:
    if isinstance(one, Refer):
        return (
            decision.pathway == one.to
            and decision.urgency is not None
            and decision.urgency.at_least(one.urgency)
            and one.first in {None, decision.first}
        )
    if isinstance(one, Rescreen):
        return decision.rescreen_days is not None and decision.rescreen_days <= one.days
    return decision.kind in {DecisionKind.REFER, DecisionKind.WATCH}


def _told(rule: Rule, verdict: Verdict, facts: Facts) -> RuleVerdict:
    return RuleVerdict(
        rule=rule.id,
        because=rule.because,
        verdict=verdict,
        asked=asked_in_words(rule.when, facts),
        found=found_in_words(rule.when, facts),
        outcome=said(rule, verdict),
        source=rule.source,
    )
