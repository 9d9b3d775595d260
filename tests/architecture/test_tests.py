"""Every test claims something: a test without an assertion passes whatever happens."""

import ast

import pytest

from tests.architecture.sources import assert_none, functions, python_files

# Calls that claim: pytest's own, playwright's expect, and helpers named for their claim.
CLAIMS = ("assert", "expect", "raises", "warns", "fail", "xfail")


def name_of(called):
    """The last word of what is called: raises of pytest.raises."""
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def claims(node):
    """Whether a statement or call is a claim that can turn a test red."""
    return isinstance(node, ast.Assert) or (
        isinstance(node, ast.Call) and name_of(node.func).startswith(CLAIMS)
    )


def claims_nothing(function):
    return not any(claims(node) for node in ast.walk(function))


def test_every_test_claims_something():
    assert_none(
        f"{path}:{function.lineno}: {function.name} asserts nothing"
        for path in python_files("tests")
        for function in functions(path)
        if function.name.startswith("test_") and claims_nothing(function)
    )


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        ("score(answers)", True),
        ("assert score(answers) == 3", False),
        ("with pytest.raises(BadDefinition): load(text)", False),
        ("expect(page).to_have_title('Queue')", False),
    ],
)
def test_a_test_without_a_claim_is_found(body, empty):
    (function,) = ast.parse(f"def test_it():\n    {body}").body
    assert claims_nothing(function) is empty
