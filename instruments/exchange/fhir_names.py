"""The names that FHIR R4 and R5 give to what a Questionnaire says, and our own names for codes and addresses.

R4: hl7.org/fhir/R4/questionnaire.html; R5: hl7.org/fhir/R5/questionnaire.html; calculated values and branching
by expression: Structured Data Capture, hl7.org/fhir/uv/sdc. Ours are URNs: they name, and lead nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]


class Release(StrEnum):
    """A release of FHIR. They spell a question with options differently."""

    R4 = "R4"
    R5 = "R5"

    @property
    def choice(self) -> str:
        """The type of a question whose answer is one of its options."""
        return "choice" if self is Release.R4 else "coding"


_CORE = "http://hl7.org/fhir/StructureDefinition"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition"
ORDINAL: Final = f"{_CORE}/ordinalValue"
WEIGHT: Final = f"{_CORE}/itemWeight"
TRANSLATION: Final = f"{_CORE}/translation"
VARIABLE: Final = f"{_CORE}/variable"
CALCULATED: Final = f"{_SDC}/sdc-questionnaire-calculatedExpression"
ENABLED_WHEN: Final = f"{_SDC}/sdc-questionnaire-enableWhenExpression"
FHIRPATH: Final = "text/fhirpath"
OUR_URL: Final = "urn:handrail:instrument:"
OUR_ANSWERS: Final = "urn:handrail:answers:"

SYSTEMS: Mapping[str, str] = {"loinc": "http://loinc.org", "snomed": "http://snomed.info/sct"}
"""Our short name of a code system -> its address."""


def answers_system(instrument: str) -> str:
    """The code system of answers that have no published code."""
    return f"{OUR_ANSWERS}{instrument}"


def expression(text: str, name: str = "") -> Json:
    """A FHIRPath expression as the value of an extension."""
    return {**({"name": name} if name else {}), "language": FHIRPATH, "expression": text}
