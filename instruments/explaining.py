"""Explaining fast: all that does not depend on the answers is worked out once for an instrument and a language.

The words and verdicts are those of the interpreter (`trace.py` over `sheet.py`). It is asked once for each state
that an item, a score or a finding can be in, and what it said is kept. Explaining a form is then looking up and
putting together. `proving.py` holds that both say the same, on every state there is.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from math import prod
from operator import getitem
from typing import Final, TypeAlias

from instruments.answers import Answers
from instruments.arguing import Argument
from instruments.conditions import Kind, Named, OneOf, Span, Verdict, Within, items_in, leaves
from instruments.counting import number_of
from instruments.formulas import items_of
from instruments.model import BandSet, Finding, Instrument, MissingMethod, Scale
from instruments.sheet import Sheet, index_of
from instruments.states import MOST_KEPT, Form, Reader, Remembered
from instruments.trace import Step, Trace, band_step, finding_step, input_of, missing_note, score_step

_Teller: TypeAlias = Callable[[Form], Step]

_NOTE: Final = Step._fields.index("note")
_INPUTS: Final = Step._fields.index("inputs")


class Explainer:
    """Explains forms of one instrument in one language. Safe to share between threads."""

    def __init__(self, instrument: Instrument, language: str) -> None:
        self.instrument = instrument
        self._head = (instrument.id, instrument.version, instrument.digest, language)
        self._reader = Reader(index_of(instrument))
        self._tellers: tuple[_Teller, ...] = (
            *(_score_teller(scale, self._reader, language) for scale in instrument.scales),
            *(_band_teller(one, self._reader, language) for one in instrument.band_sets),
            *(_finding_teller(finding, self._reader, language) for finding in instrument.findings),
        )

    def __call__(self, answers: Answers) -> Trace:
        """The whole trace of a form."""
        form = self._reader.form(answers)
        return Trace(*self._head, tuple([teller(form) for teller in self._tellers]))


def _score_teller(scale: Scale, reader: Reader, language: str) -> _Teller:
    """Tells a score: its number, each answer that it was made of, and which are lacking."""
    name, items, heads = scale.id, items_of(scale.formula), _heads(scale, reader, language)
    inputs = tuple(tuple(input_of(item, sheet, language) for sheet in reader.sheets[item]) for item in items)
    read, number = reader.states_of(items), _number_teller(scale, reader)
    opened = _opened(scale, reader)

    def tell(form: Form) -> Step:
        open_items = () if form.complete else opened(form)
        span = form.spans[name] = number(form, open_items)
        note = missing_note(open_items, language, known=span[0] == span[1]) if open_items else ""
        seen = tuple(map(getitem, inputs, read(form.states)))
        return Step._make((*heads[span], note, seen, (), scale.source))

    return tell


def _heads(scale: Scale, reader: Reader, language: str) -> Remembered[Span, tuple[object, ...]]:
    """A score's step as far as its number decides it, for each number that it can be."""
    index, empty = reader.index, Answers(reader.index.instrument.id)
    return Remembered(
        lambda span: score_step(scale, Sheet.supposing(index, empty, scores={scale.id: span}), language)[
            :_NOTE
        ]
    )


def _number_teller(scale: Scale, reader: Reader) -> Callable[[Form, tuple[str, ...]], Span]:
    """What works out a score; what a missing rule makes of it is the interpreter's to say."""
    plain = number_of(scale.formula, reader)
    if scale.missing.method is MissingMethod.REFUSE:
        return lambda form, _open_items: plain(form)
    return lambda form, open_items: form.sheet().score(scale.id) if open_items else plain(form)


def _opened(scale: Scale, reader: Reader) -> Callable[[Form], tuple[str, ...]]:
    """What finds the items that a score's missing rule counts as unanswered."""
    items = scale.missing.over or items_of(scale.formula)
    tables = tuple(tuple(sheet.is_open(item) for sheet in reader.sheets[item]) for item in items)
    read = reader.states_of(items)
    return lambda form: tuple(compress(items, map(getitem, tables, read(form.states))))


def _band_teller(one: BandSet, reader: Reader, language: str) -> _Teller:
    """Tells a band, which follows from its score alone."""
    name, index, empty = one.scale, reader.index, Answers(reader.index.instrument.id)
    known = Remembered[Span, Step](
        lambda span: band_step(one, Sheet.supposing(index, empty, scores={name: span}), language)
    )
    return lambda form: known[form.spans[name]]


def _finding_teller(finding: Finding, reader: Reader, language: str) -> _Teller:
    """Tells a finding, and keeps what was told where it looks at so little that it comes again and again."""
    compose = _composer(finding, reader, language)
    if _outcomes(finding, reader) > MOST_KEPT:
        return compose
    key, kept = _key_reader(finding, reader), dict[tuple[object, ...], Step]()

    def tell(form: Form) -> Step:
        looked_at = key(form)
        step = kept.get(looked_at)
        if step is None:
            step = kept[looked_at] = compose(form)
        form.verdicts[finding.id] = step.verdict
        return step

    return tell


def _composer(finding: Finding, reader: Reader, language: str) -> _Teller:
    """Tells a finding from the lines of its parts."""
    argue, name = Argument(finding.when, reader, language), finding.id
    index, empty = reader.index, Answers(reader.index.instrument.id)
    likes = {
        verdict: finding_step(finding, Sheet.supposing(index, empty, verdicts={name: verdict}), language)
        for verdict in Verdict
    }
    heads = {verdict: like[:_INPUTS] for verdict, like in likes.items()}

    def tell(form: Form) -> Step:
        verdict, lines = argue(form)
        form.verdicts[name] = verdict
        return Step._make((*heads[verdict], (), lines, finding.source))

    return tell


def _looked_at(finding: Finding, reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The items, scores and earlier findings that a finding looks at."""
    found = tuple(leaves(finding.when))
    scores = [leaf.name for leaf in found if isinstance(leaf, Within) and leaf.kind is Kind.SCORE]
    scores += [reader.index.band_sets[leaf.name].scale for leaf in found if isinstance(leaf, OneOf)]
    names = [leaf.name for leaf in found if isinstance(leaf, Named)]
    return items_in(finding.when), tuple(dict.fromkeys(scores)), tuple(dict.fromkeys(names))


def _outcomes(finding: Finding, reader: Reader) -> int:
    """How many different things a finding can look at, at most."""
    items, scores, names = _looked_at(finding, reader)
    states = [len(reader.sheets[item]) for item in items]
    widths = [scale.high - scale.low + 1 for scale in map(reader.index.scales.__getitem__, scores)]
    spans = [width * (width + 1) // 2 for width in widths]
    return prod([*states, *spans, *(len(Verdict) for _ in names)])


def _key_reader(finding: Finding, reader: Reader) -> Callable[[Form], tuple[object, ...]]:
    items, scores, names = _looked_at(finding, reader)
    read = reader.states_of(items)
    if not scores and not names:
        return lambda form: read(form.states)
    return lambda form: (
        *read(form.states),
        *[form.spans[score] for score in scores],
        *[form.verdicts[name] for name in names],
    )
