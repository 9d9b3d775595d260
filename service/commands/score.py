"""`handrail score`: lines of answers in, lines of results out, one at a time."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import click

from instruments.catalogue import UnknownInstrument
from instruments.exchange.answers_csv import BadHeader, score_table
from instruments.lines import MAX_LINE, score_lines
from instruments.problems import BadDefinition
from instruments.scoring import Scorer
from service.commands.finding import catalogue
from service.commands.telling import give_up

STANDARD = "-"
SOME_LINES_HAD_PROBLEMS = 1
# What a shell reports for a program whose reader went away.
READER_GONE = 141


@click.command()
@click.argument("instrument")
@click.option(
    "--input",
    "source",
    required=True,
    metavar="FILE",
    help="Answers: one JSON object a line, or a table in FILE.csv; - reads lines.",
)
@click.option(
    "--output", "target", default=STANDARD, metavar="FILE", help="Where results go; - writes them out."
)
@click.option("--version", "version", metavar="V", help="An older version of the instrument.")
@click.option(
    "--batch", is_flag=True, help="Tables instead of lines: CSV, Arrow and Parquet, by their names."
)
@click.option(
    "--undecided",
    is_flag=True,
    help="Also name the findings that missing answers leave open; tables of --batch always do.",
)
def score(
    instrument: str, source: str, target: str, version: str | None, *, batch: bool, undecided: bool
) -> None:
    """Score answers to INSTRUMENT, a line at a time. Exits with 1 when any line had problems.

    A finding that is not listed does not hold, or cannot be decided from these answers: --undecided tells which.
    With --batch, tables are scored in columns: one column for each item, and perhaps one named id.
    """
    scorer, told = scorer_of(instrument, version), Told(undecided, source.lower().endswith(".csv"))
    if batch:
        from service.commands.batch import score_table  # noqa: PLC0415  columns are slow to load and rarely asked for

        raise SystemExit(0 if score_table(scorer.instrument, source, target) else SOME_LINES_HAD_PROBLEMS)
    with ExitStack() as open_files:
        lines, results = open_files_of(source, target, open_files)
        try:
            clean = _score(lines, results, scorer, told)
        except BadHeader as error:
            give_up(f"--input {source}: {error}", SOME_LINES_HAD_PROBLEMS)
        except BrokenPipeError:
            raise SystemExit(READER_GONE) from None
        except OSError as error:
            give_up(f"scoring stopped: {error.strerror}")
    raise SystemExit(0 if clean else SOME_LINES_HAD_PROBLEMS)


def scorer_of(instrument: str, version: str | None) -> Scorer:
    """The scorer of an instrument; ends the command where there is none."""
    try:
        return catalogue().scorer(instrument, version)
    except UnknownInstrument as unknown:
        give_up(str(unknown))
    except BadDefinition as bad:
        give_up(f"the definition cannot be used:\n{bad}")


def open_files_of(source: str, target: str, open_files: ExitStack) -> tuple[BinaryIO, BinaryIO]:
    """The files to read and write, standard input and output for -; ends the command where they cannot be."""
    if STANDARD not in {source, target} and same_file(source, target):
        give_up(f"--output {target} is the input file; choose another")
    try:
        lines = sys.stdin.buffer if source == STANDARD else _opened(source, "rb", open_files)
    except OSError as error:
        give_up(f"--input {source} cannot be read: {error.strerror}")
    try:
        results = sys.stdout.buffer if target == STANDARD else _opened(target, "wb", open_files)
    except OSError as error:
        give_up(f"--output {target} cannot be written: {error.strerror}")
    return lines, results


def _opened(name: str, mode: Literal["rb", "wb"], open_files: ExitStack) -> BinaryIO:
    return open_files.enter_context(Path(name).open(mode))


def same_file(source: str, target: str) -> bool:
    """Whether two names are of one file that exists."""
    return Path(target).exists() and Path(source).exists() and Path(source).samefile(target)


@dataclass(frozen=True, slots=True)
class Told:
    """Whether results name what is undecided, and whether answers come as a table."""

    undecided: bool
    as_table: bool


def _score(lines: BinaryIO, results: BinaryIO, scorer: Scorer, told: Told) -> bool:
    clean = True
    rows = score_table if told.as_table else score_lines
    for row in rows(bounded(lines), scorer, undecided=told.undecided):
        clean = clean and not row["problems"]
        results.write(json.dumps(row).encode("ascii") + b"\n")
    results.flush()
    return clean


def bounded(lines: BinaryIO) -> Iterator[bytes]:
    """Each line; of one that is longer than a line may be, only so much that this can be told."""
    while line := lines.readline(MAX_LINE + 2):
        cut = line
        while cut and not cut.endswith(b"\n"):
            cut = lines.readline(MAX_LINE)
        yield line
