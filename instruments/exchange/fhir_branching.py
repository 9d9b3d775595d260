"""When a question of a FHIR Questionnaire is asked, as a condition about the answers before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from instruments.conditions import AllOf, AnyOf, Condition, Not, Refused, items_in
from instruments.exchange.elements import Element
from instruments.exchange.expressions import NotUnderstood, parse_expression
from instruments.exchange.fhir_names import ENABLED_WHEN, FHIRPATH
from instruments.exchange.fhir_options import Choice
from instruments.exchange.fhir_questions import Question
from instruments.exchange.functions import Names
from instruments.exchange.meaning import Meaning
from instruments.exchange.ranges import merged, one_of
from instruments.model import Item

_ALWAYS = "not carried, so the question is always asked"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The questions that came before, by linkId: what branching may look at."""

    items: Mapping[str, Item]
    choices: Mapping[str, tuple[Choice, ...]]
    names: Names
    by_id: Mapping[str, Item]


def asked_if(question: Question, earlier: Earlier) -> Condition | None:
    """The condition under which a question is asked, None when it always is or the condition is not carried."""
    parts: list[Condition] = []
    for gate in question.gates:
        try:
            parts.extend(_gate(gate, earlier))
        except NotUnderstood as why:
            question.element.shared.notes.add(gate.path, "the branching", f"{_ALWAYS}: {why}")
            return None
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,))]
    unique = tuple(dict.fromkeys(flat))
    return None if not unique else unique[0] if len(unique) == 1 else AllOf(unique)


def _gate(gate: Element, earlier: Earlier) -> Iterator[Condition]:
    tests = gate.rows("enableWhen")
    behaviour = gate.text("enableBehavior")
    if tests:
        yield _joined([_test(test, earlier) for test in tests], behaviour, gate, earlier)
    for one in gate.extensions(ENABLED_WHEN):
        value = one.element("valueExpression")
        if value is not None:
            yield _expressed(value, earlier)


def _joined(parts: list[Condition], behaviour: str, gate: Element, earlier: Earlier) -> Condition:
    if len(parts) == 1:
        return parts[0]
    if behaviour not in {"all", "any"}:
        gate.shared.notes.add(gate.path, "enableBehavior", "the file does not say all or any; any is taken")
    return AllOf(tuple(parts)) if behaviour == "all" else merged(AnyOf(tuple(parts)), earlier.by_id)


def _expressed(value: Element, earlier: Earlier) -> Condition:
    if value.text("language") != FHIRPATH:
        raise NotUnderstood("an expression that is not FHIRPath")
    condition = Meaning(earlier.names).truth(parse_expression(value.text("expression")))
    later = [name for name in items_in(condition) if name not in earlier.by_id]
    if later:
        raise NotUnderstood(f"it looks at {later[0]}, which comes later")
    return condition


def _test(test: Element, earlier: Earlier) -> Condition:
    link, operator = test.text("question"), test.text("operator")
    if link not in earlier.items:
        raise NotUnderstood(f"it looks at {link[:60]!r}, which is not a question before it here")
    item = earlier.items[link]
    if operator == "exists":
        return _exists(test, item)
    form = _OPERATORS.get(operator)
    if form is None:
        raise NotUnderstood(f"the operator {operator[:20]!r}")
    return form(item, _values(test, item, earlier.choices[link]))


def _exists(test: Element, item: Item) -> Condition:
    if test.flag("answerBoolean") is not False:
        raise NotUnderstood(f"it asks whether {item.id} has any answer")
    words = "read as declined: there is no condition for a question that is still open"
    test.shared.notes.add(test.path, "not answered, as a condition", words)
    return Refused(item.id)


def _values(test: Element, item: Item, choices: tuple[Choice, ...]) -> tuple[str, int]:
    """The operator and the number that an answer is compared with."""
    operator = test.text("operator")
    key = _key(test)
    for choice in choices:
        if choice.key == key or (choice.key[1] == key[1] and "" in {choice.key[0], key[0]}):
            return operator, choice.option.value
    raise NotUnderstood(f"it compares {item.id} with {key[1][:40]!r}, which is not one of its options")


def _key(test: Element) -> tuple[str, str]:
    coding = test.element("answerCoding")
    if coding is not None:
        coding.text("display")
        return coding.text("system"), coding.text("code")
    if test.has("answerBoolean"):
        return "", str(test.flag("answerBoolean")).lower()
    if test.has("answerInteger"):
        return "", str(test.number("answerInteger"))
    return "", test.text("answerString")


def _equal(item: Item, compared: tuple[str, int]) -> Condition:
    return one_of(item, {compared[1]})


def _unequal(item: Item, compared: tuple[str, int]) -> Condition:
    return Not(one_of(item, {compared[1]}))


def _beyond(item: Item, compared: tuple[str, int]) -> Condition:
    operator, value = compared
    holds = {
        ">": [each for each in item.values if each > value],
        ">=": [each for each in item.values if each >= value],
        "<": [each for each in item.values if each < value],
        "<=": [each for each in item.values if each <= value],
    }[operator]
    return one_of(item, set(holds))


_OPERATORS: dict[str, Callable[[Item, tuple[str, int]], Condition]] = {
    "=": _equal,
    "!=": _unequal,
    **dict.fromkeys((">", ">=", "<", "<="), _beyond),
}
