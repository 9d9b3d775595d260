"""`handrail instruments check|prove|diff`: what is wrong with a definition, what is proved, what a version moves."""

from pathlib import Path

import click

from instruments.checking import Report, answers_in_words, check_instrument
from instruments.comparing import Comparison, NotComparable, compare_versions
from instruments.loading import load_file
from instruments.model import Instrument
from instruments.parts import Step, step_between
from instruments.problems import BadDefinition
from instruments.proving import prove_agreement
from service.commands.finding import find
from service.commands.instrument_checks import check_all
from service.commands.telling import give_up

FAULTY = 1


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path | None) -> None:
    """Check a definition FILE: every mistake at once, each as file:line:column. Exits 1 when there is one.

    Without FILE: every definition in force, the steps between its versions, and that none changed after its use.
    """
    if file is None:
        check_all()
        return
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
    found = prove_agreement(find(instrument, version))
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
    """Compare two definition files: which part changed, whether the version says so, who moves in outcome.

    Exits with 1 when the version does not take the step that the change needs.
    """
    old, new = _read(before), _read(after)
    if old.id != new.id:
        give_up(f"{old.id} and {new.id} are two instruments; they do not ask the same items")
    step = step_between(old, new)
    click.echo("\n".join([*_step(step), *_outcomes(old, new)]))
    if step.problem:
        raise SystemExit(FAULTY)


def _step(step: Step) -> list[str]:
    changed = [f"changed: {', '.join(step.changed)}"] if step.changed else []
    return [*changed, *([f"version: {step.problem}"] if step.problem else [])]


def _outcomes(old: Instrument, new: Instrument) -> list[str]:
    try:
        return _moves(compare_versions(old, new))
    except NotComparable as refused:
        return [f"outcomes not compared: {refused}"]


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
