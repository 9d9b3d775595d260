"""The two generated functions of an instrument: for complete answers, and for any answers.

No text of an author ever becomes code. The functions are built as syntax trees from numbers, generated names
and a fixed set of node types, checked once more before they are compiled, and run without builtins.
An outcome is packed as a tuple of numbers. Complete: each score, then the findings and the critical items as
bits. Open: both ends of each score, then findings that are certain, findings that are possible, critical items
and unanswered items as bits. The interpreter in `sheet.py` says the same more slowly; the tests prove it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from operator import itemgetter
from types import CodeType
from typing import Any, Final

from instruments.conditions import items_in
from instruments.emitter import Emitter, End
from instruments.emitting import number_of, test_of
from instruments.formulas import items_of
from instruments.model import Instrument, Item
from instruments.spelling import CompleteEmitter, OpenEmitter
from instruments.syntax import bits, compared, constant, function, name

MISSING: Final[tuple[int, ...]] = ()
"""What the complete way gives back when an item has no valid value: then the open way must tell."""

COMPILER_VERSION: Final = "2"

NODES: Final[frozenset[type[ast.AST]]] = frozenset(
    {
        *(ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.If, ast.Try),
        *(ast.ExceptHandler, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Tuple, ast.Subscript),
        *(ast.Call, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.LShift, ast.BitOr, ast.BitAnd),
        *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Invert, ast.USub, ast.IfExp),
        *(ast.Compare, ast.Is, ast.IsNot, ast.LtE, ast.GtE, ast.Lt, ast.Gt, ast.Eq, ast.NotEq, ast.In),
    }
)

_BARE: Final = frozenset(kind for kind in NODES if not kind._fields)
"""Nodes that are nothing but their kind."""

_CHILDLESS: Final = frozenset({ast.Name, ast.Constant})
_PLACED: Final = frozenset(
    kind for kind in NODES if issubclass(kind, ast.stmt | ast.expr | ast.arg | ast.excepthandler)
)
"""Nodes of which Python wants to know where they stand."""

_NAMING: Final = frozenset({ast.Call, ast.Name})

_PLAIN: Final = frozenset({str, int, type(None)})
"""What a node holds beside other nodes."""

_OPEN: Final[Mapping[str, Any]] = {"greatest": max, "least": min}
_COMPLETE: Final[Mapping[str, Any]] = {
    "greatest": max,
    "least": min,
    "kind": type,
    "length": len,
    "whole": int,
    "absent": KeyError,
    "missing": MISSING,
}
"""What the generated functions call and compare with, besides their own tables."""

Key = Callable[[Mapping[str, Any]], tuple[int, ...]]
OpenKey = Callable[[Callable[[str], int | None], frozenset[str]], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The generated functions: complete checked values, complete raw answers with each validated, any answers.

    The last takes a function that gives an item's checked value or None, and the items that were refused.
    """

    key: Key
    checked_key: Key
    open_key: OpenKey
    critical_items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """What is generated for an instrument before it runs: code, and the tables that the code looks numbers up in.

    `complete` makes `key` and `checked`, `any_answers` makes `open`; each with its own tables, by their names.
    """

    complete: CodeType
    complete_tables: dict[str, Any]
    any_answers: CodeType
    any_tables: dict[str, Any]


def compile_functions(instrument: Instrument) -> Compiled:
    """The generated functions of an instrument."""
    return ready(program_of(instrument), instrument)


def program_of(instrument: Instrument) -> Program:
    """The code of an instrument's functions, made after every node of them has been checked."""
    complete, any_answers = CompleteEmitter(instrument), OpenEmitter(instrument)
    read = items_read(instrument)
    body = [*scored(complete, (End.LOW,)), ast.Return(_complete_key(complete))]
    key = function("key", ["values"], [_reading(complete, read), *body])
    checked = function("checked", ["values"], [*_checks(complete, read), *body])
    opened = function("open", ["value", "declined"], _open_body(any_answers))
    tables = {**complete.constants, **_allowed(read)}
    any_tables = dict(any_answers.constants)
    return Program(
        complete=_code([key, checked], {*_COMPLETE, *tables, "read", "values"}),
        complete_tables=tables,
        any_answers=_code([opened], {*_OPEN, *any_tables, "value", "declined"}),
        any_tables=any_tables,
    )


def ready(program: Program, instrument: Instrument) -> Compiled:
    """The functions of a program, ready to be called. The program must be that of the instrument."""
    read = {"read": itemgetter(*(item.id for item in items_read(instrument)))}
    complete = _made(program.complete, {**_COMPLETE, **read, **program.complete_tables})
    any_answers = _made(program.any_answers, {**_OPEN, **program.any_tables})
    critical = tuple(item.id for item in instrument.items if item.critical is not None)
    return Compiled(complete["key"], complete["checked"], any_answers["open"], critical)


def run(functions: list[ast.FunctionDef], arguments: list[str], namespace: dict[str, Any]) -> dict[str, Any]:
    """Functions by their names, made after every node of them has been checked."""
    return _made(_code(functions, {*namespace, *arguments}), namespace)


def _code(functions: list[ast.FunctionDef], names: set[str]) -> CodeType:
    module = ast.Module(list(functions), [])
    _check_tree(module, frozenset(names))
    made: CodeType = compile(module, "<instrument>", "exec")
    return made


def _made(code: CodeType, namespace: dict[str, Any]) -> dict[str, Any]:
    space = {"__builtins__": {}, **namespace}
    exec(code, space)  # noqa: S102 - every node of it was checked when it was made
    return space


def scored(emitter: Emitter, ends: tuple[End, ...]) -> Iterator[ast.stmt]:
    """The statements that work out branching, scores and findings, in the order of the definition."""
    for item, end in product(emitter.instrument.items, ends):
        if item.asked_if is not None:
            yield from emitter.take(emitter.asked(item, end), test_of(item.asked_if, end, emitter))
    for scale in emitter.instrument.scales:
        for end in ends:
            yield from emitter.take(emitter.scale(scale.id, end), number_of(scale.formula, end, emitter))
        yield from emitter.estimated(scale)
    for finding, end in product(emitter.instrument.findings, ends):
        yield from emitter.take(emitter.finding(finding.id, end), test_of(finding.when, end, emitter))


def items_read(instrument: Instrument) -> tuple[Item, ...]:
    """The items that must have a value: those that are not optional, and those that something depends on."""
    used = {item for scale in instrument.scales for item in items_of(scale.formula)}
    conditions = [finding.when for finding in instrument.findings]
    conditions += [item.asked_if for item in instrument.items if item.asked_if is not None]
    used |= {item for condition in conditions for item in items_in(condition)}
    # Where nothing is needed at all, the quick way still has to read something: it reads the first item.
    return (
        tuple(item for item in instrument.items if not item.optional or item.id in used)
        or instrument.items[:1]
    )


def _allowed(read: tuple[Item, ...]) -> dict[str, Any]:
    """The answers of each item read whose answers are no unbroken range."""
    return {f"v{place}": frozenset(item.values) for place, item in enumerate(read) if not _is_range(item)}


def _is_range(item: Item) -> bool:
    return sorted(item.values) == list(range(min(item.values), max(item.values) + 1))


def _reading(emitter: Emitter, read: tuple[Item, ...]) -> ast.stmt:
    """`try: i0, i1 = read(values)`, `except absent: return missing`."""
    names: list[ast.expr] = [ast.Name(emitter.items[item.id][0], ast.Store()) for item in read]
    target = ast.Tuple(names, ast.Store()) if len(names) > 1 else names[0]
    call = ast.Call(name("read"), [name("values")], [])
    handler = ast.ExceptHandler(name("absent"), None, [_give_up()])
    return ast.Try([ast.Assign([target], call)], [handler], [], [])


def _checks(emitter: Emitter, read: tuple[Item, ...]) -> Iterator[ast.stmt]:
    """Nothing but the items read, each a whole number (true is not 1) on its own scale; else give up."""
    length = ast.Call(name("length"), [name("values")], [])
    yield ast.If(compared(length, ast.NotEq(), constant(len(read))), [_give_up()], [])
    yield _reading(emitter, read)
    kinds: list[ast.expr] = [ast.Call(name("kind"), [name(emitter.items[item.id][0])], []) for item in read]
    whole = ast.Compare(name("whole"), [ast.Is() for _ in kinds], kinds)
    tests = [_allowed_test(place, item, emitter) for place, item in enumerate(read)]
    good = ast.BoolOp(ast.And(), [whole, *tests])
    yield ast.If(ast.UnaryOp(ast.Not(), good), [_give_up()], [])


def _allowed_test(place: int, item: Item, emitter: Emitter) -> ast.expr:
    value = name(emitter.items[item.id][0])
    if not _is_range(item):
        return compared(value, ast.In(), name(f"v{place}"))
    return ast.Compare(
        constant(min(item.values)), [ast.LtE(), ast.LtE()], [value, constant(max(item.values))]
    )


def _give_up() -> ast.stmt:
    return ast.Return(name("missing"))


def _complete_key(emitter: Emitter) -> ast.expr:
    instrument = emitter.instrument
    scores = [name(emitter.scale(scale.id, End.LOW)) for scale in instrument.scales]
    findings = bits([name(emitter.finding(finding.id, End.LOW)) for finding in instrument.findings])
    return ast.Tuple([*scores, findings, _critical_bits(emitter)], ast.Load())


def _critical_bits(emitter: Emitter) -> ast.expr:
    criticals = [item.critical for item in emitter.instrument.items if item.critical is not None]
    return bits([test_of(condition, End.LOW, emitter) for condition in criticals])


def _open_body(emitter: OpenEmitter) -> list[ast.stmt]:
    ends = (End.LOW, End.HIGH)
    body = list(scored(emitter, ends))
    instrument = emitter.instrument
    scores = [name(emitter.scale(scale.id, end)) for scale in instrument.scales for end in ends]
    findings = [bits([name(emitter.finding(one.id, end)) for one in instrument.findings]) for end in ends]
    unanswered = bits([emitter.unanswered(item) for item in instrument.items])
    key = ast.Return(ast.Tuple([*scores, *findings, _critical_bits(emitter), unanswered], ast.Load()))
    readings = list(emitter.readings())  # last, when it is known which ends are used
    return [*readings, *body, key]


def _check_tree(tree: ast.AST, names: frozenset[str]) -> None:
    """Refuse any node that the compiler does not make, any call but its own, any name it did not generate.

    Every node that passes is given a place, without which Python compiles none.
    """
    waiting, seen = [tree], set[int]()
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind not in _BARE and id(node) not in seen:  # the two functions for complete answers share theirs
            seen.add(id(node))
            _check_node(node, kind, names)
            if kind not in _CHILDLESS:
                waiting += _below(node, kind)


def _check_node(node: ast.AST, kind: type[ast.AST], names: frozenset[str]) -> None:
    if kind not in NODES:
        message = f"the compiler made a {kind.__name__}"
        raise AssertionError(message)
    if kind in _NAMING:
        _check_name(node, names)
    if kind in _PLACED:
        node.lineno, node.col_offset = 1, 0  # type: ignore[attr-defined]


def _below(node: ast.AST, kind: type[ast.AST]) -> Iterator[Any]:
    """Whatever the fields of a node hold, but for words and numbers: nodes, or what no node may hold."""
    for field in kind._fields:
        part = getattr(node, field, None)
        if type(part) is list:
            yield from part
        elif type(part) not in _PLAIN:
            yield part


def _check_name(node: ast.AST, names: frozenset[str]) -> None:
    if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in names):
        raise AssertionError("the compiler called something of its own making")
    if isinstance(node, ast.Name) and not (node.id in names or _is_generated(node.id)):
        message = f"the compiler used the name {node.id!r}"
        raise AssertionError(message)


def _is_generated(word: str) -> bool:
    """i0, i0l, ai0h, s0l, f0h, g0, r0: letters of ours around a number."""
    return word.strip("aisfgrelh").isdigit()
