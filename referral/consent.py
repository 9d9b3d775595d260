"""Whether a client may be screened, referred, or results shared: permitted or not, always with the reason.

Facts come in dated and frozen; nothing here decides whether a young person is able to consent alone: a person
establishes that, and it arrives as a fact. Not legal advice: the rules are the cautious common ground of the
sources named in docs/lifecycle.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from instruments.model import Text
from referral.model import Reason, Urgency


class Purpose(StrEnum):
    """What was asked."""

    SCREENING = "screening"
    SHARING = "sharing"


class ConsentStatus(StrEnum):
    """What was answered."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Giver(StrEnum):
    """Who answered: a guardian, or the client (assent, or consent of one legally able)."""

    GUARDIAN = "guardian"
    CLIENT = "client"


class ConsentMode(StrEnum):
    """How a programme asks for screening: each guardian says yes, or each may say no after being told."""

    OPT_IN = "opt-in"
    OPT_OUT = "opt-out"


@dataclass(frozen=True, slots=True)
class Consent:
    """One answer. `person` is the giver's id; `pathway` what sharing is about; `until` the last day.

    `organisation` is the one other organisation that it is about, if it is; `items`: single answers may go there too.
    """

    purpose: Purpose
    status: ConsentStatus
    giver: Giver
    person: str
    on: date
    until: date | None = None
    pathway: str | None = None
    organisation: str | None = None
    items: bool = False

    @property
    def is_yes(self) -> bool:
        """Whether it was a yes, whatever became of it since."""
        return self.status is ConsentStatus.GIVEN


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """Everything recorded about one client, oldest first.

    `decides_alone`: a person established that this client may consent alone (adult, or able by local law).
    `told_on`: the day guardians were told of an opt-out programme.
    """

    consents: tuple[Consent, ...] = ()
    decides_alone: bool = False
    mode: ConsentMode = ConsentMode.OPT_IN
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class Permitted:
    """It may be done, and why. `emergency` is true when only the emergency rule allows it.

    `until`: the last day on which every yes that it rests on still stands, where one of them ends.
    """

    reason: Reason
    emergency: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NotPermitted:
    """It may not be done, and why: refused, withdrawn, expired and never asked are different reasons."""

    reason: Reason


def may_screen(facts: ConsentFacts, today: date) -> Permitted | NotPermitted:
    """Whether a client may be screened today. The client's own no is final, whoever else said yes."""
    answers = _latest(facts.consents, Purpose.SCREENING, None)
    own = _own(answers)
    if own is not None and own.status is not ConsentStatus.GIVEN:
        return NotPermitted(_reason("client-said-no"))
    if facts.decides_alone:
        return _judged([own] if own else [], today, "client")
    return _guardians(answers, facts, today)


def may_share(
    facts: ConsentFacts, pathway: str, urgency: Urgency | None, today: date
) -> Permitted | NotPermitted:
    """Whether results may go to a receiver of this pathway, outside the circle that screened.

    An immediate risk to life permits what is needed for safety, to those who can act, whatever the consent
    says (FERPA 34 CFR 99.36; HIPAA 45 CFR 164.512(j)); the reason says so and is shown.
    """
    judged = _sharing(facts, pathway, today)
    if isinstance(judged, NotPermitted) and urgency is Urgency.IMMEDIATE:
        return Permitted(_reason("emergency"), emergency=True)
    return judged


def may_refer(
    facts: ConsentFacts, pathway: str, urgency: Urgency | None, today: date, *, outside: bool
) -> Permitted | NotPermitted:
    """Whether a referral may be sent. Inside the organisation no answer does not stop it; a no does."""
    judged = may_share(facts, pathway, urgency, today)
    asked = bool(_latest(facts.consents, Purpose.SHARING, pathway))
    if outside or asked or isinstance(judged, Permitted):
        return judged
    return Permitted(_reason("inside"))


def may_cross(facts: ConsentFacts, pathway: str, organisation: str, today: date) -> Permitted | NotPermitted:
    """Whether a referral may go to another organisation: only a yes that names it counts; every no counts.

    There is no emergency rule here: somebody in danger now is handed over by voice.
    """
    return _sharing(_about(facts, organisation), pathway, today)


def answers_may_cross(facts: ConsentFacts, pathway: str, organisation: str, today: date) -> bool:
    """Whether the single answers may go along: everybody whose yes it rests on said yes to just that."""
    return isinstance(may_share_items(facts, pathway, organisation, today), Permitted)


def may_share_items(
    facts: ConsentFacts, pathway: str, organisation: str | None, today: date
) -> Permitted | NotPermitted:
    """Whether single answers may go outside: to the organisation named, or to an office where none is.

    Everybody whose yes the sharing rests on must have said yes to just that. There is no emergency rule here.
    """
    bearing = facts if organisation is None else _about(facts, organisation)
    judged = _sharing(bearing, pathway, today)
    given = (each for each in _latest(bearing.consents, Purpose.SHARING, pathway) if each.is_yes)
    if isinstance(judged, Permitted) and not all(each.items for each in given):
        return NotPermitted(_reason("without-items"))
    return judged


def agreed_to(facts: ConsentFacts, pathway: str, organisation: str) -> tuple[Consent, ...]:
    """The last answers that a crossing rests on, where it may cross: every yes that names the organisation."""
    found = _latest(_about(facts, organisation).consents, Purpose.SHARING, pathway)
    return tuple(answer for answer in found if answer.is_yes)


def _about(facts: ConsentFacts, organisation: str) -> ConsentFacts:
    """The answers as they bear on one other organisation: those that name it, and every no that names none."""
    bearing = (
        replace(each, organisation=None)
        for each in facts.consents
        if each.organisation == organisation
        or (each.organisation is None and each.status is not ConsentStatus.GIVEN)
    )
    return replace(facts, consents=tuple(bearing))


def _sharing(facts: ConsentFacts, pathway: str, today: date) -> Permitted | NotPermitted:
    answers = _latest(facts.consents, Purpose.SHARING, pathway)
    own = _own(answers)
    if own is not None and own.status is not ConsentStatus.GIVEN:
        return NotPermitted(_reason("client-said-no"))
    if facts.decides_alone:
        return _judged([own] if own else [], today, "client")
    return _judged([answer for answer in answers if answer.giver is Giver.GUARDIAN], today, "guardian")


def _guardians(answers: list[Consent], facts: ConsentFacts, today: date) -> Permitted | NotPermitted:
    theirs = [answer for answer in answers if answer.giver is Giver.GUARDIAN]
    told = facts.told_on is not None and facts.told_on <= today
    if not theirs and facts.mode is ConsentMode.OPT_OUT and told:
        return Permitted(_reason("no-objection"))
    return _judged(theirs, today, "guardian")


def _judged(answers: list[Consent], today: date, who: str) -> Permitted | NotPermitted:
    """One no outweighs another's yes: who is right is for people to settle, not for software."""
    standing = {_standing(answer, today) for answer in answers}
    for rule in ("refused", "withdrawn"):
        if rule in standing:
            return NotPermitted(_reason("disagree" if "given" in standing else f"{who}-{rule}"))
    if "given" in standing:
        ends = [each.until for each in answers if each.until and _standing(each, today) == "given"]
        return Permitted(_reason(f"{who}-given"), until=min(ends, default=None))
    return NotPermitted(_reason(f"{who}-expired" if standing else f"{who}-never-asked"))


def _standing(answer: Consent, today: date) -> str:
    ended = answer.until is not None and answer.until < today
    if answer.status is ConsentStatus.GIVEN and (ended or answer.on > today):
        return "expired"
    return answer.status.value


def _latest(consents: Iterable[Consent], purpose: Purpose, pathway: str | None) -> list[Consent]:
    """The last answer of each person; for sharing, one about this pathway or about all, and no single organisation."""
    last: dict[str, Consent] = {}
    for consent in consents:
        about = consent.pathway in {pathway, None} and consent.organisation is None
        if consent.purpose is purpose and about:
            last[consent.person] = consent
    return list(last.values())


def _own(answers: list[Consent]) -> Consent | None:
    return next((answer for answer in answers if answer.giver is Giver.CLIENT), None)


def _reason(rule: str) -> Reason:
    return Reason(REASONS[rule], f"consent:{rule}")


REASONS: dict[str, Text] = {
    "client-said-no": {
        "en": "The client does not agree, and that is respected.",
        "es": "La persona no está de acuerdo, y eso se respeta.",
    },
    "client-given": {"en": "The client agreed.", "es": "La persona dio su consentimiento."},
    "client-refused": {"en": "The client said no.", "es": "La persona dijo que no."},
    "client-withdrawn": {
        "en": "The client has withdrawn consent.",
        "es": "La persona retiró su consentimiento.",
    },
    "client-expired": {
        "en": "The client's consent has expired; ask again.",
        "es": "El consentimiento de la persona venció; vuelva a preguntar.",
    },
    "client-never-asked": {
        "en": "The client has not been asked yet.",
        "es": "Todavía no se ha preguntado a la persona.",
    },
    "guardian-given": {
        "en": "A parent or guardian agreed.",
        "es": "La madre, el padre, el tutor o la tutora dio su consentimiento.",
    },
    "guardian-refused": {
        "en": "A parent or guardian said no.",
        "es": "La madre, el padre, el tutor o la tutora dijo que no.",
    },
    "guardian-withdrawn": {
        "en": "A parent or guardian has withdrawn consent.",
        "es": "La madre, el padre, el tutor o la tutora retiró el consentimiento.",
    },
    "guardian-expired": {
        "en": "A parent's or guardian's consent has expired; ask again.",
        "es": "El consentimiento de la madre, el padre, el tutor o la tutora venció; vuelva a preguntar.",
    },
    "guardian-never-asked": {
        "en": "No parent or guardian has been asked yet.",
        "es": "Todavía no se ha preguntado a la madre, al padre, al tutor o a la tutora.",
    },
    "disagree": {
        "en": "Guardians disagree; a person must talk with them first.",
        "es": "Los tutores o las tutoras no están de acuerdo; antes alguien debe hablar con esas personas.",
    },
    "no-objection": {
        "en": "Parents and guardians were told, and none objected.",
        "es": "Se informó a las madres, los padres, los tutores o las tutoras, y nadie se opuso.",
    },
    "without-items": {
        "en": "Nobody has agreed yet that the single answers may be shared too.",
        "es": "Nadie ha aceptado todavía que también se compartan las respuestas.",
    },
    "inside": {
        "en": "Nobody was asked, and the referral stays inside the organisation.",
        "es": "No se ha preguntado, y la derivación queda dentro de la organización.",
    },
    "emergency": {
        "en": "Emergency: life is at risk now; what safety needs may be shared with those who can help.",
        "es": "Emergencia: la vida corre peligro ahora; puede compartirse lo necesario para la seguridad "
        "con quienes pueden ayudar.",
    },
}
"""Each reason in words, by its rule."""
