"""Explaining fast: all that does not depend on the answers is worked out once for an instrument and a language.

The words and verdicts are those of the interpreter (`trace.py` over `sheet.py`). It is asked once for each state
that an item, a score or a finding can be in, and what it said is kept. Explaining a form is then looking up and
putting together. `proving.py` holds that both say the same, on every state there is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from math import prod
from typing import Final, TypeAlias

from instruments.answers import Answers
from instruments.arguing import WEIGHTS, Argument
from instruments.conditions import Kind, Named, OneOf, Span, Verdict, Within, items_in, leaves
from instruments.counting import number_of
from instruments.formulas import is_plain_sum, items_of
from instruments.model import BandSet, Finding, Instrument, MissingMethod, Scale
from instruments.sheet import Sheet, index_of
from instruments.states import MOST_KEPT, Form, Reader, Remembered, picker
from instruments.trace import Step, Trace, band_step, finding_step, input_of, missing_note, score_step

_Teller: TypeAlias = Callable[[Form], Step]

_NOTE: Final = Step._fields.index("note")
_INPUTS: Final = Step._fields.index("inputs")

_step: Final[Callable[[tuple[object, ...]], Step]] = partial(tuple.__new__, Step)
_trace: Final[Callable[[tuple[object, ...]], Trace]] = partial(tuple.__new__, Trace)
"""A step and a trace of their parts, in their order."""


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
        return _trace((*self._head, tuple([teller(form) for teller in self._tellers])))


def _score_teller(scale: Scale, reader: Reader, language: str) -> _Teller:
    """Tells a score, and keeps what was told where it adds up so little that it comes again and again."""
    compose, name = _score_composer(scale, reader, language), scale.id
    items = tuple(dict.fromkeys((*items_of(scale.formula), *scale.missing.over)))
    ways = prod([len(reader.index.items[item].values) for item in items])
    if ways > MOST_KEPT or not is_plain_sum(scale.formula):
        return compose
    key, kept = picker(items), dict[Hashable, tuple[Step, Span]]()

    def tell(form: Form) -> Step:
        looked_at = key(form.states)
        known = kept.get(looked_at)
        if known is not None:
            step, form.spans[name] = known
            return step
        step = compose(form)
        if len(kept) < MOST_KEPT:
            kept[looked_at] = step, form.spans[name]
        return step

    return tell


def _score_composer(scale: Scale, reader: Reader, language: str) -> _Teller:
    """Tells a score: its number, each answer that it was made of, and which are lacking."""
    name, source, items = scale.id, scale.source, items_of(scale.formula)
    heads = _heads(scale, reader, language)
    inputs = reader.summed(items, lambda sheet, item: (input_of(item, sheet, language),), ())
    number, opened = _number_teller(scale, reader), _opened(scale, reader)

    def tell(form: Form) -> Step:
        open_items = () if form.complete else opened(form)
        span = form.spans[name] = number(form, open_items)
        note = missing_note(open_items, language, known=span[0] == span[1]) if open_items else ""
        return _step((*heads[span], note, inputs(form), (), source))

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
    return reader.summed(items, lambda sheet, item: (item,) if sheet.is_open(item) else (), ())


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
    key, kept, name = _key_reader(finding, reader), dict[Hashable, Step](), finding.id

    def tell(form: Form) -> Step:
        looked_at = key(form)
        step = kept.get(looked_at)
        if step is None:
            step = compose(form)
            if len(kept) < MOST_KEPT:
                kept[looked_at] = step
        form.verdicts[name] = step.verdict
        return step

    return tell


def _composer(finding: Finding, reader: Reader, language: str) -> _Teller:
    """Tells a finding from the lines of its parts."""
    argue, name, source = Argument(finding.when, reader, language).tell, finding.id, finding.source
    index, empty = reader.index, Answers(reader.index.instrument.id)
    heads = {
        weight: finding_step(finding, Sheet.supposing(index, empty, verdicts={name: verdict}), language)[
            :_INPUTS
        ]
        for verdict, weight in WEIGHTS.items()
    }

    def tell(form: Form) -> Step:
        weight, lines = argue(form)
        step = _step((*heads[weight], (), lines, source))
        form.verdicts[name] = step.verdict
        return step

    return tell


def _looked_at(finding: Finding, reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The items, scores and earlier findings that a finding looks at."""
    found = tuple(leaves(finding.when))
    scores = [leaf.name for leaf in found if isinstance(leaf, Within) and leaf.kind is Kind.SCORE]
    scores += [reader.index.band_sets[leaf.name].scale for leaf in found if isinstance(leaf, OneOf)]
    names = [leaf.name for leaf in found if isinstance(leaf, Named)]
    return items_in(finding.when), tuple(dict.fromkeys(scores)), tuple(dict.fromkeys(names))


def _outcomes(finding: Finding, reader: Reader) -> int:
    """How many different things a finding can look at, at most, where every answer is there."""
    items, scores, names = _looked_at(finding, reader)
    values = [len(reader.index.items[item].values) for item in items]
    spans = [scale.high - scale.low + 1 for scale in map(reader.index.scales.__getitem__, scores)]
    return prod([*values, *spans, *(len(Verdict) for _ in names)])


def _key_reader(finding: Finding, reader: Reader) -> Callable[[Form], Hashable]:
    """What reads all that a finding looks at."""
    items, scores, names = map(picker, looked_at := _looked_at(finding, reader))
    ways: tuple[Callable[[Form], Hashable], ...] = (
        lambda form: items(form.states),
        lambda form: scores(form.spans),
        lambda form: names(form.verdicts),
    )
    used = [way for way, seen in zip(ways, looked_at, strict=True) if seen]
    return used[0] if len(used) == 1 else lambda form: tuple([way(form) for way in used])
