"""The lower part of the referral letter: the facts, the reasons, the results, the request, the signature."""

from instruments.model import Text
from service.actions.consents import age_on
from service.actions.letter_contents import Contact, LetterResult
from service.relations import relation_words
from service.reports.letter_setting import Setting
from service.reports.letter_words import date_words, disposition_words, language_name
from service.reports.shapes import Tick, ruler
from service.reports.sheet import LEADING, MM, QUIET, WELL, Ink, Run

LABEL = 41 * MM


def facts(at: Setting) -> None:
    """Who is written about, whom to call, what was agreed to, what was done for safety."""
    for label, runs in (*_people(at), *_permissions(at)):
        top = at.pen.y
        at.pen.text([Run(label)], Ink(10.5, QUIET, 2), width=LABEL - 8)
        below, at.pen.y = at.pen.y, top
        at.pen.text(runs, at.ink(), at.pen.left + LABEL, at.pen.width - LABEL)
        at.pen.y = min(at.pen.y, below)
        at.pen.down(2.5)
    at.pen.down(6)


def _people(at: Setting) -> list[tuple[str, list[Run]]]:
    client = at.contents.client
    if client is None:
        return []
    born = at.say("born", date_words(client.born_on, at.language), age_on(client.born_on, at.today))
    home = at.say("home", language_name(client.home_language, at.language)) if client.home_language else ""
    about = ", ".join(words for words in (client.pronouns, born, home) if words)
    rows = [
        (
            at.say("student" if client.is_student else "patient"),
            [Run(client.name, bold=True), Run(f", {about}")],
        )
    ]
    told = [_guardian(at, each) for each in at.contents.guardians[:3]]
    return [*rows, *([(at.say("guardian"), [Run("; ".join(told))])] if told else [])]


def _guardian(at: Setting, contact: Contact) -> str:
    speaks = (
        at.say("speaks", language_name(contact.language, at.language)) if contact.language != "en" else ""
    )
    relation = relation_words(contact.relation, at.language)
    return ", ".join(words for words in (contact.name, relation, contact.phone, speaks) if words)


def _permissions(at: Setting) -> list[tuple[str, list[Run]]]:
    contents = at.contents
    rows: list[tuple[str, list[Run]]] = []
    who = "; ".join(
        f"{each.name}{f' ({relation_words(each.relation, at.language)})' if each.relation else ''}, "
        f"{date_words(at.local(each.at).date(), at.language)}"
        for each in contents.agreed[:3]
    )
    if who or contents.consent:
        rows.append((at.say("consent"), [Run(who or at.text(contents.consent or {}))]))
    if contents.safety is not None:
        rows.append((at.say("safety"), [Run(" ".join(_safety(at)))]))
    return rows


def _safety(at: Setting) -> list[str]:
    safety = at.contents.safety
    assert safety is not None  # noqa: S101  only asked for when there is one; this tells the type checker
    if safety.done_at is None or safety.disposition is None:
        return [at.say("due", at.moment(safety.due_at))]
    told = [
        at.say(
            "done",
            at.moment(safety.done_at),
            safety.done_by,
            disposition_words(safety.disposition, at.language),
        )
    ]
    told += [at.say("took over", safety.took_over)] if safety.took_over else []
    return told + ([at.say("plan")] if safety.plan else [])


def _heading(at: Setting, words: str) -> None:
    at.pen.text([Run(words, bold=True)], Ink(11.5, most=1))
    at.pen.down(2)


def _bullets(at: Setting, texts: tuple[Text, ...]) -> None:
    pen, inset = at.pen, 13 * at.pen.scale
    for text in texts[: at.tight.parts]:
        pen.words("•", (pen.left + 4, pen.y - 10.5 * pen.scale * (LEADING - 0.28)), Ink(10.5))
        pen.text([Run(at.text(text))], at.ink(), pen.left + inset, pen.width - inset)
    if len(texts) > at.tight.parts:
        pen.text([Run(at.say("more"))], Ink(9.5, QUIET, 1), pen.left + inset, pen.width - inset)


BY_A_PERSON: Text = {
    "en": "A person judged that help is needed. Call us to hear more.",
    "es": "Una persona consideró que hace falta ayuda. Llámenos para saber más.",
}


def why(at: Setting) -> None:
    """Why we ask: every reason once; without a screening, that a person judged so."""
    reasons = at.contents.reasons or (() if at.contents.screened_on else (BY_A_PERSON,))
    if reasons:
        _heading(at, at.say("why"))
        _bullets(at, reasons)
        at.pen.down(9)


def results(at: Setting) -> None:
    """The results: a table, and the first score on its ruler."""
    contents = at.contents
    if not contents.results or contents.screened_on is None:
        return
    _heading(at, at.say("results", date_words(contents.screened_on, at.language)))
    _table(at)
    shown = next((each for each in contents.results if each.score is not None and each.bands), None)
    if shown is not None and shown.score is not None:
        ticks = [Tick(at.capital(band.label), band.lowest, band.highest) for band in shown.bands]
        ruler(at.pen, ticks, shown.score, shown.before.score if shown.before else None)
    at.pen.down(9)


COLUMNS = (0.0, 0.29, 0.44, 0.72, 1.0)


def _table(at: Setting) -> None:
    pen = at.pen
    top = pen.y
    pen.box((pen.left, top - 17 * pen.scale, pen.width, 17 * pen.scale), fill=WELL)
    for place, key in enumerate(("instrument", "result", "band", "before")):
        at_left = pen.left + COLUMNS[place] * pen.width + 6
        pen.words(at.say(key), (at_left, top - 12 * pen.scale), Ink(9), bold=True)
    pen.y = top - 17 * pen.scale
    for result in at.contents.results[: at.tight.parts]:
        _row(at, result)
    if len(at.contents.results) > at.tight.parts:
        pen.text([Run(at.say("more"))], Ink(9.5, QUIET, 1), pen.left + 6)


def _row(at: Setting, result: LetterResult) -> None:
    pen = at.pen
    pen.down(3.5)
    top = lowest = pen.y
    for first, last, runs in _cells(at, result):
        pen.y = top
        left = COLUMNS[first] * pen.width + 6
        pen.text(runs, at.ink(10), pen.left + left, COLUMNS[last] * pen.width - left - 4)
        lowest = min(lowest, pen.y)
    pen.y = lowest
    pen.down(4)
    pen.rule(pen.y)


def _cells(at: Setting, result: LetterResult) -> list[tuple[int, int, list[Run]]]:
    """(first column, the one after the last, words) of each cell."""
    before = at.say("first")
    if result.before is not None:
        words = at.capital(result.before.words) if result.before.score is None else str(result.before.score)
        same_year = result.before.on.year == at.today.year
        before = f"{words}, {date_words(result.before.on, at.language, year=not same_year)}"
    cells = [(0, 1, [Run(result.instrument)]), (3, 4, [Run(before)])]
    if result.score is None:
        return [*cells, (1, 3, [Run(_for_whom(at, result, at.capital(result.words)))])]
    of = at.say("of", "|", result.highest).split("|")
    score = [Run(of[0]), Run(str(result.score), bold=True), Run(of[1])]
    return [*cells, (1, 2, [run for run in score if run.words]), (2, 3, [Run(_band(at, result))])]


def _band(at: Setting, result: LetterResult) -> str:
    band = result.band
    if band is None:
        return at.capital(result.words)
    return _for_whom(at, result, at.say("range", at.capital(band.label), band.lowest, band.highest))


def _for_whom(at: Setting, result: LetterResult, words: str) -> str:
    """A band, with whom it was drawn up for: adult figures never stand bare, since many letters are about minors."""
    return at.say("for adults", words) if result.for_adults else words


def request(at: Setting) -> None:
    """What would help, and what happens until then."""
    contents = at.contents
    if not contents.request:
        return
    _heading(at, at.say("help"))
    _bullets(at, contents.request)
    if contents.supports is not None:
        at.pen.down(2)
        at.pen.text([Run(at.say("until", at.text(contents.supports)))], at.ink())
    at.pen.down(12)


def sign(at: Setting) -> None:
    """Who signs, and what the reader is asked to do."""
    pen, contents = at.pen, at.contents
    top, half = pen.y, pen.width * 0.46
    pen.text([Run(contents.signed_by, bold=True)], Ink(10.5, most=2), width=half - 10)
    for words in (contents.signed_title, contents.sender.name):
        pen.text([Run(words)], Ink(10, QUIET, 1), width=half - 10)
    below, pen.y = pen.y, top
    pen.text([Run(at.say("note"))], Ink(9, QUIET, 6), pen.left + half, pen.width - half)
    pen.y = min(pen.y, below)
