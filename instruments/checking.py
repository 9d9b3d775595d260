"""Static checks of one definition: what reading alone cannot see, proved by walking every answer set.

Bands that are never reached, findings that never (or always) hold, assertions that do not hold, examples that
come out otherwise, missing translations. Each problem names its line and, where there is one, a witness: the
answers that show it. What was too large to walk is listed as not proved; nothing is called proved otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from instruments.answers import Answers, InvalidAnswers, check_answers
from instruments.conditions import Condition, Kind, Named, OneOf, Verdict
from instruments.model import Assertion, BandSet, Example, Finding, Instrument, Text
from instruments.probing import Wanted, shown
from instruments.problems import DefinitionProblem, Place
from instruments.remembering import Side
from instruments.scoring import Result, Scorer, compile_instrument
from instruments.sheet import Index, index_of
from instruments.walking import MAX_STATES, Quest, Walk, raw, walk

OUR_LANGUAGES = ("en", "es")
"""What Handrail writes itself (names of bands, findings and scales) is there in both."""


@dataclass(frozen=True, slots=True)
class Report:
    """What checking found: problems, what was proved about all answer sets, and what could not be."""

    problems: tuple[DefinitionProblem, ...]
    proved: tuple[str, ...]
    not_proved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a walk settled: in words, whether it is proved, and the problem if it is false."""

    words: str
    proved: bool
    problem: DefinitionProblem | None = None


@dataclass(frozen=True, slots=True)
class Walker:
    """What the walks of one check share: the instrument, the file's name, how far to go."""

    index: Index
    file: str
    most: int
    shown: frozenset[Wanted]
    """What forms that were tried have shown: nothing has to be walked for it."""

    def walk(
        self,
        questions: tuple[Condition, ...],
        *,
        partial: bool = True,
        side: Side = Side.ALL,
    ) -> Walk:
        """One walk over the answer sets of the instrument."""
        return walk(self.index, Quest(questions, partial, side, self.most))

    def problem(self, line: int, what: str, *, found: str = "") -> DefinitionProblem:
        """A problem at a line of the file."""
        return _problem(self.file, line, what, found=found)


def check_instrument(
    instrument: Instrument, file: str, *, most: int = MAX_STATES, scorer: Scorer | None = None
) -> Report:
    """Every check of one definition.

    `file` is the name that problems are reported under, `most` the number of states at which a walk gives up. The
    examples are scored by the instrument's own `scorer`, which is made where none is given.
    """
    index = index_of(instrument)
    problems = [
        *_wording(instrument, file),
        *_translations(instrument, file),
        *_examples(instrument, file, scorer),
    ]
    walker = Walker(index, file, most, shown(index, _wanted(instrument)))
    claims = [*_bands(walker), *_findings(walker), *_assertions(walker)]
    problems += [claim.problem for claim in claims if claim.problem is not None]
    return Report(
        tuple(problems),
        tuple(claim.words for claim in claims if claim.proved),
        tuple(claim.words for claim in claims if not claim.proved and claim.problem is None),
    )


def answers_in_words(answers: Answers) -> str:
    """A witness in one line: q1 = 2, q2 declined, everything else missing."""
    given = [f"{item} = {value}" for item, value in raw(answers).items()]
    return ", ".join(given) or "no answer at all"


def _wording(instrument: Instrument, file: str) -> Iterator[DefinitionProblem]:
    without = [item.id for item in instrument.items if not item.ask]
    if without and len(without) < len(instrument.items):
        yield _problem(
            file, 1, "wording for some items but not for all", found=f"none for {', '.join(without)}"
        )


def _translations(instrument: Instrument, file: str) -> Iterator[DefinitionProblem]:
    for where, text in _worded(instrument):
        for language in _lacking(text, instrument.languages if text else ()):
            yield _problem(
                file, 1, f"{where} has no wording in {language!r}", allowed="every language listed"
            )
    for line, where, label in _labelled(instrument):
        for language in _lacking(label, OUR_LANGUAGES):
            yield _problem(file, line, f"the label of {where} is missing in {language!r}")


def _lacking(text: Text, languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(language for language in languages if not text.get(language))


def _worded(instrument: Instrument) -> Iterator[tuple[str, Text]]:
    for item in instrument.items:
        yield f"item {item.id}", item.ask
        yield f"the stem of item {item.id}", item.lead
        for option in item.options:
            yield f"answer {option.value} of item {item.id}", option.label


def _labelled(instrument: Instrument) -> Iterator[tuple[int, str, Text]]:
    for scale in instrument.scales:
        yield 1, f"scale {scale.id}", scale.label
    for one in instrument.band_sets:
        yield one.line, f"band set {one.id}", one.label
        for band in one.bands:
            yield one.line, f"band {band.name!r} of {one.id}", band.label
    for finding in instrument.findings:
        yield finding.line, f"finding {finding.id}", finding.label


def _wanted(instrument: Instrument) -> Iterator[Wanted]:
    """Every band reached, every finding that holds on some form and does not on another."""
    for one in instrument.band_sets:
        yield from ((_in_band(one, band.name), Verdict.YES) for band in one.bands)
    for finding in instrument.findings:
        yield from ((Named(finding.id), verdict) for verdict in (Verdict.YES, Verdict.NO))


def _in_band(one: BandSet, band: str) -> Condition:
    return OneOf(Kind.BAND, one.id, (band,))


def _examples(instrument: Instrument, file: str, scorer: Scorer | None) -> Iterator[DefinitionProblem]:
    if not instrument.examples:
        return  # compiling a long definition costs more than everything else that reading it does
    scorer = scorer or compile_instrument(instrument)
    for example in instrument.examples:
        try:
            answers = check_answers(instrument, example.answers)
        except InvalidAnswers as error:
            yield _problem(file, example.line, f"example {example.name!r} cannot be scored", found=str(error))
            continue
        for what, stated, found in _differences(example, scorer(answers)):
            yield _problem(
                file, example.line, f"example {example.name!r}: {what}", found=found, allowed=stated
            )


def _differences(example: Example, result: Result) -> Iterator[tuple[str, str, str]]:
    stated: dict[str, Mapping[str, object]] = {"scores": example.scores, "bands": example.bands}
    for what, wanted in stated.items():
        found = getattr(result, what)
        for name, value in wanted.items():
            if found.get(name) != value:
                yield f"{what} {name}", str(value), str(found.get(name))
    for what in ("findings", "undecided", "critical", "complete"):
        value, found = getattr(example, what), getattr(result, what)
        if value is not None and (set(value) != set(found) if isinstance(value, tuple) else value != found):
            yield what, str(value), str(found)


def _bands(walker: Walker) -> Iterator[Claim]:
    for one in walker.index.instrument.band_sets:
        yield from _band_claims(one, walker)


def _band_claims(one: BandSet, walker: Walker) -> Iterator[Claim]:
    open_ones = tuple(
        each for band in one.bands if (each := _in_band(one, band.name), Verdict.YES) not in walker.shown
    )
    reached, finished = _reached(open_ones, walker)
    for band in one.bands:
        words = f"band {band.name!r} of {one.id} is reached"
        is_reached = (each := _in_band(one, band.name)) not in open_ones or each in reached
        problem = walker.problem(one.line, f"the band {band.name!r} of {one.id} is never reached")
        yield Claim(words, is_reached, None if is_reached or not finished else problem)


def _reached(questions: tuple[Condition, ...], walker: Walker) -> tuple[frozenset[Condition], bool]:
    """The questions that some answers say yes to, and whether those are all of them."""
    reached, finished = frozenset[Condition](), True
    for partial in (False, True):  # an estimate of missing answers may reach what complete forms do not
        if len(reached) < len(questions):
            seen = walker.walk(questions, partial=partial)
            held = {
                place
                for outcome in seen.outcomes
                for place, each in enumerate(outcome)
                if each is Verdict.YES
            }
            reached |= {questions[place] for place in held}
            finished = seen.finished
    return reached, finished


def _findings(walker: Walker) -> Iterator[Claim]:
    for finding in walker.index.instrument.findings:
        yield _can_be(finding, Verdict.YES, "never holds", walker)
        yield _can_be(finding, Verdict.NO, "always holds", walker)


def _can_be(finding: Finding, verdict: Verdict, what: str, walker: Walker) -> Claim:
    """Whether a finding can be yes (or no) at all: among complete forms, which are far fewer, else among all."""
    words = f"finding {finding.id} can be {verdict}"
    if (Named(finding.id), verdict) in walker.shown:
        return Claim(words, proved=True)
    side = Side.YES if verdict is Verdict.YES else Side.NO
    seen = walker.walk((Named(finding.id),), partial=False, side=side)
    if not any(outcome[0] is verdict for outcome in seen.outcomes):
        seen = walker.walk((Named(finding.id),), side=side)
    if any(outcome[0] is verdict for outcome in seen.outcomes):
        return Claim(words, proved=True)
    problem = walker.problem(
        finding.line, f"the finding {finding.id} {what}", found=f"{seen.states} states walked"
    )
    return Claim(words, proved=False, problem=problem if seen.finished else None)


def _assertions(walker: Walker) -> Iterator[Claim]:
    for assertion in walker.index.instrument.assertions:
        yield _assertion(assertion, walker)


def _assertion(assertion: Assertion, walker: Walker) -> Claim:
    """Proved, or false with a witness, or vacuous, or too large to walk."""
    questions = (assertion.given, assertion.then)
    seen = walker.walk(questions, side=Side.YES)
    words = f"{assertion.because or 'assertion'} (line {assertion.line}, {seen.states} states)"
    for (given, then), answers in seen.outcomes.items():
        if given is Verdict.YES and then is not Verdict.YES:
            found = f"{answers_in_words(answers)}: if is yes, then is {then}"
            return _false(
                words, walker.problem(assertion.line, "an assertion that does not hold", found=found)
            )
    applies = any(given is Verdict.YES for given, _ in seen.outcomes)
    if seen.finished and not applies:
        return _false(words, walker.problem(assertion.line, "an assertion that never applies"))
    return Claim(words, proved=seen.finished)


def _false(words: str, problem: DefinitionProblem) -> Claim:
    return Claim(words, proved=False, problem=problem)


def _problem(file: str, line: int, what: str, *, found: str = "", allowed: str = "") -> DefinitionProblem:
    return DefinitionProblem(Place(file, line, 1), what, found, allowed)
