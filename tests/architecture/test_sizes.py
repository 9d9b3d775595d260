"""The size budget: what fits on a screen can be held in the head."""

import ast

from tests.architecture.sources import PACKAGES, assert_none, functions, kept_files, python_files, text

LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def lines_of(function):
    """How many lines a function has, from its def to its end."""
    return function.end_lineno - function.lineno + 1


def is_migration(path):
    """Whether a file is a step of the schema's: a record of how it was, as long as the tables are many."""
    return "migrations" in path.parts and "versions" in path.parts


def long_functions(path):
    """Where each function over the budget begins, and how long it is."""
    return [
        f"{path}:{function.lineno}: {function.name} has {lines_of(function)} lines, most {LONGEST_FUNCTION}"
        for function in functions(path)
        if lines_of(function) > LONGEST_FUNCTION
    ]


def test_no_python_file_is_longer_than_the_budget():
    files = [path for path in kept_files() if path.suffix == ".py" and not is_migration(path)]
    lengths = {path: len(text(path).splitlines()) for path in files}
    assert_none(
        f"{path}:{length}: the file has {length} lines, at most {LONGEST_FILE}"
        for path, length in lengths.items()
        if length > LONGEST_FILE
    )


def test_no_function_is_longer_than_the_budget():
    files = [path for path in python_files(*PACKAGES, "benchmarks") if not is_migration(path)]
    assert_none(line for path in files for line in long_functions(path))


def test_the_budget_counts_a_function_from_its_def_to_its_end():
    body = "\n".join(["    pass"] * 7)
    (function,) = ast.parse(f"@decorated\ndef seven():\n{body}\n").body
    assert lines_of(function) == 8
