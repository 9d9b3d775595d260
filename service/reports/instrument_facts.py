"""What an instrument's sheet says, in one language, ready to be set as a page or on paper. Sets nothing itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from instruments.conditions import Condition, Refused, Within, items_in, leaves
from instruments.model import Instrument, Item, Scale, Text, text_in
from instruments.reasons import range_in_words
from instruments.scoring import Result
from referral.model import Urgency
from referral.region import Region, alias_of, complete_results, rules_about, unreferred
from referral.rules import Refer, Rescreen, Rule, Rules
from service.reports.instrument_words import LANGUAGES, say, urgency_words
from service.reports.shapes import Tick


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its id and number, its words, and what is to be known of it."""

    id: str
    number: str
    words: str
    notes: tuple[str, ...]
    critical: str


@dataclass(frozen=True, slots=True)
class Block:
    """Questions that share a stem and answers."""

    lead: str
    answers: str
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A score with what it rests on; a ruler when it has bands."""

    id: str
    title: str
    under: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that can be found; `critical` calls for action today."""

    id: str
    words: str
    under: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Follows:
    """What one rule leads to: the urgency (None: only watched), why, and where to."""

    urgency: Urgency | None
    called: str
    because: str
    where: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What follows by one set of rules, and who is not referred by it."""

    title: str
    follows: tuple[Follows, ...]
    unreferred: tuple[tuple[str, str], ...]
    unreferred_note: str


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """The whole sheet in one language. Each of `facts` has the key of its label, for `say`."""

    language: str
    name: str
    title: str
    about: str
    notices: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    introduction: str
    blocks: tuple[Block, ...]
    readings: tuple[Reading, ...]
    found: tuple[Found, ...]
    rule_sets: tuple[RuleSet, ...]
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    foot: str

    def say(self, key: str, *parts: object) -> str:
        """A fixed phrase in the sheet's language."""
        return say(key, self.language, *parts)


def instrument_facts(
    one: Instrument, routings: Sequence[Rules], language: str, notices: Sequence[str] = ()
) -> InstrumentFacts:
    """The sheet of an instrument, with what each set of routing rules makes of it. `notices` are told first."""
    language = language if language in LANGUAGES else "en"
    tell = _Teller(one, language)
    known = [rules for rules in routings if alias_of(rules, one) is not None]
    return InstrumentFacts(
        language=language,
        name=f"{one.name} {one.version}",
        title=tell.text(one.title),
        about=tell.text(one.about),
        notices=tuple(notices),
        facts=tuple((key, words) for key, words in tell.facts() if words),
        introduction=tell.text(one.introduction),
        blocks=tuple(tell.blocks()),
        readings=tuple(tell.readings()),
        found=tuple(tell.found()),
        rule_sets=_rule_sets(known, one, tell),
        changes=tuple(tell.changes()),
        notes=one.notes,
        sources=tuple(
            (f"{each.id}: {each.cite} {each.url}".strip(), str(each.confidence)) for each in one.sources
        ),
        foot=say("digest", language, one.id, one.version, one.digest[:16]),
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    one: Instrument
    language: str

    def text(self, text: Text) -> str:
        return " ".join(text_in(text, self.language).split())

    def capital(self, text: Text) -> str:
        words = self.text(text)
        return words[:1].upper() + words[1:]

    def say(self, key: str, *parts: object) -> str:
        return say(key, self.language, *parts)

    def facts(self) -> Iterator[tuple[str, str]]:
        one, (low, high) = self.one, self.one.ages
        yield "ages", self.say("from", low) if high >= 120 else self.say("between", low, high)  # noqa: PLR2004  no end
        yield "informants", ", ".join(self.say(str(each)) for each in one.informants)
        yield "minutes", self.say("about minutes", one.minutes)
        yield "recall", self.text(one.recall)
        yield "languages", ", ".join(one.languages)
        yield "publisher", one.publisher
        yield "permission", self.permission()
        yield "wording", one.wording_source
        yield "check", one.clinical_check
        yield "codes", ", ".join(f"{system} {code}" for system, code in one.codes.items())

    def permission(self) -> str:
        """The terms, the words they rest on, and where and when these were read."""
        given = self.one.permission
        read = [self.say("read", given.seen_on.isoformat())] if given.seen_on else []
        return f"{given.terms}. {given.basis} ({'; '.join([given.source, *read])})"

    def blocks(self) -> Iterator[Block]:
        for (lead, answers), items in groupby(
            self.one.items, lambda item: (self.text(item.lead), self.answers(item))
        ):
            yield Block(lead, answers, tuple(map(self.asked, items)))

    def answers(self, item: Item) -> str:
        return " · ".join(f"{each.value} {self.text(each.label)}".strip() for each in item.options)

    def asked(self, item: Item) -> Asked:
        notes = [self.say("asked if", self.numbers(item.asked_if))] if item.asked_if is not None else []
        notes += [self.say("optional")] if item.optional else []
        critical = "" if item.critical is None else self.say("today", self.calling(item, item.critical))
        words = self.text(item.ask) or self.say("no words")
        return Asked(item.id, item.number, words, tuple(notes), critical)

    def numbers(self, condition: Condition) -> str:
        return ", ".join(dict.fromkeys(self.one.item(name).number or name for name in items_in(condition)))

    def calling(self, item: Item, condition: Condition) -> str:
        """Which answers call for action, in words: the answer's own where it is one alone."""
        told: list[str] = []
        for leaf in leaves(condition):
            if isinstance(leaf, Refused):
                told.append(self.say("refusal"))
            elif isinstance(leaf, Within):
                told.append(self.say("answer", self.range(item, leaf)))
        return self.say("or").join(dict.fromkeys(told))

    def range(self, item: Item, leaf: Within) -> str:
        labels = {option.value: self.text(option.label) for option in item.options}
        alone = leaf.low == leaf.high and leaf.low is not None and labels.get(leaf.low)
        return f"“{alone}”" if alone else range_in_words(leaf.low, leaf.high, self.language)

    def readings(self) -> Iterator[Reading]:
        for scale in self.one.scales:
            under = "; ".join(filter(None, (self.missing(scale), scale.source)))
            yield Reading(
                scale.id, self.say("score", self.text(scale.label), scale.low, scale.high), under, ()
            )
            for bands in (each for each in self.one.band_sets if each.scale == scale.id):
                ticks = tuple(Tick(self.text(each.label), each.lowest, each.highest) for each in bands.bands)
                under = "; ".join(filter(None, (str(bands.purpose), bands.population, bands.source)))
                yield Reading(bands.id, self.text(bands.label), under, ticks)

    def missing(self, scale: Scale) -> str:
        return self.say(f"missing {scale.missing.method}", scale.missing.allow)

    def found(self) -> Iterator[Found]:
        for each in sorted(self.one.findings, key=lambda finding: not finding.critical):
            under = "; ".join(filter(None, (str(each.purpose), each.population, each.source)))
            yield Found(each.id, self.text(each.label) or each.id, under, each.critical)

    def changes(self) -> Iterator[str]:
        labels = {scale.id: self.text(scale.label) for scale in self.one.scales}
        for each in self.one.changes:
            yield self.say("change", labels[each.scale], each.points, each.meaning, each.population)

    def called(self, finding_id: str) -> str:
        return next(self.text(each.label) for each in self.one.findings if each.id == finding_id)


def _rule_sets(known: Sequence[Rules], one: Instrument, tell: _Teller) -> tuple[RuleSet, ...]:
    results = complete_results(one) if known else None
    return tuple(_rule_set(rules, one, results, tell) for rules in known)


def _rule_set(rules: Rules, one: Instrument, results: tuple[Result, ...] | None, tell: _Teller) -> RuleSet:
    mine = rules_about(rules, alias_of(rules, one) or "")
    follows = sorted(
        (each for rule in mine for each in _follows(rule, tell)),
        key=lambda each: len(Urgency) if each.urgency is None else each.urgency.rank,
    )
    regions = unreferred(rules, one, results)
    lines = tuple(_region(each, one, tell) for each in regions or ())
    return RuleSet(tell.say("set", tell.text(rules.name)), tuple(follows), lines, _region_note(regions, tell))


def _follows(rule: Rule, tell: _Teller) -> Iterator[Follows]:
    because = tell.text(rule.because)
    refers = [each for each in rule.consequences if isinstance(each, Refer)]
    for urgency in dict.fromkeys(each.urgency for each in refers):
        there = [each for each in refers if each.urgency is urgency]
        where = ", ".join(tell.text(each.name) for each in there)
        first = dict.fromkeys(tell.say("first", tell.say(each.first)) for each in there if each.first)
        yield Follows(urgency, urgency_words(urgency, tell.language), because, "; ".join([where, *first]))
    if not refers:
        days = [each.days for each in rule.consequences if isinstance(each, Rescreen)]
        where = tell.say("rescreen", days[0]) if days else tell.say("watch")
        yield Follows(None, urgency_words(None, tell.language), because, where)


def _region(region: Region, one: Instrument, tell: _Teller) -> tuple[str, str]:
    labels = {scale.id: tell.text(scale.label) for scale in one.scales}
    scores = [
        f"{labels[scale]} {tell.say('or').join(f'{low}–{high}' if low < high else str(low) for low, high in ranges)}"
        for scale, ranges in region.scores.items()
    ]
    found = ", ".join(tell.called(each) for each in region.findings)
    told = [*scores, *([tell.say("found there", found)] if found else [])]
    return tell.say("watched" if region.watched else "nothing"), "; ".join(told)


def _region_note(regions: tuple[Region, ...] | None, tell: _Teller) -> str:
    if regions is None:
        return tell.say("too many")
    if not regions:
        return tell.say("nobody")
    return tell.say("unreferred why", sum(each.states for each in regions), regions[0].of)
