"""`handrail score --batch`: a table of answers in, a table of results out, in columns and in bounded memory."""

import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from importlib import import_module
from itertools import chain
from pathlib import Path

import click
import numpy as np

from instruments.model import Instrument
from instruments.table_rows import ID, BadTable, Piece, TableScorer
from service.commands.score import same_file
from service.commands.table_files import CsvReader, CsvWriter, TableReader, TableWriter
from service.commands.telling import give_up
from service.commands.whole_files import whole_file

Opens = Callable[[Path], TableReader]
Makes = Callable[[Path, dict[str, str]], TableWriter]

_ARROW = "service.commands.arrow_files"
KINDS = (".csv", ".arrow", ".parquet")
NOT_READ_THROUGH = 1


def score_table(instrument: Instrument, source: str, target: str) -> bool:
    """Score a table from one file into another; whether every row was sound. Ends the command where it cannot.

    The output is there only once it is whole.
    """
    open_table, make_table = _way(source, "--input")[0], _way(target, "--output")[1]
    if same_file(source, target):
        give_up(f"--output {target} is the input file; choose another")
    with closing(_opened(open_table, source)) as reader:
        scorer = _scorer(instrument, reader, source)
        try:
            about = _metadata(instrument)
            with whole_file(target) as unfinished, closing(make_table(unfinished, about)) as writer:
                _score(reader, writer, scorer)
        except BadTable as error:
            give_up(f"--input {source}: {error}; nothing is written", NOT_READ_THROUGH)
        except OSError as error:
            give_up(f"--output {target} cannot be written: {error.strerror or str(error).splitlines()[0]}")
    if scorer.bad_rows:
        click.echo(f"handrail: {scorer.bad_rows} rows had problems; {target} names them", err=True)
    return not scorer.bad_rows


def _way(name: str, option: str) -> tuple[Opens, Makes]:
    """What reads and what writes a file, by the end of its name."""
    kind = Path(name).suffix.lower()
    if kind == ".csv":
        return CsvReader, CsvWriter
    if kind not in KINDS:
        give_up(f"{option} {name}: with --batch, the name must end in {', '.join(KINDS)}")
    try:
        module = import_module(_ARROW)
    except ModuleNotFoundError as error:
        give_up(
            f"{option} {name}: {kind} files need {error.name}; install it with: pip install 'handrail[batch]'"
        )
    ways: Mapping[str, tuple[Opens, Makes]] = module.WAYS
    return ways[kind]


def _opened(open_table: Opens, source: str) -> TableReader:
    try:
        return open_table(Path(source))
    except BadTable as error:
        give_up(f"--input {source}: {error}")
    except OSError as error:
        give_up(f"--input {source} cannot be read: {error.strerror or str(error).splitlines()[0]}")


def _scorer(instrument: Instrument, reader: TableReader, source: str) -> TableScorer:
    """The scorer of the table's instrument; says which items the table lacks."""
    try:
        scorer = TableScorer(instrument)
        absent = scorer.check_header(reader.names)
    except (BadTable, ValueError) as error:
        give_up(f"--input {source}: {error}")
    if absent:
        click.echo(f"handrail: {source} has no column for {', '.join(absent)}: missing throughout", err=True)
    return scorer


def _metadata(instrument: Instrument) -> dict[str, str]:
    return {"instrument": instrument.id, "version": instrument.version, "digest": instrument.digest}


def _score(reader: TableReader, writer: TableWriter, scorer: TableScorer) -> None:
    """Every piece, and at least an empty one, so that the output has its columns."""
    with click.progressbar(length=max(1, reader.length), label="Scoring", file=sys.stderr) as bar:
        pieces = chain(reader.pieces(), [None])
        for place, piece in enumerate(pieces):
            if piece is None and place:
                break
            writer.write(scorer(piece or _nothing(reader)))
            bar.update(reader.done - bar.pos)


def _nothing(reader: TableReader) -> Piece:
    codes = {name: np.zeros(0, np.int8) for name in reader.names if name != ID}
    return Piece(1, 0, None, codes, lambda _item, _row: None, {})
