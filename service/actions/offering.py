"""Which instruments can be put to a client here, and why another cannot."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.model import Informant, Instrument, Text
from referral.programmes import Programme
from service.access import Act
from service.actions.consents import age_on, today_in
from service.actions.programme_words import NOT_IN_PROGRAMME, NOT_OF_THIS_AGE, WORDS_NOT_PINNED
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

ADULT, ADOLESCENT = 18, 12
"""Ages in whole years. Instruments for adults may be put to adolescents, and the page says whom they are meant for:
no trauma screen with words is there for them yet. A programme's choice of ours, checked by no clinician."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom somebody wants to ask: the age today in whole years, the language, and the programme that asks."""

    age: int
    language: str
    programme: Programme


def asking_of(
    session: Session, client: ClientRow, language: str, programme: Programme, *, act: Act
) -> Asking:
    """How this client would be asked today."""
    age = age_on(client.born_on, today_in(session, act))
    return Asking(age, language, programme)


def offered(programme: Programme) -> Sequence[Instrument]:
    """Every instrument that clients answer in a programme, in its pinned version and in the programme's order."""
    return [programme.pinned[name] for name in programme.offered]


def not_of_this_age(asking: Asking, act: Act) -> list[FieldProblem]:
    """Why the programme is not for this client; nothing when it is."""
    low, high = asking.programme.ages
    if low <= asking.age <= high:
        return []
    said = say(act, NOT_OF_THIS_AGE, programme=asking.programme.id, low=str(low), high=str(high))
    return [FieldProblem("programme", said, found=str(asking.age))]


def cannot_be_asked(instrument: Instrument, asking: Asking, act: Act) -> list[FieldProblem]:
    """Why an instrument cannot be put to a client; nothing when it can."""
    name, lowest, programme = instrument.name, lowest_age(instrument), asking.programme
    words = _refused_to_all(instrument, programme, act)
    if words is not None:
        rules = programme.rules.id
        said = say(act, words, name=name, id=instrument.id, rules=rules, programme=programme.id)
        return [FieldProblem("instruments", said, found=instrument.id)]
    if asking.age < lowest:
        said = say(act, FROM_AGE, name=name, lowest=str(lowest))
        return [FieldProblem("instruments", said, found=instrument.id)]
    if asking.language not in instrument.languages:
        said, known = say(act, NOT_IN_LANGUAGE, name=name), ", ".join(instrument.languages)
        return [FieldProblem("language", said, found=asking.language, allowed=known)]
    return []


def not_asked_here(running: Sequence[Programme], instrument: Instrument, *, act: Act) -> str:
    """Why no client is asked this instrument in these programmes, in the person's language; nothing when some are."""
    why = [(each, _refused_to_all(instrument, each, act)) for each in running]
    if not why or any(words is None for _programme, words in why):
        return ""
    programme, words = why[0]
    rules = programme.rules.id
    return say(act, words or {}, name=instrument.name, id=instrument.id, rules=rules, programme=programme.id)


def lowest_age(instrument: Instrument) -> int:
    """The age in whole years below which nobody is asked."""
    alone = instrument.self_from
    return ADOLESCENT if alone >= ADULT else alone


def _refused_to_all(instrument: Instrument, programme: Programme, act: Act) -> Text | None:
    """Why nobody here can answer it: without rules that know it, whatever was answered would lead nowhere."""
    if instrument.id in programme.offered:
        return None
    if not instrument.has_wording:
        newest = act.definitions.instruments.get(instrument.id)
        return WORDS_NOT_PINNED if newest.has_wording else NO_WORDING
    if Informant.SELF not in instrument.informants:
        return ANSWERED_BY_OTHERS
    return NOT_IN_PROGRAMME if instrument.id in programme.pinned else LEADS_NOWHERE
