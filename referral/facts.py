"""The facts that routing judges by, beside the results: who the client is, and what earlier screens showed.

A lookup over all of them gives the condition language its values: unknown stays unknown, and what was not
asked is not unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from instruments.canonical import canonical_bytes
from instruments.conditions import Gap, Kind, Reading, Verdict, items_in
from instruments.model import Instrument, Text, text_in
from instruments.rules import Scope, Span
from instruments.scoring import Result
from referral.model import Disposition

_OLDEST = 120
_LAST_GRADE = 16
_LONGEST = 36_500


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What routing may know of a client; None is unknown.

    `in_care_with` are the pathways already helping, `open_needs` those on which a need was open before this screening,
    `languages` what they speak, here or at home, and `safety` which of SAFETY are so.
    """

    age: int | None = None
    grade: int | None = None
    in_care_with: frozenset[str] | None = frozenset()
    open_needs: frozenset[str] | None = frozenset()
    languages: frozenset[str] | None = frozenset()
    safety: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class LastScreen:
    """The client's screen before this one with an instrument: its scores, and how many days ago it was."""

    scores: Mapping[str, int | None]
    days_ago: int


SAFETY: Mapping[str, Text] = {
    "alert-live": {"en": "an alert has not ended", "es": "una alerta no ha terminado"},
    "assessment-due": {"en": "a safety assessment is due", "es": "hay una evaluación de seguridad pendiente"},
    "plan": {"en": "there is a safety plan", "es": "hay un plan de seguridad"},
    **{
        f"last-{each.value.replace(' ', '-')}": {
            "en": f"the last safety assessment said: {each.value}",
            "es": f"la última evaluación de seguridad dijo: {spanish}",
        }
        for each, spanish in (
            (Disposition.LOW, "riesgo bajo"),
            (Disposition.FURTHER_EVALUATION, "hace falta más evaluación"),
            (Disposition.IMMINENT, "riesgo inminente"),
        )
    },
}
"""What earlier screenings and judgements left open or said about safety, by the name that a rule uses."""
SPOKEN = ("en", "es")
"""The languages that a rule may name: those that questions are asked in."""
OF_THE_CLIENT: Mapping[str, str] = {
    "in-care": "in_care_with",
    "open-need": "open_needs",
    "speaks": "languages",
    "safety": "safety",
}
"""The first part of a yes-or-no fact, and where it is looked up."""

History = Mapping[str, LastScreen]
"""Alias -> the screen before this one. An alias without a screen was never asked before."""

NO_HISTORY: History = {}


def inputs_text(results: Mapping[str, Result], client: ClientFacts, history: History) -> str:
    """Everything but the rules that a routing is decided from, in canonical JSON: equal inputs, equal text.

    Kept beside the result, it lets the routing be done again years later with the same outcome.
    """
    facts: dict[str, object] = {"age": client.age, "grade": client.grade}
    for name in OF_THE_CLIENT.values():
        known = getattr(client, name)
        facts[name] = None if known is None else sorted(known)
    return canonical_bytes({"results": results, "client": facts, "history": history}).decode()


NUMBERS = {"age": (0, _OLDEST), "grade": (0, _LAST_GRADE)}

_LABELS: Mapping[str, Text] = {
    "age": {"en": "Age", "es": "Edad"},
    "grade": {"en": "Grade", "es": "Grado"},
    "last": {"en": "{0}, last time", "es": "{0}, la vez anterior"},
    "change": {"en": "{0}, change since last time", "es": "{0}, cambio desde la vez anterior"},
    "days-ago": {"en": "{0}: days since last asked", "es": "{0}: días desde la última vez"},
    "in-care": {"en": "Already in care: {0}", "es": "Ya recibe atención: {0}"},
    "open-need": {"en": "A need is open already: {0}", "es": "Ya hay una necesidad abierta: {0}"},
    "speaks": {"en": "Speaks, here or at home: {0}", "es": "Habla, aquí o en casa: {0}"},
    "safety": {"en": "Safety: {0}", "es": "Seguridad: {0}"},
}
_BY: tuple[Text, Text] = (
    {"en": " (question {0})", "es": " (pregunta {0})"},
    {"en": " (questions {0})", "es": " (preguntas {0})"},
)
_SAID: Mapping[str, Text] = {
    Verdict.YES: {"en": "yes", "es": "sí"},
    Verdict.NO: {"en": "no", "es": "no"},
    Verdict.UNKNOWN: {"en": "cannot be decided", "es": "no puede decidirse"},
    "absent": {"en": "not part of this screening", "es": "no forma parte de esta evaluación"},
    "no number": {"en": "no score", "es": "sin puntuación"},
    "not known": {"en": "not known", "es": "no se sabe"},
    "never": {"en": "not asked before", "es": "no se preguntó antes"},
}


def scope_of(uses: Mapping[str, Instrument], pathways: tuple[str, ...]) -> Scope:
    """Every name that a routing condition may use, with the values it can have."""
    findings = [f"{alias}.{pathway}" for alias in ("in-care", "open-need") for pathway in pathways]
    findings += [*(f"speaks.{language}" for language in SPOKEN), *(f"safety.{name}" for name in SAFETY)]
    numbers = dict(NUMBERS)
    scores: dict[str, Span] = {}
    bands: dict[str, tuple[str, ...]] = {}
    for alias, instrument in uses.items():
        findings += [f"{alias}.{finding.id}" for finding in instrument.findings]
        numbers[f"{alias}.days-ago"] = (0, _LONGEST)
        bands |= {f"{alias}.{one.id}": tuple(b.name for b in one.bands) for one in instrument.band_sets}
        for scale in instrument.scales:
            name, reach = f"{alias}.{scale.id}", scale.high - scale.low
            scores[name] = (scale.low, scale.high)
            numbers |= {f"{name}.last": (scale.low, scale.high), f"{name}.change": (-reach, reach)}
    return Scope(frozenset(findings), scores=scores, bands=bands, numbers=numbers)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about one client at one routing, as conditions look it up."""

    uses: Mapping[str, Instrument]
    results: Mapping[str, Result]
    client: ClientFacts = field(default_factory=ClientFacts)
    history: History = field(default_factory=dict)

    def verdict(self, name: str) -> Verdict:
        """Whether a finding holds; an instrument that is no part of this screening found nothing."""
        alias, _, finding = name.partition(".")
        if self._of_client(alias):
            return self._known(OF_THE_CLIENT[alias], finding)
        result = self.results.get(alias)
        if result is None:
            return Verdict.NO
        if finding in result.undecided:
            return Verdict.UNKNOWN
        return Verdict.YES if finding in result.findings else Verdict.NO

    def number(self, kind: Kind, name: str) -> Reading:
        """A score or number; `Gap.NOT_ASKED` where nothing was asked, `Gap.UNKNOWN` where nobody knows."""
        value = self._score(name) if kind is Kind.SCORE else self._fact(name)
        return value if isinstance(value, Gap) else (value, value)

    def text(self, _kind: Kind, name: str) -> str | None:
        """The band of a band set; a word no band has, where the instrument is no part of this screening."""
        alias, _, band_set = name.partition(".")
        result = self.results.get(alias)
        return "" if result is None else result.bands.get(band_set)

    def refused(self, item: str) -> Verdict:
        """Routing looks at findings, never at single answers."""
        raise KeyError(item)

    def label(self, kind: Kind, name: str, language: str) -> str:
        """What a name is called, with the instrument's own name before it."""
        if kind is Kind.FACT:
            return self._fact_label(name, language)
        alias, _, part = name.partition(".")
        if self._of_client(alias):
            named = text_in(SAFETY[part], language) if alias == "safety" else part
            return text_in(_LABELS[alias], language).format(named)
        instrument = self.uses[alias]
        return f"{instrument.name}: {text_in(_part_labels(instrument, kind)[part], language)}"

    def found(self, kind: Kind, name: str, language: str) -> str:
        """What was found under a name, in words."""
        if kind in {Kind.SCORE, Kind.FACT}:
            return self._number_in_words(kind, name, language)
        alias = name.partition(".")[0]
        if not self._of_client(alias) and alias not in self.results:
            return text_in(_SAID["absent"], language)
        if kind is Kind.BAND:
            return self._band_in_words(name, language)
        return text_in(_SAID[self.verdict(name)], language) + self._answers_behind(name, language)

    def _answers_behind(self, name: str, language: str) -> str:
        """The numbers of the questions whose answers alone made a critical finding."""
        alias, _, part = name.partition(".")
        if alias not in self.results or self.verdict(name) is not Verdict.YES:
            return ""
        finding = next(one for one in self.uses[alias].findings if one.id == part)
        asked = items_in(finding.when) if finding.critical else ()
        critical = self.results[alias].critical
        numbers = [self.uses[alias].item(item).number for item in asked if item in critical]
        return text_in(_BY[len(numbers) > 1], language).format(", ".join(numbers)) if numbers else ""

    def _of_client(self, alias: str) -> bool:
        """Whether it is about the client; an instrument that a file calls the same comes first."""
        return alias in OF_THE_CLIENT and alias not in self.uses

    def _known(self, about: str, name: str) -> Verdict:
        known = getattr(self.client, about)
        if known is None:
            return Verdict.UNKNOWN
        return Verdict.YES if name in known else Verdict.NO

    def _score(self, name: str) -> int | Gap:
        alias, _, scale = name.partition(".")
        result = self.results.get(alias)
        if result is None:
            return Gap.NOT_ASKED
        score = result.scores.get(scale)
        return Gap.UNKNOWN if score is None else score

    def _fact(self, name: str) -> int | Gap:
        if name in NUMBERS:
            known: int | None = self.client.age if name == "age" else self.client.grade
            return Gap.UNKNOWN if known is None else known
        return self._past(name)

    def _past(self, name: str) -> int | Gap:
        alias, _, rest = name.partition(".")
        last = self.history.get(alias)
        if last is None:
            return Gap.NOT_ASKED
        if rest == "days-ago":
            return last.days_ago
        scale, _, wanted = rest.rpartition(".")
        before, now = last.scores.get(scale), self._score(f"{alias}.{scale}")
        if before is None:
            return Gap.UNKNOWN
        if wanted == "last":
            return before
        return now if isinstance(now, Gap) else now - before

    def _number_in_words(self, kind: Kind, name: str, language: str) -> str:
        value = self._score(name) if kind is Kind.SCORE else self._fact(name)
        if not isinstance(value, Gap):
            return str(value)
        if kind is Kind.SCORE:
            said = "absent" if value is Gap.NOT_ASKED else "no number"
        else:
            said = "never" if value is Gap.NOT_ASKED else "not known"
        return text_in(_SAID[said], language)

    def _band_in_words(self, name: str, language: str) -> str:
        alias, _, part = name.partition(".")
        found = self.text(Kind.BAND, name)
        labels = {b.name: b.label for one in self.uses[alias].band_sets if one.id == part for b in one.bands}
        return text_in(labels[found], language) if found in labels else text_in(_SAID["no number"], language)

    def _fact_label(self, name: str, language: str) -> str:
        if name in NUMBERS:
            return text_in(_LABELS[name], language)
        alias, _, rest = name.partition(".")
        scale, _, wanted = rest.rpartition(".")
        instrument = self.uses[alias]
        titles = {one.id: text_in(one.label, language) for one in instrument.scales}
        title = f"{instrument.name}: {titles[scale]}" if scale else instrument.name
        return text_in(_LABELS[wanted], language).format(title)


def _part_labels(instrument: Instrument, kind: Kind) -> Mapping[str, Text]:
    if kind is Kind.SCORE:
        return {scale.id: scale.label for scale in instrument.scales}
    if kind is Kind.BAND:
        return {one.id: one.label for one in instrument.band_sets}
    return {finding.id: finding.label for finding in instrument.findings}
