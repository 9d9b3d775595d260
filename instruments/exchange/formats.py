"""Which formats there are: one way out and one way in for each, and how a file's content tells its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from instruments.exchange.definition import definition_text
from instruments.exchange.fhir_export import questionnaire_text
from instruments.exchange.fhir_import import from_questionnaire
from instruments.exchange.fhir_names import Release
from instruments.exchange.redcap_export import dictionary_text
from instruments.exchange.redcap_import import from_dictionary
from instruments.exchange.strict_json import read_json
from instruments.exchange.telling import Exported, Imported, Notes
from instruments.model import Instrument


class UnknownFormat(Exception):
    """A file whose content tells no format that is known here."""


def imported(content: bytes, file: str, source: str) -> Imported:
    """The definition that a file amounts to. Raises NotReadable with every problem."""
    return IMPORTED[source](content, file)


def guessed_format(content: bytes, file: str) -> str:
    """The format of a file by how it begins. Raises UnknownFormat."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:400]
    if start.startswith((b"{", b"[")):
        return "fhir"
    if b"Variable / Field Name" in start or b"field_name" in start:
        return "redcap"
    message = f"{file}: neither a FHIR Questionnaire in JSON nor a REDCap data dictionary in CSV; say --from"
    raise UnknownFormat(message)


def _yaml(instrument: Instrument) -> Exported:
    return Exported(definition_text(instrument), Notes())


def _r4(instrument: Instrument) -> Exported:
    return questionnaire_text(instrument, Release.R4)


def _r5(instrument: Instrument) -> Exported:
    return questionnaire_text(instrument, Release.R5)


def _from_json(content: bytes, file: str) -> Imported:
    return from_questionnaire(read_json(content, file), file)


WRITERS: Mapping[str, Callable[[Instrument], Exported]] = {
    "fhir-r4": _r4,
    "fhir-r5": _r5,
    "redcap": dictionary_text,
    "yaml": _yaml,
}
IMPORTED: Mapping[str, Callable[[bytes, str], Imported]] = {"fhir": _from_json, "redcap": from_dictionary}
