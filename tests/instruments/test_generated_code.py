"""No code runs but what the compiler makes: every node is looked at before any of it is compiled."""

import ast

import pytest

from instruments.compiling import run


def function(source):
    return ast.parse(f"def work(values):\n    return {source}").body


def test_what_the_compiler_makes_runs():
    made = run(function("greatest(values, 2)"), ["values"], {"work": None, "greatest": max})
    assert made["work"](1) == 2


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("values.real", "made a Attribute"),
        ("(lambda: values)()", "called something of its own making"),
        ("[each for each in values]", "made a ListComp"),
        ("least(values, 2)", "called something of its own making"),
        ("greatest(*values)", "made a Starred"),
        ("greatest(values, other=values)", "made a keyword"),
        ("f'{values}'", "made a JoinedStr"),
        ("secret", "used the name 'secret'"),
        ("(values, (values, -__import__))", "used the name '__import__'"),
    ],
)
def test_anything_else_is_refused_wherever_it_stands(source, told):
    with pytest.raises(AssertionError, match=told):
        run(function(source), ["values"], {"work": None, "greatest": max})


def test_a_place_that_holds_no_node_at_all_is_refused():
    functions = function("values")
    functions[0].body[0].value = ast.Tuple([object()], ast.Load())
    with pytest.raises(AssertionError, match="made a object"):
        run(functions, ["values"], {"work": None})
