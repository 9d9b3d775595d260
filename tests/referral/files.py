"""The shipped definition files as text to spoil, and how to read what is then wrong with them."""

import pytest

from instruments.problems import BadDefinition
from referral.catalogue import DEFINITIONS, ids_of, load_routing
from referral.loading_calendars import read_calendar
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.loading_routing import read_routing
from tests.referral.screens import CATALOGUE, PATHWAYS

COMMON_TEXT = (DEFINITIONS / "deadlines.yaml").read_text("utf-8")
COMMON = read_common_deadlines(COMMON_TEXT, "deadlines.yaml")
PSYCHOLOGY = (DEFINITIONS / "pathways" / "psychology.yaml").read_text("utf-8")
CRISIS = (DEFINITIONS / "pathways" / "crisis.yaml").read_text("utf-8")
SCHOOL_YEAR = (DEFINITIONS / "calendars" / "alder-creek.yaml").read_text("utf-8")
US = (DEFINITIONS / "resources" / "us.yaml").read_text("utf-8")
SCREENING = (DEFINITIONS / "routing" / "school-screening.yaml").read_text("utf-8")
SHIPPED = {name: load_routing(name, instruments=CATALOGUE, pathways=PATHWAYS) for name in ids_of("routing")}


def pathway(text):
    return read_pathway(text, "psychology.yaml", COMMON)


def routing(text):
    return read_routing(text, "school-screening.yaml", CATALOGUE, PATHWAYS.by_id)


def problems_of(read, text):
    with pytest.raises(BadDefinition) as bad:
        read(text)
    return [str(problem) for problem in bad.value.problems]


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def calendar(text):
    return read_calendar(text, "alder-creek.yaml")
