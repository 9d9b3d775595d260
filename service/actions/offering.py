"""Which instruments can be put to a client here, and why another cannot."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from instruments.model import Informant, Instrument
from referral.rules import Rules
from service.access import Act
from service.actions.refusals import FieldProblem
from service.actions.saying import say
from service.actions.screening_words import LEADS_NOWHERE, NO_WORDING, NOT_IN_LANGUAGE
from service.store.organisations import find_organisation


def rules_here(session: Session, act: Act) -> Rules:
    """The routing rules of the organisation."""
    return act.definitions.routings[find_organisation(session, act.organisation_id).routing]


def offered(session: Session, *, act: Act) -> Sequence[Instrument]:
    """Every instrument that a client can answer here: it has words, and its critical answers lead somewhere."""
    rules = rules_here(session, act)
    return [
        each
        for each in act.definitions.instruments.instruments()
        if each.has_wording and Informant.SELF in each.informants and not _leads_nowhere(each, rules)
    ]


def cannot_be_asked(instrument: Instrument, language: str, rules: Rules, act: Act) -> list[FieldProblem]:
    """Why an instrument cannot be put to a client in a language; nothing when it can."""
    if not instrument.has_wording:
        words = say(act, NO_WORDING, name=instrument.name, id=instrument.id)
        return [FieldProblem("instruments", words, found=instrument.id)]
    if _leads_nowhere(instrument, rules):
        words = say(act, LEADS_NOWHERE, name=instrument.name, rules=rules.id)
        return [FieldProblem("instruments", words, found=instrument.id)]
    if language not in instrument.languages:
        words, known = say(act, NOT_IN_LANGUAGE, name=instrument.name), ", ".join(instrument.languages)
        return [FieldProblem("language", words, found=language, allowed=known)]
    return []


def _leads_nowhere(instrument: Instrument, rules: Rules) -> bool:
    """Whether an answer that calls for action today would be followed by nothing: no rule knows the instrument."""
    known = {each.id for each in rules.uses.values()}
    return instrument.id not in known and any(item.critical is not None for item in instrument.items)
