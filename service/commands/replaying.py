"""`handrail pathways replay`: whether stored routings come out the same, bit for bit. Ids and counts, no answers."""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import UUID

import click

from instruments.problems import BadDefinition
from service.access import Act
from service.actions import replaying, storage
from service.actions.replaying import Again, Replayed
from service.commands.telling import give_up
from service.definitions import load_definitions
from service.ids import uuid7
from service.keys import NoKeys
from service.permissions import system
from service.settings import BadSettings, database_url_in, definitions_dir_in, wrapping_keys_in

DIFFERS, CANNOT = 1, 3


def replay_told(screening: UUID | None) -> int:
    """Say what each came to that is not the same, and the counts; the exit status."""
    acting = _acting()
    try:
        with storage.reading(database_url_in(os.environ), wrapping_keys_in(os.environ)) as session:
            if screening is None:
                return _told(replaying.replay_all(session, acting))
            found = replaying.replay_one(session, screening, acting)
    except (BadSettings, NoKeys, storage.NoDatabase) as error:
        give_up(str(error), CANNOT)
    if found is None:
        give_up(f"no screening {screening} was routed here", CANNOT)
    return _told([found])


def _told(every: Iterable[Replayed]) -> int:
    counts = Counter[Again]()
    for each in every:
        counts[each.came_to] += 1
        if each.came_to is not Again.SAME:
            click.echo(f"screening {each.screening_id}: {each.came_to}: {', '.join(each.where)}")
    click.echo(
        f"{counts.total()} routings worked out again: {counts[Again.SAME]} the same, "
        f"{counts[Again.DIFFERS]} differ, {counts[Again.MISSING]} lack a definition"
    )
    if counts[Again.DIFFERS]:
        return DIFFERS
    return CANNOT if counts[Again.MISSING] else 0


def _acting() -> Callable[[UUID], Act]:
    """How the program looks at one organisation: with the definitions that are there now."""
    try:
        definitions = load_definitions(definitions_dir_in(os.environ))
    except BadDefinition as bad:
        give_up(f"a definition cannot be used:\n{bad}", CANNOT)
    now = datetime.now(UTC)
    return lambda found: Act(system(found), now, lambda: uuid7(now, secrets.randbits(74)), definitions)
