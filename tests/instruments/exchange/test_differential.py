"""Expressions that nobody wrote: what comes in says what another engine of FHIRPath says, or is not carried."""

from decimal import ROUND_FLOOR, Decimal
from functools import cache

import pytest
from fhirpathpy import compile as compile_path
from fhirpathpy.models import models
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from instruments.exchange.fhir_names import VARIABLE
from instruments.loading import load_definition
from instruments.scoring import compile_instrument
from tests.instruments.exchange.questionnaires import computed, option, question, questionnaire, read

LINKS = ("a", "b", "c")
VALUES = {"a": (0, 1, 2, 3), "b": (0, 1, 2, 3), "c": (1, 2, 3), "h": (0, 1, 2)}
SKIPPING = "iif(%a >= 2, {h}, iif((%a >= 2).not(), {value}, {{}}))"
PATH = "%resource.repeat(item).where(linkId='{}').answer.weight()"
GATE = [{"question": "a", "operator": ">=", "answerCoding": {"code": "a2"}}]
VARIABLES = {**{link: PATH.format(link) for link in LINKS}, "plain": PATH.format("h")}

answers = st.sampled_from(["%a", "%b", "%c", "%a", "%b", "%h", "%plain"])
numbers = st.sampled_from(["1", "2", "3"])


def joined(parts):
    """Numbers made of numbers, as files write them and as none should."""
    pairs = st.tuples(parts, parts)
    several = st.lists(parts, min_size=1, max_size=3).map(" | ".join)
    conditions = st.tuples(answers, st.sampled_from(["=", "!=", ">=", "<", ">"]), numbers).map(" ".join)
    either = st.one_of(
        conditions, st.tuples(conditions, st.sampled_from(["or", "and"]), conditions).map(" ".join)
    )
    return st.one_of(
        pairs.map(" + ".join).map("({})".format),
        pairs.map(" - ".join).map("({})".format),
        st.tuples(numbers, parts).map(" * ".join).map("({})".format),
        several.map("({}).max()".format),
        several.map("({}).avg()".format),
        several.map("({}).sum()".format),
        either.map("iif({}, 1, 0)".format),
        either.map("({}).toInteger()".format),
        st.tuples(either, parts).map(lambda pair: f"iif({pair[0]}, {pair[1]}, {{}})"),
        st.lists(st.sampled_from([*LINKS, "h"]), min_size=1, max_size=3).map(collected),
    )


def collected(links):
    """A path that collects the answers of some questions, and what is made of them."""
    chosen = " or ".join(f"linkId='{link}'" for link in links)
    return f"%resource.item.where({chosen}).answer.weight().{'sum' if len(links) % 2 else 'avg'}()"


parts = st.recursive(st.one_of(answers, answers, numbers), joined, max_leaves=5)
expressions = st.one_of(
    joined(answers),
    parts,
    st.tuples(parts, numbers).map("{0[0]} div {0[1]}".format),
    st.tuples(parts, parts).map("({0[0]}) / 10 + {0[1]}".format),
)


def scale_of(link):
    return [option(value, f"{link}{value}") for value in VALUES[link]]


def resource(text, skipped):
    """Three questions, one that is asked when the first is two or more, and what is computed of them."""
    items = [question(link, answerOption=scale_of(link)) for link in LINKS]
    hidden = question("h", answerOption=scale_of("h"), enableWhen=GATE)
    named = {**VARIABLES, "h": SKIPPING.format(h=PATH.format("h"), value=skipped)}
    variables = [
        {"url": VARIABLE, "valueExpression": {"name": name, "language": "text/fhirpath", "expression": words}}
        for name, words in named.items()
    ]
    return questionnaire(*items, hidden, computed(text), extension=variables), named


@cache
def path(text):
    """An expression, compiled by fhirpathpy; the code of an answer tells its weight."""

    def weight(nodes):
        return [int(getattr(node, "data", node)["valueCoding"]["code"][1:]) for node in nodes]

    table = {"userInvocationTable": {"weight": {"fn": weight, "arity": {0: []}}}}
    return compile_path(text, models["r4"], table)


def theirs(text, named, given_answers):
    """What fhirpathpy says; None for nothing, or where it cannot say."""
    items = [
        {"linkId": link, "answer": [{"linkId": link, "valueCoding": {"code": f"a{value}"}}]}
        for link, value in given_answers.items()
    ]
    form = {"resourceType": "QuestionnaireResponse", "item": items}
    known = {"resource": form}
    for name, words in named.items():
        known[name] = path(words)(form, known)
    found = path(text)(form, known)
    return Decimal(str(found[0])) if len(found) == 1 else None


@st.composite
def filled(draw):
    """What a form filler can hold once every question that is asked has its answer."""
    found = {link: draw(st.sampled_from(VALUES[link])) for link in LINKS}
    return {**found, **({"h": draw(st.sampled_from(VALUES["h"]))} if found["a"] >= 2 else {})}


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(expressions, st.lists(filled(), min_size=3, max_size=5), st.sampled_from([0, 0, 1]))
def test_a_generated_expression_gives_the_number_of_another_engine_or_is_named_as_not_carried(
    text, forms, skipped
):
    source, named = resource(text, skipped)
    made = read(source)
    scales = load_definition(made.text, "form.yaml").scales
    event("carried" if scales else "not carried")
    if not scales:
        assert any("the computed value 'total': not carried" in line for line in made.notes.lines())
        return
    score = compile_instrument(load_definition(made.text, "form.yaml")).score
    for each in forms:
        found = theirs(text, named, each)
        ours = score(each).scores["total"]
        assert found is not None, (text, each, ours)
        steps = found * 10 ** scales[0].decimals + Decimal("0.5") + Decimal("1e-12")
        assert ours == int(steps.to_integral_value(ROUND_FLOOR)), (text, each)
