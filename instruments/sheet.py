"""A form as it was filled in, read by the rules of its instrument: the exact and reference way to score.

An interpreter of the intermediate form. It handles missing and refused answers, branching and prorating,
and it can say everything in words; `compiling.py` makes the fast way for complete answers, which must agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from instruments.answers import Answers
from instruments.conditions import Condition, Gap, Kind, Reading, Span, Verdict, evaluate
from instruments.formulas import Formula, Points, Scaled, half_up, items_of, points_in, span_of
from instruments.model import BandSet, Finding, Instrument, Item, MissingMethod, Scale, text_in


@dataclass(frozen=True, slots=True)
class Index:
    """The parts of one instrument by name, made once and shared by all its sheets."""

    instrument: Instrument
    items: dict[str, Item]
    ends: dict[str, Span]
    """The least and the greatest answer of each item."""
    scales: dict[str, Scale]
    findings: dict[str, Finding]
    band_sets: dict[str, BandSet]
    _counted: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def counted(self, scale: Scale) -> tuple[str, ...]:
        """The items whose answers the missing rule of a scale counts."""
        if scale.id not in self._counted:
            self._counted[scale.id] = scale.missing.over or items_of(scale.formula)
        return self._counted[scale.id]


def index_of(instrument: Instrument) -> Index:
    """The parts of an instrument by name."""
    return Index(
        instrument,
        {item.id: item for item in instrument.items},
        {item.id: (min(item.values), max(item.values)) for item in instrument.items},
        {scale.id: scale for scale in instrument.scales},
        {finding.id: finding for finding in instrument.findings},
        {one.id: one for one in instrument.band_sets},
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """The answers to one instrument and all that follows from them, each thing worked out once."""

    index: Index
    answers: Answers
    _asked: dict[str, Verdict] = field(default_factory=dict)
    _scores: dict[str, Span] = field(default_factory=dict)
    _verdicts: dict[str, Verdict] = field(default_factory=dict)

    @classmethod
    def supposing(
        cls,
        index: Index,
        answers: Answers,
        *,
        asked: Mapping[str, Verdict] | None = None,
        scores: Mapping[str, Span] | None = None,
        verdicts: Mapping[str, Verdict] | None = None,
    ) -> Sheet:
        """A form of which some things are taken as given instead of worked out."""
        return cls(index, answers, dict(asked or {}), dict(scores or {}), dict(verdicts or {}))

    def asked(self, item_id: str) -> Verdict:
        """Whether branching leads to an item; unknown while the answers before it leave that open."""
        if item_id not in self._asked:
            condition = self.index.items[item_id].asked_if
            self._asked[item_id] = Verdict.YES if condition is None else evaluate(condition, self)
        return self._asked[item_id]

    def unanswered(self) -> tuple[str, ...]:
        """The items that were to be answered and were not, missing or refused, optional ones left out."""
        items = self.index.instrument.items
        return tuple(
            item.id
            for item in items
            if not item.optional and item.id not in self.answers.values and self.asked(item.id) is Verdict.YES
        )

    def verdict(self, name: str) -> Verdict:
        """Whether a finding holds."""
        if name not in self._verdicts:
            self._verdicts[name] = evaluate(self.index.findings[name].when, self)
        return self._verdicts[name]

    def verdict_on(self, condition: Condition) -> Verdict:
        """The verdict on any condition about this form."""
        return evaluate(condition, self)

    def number(self, kind: Kind, name: str) -> Reading:
        """The answer to an item, or a score; the span that it can still have while it is not known.

        An answer that was given counts, even where branching would not have asked for it.
        """
        if kind is Kind.SCORE:
            return self.score(name)
        value = self.answers.values.get(name)
        if value is not None:
            return value, value
        if self.asked(name) is Verdict.NO:
            return Gap.NOT_ASKED
        return self.index.ends[name]

    def text(self, _kind: Kind, name: str) -> str | None:
        """The band of a band set, None without a score."""
        one = self.index.band_sets[name]
        return one.band_for(self.known(one.scale))

    def refused(self, item: str) -> Verdict:
        """Whether an item was refused; unknown while it is missing and may still be asked."""
        if item in self.answers.refused:
            return Verdict.YES
        answered = item in self.answers.values
        return Verdict.NO if answered or self.asked(item) is Verdict.NO else Verdict.UNKNOWN

    def known(self, scale: str) -> int | None:
        """A score, or None when the answers do not give one."""
        low, high = self.score(scale)
        return low if low == high else None

    def score(self, scale: str) -> Span:
        """A score, or the span that it can still have."""
        if scale not in self._scores:
            self._scores[scale] = self._score(self.index.scales[scale])
        return self._scores[scale]

    def points(self, points: Points) -> Span:
        """What an item is worth. Branching that skips it leaves what the definition says it then counts."""
        value = self.answers.values.get(points.item)
        worth = points.span() if value is None else (known := points.worth(value), known)
        item = self.index.items[points.item]
        if item.asked_if is None:
            return worth
        asked = self.asked(points.item)
        if asked is Verdict.YES or (item.believed and value is not None):
            return worth
        skipped = 0 if item.not_asked is None else points.worth(item.not_asked)
        if asked is Verdict.NO:
            return skipped, skipped
        return min(worth[0], skipped), max(worth[1], skipped)

    def open_items(self, scale: Scale) -> tuple[str, ...]:
        """The items that the missing rule of a scale counts as unanswered: their part is not known."""
        return tuple([name for name in self.index.counted(scale) if self.is_open(name)])

    def is_open(self, item: str) -> bool:
        """Whether the part that an item has in a scale is not known."""
        given, asked_about = item in self.answers.values, self.index.items[item]
        if asked_about.asked_if is None:
            return not given
        asked = self.asked(item)
        if given and asked_about.believed:
            return False
        return asked is Verdict.UNKNOWN or (asked is Verdict.YES and not given)

    def _score(self, scale: Scale) -> Span:
        missing = scale.missing
        if missing.method is MissingMethod.REFUSE:
            return span_of(scale.formula, self)
        open_items = self.open_items(scale)
        tolerated = len(open_items) <= missing.allow and not set(open_items) & set(missing.never)
        if not open_items or not tolerated:
            return span_of(scale.formula, self)
        if missing.method is MissingMethod.ZERO:
            return span_of(scale.formula, _Blanks(self))
        return self._prorated(scale.formula)

    def _prorated(self, formula: Formula) -> Span:
        """The sum of the known items times all items by known ones, half up, in whole numbers.

        An item that branching skipped is known. Loading allows prorating for plain sums only.
        """
        scaled = formula if isinstance(formula, Scaled) else Scaled(formula, 1, 1)
        parts = tuple(points_in(formula))
        known = [points for points in parts if not self.is_open(points.item)]
        if not known:
            return span_of(formula, self)
        total = sum(self.points(points)[0] for points in known)
        value = half_up(total * len(parts) * scaled.multiply, len(known) * scaled.divide)
        return value, value

    def label(self, kind: Kind, name: str, language: str) -> str:
        """What an item, score, band set or finding is called, an item by its own question."""
        if kind is Kind.ITEM:
            item = self.index.items[name]
            ask = text_in(item.ask, language)
            return f"{item.number}. {ask}" if ask else name
        if kind is Kind.SCORE:
            return text_in(self.index.scales[name].label, language)
        part = self.index.band_sets[name] if kind is Kind.BAND else self.index.findings[name]
        return text_in(part.label, language)

    def found(self, kind: Kind, name: str, language: str) -> str:
        """What was found: the answer in its own words, the score, the band, the verdict."""
        if kind is Kind.ITEM:
            return self._answer_in_words(name, language)
        if kind is Kind.SCORE:
            return self._score_in_words(name, language)
        if kind is Kind.BAND:
            return self.text(kind, name) or _SAID["no score"][language == "es"]
        return _SAID[self.verdict(name).value][language == "es"]

    def _answer_in_words(self, name: str, language: str) -> str:
        value = self.answers.values.get(name)
        if value is not None:
            label = next(
                text_in(o.label, language) for o in self.index.items[name].options if o.value == value
            )
            return f"{label} ({value})" if label else str(value)
        state = "refused" if name in self.answers.refused else "missing"
        return _SAID["not asked" if self.asked(name) is Verdict.NO else state][language == "es"]

    def _score_in_words(self, name: str, language: str) -> str:
        low, high = self.score(name)
        if low == high:
            return str(low)
        return _SAID["open score"][language == "es"].format(low=low, high=high)


@dataclass(frozen=True, slots=True)
class _Blanks:
    """The same form with its unanswered items counted as the answer 0."""

    sheet: Sheet

    def points(self, points: Points) -> Span:
        low, high = self.sheet.points(points)
        if low == high:
            return low, high
        return points.worth(0), points.worth(0)

    def verdict_on(self, condition: Condition) -> Verdict:
        return self.sheet.verdict_on(condition)

    def score(self, scale: str) -> Span:
        return self.sheet.score(scale)


_SAID: dict[str, tuple[str, str]] = {
    "yes": ("yes", "sí"),
    "no": ("no", "no"),
    "unknown": ("cannot be decided", "no puede decidirse"),
    "refused": ("declined to answer", "prefirió no responder"),
    "missing": ("not answered", "sin respuesta"),
    "not asked": ("not asked", "no se preguntó"),
    "no score": ("no score", "sin puntuación"),
    "open score": ("no score ({low} to {high} possible)", "sin puntuación (de {low} a {high} posible)"),
}
