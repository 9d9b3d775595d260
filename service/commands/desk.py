"""Where somebody acts from the command line: one transaction as them, and clear words where it cannot be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from instruments.problems import BadDefinition
from service.access import Act, NotFound, Session
from service.actions import pinned, storage
from service.actions.refusals import Conflict, Invalid
from service.app import make_checked_parts
from service.commands.telling import give_up
from service.keys import NoKeys
from service.permissions import Actor
from service.settings import BadSettings, load_settings

REFUSED = 1


@dataclass(frozen=True, slots=True)
class Desk:
    """An open transaction, and the act."""

    session: Session
    act: Act


@contextmanager
def desk(who: Callable[[Session], Actor], *, writes: bool = True) -> Iterator[Desk]:
    """One transaction as the person that `who` finds, or a look.

    Ends the command in clear words when it cannot be.
    """
    try:
        parts = make_checked_parts(load_settings())
    except (BadSettings, NoKeys, storage.NoDatabase, BadDefinition, pinned.UsedDefinitionsAltered) as error:
        give_up(str(error))
    try:
        with (parts.open_write if writes else parts.open_read)() as session, session.begin():
            yield Desk(session, parts.act(who(session)))
    except Invalid as invalid:
        give_up("\n".join(f"{each.field}: {each.message}" for each in invalid.problems), REFUSED)
    except (Conflict, NotFound) as refused:
        give_up(str(refused), REFUSED)
    finally:
        parts.close()
