"""Every door through which a stranger's file comes in: what became of the file there, and nothing else raised.

Whatever a door raises beyond the errors that it documents is a fault of ours. Each is told the bytes alone.
"""

from functools import cache

from instruments.attaching import attach
from instruments.catalogue import DEFINITIONS, load_catalogue
from instruments.exchange.answers_csv import BadHeader, score_table
from instruments.exchange.expressions import NotUnderstood, parse_expression
from instruments.exchange.formats import UnknownFormat, guessed_format, imported
from instruments.exchange.telling import NotReadable
from instruments.lines import score_lines
from instruments.loading import load_definition
from instruments.problems import BadDefinition
from instruments.quick import quick_tree
from instruments.whole import whole_tree
from tests.instruments.strangers import ENDS, read_stranger
from tests.proofs.referral_doors import REFERRAL_DOORS, TABLE_DOORS

__all__ = ["DOORS", "ENDS"]


def definition(content):
    """A definition in YAML: read, compiled, scored and explained; read by both readers alike."""
    ended = read_stranger(content)
    return ended if _read_alike(content) else "read in two ways"


def fhir(content):
    return _imported(content, "fhir")


def redcap(content):
    return _imported(content, "redcap")


def guessed(content):
    """A questionnaire whose format nobody named."""
    try:
        return _imported(content, guessed_format(content, "stranger"))
    except UnknownFormat:
        return "refused"


def words(content):
    """A clinic's words for an instrument that ships without any."""
    file = DEFINITIONS / "cries-8.yaml"
    try:
        attach(file.read_bytes(), file.name, content, "words.yaml")
    except BadDefinition as bad:
        return _told(bad.problems)
    return "read"


def csv_answers(content):
    """A table of answers: each row is scored, or says what is wrong with it."""
    try:
        rows = list(score_table(content.splitlines(keepends=True), _scorer()))
    except BadHeader as bad:
        return _told(str(bad))
    return _settled(rows)


def line_answers(content):
    """Answers as lines of JSON."""
    return _settled(list(score_lines(content.splitlines(keepends=True), _scorer())))


def expression(content):
    """A formula or condition, as FHIRPath or REDCap write them."""
    try:
        parse_expression(content.decode("utf-8", "replace"))
    except NotUnderstood as why:
        return _told(str(why))
    return "read"


DOORS = {
    "definition": definition,
    "fhir": fhir,
    "redcap": redcap,
    "guessed": guessed,
    "words": words,
    "csv": csv_answers,
    "lines": line_answers,
    "expression": expression,
    **REFERRAL_DOORS,
    **TABLE_DOORS,
}


@cache
def _scorer():
    return load_catalogue().scorer("gad-2")


def _imported(content, source):
    try:
        made = imported(content, "stranger", source)
    except NotReadable as bad:
        return _told(bad.problems)
    load_definition(made.text, "made.yaml")
    return "read"


def _read_alike(content):
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        quick = quick_tree(text, "x")
        return quick is None or quick == whole_tree(text, "x")
    except (UnicodeDecodeError, BadDefinition):
        return True


def _settled(rows):
    fine = all(row.get("problems") or "scores" in row for row in rows)
    return "read" if fine else "a row without scores and without problems"


def _told(problems):
    return "refused" if problems else "refused without a reason"
