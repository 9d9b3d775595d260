"""`handrail audit verify --contents`: whether what is kept is what the trail committed to."""

import os

import click

from service.actions import contents, storage
from service.actions.contents import Compared
from service.commands.telling import give_up
from service.keys import NoKeys
from service.settings import BadSettings, database_url_in, wrapping_keys_in

CHANGED = 1
INCOMPLETE = 3


def tell_contents(organisation: str | None) -> int:
    """Say what comparing came to, a line an organisation and one for each event that differs; the exit status."""
    try:
        with storage.reading(database_url_in(os.environ), wrapping_keys_in(os.environ)) as session:
            found = contents.compare_all(session, organisation=organisation)
    except (BadSettings, NoKeys, storage.NoDatabase) as error:
        give_up(str(error), INCOMPLETE)
    for each in found:
        click.echo(_told(each))
        for seq, event, kind in each.differing:
            click.echo(f"{each.organisation}: CHANGED CONTENTS of event {seq} (id {event}): {kind}")
    return CHANGED if any(each.differing for each in found) else 0


def _told(found: Compared) -> str:
    gone = f", {found.erased} were erased" if found.erased else ""
    return f"{found.organisation}: contents of {found.compared} events compared, {len(found.differing)} differ{gone}"
