"""`handrail audit export`: events of one organisation in a file; the export is written down before the file is."""

import os
import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from referral.event_groups import EventGroup
from referral.events import EventKind
from service.access import Act, Session, enter
from service.actions import audit_export, audit_trail, storage
from service.actions.audit_desk import Filters
from service.actions.audit_export import Export, ExportFormat
from service.actions.refusals import Invalid
from service.commands.audit_keeping import NOTHING, ORGANISATION, OUTPUT
from service.commands.telling import give_up
from service.commands.whole_files import whole_file
from service.definitions import load_definitions
from service.ids import uuid7
from service.permissions import system
from service.settings import BadSettings, database_url_in

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@ORGANISATION
@OUTPUT
@click.option(
    "--format", "form", type=click.Choice([*map(str, ExportFormat)]), required=True, help="Of the file."
)
@click.option("--group", type=click.Choice([*map(str, EventGroup)]), help="Only events of this matter.")
@click.option("--kind", type=click.Choice([*map(str, EventKind)]), help="Only events of this kind.")
@click.option("--client", default="", metavar="ID", help="Only events of this client.")
@click.option(
    "--about", default="", metavar="ID", help="Only events about this, by its id or referral number."
)
@click.option("--from", "since", type=_DAY, help="From this day on, in the organisation's zone.")
@click.option("--to", "until", type=_DAY, help="Up to this day.")
def export(organisation: str, output: Path, form: str, **asked: Any) -> None:  # noqa: ANN401  click's own values
    """Write events of an organisation into a new file: a table (csv), lines of JSON (json), or FHIR AuditEvent (fhir).

    The export itself becomes an event of the trail, with its filters and number, before the file is written.
    """
    if output.exists():
        give_up(f"{output} is there already; name a new file")
    try:
        act, made = _begin(organisation, _filters(**asked), ExportFormat(form))
        _write(output, act, made)
    except (BadSettings, storage.NoDatabase) as error:
        give_up(str(error), NOTHING)
    except Invalid as error:
        give_up("; ".join(f"--{each.field}: {each.message}" for each in error.problems), NOTHING)
    except OSError as error:
        give_up(f"{output} cannot be written ({type(error).__name__})")
    click.echo(f"{output}: {made.count} events, up to place {made.last}")


def _filters(
    *,
    group: str | None,
    kind: str | None,
    client: str,
    about: str,
    since: datetime | None,
    until: datetime | None,
) -> Filters:
    return Filters(
        kind=EventKind(kind) if kind else None,
        group=EventGroup(group) if group else None,
        about=about,
        client=client,
        since=_day(since),
        until=_day(until),
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _begin(organisation: str, filters: Filters, form: ExportFormat) -> tuple[Act, Export]:
    with storage.writing(database_url_in(os.environ)) as session:
        act = _act(session, organisation)
        return act, audit_export.begin(session, filters, form, act=act, surface="command")


def _act(session: Session, organisation: str) -> Act:
    """The program acts, for whoever runs it: a command has no sign-in."""
    found = audit_trail.organisation_named(session, organisation)
    if found is None:
        known = "; ".join(audit_trail.names(session))
        give_up(f"--organisation {organisation}: there is none of this name; there are: {known}", NOTHING)
    enter(session, found)
    now = datetime.now(UTC)
    return Act(system(found), now, lambda: uuid7(now, secrets.randbits(74)), load_definitions())


def _write(output: Path, act: Act, made: Export) -> None:
    with storage.reading(database_url_in(os.environ)) as session, whole_file(str(output)) as unfinished:
        enter(session, act.organisation_id)
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(audit_export.lines(session, made, act=act))
