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
from service.notify.mail import BadMail
from service.notify.places import BadPlace
from service.permissions import Actor
from service.settings import BadSettings, Settings, load_settings
from service.web.context import Parts

REFUSED = 1
_NOT_STARTED = (
    *(BadSettings, NoKeys, BadPlace, BadMail, storage.NoDatabase),
    *(BadDefinition, pinned.UsedDefinitionsAltered),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """An open transaction, and the act."""

    session: Session
    act: Act


def as_it_stands(_settings: Settings) -> None:
    """Make nothing ready: the database is used as it is."""


@contextmanager
def at_work(prepare: Callable[[Settings], None] = as_it_stands) -> Iterator[Parts]:
    """The running program's parts, after the database was made ready.

    Ends the command in clear words when they cannot be had, or when what is done with them is refused.
    """
    try:
        settings = load_settings()
        prepare(settings)
        parts = make_checked_parts(settings)
    except _NOT_STARTED as error:
        give_up(str(error))
    try:
        yield parts
    except Invalid as invalid:
        give_up("\n".join(f"{each.field}: {each.message}" for each in invalid.problems), REFUSED)
    except (Conflict, NotFound) as refused:
        give_up(str(refused), REFUSED)
    finally:
        parts.close()


@contextmanager
def desk(who: Callable[[Session], Actor], *, writes: bool = True) -> Iterator[Desk]:
    """One transaction as the person that `who` finds, or a look. Ends the command as `at_work` does."""
    with at_work() as parts, (parts.open_write if writes else parts.open_read)() as session, session.begin():
        yield Desk(session, parts.act(who(session)))
