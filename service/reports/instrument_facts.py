"""What an instrument's sheet says, in one language, ready to be set as a page or on paper. Sets nothing itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from instruments.conditions import Condition, Kind, Refused, Within, items_in, leaves
from instruments.model import BandSet, Finding, Instrument, Item, Scale, Text, text_in
from instruments.rule_words import rule_in_words, wanted_in_words
from referral.region import alias_of
from referral.rules import Rules
from service.reports.instrument_follows import RuleSet, rule_sets
from service.reports.instrument_words import LANGUAGES, known_words, say
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
    """One thing that can be found, and `when`; `critical` calls for action today."""

    id: str
    words: str
    when: str
    under: str
    critical: bool


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
        rule_sets=rule_sets(known, one, tell),
        changes=tuple(tell.changes()),
        notes=one.notes,
        sources=tuple(
            (f"{each.id}: {each.cite} {each.url}".strip(), tell.fixed("rests on", each.confidence))
            for each in one.sources
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
        yield "check", self.fixed("check", one.clinical_check)
        yield "codes", ", ".join(f"{system} {code}" for system, code in one.codes.items())

    def fixed(self, key: str, words: str) -> str:
        """A word of a closed set in the sheet's language; what stands in no list, as it is."""
        return known_words(f"{key} {words}", self.language) or words

    def permission(self) -> str:
        """The terms, the words they rest on, and where and when these were read."""
        given = self.one.permission
        read = [self.say("read", given.seen_on.isoformat())] if given.seen_on else []
        return f"{self.fixed('terms', given.terms)}. {given.basis} ({'; '.join([given.source, *read])})"

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
        critical = "" if item.critical is None else self.say("today", self.calling(item.critical))
        words = self.text(item.ask) or self.say("no words")
        return Asked(item.id, item.number, words, tuple(notes), critical)

    def numbers(self, condition: Condition) -> str:
        return ", ".join(dict.fromkeys(self.one.item(name).number or name for name in items_in(condition)))

    def calling(self, condition: Condition) -> str:
        """Which answers call for action, in words: the answer's own where it is one alone."""
        told: list[str] = []
        for leaf in leaves(condition):
            if isinstance(leaf, Within | Refused):
                wanted = wanted_in_words(leaf, self, self.language)
                told.append(wanted if isinstance(leaf, Refused) else self.say("answer", wanted))
        return self.say("or").join(dict.fromkeys(told))

    def readings(self) -> Iterator[Reading]:
        for scale in self.one.scales:
            under = "; ".join(filter(None, (self.missing(scale), scale.source)))
            yield Reading(
                scale.id, self.say("score", self.text(scale.label), scale.low, scale.high), under, ()
            )
            for bands in (each for each in self.one.band_sets if each.scale == scale.id):
                ticks = tuple(Tick(self.text(each.label), each.lowest, each.highest) for each in bands.bands)
                under = "; ".join(
                    filter(None, (self.fixed("for", bands.purpose), bands.population, bands.source))
                )
                yield Reading(bands.id, self.text(bands.label), under, ticks)

    def missing(self, scale: Scale) -> str:
        return self.say(f"missing {scale.missing.method}", scale.missing.allow)

    def found(self) -> Iterator[Found]:
        for each in sorted(self.one.findings, key=lambda finding: not finding.critical):
            under = "; ".join(filter(None, (self.fixed("for", each.purpose), each.population, each.source)))
            when = self.say("when", rule_in_words(each.when, self, self.language))
            yield Found(each.id, self.text(each.label) or each.id, when, under, each.critical)

    def label(self, kind: Kind, name: str) -> str:
        """A name as rules are told with it (see `rule_words.Names`): an item's number where it is its own."""
        if kind is Kind.ITEM:
            number = self.one.item(name).number
            alone = [each.number for each in self.one.items].count(number) == 1
            return number if number and alone else name
        named: Mapping[Kind, Sequence[Scale | BandSet | Finding]] = {
            Kind.SCORE: self.one.scales,
            Kind.BAND: self.one.band_sets,
            Kind.FINDING: self.one.findings,
        }
        return next((self.text(each.label) for each in named.get(kind, ()) if each.id == name), name)

    def answer(self, item: str, value: int) -> str:
        """An answer in its own words (see `rule_words.Names`)."""
        return next(
            (self.text(each.label) for each in self.one.item(item).options if each.value == value), ""
        )

    def changes(self) -> Iterator[str]:
        labels = {scale.id: self.text(scale.label) for scale in self.one.scales}
        for each in self.one.changes:
            yield self.say("change", labels[each.scale], each.points, each.meaning, each.population)

    def called(self, finding_id: str) -> str:
        return next(self.text(each.label) for each in self.one.findings if each.id == finding_id)
