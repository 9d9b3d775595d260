"""A FHIR Questionnaire (R4 or R5) -> the text of a definition, and what could not be carried, each by its path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from instruments.conditions import Span
from instruments.exchange.assembling import Form, Score, assembled, is_id, usable_id
from instruments.exchange.elements import Element, Shared, is_language
from instruments.exchange.expressions import Expression, NotUnderstood, parse_expression
from instruments.exchange.fhir_branching import Earlier, asked_if
from instruments.exchange.fhir_names import FHIRPATH, OUR_URL, SYSTEMS, VARIABLE, Release
from instruments.exchange.fhir_paths import Effort, Paths
from instruments.exchange.fhir_questions import Computed, Found, Question, walk_items
from instruments.exchange.linear import formula_of
from instruments.exchange.meaning import Meaning
from instruments.exchange.skipping import not_asked_of
from instruments.exchange.telling import Imported, NotReadable
from instruments.formulas import bounds_of
from instruments.model import Item

MAX_QUESTIONS = 500
MAX_SCORES = 50
_NUMBERED = re.compile(r"q[0-9]+\Z")
_NAMES = {address: name for name, address in SYSTEMS.items()}


def from_questionnaire(resource: dict[str, Any], file: str) -> Imported:
    """The definition that a Questionnaire amounts to. Raises NotReadable with every problem."""
    shared = Shared()
    root = Element(resource, "Questionnaire", shared)
    if root.text("resourceType") != "Questionnaire":
        found = str(resource.get("resourceType"))[:60]
        raise NotReadable([f"{file}: resourceType: found {found!r}; allowed: 'Questionnaire'"])
    shared.language = _language(root)
    reading = _Reading(root, file)
    form = reading.form()
    if not form.items:
        shared.problems.append("Questionnaire.item: no question with a closed set of answers")
    if shared.problems:
        raise NotReadable(f"{file}: {problem}" for problem in dict.fromkeys(shared.problems))
    for element in shared.elements:
        element.tell_unread()
    return assembled(form, shared.notes)


def _language(root: Element) -> str:
    """The language of the words. What a definition cannot name is a problem."""
    found = root.text("language")
    if not found:
        root.shared.notes.add(
            "Questionnaire.language", "the language", "the file does not say; read as English"
        )
    elif not is_language(found):
        root.problem("language", repr(found[:40]), "a tag such as en or es")
    return found if is_language(found) else "en"


class _Reading:
    """One Questionnaire while it is read."""

    def __init__(self, root: Element, file: str) -> None:
        self.root = root
        self.file = file
        self.notes = root.shared.notes
        held = {str(one.value.get("id")): one for one in root.rows("contained")}
        self.found: Found = walk_items(root, held)
        for found, most, what in (
            (self.found.questions, MAX_QUESTIONS, "questions"),
            (self.found.computed, MAX_SCORES, "computed values"),
        ):
            if len(found) > most:
                raise NotReadable([f"{file}: {len(found)} {what}; allowed: {most}"])
        self.names = self._ids()
        self.score_ids = self._score_ids()
        self.variables = dict(self._variables())
        questions = self.found.questions
        self.choices = {question.link: question.choices for question in questions}
        self.outermost = frozenset(one.link for one in questions if one.element.path.count(".item[") == 1)
        self.nested = frozenset(one.link for one in questions if one.around.nested)
        self.unweighed = frozenset(
            self.names[one.link] for one in questions if not all(choice.weighed for choice in one.choices)
        )
        self.effort = Effort()

    def form(self) -> Form:
        """Everything that is carried."""
        scores, items = self._scores(self._items())
        root = self.root
        url = root.text("url")
        ours = url.removeprefix(OUR_URL) if url.startswith(OUR_URL) else ""
        codes = dict(self._codes(root, ""))
        for computed in self.found.computed:
            if self.score_ids[computed.link] in {score.id for score in scores}:
                codes |= dict(self._codes(computed.element, f"-{self.score_ids[computed.link]}"))
        return Form(
            origin=self._origin(url),
            title=root.words("title"),
            name=self._name(),
            id=ours if is_id(ours) else usable_id(root.text("id")),
            version=root.text("version"),
            about=root.words("description"),
            publisher=root.text("publisher"),
            copyright=root.text("copyright"),
            introduction=self.found.introduction,
            codes=codes,
            items=items,
            scores=scores,
        )

    def _origin(self, url: str) -> str:
        kinds = {str(question.element.value.get("type")) for question in self.found.questions}
        release = Release.R5 if Release.R5.choice in kinds else Release.R4
        address = f", {url}" if url else ""
        return f"FHIR {release} Questionnaire imported from {self.file}{address}"[:400]

    def _name(self) -> str:
        """The short name. FHIR's own is for computers, so the underscores go."""
        return self.root.text("name").replace("_", "-")[:80] or self.root.text("id")[:80]

    def _ids(self) -> Mapping[str, str]:
        """The id of each question here: its linkId where all of them can be ids, else q1, q2 ... in order."""
        links = [question.link for question in self.found.questions]
        taken = {usable_id(computed.link) for computed in self.found.computed}
        if all(is_id(link) and link not in taken for link in links):
            return {link: link for link in links}
        for place, question in enumerate(self.found.questions, start=1):
            self.notes.add(
                f"{question.element.path}.linkId", f"the linkId {question.link[:60]!r}", f"is q{place} here"
            )
        return {link: f"q{place}" for place, link in enumerate(links, start=1)}

    def _items(self) -> dict[str, Item]:
        """The items by id, with branching. The file's wish for required answers is kept where it has one."""
        wished = any(question.required for question in self.found.questions)
        if not wished and self.found.questions:
            words = "no question is required in the file; here every one is, until somebody says optional"
            self.notes.add("Questionnaire.item", "required", words)
        items: dict[str, Item] = {}
        for question in self.found.questions:
            name = self.names[question.link]
            item = self._item(name, question, optional=wished and not question.required)
            condition = asked_if(question, self._earlier(items))
            items[name] = replace(item, asked_if=condition)
        return items

    def _item(self, name: str, question: Question, *, optional: bool) -> Item:
        number = question.element.text("prefix")
        return Item(
            id=name,
            number=number or (name[1:] if _NUMBERED.match(name) else ""),
            lead=question.around.lead,
            ask=question.text,
            options=tuple(choice.option for choice in question.choices),
            asked_if=None,
            not_asked=None,
            believed=False,
            optional=optional,
            critical=None,
            codes=dict(self._codes(question.element, "")),
        )

    def _earlier(self, items: Mapping[str, Item]) -> Earlier:
        links = {link: items[name] for link, name in self.names.items() if name in items}
        return Earlier(links, self.choices, self._paths(items, {}), items)

    def _paths(self, items: Mapping[str, Item], scores: Mapping[str, str]) -> Paths:
        known = {link: name for link, name in self.names.items() if name in items}
        return Paths(
            items,
            known,
            self.choices,
            self.variables,
            scores,
            outermost=self.outermost,
            nested=self.nested,
            unweighed=self.unweighed,
            effort=self.effort,
        )

    def _variables(self) -> Iterator[tuple[str, Expression]]:
        """The variables of the file that can be read; one that cannot is missed where it is used."""
        for one in self.root.extensions(VARIABLE):
            value = one.element("valueExpression")
            if value is None or value.text("language") != FHIRPATH:
                continue
            try:
                yield value.text("name"), parse_expression(value.text("expression"))
            except NotUnderstood:
                continue

    def _scores(self, items: dict[str, Item]) -> tuple[tuple[Score, ...], tuple[Item, ...]]:
        """The scales that the file computes, and the items with what they count when they are not asked."""
        scores: list[Score] = []
        by_text: dict[str, str] = {}
        skipped: dict[str, int] = {}
        spans: dict[str, Span] = {}
        for computed in self.found.computed:
            known = self._paths(items, {name: score for name, score in by_text.items() if name})
            paths = replace(known, skipped=dict(skipped), spans=spans)
            try:
                score = self._score(computed, paths)
            except NotUnderstood as why:
                computed.element.leave_out(f"the computed value {computed.link[:60]!r}", str(why))
                continue
            scores.append(score)
            spans[score.id] = bounds_of(score.formula, spans)
            if not score.decimals:  # else it counts in other steps here than in the file
                by_text[self._sole_variable(computed)] = score.id
            skipped |= paths.skipped
        kept = (replace(item, not_asked=not_asked_of(item, skipped)) for item in items.values())
        return tuple(scores), tuple(kept)

    def _score(self, computed: Computed, paths: Paths) -> Score:
        if len(computed.expressions) != 1:
            raise NotUnderstood("it has not exactly one expression")
        value = computed.expressions[0]
        value.text("description")
        if value.text("language") != FHIRPATH:
            raise NotUnderstood("an expression that is not FHIRPath")
        meaning = Meaning(paths)
        measured = meaning.measured(parse_expression(value.text("expression")))
        formula = formula_of(measured, meaning.counts())
        for remark in meaning.remarks:
            self.notes.add(value.path, f"the expression of {computed.link[:60]}", remark)
        return Score(
            self.score_ids[computed.link], computed.text or {"en": computed.link}, formula, measured.decimals
        )

    def _sole_variable(self, computed: Computed) -> str:
        """The variable that an expression consists of, so that a later scale may rest on this one."""
        text = str(computed.expressions[0].value.get("expression", "")) if computed.expressions else ""
        return text.removeprefix("%").strip() if text.startswith("%") else ""

    def _score_ids(self) -> Mapping[str, str]:
        """The id of each computed value here: its linkId where that can be one, else score-1, score-2 ..."""
        taken, found = set(self.names.values()), dict[str, str]()
        for place, computed in enumerate(self.found.computed, start=1):
            wanted = usable_id(computed.link)
            found[computed.link] = wanted if wanted and wanted not in taken else f"score-{place}"
            taken.add(found[computed.link])
        return found

    def _codes(self, element: Element, ending: str) -> Iterator[tuple[str, str]]:
        """The codes of an element in the systems that are known here."""
        for one in element.rows("code"):
            system, code = one.text("system"), one.text("code")
            one.text("display")
            if system in _NAMES:
                yield f"{_NAMES[system]}{ending}", code
            else:
                one.leave_out(f"a code of {system[:100] or 'no system'}", "its system is not known here")
