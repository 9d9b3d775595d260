"""An instrument's sheet as lines for a terminal: what page and paper say, with the ids that answers use."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from service.reports.instrument_facts import Asked, Block, Found, InstrumentFacts, Reading
from service.reports.instrument_follows import RuleSet
from service.reports.shapes import Tick

WIDE = 96
RULER = 60
LABEL = 16


def instrument_text(sheet: InstrumentFacts) -> str:
    """The whole sheet, at most WIDE wide. What must be known first stands unbroken, so that commands can be copied."""
    return "\n".join(chain.from_iterable(filter(None, map(list, _parts(sheet))))).strip("\n")


def _parts(sheet: InstrumentFacts) -> Iterator[Iterable[str]]:
    yield [f"{sheet.name}: {sheet.title}", *_wrapped(sheet.about)]
    yield (f"! {notice}" for notice in sheet.notices)
    yield ["", *chain.from_iterable(_beside(sheet.say(key), words, LABEL) for key, words in sheet.facts)]
    yield _titled(sheet.say("items"), _asked(sheet))
    yield _titled(sheet.say("scales"), chain.from_iterable(map(_reading, sheet.readings)))
    yield _titled(sheet.say("findings"), chain.from_iterable(_found(sheet, each) for each in sheet.found))
    yield _titled(sheet.say("rules"), _rules(sheet))
    yield _titled(sheet.say("changes"), _dots(sheet.changes))
    yield _titled(sheet.say("notes"), _dots(sheet.notes))
    yield _titled(
        sheet.say("sources"), _dots(f"{cite} ({sheet.say('confidence', how)})" for cite, how in sheet.sources)
    )
    yield ["", sheet.say("foot")]


def _titled(title: str, lines: Iterable[str]) -> list[str]:
    """A heading with what stands under it; nothing where that is nothing."""
    under = list(lines)
    return ["", title.upper(), *under] if under else []


def _wrapped(words: str, first: str = "", rest: str = "") -> list[str]:
    """Words over as many lines as they need; the lines that an author set stay apart."""
    return [
        line
        for place, part in enumerate(words.splitlines())
        for line in textwrap.wrap(
            part,
            WIDE,
            initial_indent=rest if place else first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    ]


def _beside(label: str, words: str, wide: int) -> list[str]:
    return _wrapped(words, f"{label.ljust(wide)}  ", " " * (wide + 2))


def _dots(lines: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(_wrapped(line, "- ", "  ") for line in lines)


def _asked(sheet: InstrumentFacts) -> Iterator[str]:
    yield from _wrapped(sheet.introduction)
    wide = max((len(each.id) for block in sheet.blocks for each in block.questions), default=0)
    for block in sheet.blocks:
        yield from _block(block, wide)


def _block(block: Block, wide: int) -> Iterator[str]:
    yield from _wrapped(block.lead)
    yield from _wrapped(block.answers, "  ", "  ")
    for each in block.questions:
        yield from _question(each, wide)


def _question(asked: Asked, wide: int) -> Iterator[str]:
    under = " " * (wide + 4)
    yield from _wrapped(asked.words, f"  {asked.id.ljust(wide)}  ", under)
    for note in filter(None, (f"! {asked.critical}" if asked.critical else "", *asked.notes)):
        yield from _wrapped(note, under, under)


def _reading(each: Reading) -> Iterator[str]:
    yield from _wrapped(f"{each.title} ({each.id})")
    if each.ticks:
        yield from (f"  {line}" for line in ruler(each.ticks))
        yield from _wrapped(", ".join(f"{_span(tick)} {tick.name}" for tick in each.ticks), "  ", "  ")
    yield from _wrapped(each.under, "  ", "  ")


def _span(tick: Tick) -> str:
    return str(tick.lowest) if tick.lowest == tick.highest else f"{tick.lowest}–{tick.highest}"


def ruler(ticks: Sequence[Tick]) -> tuple[str, str]:
    """The bands of a score as a line, each as wide as it has values, and under it where each begins."""
    first, last = ticks[0].lowest, ticks[-1].highest
    unit = RULER / (last - first + 1)
    line, numbers = ["-"] * RULER + ["|"], f"{str(last).rjust(RULER + 1)}"
    for tick in ticks:
        at, number = round((tick.lowest - first) * unit), str(tick.lowest)
        line[at] = "|"
        if not numbers[max(0, at - 1) : at + len(number) + 1].strip():
            numbers = numbers[:at] + number + numbers[at + len(number) :]
    return "".join(line), numbers


def _found(sheet: InstrumentFacts, each: Found) -> Iterator[str]:
    today = f" ({sheet.say('critical')})" if each.critical else ""
    yield from _wrapped(f"{each.words}{today}: {each.id}", "! " if each.critical else "- ", "  ")
    yield from _wrapped(each.when, "  ", "  ")
    yield from _wrapped(each.under, "  ", "  ")


def _rules(sheet: InstrumentFacts) -> Iterator[str]:
    for rules in sheet.rule_sets:
        yield from _rule_set(sheet, rules)
    if not sheet.rule_sets:
        yield from _wrapped(sheet.say("no rules"))


def _rule_set(sheet: InstrumentFacts, rules: RuleSet) -> Iterator[str]:
    yield rules.title
    wide = max((len(each.called) for each in rules.follows), default=0)
    for each in rules.follows:
        yield from _beside(f"  {each.called}", f"{each.because}: {each.where}", wide + 2)
    yield f"  {sheet.say('unreferred')}"
    yield from _wrapped(rules.unreferred_note, "    ", "    ")
    for label, words in rules.unreferred:
        yield from _wrapped(f"{label}: {words or '–'}", "    ", "      ")
