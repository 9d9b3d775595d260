"""Which instruments can be put to a client here, and why another cannot."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Informant, Instrument, Text
from referral.rules import Rules
from service.access import Act
from service.actions.consents import age_on, today_in
from service.actions.refusals import FieldProblem
from service.actions.saying import say
from service.actions.screening_words import (
    ANSWERED_BY_OTHERS,
    FROM_AGE,
    LEADS_NOWHERE,
    NO_WORDING,
    NOT_IN_LANGUAGE,
)
from service.store.clients import ClientRow
from service.store.organisations import find_organisation

ADULT, ADOLESCENT = 18, 12
"""Ages in whole years. Instruments for adults may be put to adolescents, and the page says whom they are meant for:
no trauma screen with words is there for them yet. A programme's choice of ours, checked by no clinician."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom somebody wants to ask: the age today in whole years, the language, and the rules that would judge."""

    age: int
    language: str
    rules: Rules


def asking_of(session: Session, client: ClientRow, language: str, *, act: Act) -> Asking:
    """How this client would be asked today."""
    age = age_on(client.born_on, today_in(session, act))
    return Asking(age, language, _rules_here(session, act))


def offered(session: Session, *, act: Act) -> Sequence[Instrument]:
    """Every instrument that clients answer here: it has words, and the routing rules know it."""
    rules = _rules_here(session, act)
    return [
        each for each in act.definitions.instruments.instruments() if _refused_to_all(each, rules) is None
    ]


def cannot_be_asked(instrument: Instrument, asking: Asking, act: Act) -> list[FieldProblem]:
    """Why an instrument cannot be put to a client; nothing when it can."""
    name, lowest = instrument.name, lowest_age(instrument)
    words = _refused_to_all(instrument, asking.rules)
    if words is not None:
        said = say(act, words, name=name, id=instrument.id, rules=asking.rules.id)
        return [FieldProblem("instruments", said, found=instrument.id)]
    if asking.age < lowest:
        said = say(act, FROM_AGE, name=name, lowest=str(lowest))
        return [FieldProblem("instruments", said, found=instrument.id)]
    if asking.language not in instrument.languages:
        said, known = say(act, NOT_IN_LANGUAGE, name=name), ", ".join(instrument.languages)
        return [FieldProblem("language", said, found=asking.language, allowed=known)]
    return []


def not_asked_here(session: Session, instrument: Instrument, *, act: Act) -> str:
    """Why no client here is asked this instrument, in the person's language; nothing when clients are."""
    rules = _rules_here(session, act)
    words = _refused_to_all(instrument, rules)
    return "" if words is None else say(act, words, name=instrument.name, id=instrument.id, rules=rules.id)


def lowest_age(instrument: Instrument) -> int:
    """The age in whole years below which nobody is asked."""
    alone = instrument.self_from
    return ADOLESCENT if alone >= ADULT else alone


def _refused_to_all(instrument: Instrument, rules: Rules) -> Text | None:
    """Why nobody here can answer it: without rules that know it, whatever was answered would lead nowhere."""
    if not instrument.has_wording:
        return NO_WORDING
    if Informant.SELF not in instrument.informants:
        return ANSWERED_BY_OTHERS
    if instrument.id not in {each.id for each in rules.uses.values()}:
        return LEADS_NOWHERE
    return None


def _rules_here(session: Session, act: Act) -> Rules:
    """The routing rules of the organisation."""
    return act.definitions.routings[find_organisation(session, act.organisation_id).routing]
