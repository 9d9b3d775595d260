"""The doors of the referral side: files of an organisation's own folder, and tables of answers for scoring in columns.

As in `doors.py`: what became of a file, and nothing else raised than what a door documents.
"""

import os
from contextlib import closing
from functools import cache, partial
from pathlib import Path

from instruments.catalogue import load_catalogue
from instruments.problems import BadDefinition
from instruments.table_rows import BadTable, TableScorer
from referral.catalogue import DEFINITIONS, load_pathways, load_routing
from referral.checking import check_rules
from referral.loading_calendars import read_calendar
from referral.loading_escalation import read_escalation
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.loading_programmes import read_programme
from referral.loading_resources import read_resources
from referral.loading_retention import read_retention
from referral.loading_routing import read_routing
from referral.versioned import UnknownDefinition
from service.commands.arrow_files import ArrowReader, ParquetReader

FILE = "stranger.yaml"


def _read(read):
    """A door for one kind of file."""

    def door(content):
        try:
            read(content, FILE)
        except BadDefinition as bad:
            return "refused" if bad.problems else "refused without a reason"
        return "read"

    return door


def pathway(content, file):
    """Where help comes from."""
    return read_pathway(content, file, _common())


def rules_of(content, file):
    """Rules, read and nothing more."""
    return read_routing(content, file, load(), _pathways())


def routing(content, file):
    """Rules, and what is proved of them before they are used."""
    rules = rules_of(content, file)
    problems = check_rules(rules, file)
    if problems:
        raise BadDefinition(problems)


def programme(content, file):
    """A programme that pins what ships."""
    return read_programme(content, file, load(), _rules_for)


def _rules_for(wanted, _pinned):
    if wanted != "school-screening@1.0.0":
        raise UnknownDefinition("routing", wanted, ("school-screening@1.0.0",))
    return _rules()


def _table(kind, content):
    """A table of answers, read to its end and scored."""
    held = os.memfd_create("answers")
    try:
        os.write(held, content)
        with closing(kind(Path(f"/proc/self/fd/{held}"))) as reader:
            scorer = TableScorer(load().get("gad-2"))
            scorer.check_header(reader.names)
            for piece in reader.pieces():
                scorer(piece)
    except (BadTable, OSError) as bad:  # the command tells both in one line
        return "refused" if str(bad) else "refused without a reason"
    finally:
        os.close(held)
    return "read"


KINDS = {
    "pathway": (pathway, "pathways/psychology.yaml"),
    "deadlines": (read_common_deadlines, "deadlines.yaml"),
    "calendar": (read_calendar, "calendars/alder-creek.yaml"),
    "escalation": (read_escalation, "escalation.yaml"),
    "routing": (routing, "routing/school-screening.yaml"),
    "programme": (programme, "programmes/school-screening.yaml"),
    "resources": (read_resources, "resources/us.yaml"),
    "retention": (read_retention, "retention/district.yaml"),
}
"""What reads each kind of file, and a sound one."""

REFERRAL_DOORS = {name: _read(read) for name, (read, _) in KINDS.items()}
READ_ALONE = {"routing": _read(rules_of)}
"""Doors that only read, for those that do more."""

TABLE_DOORS = {"arrow": partial(_table, ArrowReader), "parquet": partial(_table, ParquetReader)}


def sound(kind):
    """A file of a kind that is in use."""
    return (DEFINITIONS / KINDS[kind][1]).read_text(encoding="utf-8")


@cache
def load():
    """Our own instruments."""
    return load_catalogue()


@cache
def _common():
    file = DEFINITIONS / "deadlines.yaml"
    return read_common_deadlines(file.read_bytes(), file.name)


@cache
def _pathways():
    return load_pathways().by_id


@cache
def _rules():
    return load_routing("school-screening@1.0.0")
