"""Every regular expression of the source with the ways in which it is used, and texts made to be slow for it."""

import ast
import gc
import re
import signal
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("instruments", "referral", "service")
LENGTH = 50_000
MOST_SECONDS = 0.1
_USES = {"match", "search", "fullmatch", "sub", "split", "findall", "finditer"}
_ENDS = ("", "\0", "\n!", '"', "x")
_PARTS = re._parser
_MOST_EXAMPLES = 40


class TooSlow(Exception):
    """A text that an expression was still looking at when its time was over."""


def expressions():
    """Each as (where, pattern, use): patterns that are written out; those that are made are in `made`."""
    trees = [
        (path, ast.parse(path.read_text(encoding="utf-8")))
        for one in PACKAGES
        for path in (ROOT / one).rglob("*.py")
    ]
    calls = [(path, node) for path, tree in trees for node in ast.walk(tree) if _is_call(node)]
    for path, call in calls:
        if _of_re(call) and isinstance(call.args[0], ast.Constant) and call.func.attr != "escape":
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            uses = _uses_of_name(path, call, calls) if call.func.attr == "compile" else {call.func.attr}
            yield from ((where, call.args[0].value, _flags(call), use) for use in sorted(uses))


def made():
    """Where an expression is not written out but made of something."""
    for one in PACKAGES:
        for path in (ROOT / one).rglob("*.py"):
            for call in filter(
                _of_re, filter(_is_call, ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
            ):
                if call.func.attr != "escape" and not isinstance(call.args[0], ast.Constant):
                    yield f"{path.relative_to(ROOT)}: {ast.unparse(call.args[0])}"


def hostile(pattern, flags=0):
    """Texts of fifty thousand letters: each repeat of the pattern, fed for ever and then disappointed."""
    tree = _PARTS.parse(pattern, flags)
    pumps = dict.fromkeys(
        [*_pumps(tree, ""), *((head, letter) for head in ("", "a") for letter in " a1-.\n(\"'")]
    )
    for head, pump in pumps:
        for end in _ENDS:
            yield (head + pump * (LENGTH // max(1, len(pump))))[: LENGTH - len(end)] + end


def seconds(take, text):
    """The processor time that something takes for a text. Raises TooSlow at twenty times what is allowed."""
    gc.disable()  # what other tests left behind is not this text's doing
    try:
        with _stopped(MOST_SECONDS * 20):
            began = time.process_time()
            take(text)
            return time.process_time() - began
    finally:
        gc.enable()


def using(pattern, flags, use):
    """The pattern as the source uses it."""
    compiled = re.compile(pattern, flags)
    if isinstance(pattern, bytes):
        return lambda text: getattr(compiled, use)(text.encode("utf-8", "replace"))
    return (
        (lambda text: compiled.sub("", text))
        if use == "sub"
        else lambda text: (
            list(getattr(compiled, use)(text) or ())
            if use in {"finditer", "findall", "split"}
            else getattr(compiled, use)(text)
        )
    )


def slowest(take, texts):
    """The most processor time of all texts; a slow one is tried again, since the machine may have been busy."""
    most = 0.0
    for text in texts:
        took = seconds(take, text)
        most = max(most, took if took < MOST_SECONDS else min(took, seconds(take, text)))
    return most


def _is_call(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _of_re(call):
    return isinstance(call.func.value, ast.Name) and call.func.value.id == "re" and bool(call.args)


def _flags(call):
    words = " ".join(ast.unparse(each) for each in [*call.args[1:], *(one.value for one in call.keywords)])
    return (re.VERBOSE if "VERBOSE" in words else 0) | (re.IGNORECASE if "IGNORECASE" in words else 0)


def _uses_of_name(path, call, calls):
    """How the name that a compiled expression got is used, anywhere."""
    names = {
        target.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and node.value.lineno == call.lineno
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    used = {
        one.func.attr
        for _, one in calls
        if isinstance(one.func.value, ast.Name) and one.func.value.id in names
    }
    return (used & _USES) or {"match", "fullmatch"}


def _pumps(tree, before):
    """What stands before each repeat of a pattern, and what the repeat takes."""
    head = before
    for kind, what in tree:
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            yield from ((head, pump) for pump in _examples(what[2]) if pump)
            yield from _pumps(what[2], head)
        for inner in _inside(name, what):
            yield from _pumps(inner, head)
        head += _examples([(kind, what)])[0]


def _inside(name, what):
    if name == "SUBPATTERN":
        return [what[3]]
    if name in {"ASSERT", "ASSERT_NOT"}:
        return [what[1]]
    return what[1] if name == "BRANCH" else []


def _examples(tree):
    """Some texts that a part of a pattern takes."""
    found = [""]
    for kind, what in tree:
        found = [start + each for start in found for each in _takes(str(kind), what)][:_MOST_EXAMPLES]
    return found


def _takes(name, what):
    if name == "LITERAL":
        return [chr(what)]
    if name == "IN":
        return _of_set(what)
    if name in {"ANY", "NOT_LITERAL"}:
        return ["a", " "]
    if name == "BRANCH":
        return [each for branch in what[1] for each in _examples(branch)]
    if name == "SUBPATTERN":
        return _examples(what[3])
    repeated = name in {"MAX_REPEAT", "MIN_REPEAT"}
    return [each * max(1, min(what[0], 8)) for each in _examples(what[2])] if repeated else [""]


def _of_set(parts):
    """Letters of a set; of one that excludes, plain letters that it may not exclude."""
    if str(parts[0][0]) == "NEGATE":
        return ["a", " ", "~"]
    found = []
    for kind, what in parts:
        name = str(kind)
        found += (
            [chr(what)]
            if name == "LITERAL"
            else [chr(what[0]), chr(what[1])]
            if name == "RANGE"
            else [" ", "1", "a"]
        )
    return found[:6]


@contextmanager
def _stopped(after):
    def stop(_number, _frame):
        raise TooSlow(f"still busy after {after} seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, after)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
