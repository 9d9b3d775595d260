"""`handrail clients import`: what a roster would change, and changing it."""

from pathlib import Path

import click

from service.access import Session
from service.actions import roster_import
from service.actions.roster_file import MOST_BYTES
from service.actions.roster_import import MOST_PROBLEMS, Preview
from service.actions.roster_plan import Plan
from service.actions.standing import at_the_machine
from service.commands.desk import REFUSED, desk
from service.commands.telling import give_up
from service.commands.whole_files import beginning_of
from service.permissions import Actor, Role

MOST_SHOWN = 50


@click.group()
def clients() -> None:
    """The people who may be screened."""


@clients.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--by", required=True, metavar="EMAIL", help="The programme administrator or supervisor who does it."
)
@click.option("--organisation", metavar="NAME", help="Needed where the address has accounts in several.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def import_roster(file: Path, by: str, organisation: str | None, *, dry_run: bool) -> None:
    """Bring in a roster: add and change the people whom FILE (CSV, docs/roster.md) names. Nobody is taken away."""
    content = beginning_of(file, MOST_BYTES + 1)

    def who(session: Session) -> Actor:
        roles = {Role.ADMINISTRATOR, Role.SUPERVISOR}
        return at_the_machine(
            session, by, organisation, roles, called="programme administrator or supervisor"
        )

    with desk(who, writes=False) as at:
        seen = roster_import.look(at.session, content, act=at.act)
    click.echo("\n".join(_told(seen)))
    with desk(who) as at:
        roster_import.note_look(at.session, seen, act=at.act)
        if not seen.problems and not dry_run:
            roster_import.bring_in(at.session, seen, seen.plan.version, act=at.act)
    if seen.problems:
        give_up("the file has problems; nobody was added or changed", REFUSED)
    click.echo("Nothing was done yet: this was a look." if dry_run else "Done.")


def _told(seen: Preview) -> list[str]:
    if seen.problems:
        more = len(seen.problems) - MOST_PROBLEMS
        shown = [each.words("en") for each in seen.problems[:MOST_PROBLEMS]]
        return [*shown, *([f"... and {more} more"] * (more > 0))]
    plan = seen.plan
    changed = [f"{each.line} {each.details.local_id}: {', '.join(each.fields)}" for each in plan.changed]
    return [
        f"Added: {len(plan.added)}",
        f"Changed: {len(plan.changed)}",
        *(f"  line {each}" for each in changed[:MOST_SHOWN]),
        f"Unchanged: {plan.unchanged}",
        f"Known, and not in the file: {plan.absent}. Nothing happens to them.",
        *_notes(plan),
    ]


def _notes(plan: Plan) -> list[str]:
    doubles = ", ".join(str(each.line) for each in plan.added if each.double)
    notes = (
        (
            plan.is_part,
            "The file names less than half of the people who are known: is it a part of an export?",
        ),
        (bool(doubles), f"New, with the name and birth date of somebody under another id: line {doubles}"),
        (plan.moved > 0, f"Moved to another site: {plan.moved}"),
        (plan.stay_away > 0, f"Guardians taken away here, who stay away: {plan.stay_away}"),
    )
    return [words for holds, words in notes if holds]
