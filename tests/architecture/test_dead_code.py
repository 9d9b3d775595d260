"""Nothing in the packages is there for nobody: each function, class and method is used, not only by tests."""

import re

import pytest
from vulture import Vulture

from tests.architecture.sources import PACKAGES, ROOT, assert_none, kept_files, text

# Called by a library, which finds them by where they stand.
CALLED_BY_LIBRARIES = [
    "@*.route",
    "@*.get",
    "@*.post",
    "@*.put",
    "@*.patch",
    "@*.delete",
    "@*.before_request",
    "@*.after_request",
    "@*.teardown_request",
    "@*.errorhandler",
    "@*.app_errorhandler",
    "@*.context_processor",
    "@*.app_context_processor",
    "@*.template_filter",
    "@*.app_template_filter",
    "@*.template_global",
    "@*.app_template_global",
    "@*.command",
    "@*.group",
    "@listens_for",
    "@*.listens_for",
    "@validates",
    "@validates_schema",
    "@pre_load",
    "@post_load",
    "@post_dump",
]

# Names that a library's contract fixes: alembic, SQLAlchemy's types, marshmallow, gunicorn, click, werkzeug.
FIXED_NAMES = [
    "upgrade",
    "downgrade",
    "_deserialize",
    "process_bind_param",
    "process_result_value",
    "load_dialect_impl",
    "handle_error",
    "main",
    "make_app",
    "Meta",
    "list_commands",
    "get_command",
    "load_config",
    "_get_file_stream",
]

# Fields, columns and members of enums are read by name from templates, JSON and rows.
KINDS = {"function", "class", "method", "property", "import", "unreachable_code"}


def words_of_templates():
    """Every word in the templates' code: each may be a method or property that a page reads."""
    pages = [
        text(path) for path in kept_files() if path.suffix in {".html", ".txt"} and "templates" in path.parts
    ]
    code = [part for page in pages for part in re.findall(r"\{[{%].*?[%}]\}", page, re.DOTALL)]
    return sorted({word for part in code for word in re.findall(r"[a-z_][a-z0-9_]+", part)})


def unused(folders, known=()):
    # Names are looked up here: as patterns, vulture would try each on every name of every file.
    spared = {*FIXED_NAMES, *known}
    finder = Vulture(ignore_decorators=CALLED_BY_LIBRARIES)
    finder.scavenge([str(folder) for folder in folders])
    return [
        f"{item.filename}:{item.first_lineno}: {item.typ} {item.name} is used nowhere"
        for item in finder.get_unused_code(min_confidence=60)
        if item.typ in KINDS and item.name not in spared
    ]


def test_nothing_in_the_packages_is_unused():
    assert_none(unused([ROOT / package for package in PACKAGES], words_of_templates()))


@pytest.mark.parametrize("line", ["def nobody_calls():", "class NobodyMakes:"])
def test_what_nobody_uses_is_found(tmp_path, line):
    (tmp_path / "planted.py").write_text(f"{line}\n    pass\n", encoding="utf-8")
    assert len(unused([tmp_path])) == 1
