"""`handrail pathways`: where help comes from, and whether everything that is defined about it holds together."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from instruments.catalogue import load_catalogue
from instruments.model import text_in
from instruments.problems import BadDefinition
from referral.catalogue import load_pathways
from referral.folders import check_folder
from referral.model import Clock
from referral.pathways import Limit, Pathway, UnknownPathway
from referral.promises import Holders
from service.commands.replaying import replay_told
from service.commands.telling import give_up
from service.definitions import own_instruments
from service.permissions import GRANTS, Permission
from service.settings import definitions_dir_in

FAULTY = 1
_TOLD = (Clock.ACKNOWLEDGE, Clock.FIRST_CONTACT, Clock.FIRST_APPOINTMENT, Clock.OUTCOME_REPORT)


@click.group()
def pathways() -> None:
    """Where help comes from: who it is for, what it offers, how fast."""


@pathways.command("list")
def list_all() -> None:
    """List every pathway with its version and the urgencies that it takes."""
    for one in _all():
        click.echo(f"{one.id}  {one.version}  {text_in(one.name, 'en')}  {', '.join(one.urgencies)}")


@pathways.command()
@click.argument("pathway")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True)
def show(pathway: str, language: str) -> None:
    """Show who PATHWAY is for, what it offers, how fast, and on what ground."""
    known = {one.id: one for one in _all()}
    if pathway not in known:
        give_up(str(UnknownPathway(pathway, tuple(known))))
    click.echo("\n".join(_lines(known[pathway], language)))


@pathways.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--notes/--no-notes", default=True, help="Also tell what is no fault but should be known.")
def check(folder: Path | None, *, notes: bool) -> None:
    """Check pathways, calendars, deadlines, ladders, routing rules, crisis lines and programmes all at once.

    FOLDER holds the organisation's own definitions, which go before the shipped ones; without it the folder of the
    settings is taken. Exits with 1 when anything is wrong.
    """
    own = folder or definitions_dir_in(os.environ)
    try:
        instruments = load_catalogue(own=own_instruments(own))
        instruments.instruments()
    except BadDefinition as bad:
        give_up(f"an instrument cannot be used:\n{bad}", FAULTY)
    report = check_folder(own, instruments, holders(), datetime.now(UTC))
    for problem in report.problems:
        click.echo(str(problem))
    for note in report.notes if notes else ():
        click.echo(f"note: {note}")
    click.echo(f"{len(report.problems)} problems in {report.files} files")
    if report.problems:
        raise SystemExit(FAULTY)


@pathways.command()
@click.option("--screening", type=click.UUID, help="The one screening whose routing is worked out again.")
@click.option("--all", "every", is_flag=True, help="Every stored routing of every organisation.")
def replay(screening: UUID | None, *, every: bool) -> None:
    """Work stored routings out again, from the answers to the decisions, by the very definitions that were used.

    Exits with 0 when every byte is the same, with 1 when one differs, with 3 when a definition is missing or nothing
    can be looked at. Prints ids and what differs, never an answer and never a name.
    """
    if every == (screening is not None):
        give_up("say --screening ID, or --all")
    raise SystemExit(replay_told(screening))


def holders() -> Holders:
    """Which roles can hold a rung, by the table of rights."""
    by_right = {right: {str(role) for role, held in GRANTS.items() if right in held} for right in Permission}
    return Holders(
        frozenset(by_right[Permission.ANSWER_ALERT]),
        frozenset(by_right[Permission.SEND_REFERRAL] | by_right[Permission.ANSWER_ALERT]),
    )


def _all() -> tuple[Pathway, ...]:
    try:
        return load_pathways(definitions_dir_in(os.environ)).all()
    except BadDefinition as bad:
        give_up(f"a definition cannot be used:\n{bad}", FAULTY)


def _lines(one: Pathway, language: str) -> list[str]:
    low, high = one.eligibility.ages
    return [
        f"{one.id} {one.version}: {text_in(one.name, language)}",
        text_in(one.for_whom, language),
        f"Ages {low} to {high}. {text_in(one.eligibility.text, language)} ({one.eligibility.source})",
        f"Given: {', '.join(one.settings)}; {', '.join(one.methods)}",
        *(f"  {text_in(each, language)}" for each in one.offers),
        f"While waiting: {text_in(one.while_waiting, language)}",
        f"Clocks run by: {one.calendar or 'the calendar of the organisation that refers'}",
        f"Worked by: {', '.join(one.roles)}",
        f"May be declined for: {', '.join(sorted(one.decline_reasons))}",
        f"A letter may contain: {', '.join(sorted(one.letter.may_contain))}. {text_in(one.letter.note, language)}",
        *(
            f"{urgency}, {clock}: {_within(one.limit(urgency, clock))}"
            for urgency in one.urgencies
            for clock in _TOLD
        ),
        f"Digest: {one.digest}",
    ]


def _within(limit: Limit) -> str:
    within = limit.within
    words = f"{within.amount} {within.unit}" if within.amount else str(within.unit)
    for name, more in (("at most", within.at_most), ("outside hours", within.outside)):
        words += "" if more is None else f", {name} {more.amount} {more.unit}"
    return f"{words} ({limit.source})"
