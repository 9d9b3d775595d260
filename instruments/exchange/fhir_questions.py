"""The items of a FHIR Questionnaire one after the other: questions with options, computed scores, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from instruments.exchange.elements import Element
from instruments.exchange.fhir_names import CALCULATED
from instruments.exchange.fhir_options import Choice, choices_of
from instruments.model import Text

QUESTIONS = frozenset({"choice", "coding", "open-choice", "boolean", "integer", "string"})
_NUMBERS = frozenset({"decimal", "integer", "quantity"})
_KNOWN = frozenset(
    {
        *(
            "group",
            "display",
            "boolean",
            "decimal",
            "integer",
            "date",
            "dateTime",
            "time",
            "string",
            "text",
            "url",
        ),
        *("choice", "open-choice", "coding", "attachment", "reference", "quantity", "question"),
    }
)


@dataclass(frozen=True, slots=True)
class Around:
    """What an item inherits from the groups that it stands in, and from a question that it stands under."""

    lead: Text = field(default_factory=dict)
    gates: tuple[Element, ...] = ()
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its options, and the elements whose branching must hold for it to be asked."""

    link: str
    element: Element
    around: Around
    text: Text
    choices: tuple[Choice, ...]
    required: bool | None

    @property
    def gates(self) -> tuple[Element, ...]:
        """The elements whose branching leads to this question, from the outside in."""
        return (*self.around.gates, self.element)


@dataclass(frozen=True, slots=True)
class Computed:
    """An item that holds a number which the file computes."""

    link: str
    element: Element
    text: Text
    expressions: tuple[Element, ...]


@dataclass(slots=True)
class Found:
    """What the walk through the items has found."""

    questions: list[Question] = field(default_factory=list)
    computed: list[Computed] = field(default_factory=list)
    introduction: Text = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def walk_items(root: Element, contained: Mapping[str, Element]) -> Found:
    """Every item of a Questionnaire, in its order. Problems and what is not carried are noted."""
    found = Found()
    for item in root.rows("item"):
        _take(item, Around(), found, contained)
    return found


def _take(item: Element, around: Around, found: Found, contained: Mapping[str, Element]) -> None:
    link, kind = item.text("linkId"), item.text("type")
    _check_link(item, link, kind, found)
    inside = Around(around.lead, (*around.gates, item), nested=around.nested or kind in _KNOWN - {"group"})
    if kind == "group":
        inside = _group(item, around)
    elif kind == "display":
        _display(item, around, found)
    elif calculated := item.extensions(CALCULATED):
        _computed(item, link, kind, calculated, found)
    else:
        _question(item, link, kind, around, found, contained)
    for part in item.rows("item"):
        _take(part, inside, found, contained)


def _check_link(item: Element, link: str, kind: str, found: Found) -> None:
    if not link:
        item.problem("linkId", "nothing", "a text that names the item")
    elif link in found.links:
        item.problem("linkId", f"{link[:60]!r}, also at {found.links[link]}", "each linkId once")
    found.links.setdefault(link, item.path)
    if kind not in _KNOWN:
        item.problem("type", repr(kind[:60]) if kind else "nothing", ", ".join(sorted(_KNOWN)))


def _group(item: Element, around: Around) -> Around:
    text = item.words("text")
    if text and around.lead:
        item.shared.notes.add(
            item.path, "a group in a group", "its words are read with its questions, not the outer"
        )
    if item.flag("repeats"):
        item.shared.notes.add(item.path, "a group that repeats", "not carried: each question is asked once")
    return Around(text or around.lead, (*around.gates, item), around.nested)


def _display(item: Element, around: Around, found: Found) -> None:
    text = item.words("text")
    first = not found.questions and not found.introduction and not around.gates
    if text and first:
        found.introduction = text
        return
    what = "a text between the questions" if text else "a text that stands only in its rich form"
    item.leave_out(what, "a definition has one introduction and a stem for each question, in plain text")


def _computed(item: Element, link: str, kind: str, calculated: list[Element], found: Found) -> None:
    text = item.words("text")
    item.flag("readOnly")
    item.flag("required")
    expressions = tuple(one for part in calculated if (one := part.element("valueExpression")) is not None)
    if kind not in _NUMBERS:
        item.leave_out(f"a computed value of type {kind}", "only numbers are scores")
        return
    found.computed.append(Computed(link, item, text, expressions))


def _question(
    item: Element, link: str, kind: str, around: Around, found: Found, contained: Mapping[str, Element]
) -> None:
    reason = _why_not(item, kind)
    choices = tuple(choices_of(item, kind, contained)) if not reason else ()
    if not reason and len(choices) < 2:  # noqa: PLR2004 - one answer is no question
        reason = "it has no options of its own"
    if reason:
        item.leave_out(f"an item of type {kind[:40]}", reason)
        return
    if around.nested:
        words = "it is asked whatever that answer is, unless the file says when"
        item.shared.notes.add(item.path, "a question under an answer", words)
    required = item.flag("required")
    item.text("answerConstraint")
    found.questions.append(Question(link, item, around, item.words("text"), choices, required))


def _why_not(item: Element, kind: str) -> str:
    """Why an item cannot be a question here; empty when it can."""
    if item.flag("repeats"):
        return "it takes several answers, a question here takes one"
    if item.flag("readOnly"):
        return "it is filled in by the file's own program"
    options = item.has("answerOption") or item.has("answerValueSet") or kind == "boolean"
    if kind in _NUMBERS and not options:
        return "it holds a number that nothing in the file computes"
    return "" if options and kind in QUESTIONS else "a question here has a closed set of answers"
