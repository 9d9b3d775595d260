"""What is compiled once for the whole run of tests: SQL, addresses and templates."""

from jinja2 import BytecodeCache
from werkzeug.routing import Rule


class Statements(dict):
    """SQL compiled once for the whole run: each test has an engine of its own, with the same statements."""

    def get(self, key, default=None):
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key, value):
        super().__setitem__((key[0].name, *key[1:]), value)


statements = Statements()

_built: dict = {}
_build = Rule._compile_builder


def _built_once(rule, append_unknown=True):
    """Addresses compiled once for the whole run: each test has an app of its own, with the same addresses."""
    key = (append_unknown, tuple(rule._trace), tuple((rule.defaults or {}).items()))
    if key not in _built:
        _built[key] = _build(rule, append_unknown)
    return _built[key]


Rule._compile_builder = _built_once


class Compiled(BytecodeCache):
    """Templates compiled once for the whole run: each test has an app of its own."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket):
        self.kept[bucket.key] = bucket.bytecode_to_string()


templates = Compiled()
