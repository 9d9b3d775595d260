"""`handrail instruments check|prove|diff`: what is wrong with a definition, what is proved, what a version moves."""

from pathlib import Path

import click

from instruments.catalogue import UnknownInstrument, load_catalogue
from instruments.checking import Report, answers_in_words, check_instrument
from instruments.comparing import Comparison, NotComparable, compare_versions
from instruments.loading import load_file
from instruments.model import Instrument
from instruments.problems import BadDefinition
from instruments.proving import prove_agreement
from service.commands.telling import give_up

FAULTY = 1


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check a definition FILE: every mistake at once, each as file:line:column. Exits 1 when there is one."""
    report = check_instrument(_read(file), file.name)
    click.echo("\n".join(_told(report)))
    if report.problems:
        raise SystemExit(FAULTY)


def _told(report: Report) -> list[str]:
    return [
        *(str(problem) for problem in report.problems),
        *(f"not proved: {words}" for words in report.not_proved),
        f"{len(report.problems)} problems, {len(report.proved)} proved, {len(report.not_proved)} not proved",
    ]


@click.command()
@click.argument("instrument")
@click.option("--version", "version", metavar="V", help="An older version of the instrument.")
def prove(instrument: str, version: str | None) -> None:
    """Prove that every way of scoring INSTRUMENT agrees, on every state that its answers can reach."""
    found = prove_agreement(_find(instrument, version))
    for difference in found.differences:
        click.echo(difference)
    extent = "every state" if found.finished else "not every state: too many, the rest is not proved"
    click.echo(f"{found.states} states compared ({extent}), {len(found.differences)} differences")
    if found.differences:
        raise SystemExit(FAULTY)


@click.command()
@click.argument("before", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def diff(before: Path, after: Path) -> None:
    """Compare two definition files in outcomes: who moves BEFORE to AFTER, with answers that show it."""
    try:
        found = compare_versions(_read(before), _read(after))
    except NotComparable as refused:
        give_up(str(refused))
    click.echo("\n".join(_moves(found)))


def _moves(found: Comparison) -> list[str]:
    lines = [
        f"{move.what}: {move.before} to {move.after} in {move.states} of {move.of} states,"
        f" as with {answers_in_words(move.witness)}"
        for move in found.moves
    ]
    lines += [f"only before: {name}" for name in found.only_before]
    lines += [f"only after: {name}" for name in found.only_after]
    lines += [f"not compared, too many states: {what}" for what in found.not_compared]
    return lines or ["no outcome moves"]


def _read(file: Path) -> Instrument:
    try:
        return load_file(file)
    except BadDefinition as bad:
        give_up(f"the definition cannot be used:\n{bad}", FAULTY)


def _find(instrument: str, version: str | None) -> Instrument:
    try:
        return load_catalogue().get(instrument, version)
    except UnknownInstrument as unknown:
        give_up(str(unknown))
    except BadDefinition as bad:
        give_up(f"the definition cannot be used:\n{bad}")
