"""`handrail instruments check|prove|diff`: what is wrong with a definition, what is proved, what a version moves."""

from pathlib import Path
from typing import Any

import click

from instruments.model import Instrument
from instruments.proving import prove_agreement
from instruments.sampling import sample_agreement
from instruments.source import MAX_BYTES
from service.commands.finding import catalogue, find_or_read
from service.commands.instrument_checks import check_all
from service.commands.telling import give_up
from service.commands.whole_files import beginning_of
from service.confined import Refused, TooCostly, apart

FAULTY = 1
STATES = 250_000
"""How many states a proof may take on its way: all that our own instruments need, in seconds each."""


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path | None) -> None:
    """Check a definition FILE: every mistake at once, each as file:line:column. Exits 1 when there is one.

    Without FILE: every definition in force, the steps between its versions, and that none changed after its use.
    """
    if file is None:
        check_all()
        return
    report = _apart("check", file.name, beginning_of(file, MAX_BYTES + 1))
    click.echo("\n".join(_told(**report)))
    if report["problems"]:
        raise SystemExit(FAULTY)


def _told(problems: list[str], proved: int, not_proved: list[str]) -> list[str]:
    return [
        *problems,
        *(f"not proved: {words}" for words in not_proved),
        f"{len(problems)} problems, {proved} proved, {len(not_proved)} not proved",
    ]


@click.command()
@click.argument("instrument", required=False)
@click.option("--version", "version", metavar="V", help="An older version of the instrument.")
@click.option(
    "--random", "random", type=click.IntRange(min=0), default=0, metavar="N", help="And N random answer sets."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which random answer sets.")
def prove(instrument: str | None, version: str | None, random: int, seed: int) -> None:
    """Prove that every way of scoring INSTRUMENT agrees, on every state that its answers can reach.

    INSTRUMENT is an id, or a definition file that is not in use yet. Without it, every instrument of the library is
    proved, the random answer sets shared out among them.
    """
    chosen = [find_or_read(instrument, version)] if instrument else catalogue().instruments()
    shares = [random // len(chosen) + (place < random % len(chosen)) for place in range(len(chosen))]
    found = [_proved(one, share, seed) for one, share in zip(chosen, shares, strict=True)]
    if len(chosen) > 1:
        states, sampled, differing = (sum(each[place] for each in found) for place in range(3))
        click.echo(
            f"{len(chosen)} instruments: {states} states, {sampled} random answer sets, {differing} differences"
        )
    if any(differing for _, _, differing in found):
        raise SystemExit(FAULTY)


def _proved(instrument: Instrument, number: int, seed: int) -> tuple[int, int, int]:
    """Prove one instrument and say so: the states and random answer sets compared, and the differences."""
    found = prove_agreement(instrument, most=STATES)
    sample = sample_agreement(instrument, number, seed)
    differences = (*found.differences, *sample.differences)
    for difference in differences:
        click.echo(f"{instrument.id}: {difference}")
    extent = "every state" if found.together else "every state of each finding, band set and score by itself"
    extent = extent if found.finished else "not every state: too many, the rest is not proved"
    said = f"{instrument.id}: {found.states} states compared ({extent}), {len(differences)} differences"
    if number:
        said += f", {sample.compared} random answer sets ({sample.wrong} of them wrong)"
    click.echo(said)
    return found.states, sample.compared, len(differences)


@click.command()
@click.argument("before", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("after", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def diff(before: Path, after: Path) -> None:
    """Compare two definition files: which part changed, whether the version says so, who moves in outcome.

    Exits with 1 when the version does not take the step that the change needs.
    """
    old, new = (beginning_of(file, MAX_BYTES + 1) for file in (before, after))
    found = _apart("diff", before.name, old, beside=(after.name, new))
    if "two" in found:
        give_up(f"{' and '.join(found['two'])} are two instruments; they do not ask the same items")
    click.echo("\n".join([*_step(found["changed"], found["problem"]), *found["outcomes"]]))
    if found["problem"]:
        raise SystemExit(FAULTY)


def _step(changed: list[str], problem: str) -> list[str]:
    told = [f"changed: {', '.join(changed)}"] if changed else []
    return [*told, *([f"version: {problem}"] if problem else [])]


def _apart(work: str, file: str, content: bytes, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - as `apart`
    """What came of a file, read and worked on apart; ends the command where it cannot be used."""
    try:
        return apart(work, file, content, **more)
    except Refused as refused:
        give_up(f"the definition cannot be used:\n{refused}", FAULTY)
    except TooCostly as costly:
        give_up(str(costly), FAULTY)
