"""Work that nobody presses a button for: screenings left open are ended, so that what was answered is followed."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from service.access import Act, Session
from service.actions import abandoning
from service.permissions import Actor, system
from service.store.organisations import all_organisations

EVERY = timedelta(minutes=1)

log = logging.getLogger("handrail.worker")


def tick(open_write: Callable[[], Session], acting: Callable[[Actor], Act]) -> int:
    """One round over all organisations; how many screenings were ended. A second round right after finds nothing."""
    with open_write() as session, session.begin():
        found = [row.id for row in all_organisations(session)]
    ended = 0
    for organisation_id in found:
        with open_write() as session, session.begin():
            ended += abandoning.abandon_untouched(session, act=acting(system(organisation_id)))
    return ended


def run(open_write: Callable[[], Session], acting: Callable[[Actor], Act], stop: threading.Event) -> None:
    """Rounds until `stop` is set. A round that goes wrong is logged by its kind alone, and the next one tries again."""
    while not stop.is_set():
        try:
            tick(open_write, acting)
        except Exception as error:  # noqa: BLE001  whatever went wrong, the next round must come
            log.error("a round of the worker went wrong: %s", type(error).__name__)  # noqa: TRY400  no values in logs
        stop.wait(EVERY.total_seconds())
