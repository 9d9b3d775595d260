"""There and back: an instrument exported, imported again and compared, on forms that a form filler can hold."""

from functools import cache

from hypothesis import strategies as st

from instruments.answers import check_answers
from instruments.exchange.formats import WRITERS, guessed_format, imported
from instruments.loading import load_definition
from instruments.model import MissingMethod
from instruments.scoring import asked, compile_instrument
from tests.instruments.forms import catalogue, instrument

LIBRARY = [one.id for one in catalogue().instruments()]


@cache
def exported(name, target):
    return WRITERS[target](instrument(name))


@cache
def back(name, target):
    """The instrument that comes back, with what was told of it."""
    content = exported(name, target).text.encode()
    made = imported(content, f"{name}.file", guessed_format(content, f"{name}.file"))
    return load_definition(made.text, f"{name}.yaml"), made


@cache
def scorer(name, target):
    return compile_instrument(back(name, target)[0])


def names_asked(one, answers):
    return [item.id for item in asked(one, check_answers(one, answers))]


@st.composite
def forms(draw, one):
    """Answers to questions that branching leads to, some perhaps left out: what a form filler can hold."""
    answers = {}
    gaps = draw(st.sampled_from([0, 0, 1, 3]))
    for item in one.items:
        if item.id not in names_asked(one, answers):
            continue
        if gaps and draw(st.integers(0, 9)) < gaps:
            continue
        answers[item.id] = draw(st.sampled_from(item.values))
    return answers


def carried_exactly(scale):
    """A scale without a missing rule is carried for every form; one with a rule only once all is answered."""
    return scale.missing.method is MissingMethod.REFUSE


def own_rule(one, scale):
    """Whether a scale, or one that it rests on, has a missing rule, which no format carries."""
    scales = {each.id: each for each in one.scales}
    resting = [scales[name] for name in _resting_on(scale)]
    return any(not carried_exactly(each) for each in [scale, *resting])


def _resting_on(scale):
    return {part.scale for part in _parts(scale.formula) if hasattr(part, "scale")}


def _parts(formula):
    yield formula
    for part in [*getattr(formula, "parts", ()), *filter(None, [getattr(formula, "part", None)])]:
        yield from _parts(part)
