"""How the two generated functions spell an item's value: known for certain, or perhaps not given at all."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from instruments.emitter import Emitter, End, all_of, any_of
from instruments.emitting import number_of
from instruments.formulas import Add, Formula, Points, Scaled, items_of, points_in
from instruments.model import Instrument, Item, MissingMethod, Scale
from instruments.syntax import added, assigned, binary, compared, constant, name, never


class CompleteEmitter(Emitter):
    """Every item has a value and nobody refused anything: both ends are one."""

    def scale(self, scale: str, end: End) -> str:
        """One name for both ends."""
        del end
        return super().scale(scale, End.LOW)

    def finding(self, finding: str, end: End) -> str:
        """One name for both ends."""
        del end
        return super().finding(finding, End.LOW)

    def asked(self, item: Item, end: End) -> str:
        """One name for both ends."""
        del end
        return super().asked(item, End.LOW)

    def shared(self, group: object, end: End, make: Callable[[], ast.expr]) -> ast.expr:
        """What is shared is shared by both ends."""
        del end
        return super().shared(group, End.LOW, make)

    def value(self, item: Item, end: End) -> ast.expr:
        """The answer."""
        del end
        return name(self.items[item.id][0])

    def worth(self, points: Points, end: End) -> ast.expr:
        """The answer's points, or what a skipped item counts."""
        short, item = self.items[points.item]
        worth = self._worth(points, name(short))
        if item.asked_if is None or item.believed:
            return worth
        return self.choose(name(self.asked(item, end)), worth, constant(skipped(points, item)))

    def refused(self, item: Item, end: End) -> ast.expr:
        """Nobody did."""
        del item, end
        return never()

    def applies(self, item: Item, test: ast.expr, end: End) -> ast.expr:
        """An answer that was given counts."""
        del item, end
        return test

    def estimated(self, scale: Scale) -> Iterator[ast.stmt]:
        """Nothing needs to be."""
        del scale
        return iter(())

    def _worth(self, points: Points, value: ast.expr) -> ast.expr:
        """The value itself, or a difference, where that says the same as the table; else the table."""
        if all(worth == answer for answer, worth in points.table):
            return value
        ends = sum(points.table[0])
        if all(answer + worth == ends for answer, worth in points.table):
            return binary(constant(ends), ast.Sub(), value)
        return self.look_up(dict(points.table), value)


class OpenEmitter(Emitter):
    """Any item may lack a value; what it can still be lies between two ends."""

    def value(self, item: Item, end: End) -> ast.expr:
        """The answer, or the lowest or highest there is."""
        pick = min if end is End.LOW else max
        return self.answer_table({value: value for value in item.values}, pick(item.values), item)

    def __init__(self, instrument: Instrument) -> None:
        super().__init__(instrument)
        self._blanks_are_zero = False
        self._ends: dict[tuple[str, End], None] = {}

    def worth(self, points: Points, end: End) -> ast.expr:
        """What an item is worth; while blanks count 0, the points of the answer 0 where they are not known."""
        if not self._blanks_are_zero:
            return self._span_worth(points, end)
        item = self.items[points.item][1]
        if item.asked_if is None:
            return self.answer_table(dict(points.table), points.worth(0), item)
        low, high = self._span_worth(points, End.LOW), self._span_worth(points, End.HIGH)
        return self.choose(compared(low, ast.Eq(), high), low, constant(points.worth(0)))

    def _span_worth(self, points: Points, end: End) -> ast.expr:
        """As `Sheet.points`: the branch decides, and while it is open, both may be."""
        item = self.items[points.item][1]
        worth = self.answer_table(dict(points.table), points.span()[end is End.HIGH], item)
        if item.asked_if is None:
            return worth
        counted = constant(skipped(points, item))
        either = self.extreme("least" if end is End.LOW else "greatest", [worth, counted])
        open_branch = self.choose(name(self.asked(item, End.HIGH)), either, counted)
        counts = [name(self.asked(item, End.LOW))]
        counts += [self.given(item)] if item.believed else []
        return self.choose(any_of(counts, self), worth, open_branch)

    def answer_table(self, known: dict[int, int], otherwise: int, item: Item) -> ast.expr:
        """What an answer comes to, and what the lack of one comes to; its own ends are worked out once."""
        lowest, highest = min(item.values), max(item.values)
        if otherwise in (lowest, highest) and all(worth == value for value, worth in known.items()):
            end = End.LOW if otherwise == lowest else End.HIGH
            self._ends[item.id, end] = None
            return name(f"{self.items[item.id][0]}{end.value}")
        return self.answer_looked_up(known, otherwise, item)

    def answer_looked_up(self, known: dict[int, int], otherwise: int, item: Item) -> ast.expr:
        """From a table."""
        return ast.Subscript(self.table({**known, None: otherwise}), name(self.items[item.id][0]), ast.Load())

    def lacking(self, item: Item) -> ast.expr:
        """Whether an item has no value."""
        return compared(name(self.items[item.id][0]), ast.Is(), constant(None))

    def given(self, item: Item) -> ast.expr:
        """Whether an item has a value."""
        return compared(name(self.items[item.id][0]), ast.IsNot(), constant(None))

    def declined(self, item: Item) -> ast.expr:
        """Whether an item was refused."""
        return compared(constant(item.id), ast.In(), name("declined"))

    def refused(self, item: Item, end: End) -> ast.expr:
        """Declined for certain; possibly as long as it is missing and may be asked."""
        if end is End.LOW:
            return self.declined(item)
        tests = [self.lacking(item)]
        tests += [] if item.asked_if is None else [name(self.asked(item, End.HIGH))]
        return any_of([self.declined(item), all_of(tests, self)], self)

    def applies(self, item: Item, test: ast.expr, end: End) -> ast.expr:
        """Without a value, nothing is possible once branching has skipped the item."""
        if item.asked_if is None or end is End.LOW:
            return test
        return all_of([test, any_of([self.given(item), name(self.asked(item, End.HIGH))], self)], self)

    def unanswered(self, item: Item) -> ast.expr:
        """Whether an item was to be answered and has no answer."""
        if item.optional:
            return never()
        tests = [self.lacking(item)]
        tests += [] if item.asked_if is None else [name(self.asked(item, End.LOW))]
        return all_of(tests, self)

    def is_open(self, item: Item) -> ast.expr:
        """As `Sheet.is_open`: the part that an item has in a scale is not known."""
        if item.asked_if is None:
            return self.lacking(item)
        certain = self.opposite(name(self.asked(item, End.LOW)))
        unknown = self.lacking(item) if item.believed else any_of([certain, self.lacking(item)], self)
        return all_of([name(self.asked(item, End.HIGH)), unknown], self)

    def readings(self) -> Iterator[ast.stmt]:
        """`i0 = value("q1")`, None where there is none; then the ends of the items whose ends are used."""
        for short, item in self.items.values():
            yield assigned(short, ast.Call(name("value"), [constant(item.id)], []))
        yield from self.end_readings()

    def end_readings(self) -> Iterator[ast.stmt]:
        """`i0l = t0[i0]`, `i0h = t1[i0]`, as far as they were used."""
        for item_id, end in self._ends:
            short, item = self.items[item_id]
            yield assigned(f"{short}{end.value}", self.end_reading(item, end))

    def end_reading(self, item: Item, end: End) -> ast.expr:
        """An item's answer, or its lowest or highest one."""
        otherwise = min(item.values) if end is End.LOW else max(item.values)
        return self.answer_looked_up({value: value for value in item.values}, otherwise, item)

    def estimated(self, scale: Scale) -> Iterator[ast.stmt]:
        """What the missing rule makes of a score while few enough items are open."""
        if scale.missing.method is MissingMethod.REFUSE:
            return
        items = [self.items[item][1] for item in scale.missing.over or items_of(scale.formula)]
        short = self.scale(scale.id, End.LOW)[:-1]
        yield assigned(f"e{short}", self.tally([self.is_open(item) for item in items]))
        few = [compared(name(f"e{short}"), ast.Gt(), constant(0))]
        few.append(compared(name(f"e{short}"), ast.LtE(), constant(scale.missing.allow)))
        few += [self.opposite(self.is_open(item)) for item in items if item.id in scale.missing.never]
        if scale.missing.method is MissingMethod.PRORATE:
            few.append(self._some_known(scale.formula))
        tolerated = all_of(few, self)
        low, high = self._estimates(scale)
        for end, value in ((End.LOW, low), (End.HIGH, high)):
            yield assigned(f"e{short}{end.value}", value)
        for end in End:
            target = self.scale(scale.id, end)
            yield assigned(target, self.choose(tolerated, name(f"e{short}{end.value}"), name(target)))

    def _some_known(self, formula: Formula) -> ast.expr:
        """Whether a part of the sum is known: from nothing at all nothing is estimated."""
        parts = tuple(points_in(formula))
        opens = self.tally([self.is_open(self.items[points.item][1]) for points in parts])
        return compared(opens, ast.Lt(), constant(len(parts)))

    def _estimates(self, scale: Scale) -> tuple[ast.expr, ast.expr]:
        if scale.missing.method is MissingMethod.ZERO:
            self._blanks_are_zero = True
            low, high = (number_of(scale.formula, end, self) for end in End)
            self._blanks_are_zero = False
            return low, high
        value = self._prorated(scale.formula)
        return value, value

    def _prorated(self, formula: Formula) -> ast.expr:
        """As `Sheet._prorated`: the sum of what is known times all items by the known ones, half up."""
        scaled = formula if isinstance(formula, Scaled) else Scaled(formula, 1, 1)
        parts = tuple(points_in(formula))
        if not isinstance(scaled.part, Add):
            raise TypeError("only sums are prorated; loading sees to that")
        opens = [self.is_open(self.items[points.item][1]) for points in parts]
        known = binary(constant(len(parts)), ast.Sub(), self.tally(opens))
        at_least_one = ast.Call(name("greatest"), [known, constant(1)], [])
        closed = [
            self.choose(is_open, constant(0), self.worth(points, End.LOW))
            for points, is_open in zip(parts, opens, strict=True)
        ]
        product = binary(added(closed), ast.Mult(), constant(2 * len(parts) * scaled.multiply))
        divisor = binary(at_least_one, ast.Mult(), constant(scaled.divide))
        doubled = binary(divisor, ast.Mult(), constant(2))
        return binary(binary(product, ast.Add(), divisor), ast.FloorDiv(), doubled)


def skipped(points: Points, item: Item) -> int:
    """What an item counts when branching skips it."""
    return 0 if item.not_asked is None else points.worth(item.not_asked)
