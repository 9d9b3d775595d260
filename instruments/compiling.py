"""The fast way: an instrument's intermediate form as generated Python for complete answers.

No text of an author ever becomes code. The functions are built as syntax trees from numbers, generated names
and a fixed set of node types, checked once more before they are compiled, and run without builtins.
The outcome of a complete form is packed as a tuple: each score, then the findings and the critical items as
bits. None of this knows missing or refused answers; where an item lacks a value the answer is MISSING.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from instruments.conditions import items_in
from instruments.emitting import Emitter, between, bits, constant, name
from instruments.formulas import items_of
from instruments.model import Instrument, Item

MISSING: Final[tuple[int, ...]] = ()
"""What the fast way gives back when it cannot tell: then the exact way must."""

COMPILER_VERSION: Final = "1"

_NODES = frozenset(
    {
        *(ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.If, ast.Try),
        *(ast.ExceptHandler, ast.Name, ast.Load, ast.Store, ast.Constant, ast.Tuple, ast.Subscript),
        *(ast.Call, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.LShift, ast.BitOr),
        *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.IfExp),
        *(ast.Compare, ast.Is, ast.LtE, ast.GtE, ast.Eq, ast.NotEq, ast.In),
    }
)
_CALLED = frozenset({"read", "kind", "length", "greatest", "least"})

Key = Callable[[Mapping[str, Any]], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Fast:
    """The generated functions: from checked values, and from raw answers with every one validated."""

    key: Key
    checked_key: Key
    critical_items: tuple[str, ...]


def compile_fast(instrument: Instrument) -> Fast:
    """The generated functions of an instrument."""
    emitter = Emitter(instrument)
    read = _read_items(instrument)
    body = [*_assignments(emitter, read), ast.Return(_key(emitter))]
    checked = [*_checks(emitter, read), *body]
    module = ast.Module(
        [_function("key", [_reading(emitter, read), *body]), _function("checked", checked)], []
    )
    namespace = _namespace(emitter, read)
    _check_tree(module, frozenset(namespace))
    exec(compile(ast.fix_missing_locations(module), "<instrument>", "exec"), namespace)  # noqa: S102 - see above
    critical = tuple(item.id for item in instrument.items if item.critical is not None)
    return Fast(namespace["key"], namespace["checked"], critical)


def _read_items(instrument: Instrument) -> tuple[Item, ...]:
    """The items that must have a value: those that are not optional, and those that something depends on."""
    used = {name for scale in instrument.scales for name in items_of(scale.formula)}
    conditions = [finding.when for finding in instrument.findings]
    conditions += [item.asked_if for item in instrument.items if item.asked_if is not None]
    used |= {name for condition in conditions for name in items_in(condition)}
    return tuple(item for item in instrument.items if not item.optional or item.id in used)


def _namespace(emitter: Emitter, read: tuple[Item, ...]) -> dict[str, Any]:
    functions = {"read": itemgetter(*(item.id for item in read)), "kind": type, "length": len}
    values = {"whole": int, "absent": KeyError, "missing": MISSING, "greatest": max, "least": min}
    return {"__builtins__": {}, **functions, **values, **emitter.constants, **_allowed(read)}


def _allowed(read: tuple[Item, ...]) -> dict[str, object]:
    """The allowed answers of the items whose values are not simply a range."""
    return {f"v{place}": frozenset(item.values) for place, item in enumerate(read) if not _is_range(item)}


def _is_range(item: Item) -> bool:
    return sorted(item.values) == list(range(min(item.values), max(item.values) + 1))


def _reading(emitter: Emitter, read: tuple[Item, ...]) -> ast.stmt:
    """`try: i0, i1 = read(values)`, `except absent: return missing`."""
    names: list[ast.expr] = [ast.Name(emitter.items[item.id], ast.Store()) for item in read]
    target = ast.Tuple(names, ast.Store()) if len(names) > 1 else names[0]
    call = ast.Call(name("read"), [name("values")], [])
    handler = ast.ExceptHandler(name("absent"), None, [_give_up()])
    return ast.Try([ast.Assign([target], call)], [handler], [], [])


def _checks(emitter: Emitter, read: tuple[Item, ...]) -> Iterator[ast.stmt]:
    """Nothing but the items read, each a whole number (true is not 1) on its own scale; else give up."""
    length = ast.Call(name("length"), [name("values")], [])
    yield ast.If(ast.Compare(length, [ast.NotEq()], [constant(len(read))]), [_give_up()], [])
    yield _reading(emitter, read)
    kinds: list[ast.expr] = [ast.Call(name("kind"), [name(emitter.items[item.id])], []) for item in read]
    whole = ast.Compare(name("whole"), [ast.Is() for _ in kinds], kinds)
    tests = [_allowed_test(place, item, emitter) for place, item in enumerate(read)]
    good = ast.BoolOp(ast.And(), [whole, *tests])
    yield ast.If(ast.UnaryOp(ast.Not(), good), [_give_up()], [])


def _allowed_test(place: int, item: Item, emitter: Emitter) -> ast.expr:
    value = name(emitter.items[item.id])
    if _is_range(item):
        return between(value, min(item.values), max(item.values))
    return ast.Compare(value, [ast.In()], [name(f"v{place}")])


def _give_up() -> ast.stmt:
    return ast.Return(name("missing"))


def _assignments(emitter: Emitter, read: tuple[Item, ...]) -> Iterator[ast.stmt]:
    for item in read:
        if item.asked_if is not None:
            yield _assign(emitter.asked(item.id), emitter.test(item.asked_if))
    for scale in emitter.instrument.scales:
        yield _assign(emitter.scales[scale.id], emitter.number(scale.formula))
    for finding in emitter.instrument.findings:
        yield _assign(emitter.findings[finding.id], emitter.test(finding.when))


def _assign(target: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(target, ast.Store())], value)


def _key(emitter: Emitter) -> ast.expr:
    findings = bits([name(short) for short in emitter.findings.values()])
    criticals = [item.critical for item in emitter.instrument.items if item.critical is not None]
    critical = bits([emitter.test(condition) for condition in criticals])
    return ast.Tuple([*(name(short) for short in emitter.scales.values()), findings, critical], ast.Load())


def _function(title: str, body: list[ast.stmt]) -> ast.stmt:
    arguments = ast.arguments([], [ast.arg("values")], None, [], [], None, [])
    return ast.FunctionDef(title, arguments, body, [])


def _check_tree(tree: ast.AST, names: frozenset[str]) -> None:
    """Refuse any node that the compiler does not make, any call but its own, any name it did not generate."""
    generated = names - {"__builtins__"} | {"values"}
    for node in ast.walk(tree):
        if type(node) not in _NODES:
            message = f"the compiler made a {type(node).__name__}"
            raise AssertionError(message)
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in _CALLED):
            raise AssertionError("the compiler called something of its own making")
        if isinstance(node, ast.Name) and not (node.id in generated or _is_generated(node.id)):
            message = f"the compiler used the name {node.id!r}"
            raise AssertionError(message)


def _is_generated(word: str) -> bool:
    """i0, ai0, s0, f0: one or two letters and a number."""
    return word.removeprefix("a")[:1] in "isf" and word.removeprefix("a")[1:].isdigit()
