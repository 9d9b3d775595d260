"""A REDCap data dictionary (CSV) -> the text of a definition, and what could not be carried, each by its row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from instruments.conditions import Condition, Span, items_in
from instruments.exchange.assembling import Form, Score, assembled, is_id, usable_id
from instruments.exchange.expressions import (
    Call,
    Expression,
    NotUnderstood,
    Number,
    Variable,
    parse_expression,
)
from instruments.exchange.linear import Linear, formula_of
from instruments.exchange.meaning import Meaning
from instruments.exchange.redcap_table import Row, read_table
from instruments.exchange.skipping import always_asked, count_skipped, not_asked_of
from instruments.exchange.telling import Imported, Notes, NotReadable
from instruments.formulas import ScoreOf, bounds_of
from instruments.model import Item, Option, Text

_WHOLE = re.compile(r"-?[0-9]{1,4}\Z")
_SET_CHOICES = {"yesno": "1, Yes | 0, No", "truefalse": "1, True | 0, False"}
_QUESTIONS = frozenset({"radio", "dropdown", *_SET_CHOICES})
_FURTHEST = 1000


def from_dictionary(content: bytes, file: str) -> Imported:
    """The definition that a data dictionary amounts to. Raises NotReadable with every problem."""
    rows = read_table(content, file)
    reading = _Reading(Notes(), file)
    for place, row in enumerate(rows):
        reading.take(row, first=place == 0)
        row.tell_unread(reading.notes)
    if not reading.items and not reading.problems:
        reading.problems.append(f"{file}: no radio, dropdown, yesno or truefalse field")
    if reading.problems:
        raise NotReadable(reading.problems)
    name = rows[0].cells.get("form_name", "")
    form = Form(
        origin=f"REDCap data dictionary imported from {file}"[:400],
        title={"en": name.replace("_", " ") or "Imported"},
        name=name[:80],
        id=usable_id(name),
        introduction=reading.introduction,
        items=tuple(reading.finished_items()),
        scores=tuple(reading.scores),
    )
    return assembled(form, reading.notes)


@dataclass(slots=True)
class _Fields:
    """How REDCap names answers: `[field]`. Also takes `if(asked, [field], 0)` for a question that is hidden."""

    items: Mapping[str, Item]
    scores: Mapping[str, str]
    skipped: dict[str, int] = field(default_factory=dict)
    spans: Mapping[str, Span] = field(default_factory=dict)

    def resolved(self, node: Expression) -> Expression:
        return node

    def number(self, node: Expression) -> Linear | None:
        if isinstance(node, Call) and node.name == "if" and len(node.arguments) == 3:  # noqa: PLR2004 - if has three
            return self._skipping(*node.arguments)
        if not isinstance(node, Variable):
            return None
        if node.name in self.scores:
            return Linear({ScoreOf(self.scores[node.name]): Fraction(1)})
        answers = self.answers(node)
        if answers is None:
            raise NotUnderstood(f"the field {node.name[:60]!r} is not carried, has decimals, or comes later")
        always_asked(self.items[answers[0]])
        return Linear({answers[0]: Fraction(1)})

    def answers(self, node: Expression) -> tuple[str, ...] | None:
        name = node.name.replace("_", "-") if isinstance(node, Variable) else ""
        return (name,) if name in self.items else None

    def coded(self, _node: Expression) -> None:
        return None

    def _skipping(self, asked: Expression, yes: Expression, otherwise: Expression) -> Linear | None:
        answers = self.answers(yes)
        if answers is None or not isinstance(otherwise, Number) or otherwise.value.denominator != 1:
            return None
        if Meaning(self).truth(asked) != self.items[answers[0]].asked_if:
            raise NotUnderstood(f"{answers[0]} counts under another condition than it is asked")
        count_skipped(self.skipped, self.items[answers[0]], int(otherwise.value))
        return Linear({answers[0]: Fraction(1)})


@dataclass(slots=True)
class _Reading:
    """One dictionary while it is read."""

    notes: Notes
    file: str
    problems: list[str] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    introduction: Text = field(default_factory=dict)
    lead: Text = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    def take(self, row: Row, *, first: bool) -> None:
        """One field."""
        name, kind = row.take("field_name"), row.take("field_type")
        row.take("form_name")
        section = row.take("section_header")
        self.lead = {"en": section} if section else self.lead
        if kind in _QUESTIONS:
            self._question(row, name, kind)
        elif kind == "calc":
            self._score(row, name)
        elif kind == "descriptive" and not self.items and not self.introduction:
            self.introduction = {"en": row.take("field_label")} if row.cells.get("field_label") else {}
        else:
            why = (
                "it is the record's own id"
                if first and kind == "text"
                else "a question has a closed set of answers"
            )
            self.notes.add(row.path("field_type"), f"a field of type {kind[:40]!r}", f"not carried: {why}")
            row.read.update(row.cells)

    def finished_items(self) -> list[Item]:
        """The items, with what they count when they are not asked. Where none is required, every one is needed."""
        wished = any(not item.optional for item in self.items.values())
        if not wished:
            words = "no field is required in the file; here every one is, until somebody says optional"
            self.notes.add("Required Field?", "required", words)
        return [
            replace(item, not_asked=not_asked_of(item, self.skipped), optional=item.optional and wished)
            for item in self.items.values()
        ]

    def _question(self, row: Row, name: str, kind: str) -> None:
        known = name.replace("_", "-")
        options = self._options(row, kind, row.take("select_choices_or_calculations"))
        if not is_id(known):
            self.problems.append(
                f"{self.file}: {row.place}: a field name with two underscores together or at its end"
            )
            return
        if options is None:
            row.read.update(row.cells)
            return
        label = row.take("field_label")
        self.items[known] = Item(
            id=known,
            number=row.take("question_number"),
            lead=self.lead,
            ask={} if label in {"", name} else {"en": label},
            options=options,
            asked_if=self._branching(row),
            not_asked=None,
            believed=False,
            optional=row.take("required_field").lower() not in {"y", "yes"},
            critical=None,
            codes={},
        )

    def _options(self, row: Row, kind: str, text: str) -> tuple[Option, ...] | None:
        """The options of `0, Not at all | 1, Several days`; None, noted, when they cannot be numbers."""
        pairs = [part.partition(",") for part in _SET_CHOICES.get(kind, text).split("|")]
        codes = [code.strip() for code, _, _ in pairs]
        path = row.path("select_choices_or_calculations")
        if len(set(codes)) != len(codes):
            self.problems.append(f"{self.file}: {path}: an answer code twice; allowed: once")
            return None
        wrong = [code for code in codes if not _WHOLE.match(code) or abs(int(code)) > _FURTHEST]
        if wrong or len(codes) < 2:  # noqa: PLR2004 - one answer is no question
            found = f"the answer code {wrong[0][:40]!r}" if wrong else "fewer than two answers"
            self.notes.add(
                path, f"the field {row.place}", f"not carried: {found}; codes are whole numbers here"
            )
            return None
        labels = [label.strip() for _, _, label in pairs]
        return tuple(
            Option(int(code), {} if label in {"", code} else {"en": label}, {})
            for code, label in zip(codes, labels, strict=True)
        )

    def _branching(self, row: Row) -> Condition | None:
        text = row.take("branching_logic")
        if not text:
            return None
        try:
            condition = Meaning(self._fields()).truth(parse_expression(text))
        except NotUnderstood as why:
            words = f"not carried, so the question is always asked: {why}"
            self.notes.add(row.path("branching_logic"), "the branching", words)
            return None
        if "''" in text or '""' in text:
            words = "read as declined: there is no condition for a question that is still open"
            self.notes.add(row.path("branching_logic"), "blank, as a condition", words)
        return condition if items_in(condition) else None

    def _fields(self) -> _Fields:
        """What may be named so far. A score with decimals counts in other steps here than there."""
        whole = {score.id.replace("-", "_"): score.id for score in self.scores if not score.decimals}
        return _Fields(self.items, whole, dict(self.skipped), self.spans)

    def _score(self, row: Row, name: str) -> None:
        label, text = row.take("field_label"), row.take("select_choices_or_calculations")
        fields = self._fields()
        meaning = Meaning(fields)
        path = row.path("select_choices_or_calculations")
        known = name.replace("_", "-")
        try:
            measured = meaning.measured(parse_expression(text))
            formula = formula_of(measured, meaning.counts())
        except NotUnderstood as why:
            self.notes.add(path, f"the calculation {name[:60]!r}", f"not carried: {why}")
            row.read.update(row.cells)
            return
        for remark in meaning.remarks:
            self.notes.add(path, f"the calculation {name[:60]!r}", remark)
        self.skipped |= fields.skipped
        taken = {*self.items, *(score.id for score in self.scores)}
        usable = usable_id(known)
        usable = usable if usable and usable not in taken else f"score-{len(self.scores) + 1}"
        self.spans[usable] = bounds_of(formula, self.spans)
        self.scores.append(Score(usable, {"en": label or name}, formula, measured.decimals))
