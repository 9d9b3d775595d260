"""Work that nobody presses a button for: screenings left open are ended, and audit trails are signed and sent out."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from referral.audit import Tampered
from referral.notes import PublicKey
from referral.witnessing import Cosignature
from service import asking
from service.access import Act, Opens
from service.actions import (
    abandoning,
    escalating,
    mailing,
    packet_tellings,
    rekeying,
    retention_rounds,
    review_tellings,
    sealing,
    shipping,
    unended,
)
from service.actions.mailing import Mail
from service.actions.sealing import Seal
from service.notify.mail import NotSent
from service.notify.places import Place, WitnessPlace
from service.notify.posting import NotTaken
from service.permissions import Actor, system
from service.store.checkpoints import DEPLOYMENT
from service.store.directory import organisation_ids, working_ids

EVERY = timedelta(minutes=1)
CALLED_WITHIN = timedelta(hours=1)
"""How long after a working day began somebody is called to the review of last week: it may take a second to judge."""
TOLD_WITHIN = timedelta(seconds=10)
"""How much later than its minute a rung may be told."""
SEALED_WITHIN = timedelta(seconds=1)
"""How long an event waits for its checkpoint (design of the audit trail: at most a second)."""

_TELLING = (
    escalating.tell_alerts,
    unended.tell_unended,
    escalating.tell_missed,
    packet_tellings.tell_waiting,
)
"""What is told in a round, what presses most first."""
MOST_TROUBLE = 3
"""How many messages of one organisation may be refused in a round: a silent server must not hold up the others."""

log = logging.getLogger("handrail.worker")


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways to the database, and the clock."""

    write: Opens
    read: Opens
    clock: Callable[[], datetime]


def tick(open_write: Opens, acting: Callable[[Actor], Act]) -> int:
    """One round over all organisations; how many screenings were ended. A second round right after finds nothing."""
    ended = 0
    for organisation_id in _organisations(open_write):
        with open_write(organisation_id) as session, session.begin():
            ended += abandoning.abandon_untouched(session, act=acting(system(organisation_id)))
    return ended


def escalate(open_write: Opens, acting: Callable[[Actor], Act]) -> int:
    """Tell what is due in every organisation; how many rungs. One that goes wrong holds up no other.

    In one that is suspended nobody could act on it: what is due is told in the first round after.
    """
    found, rounds = _working(open_write), _TELLING
    return sum(
        _unhurt(each, partial(_tell, open_write, acting, each, telling))
        for telling in rounds
        for each in found
    )


def call_to_review(doors: Doors, acting: Callable[[Actor], Act]) -> int:
    """Tell whoever may that the review of last week is open; how many. One that goes wrong holds up no other."""
    found = _working(doors.write)
    return sum(_unhurt(each, partial(_call_to_review, doors, acting, each)) for each in found)


def _call_to_review(doors: Doors, acting: Callable[[Actor], Act], organisation_id: UUID) -> int:
    by = system(organisation_id)
    with doors.read(organisation_id) as session, session.begin():
        waiting = review_tellings.waiting_now(session, act=acting(by))
    if not waiting:
        return 0
    with doors.write(organisation_id) as session, session.begin():
        return review_tellings.tell_open(session, waiting, act=acting(by))


def _organisations(open_write: Opens) -> Sequence[UUID]:
    with open_write() as session, session.begin():
        return organisation_ids(session)


def _working(open_write: Opens) -> Sequence[UUID]:
    with open_write() as session, session.begin():
        return working_ids(session)


def _unhurt(organisation_id: UUID, telling: Callable[[], int]) -> int:
    """How many were told; what goes wrong in one organisation holds up no other."""
    try:
        return telling()
    except Exception as error:  # noqa: BLE001  the next organisation's alerts must be looked at
        log.error("nobody could be told in %s: %s", organisation_id, type(error).__name__)  # noqa: TRY400  no values in logs
        return 0


def _tell(
    open_write: Opens, acting: Callable[[Actor], Act], organisation_id: UUID, telling: Callable[..., int]
) -> int:
    with open_write(organisation_id) as session, session.begin():
        return telling(session, act=acting(system(organisation_id)))


def deliver(open_write: Opens, acting: Callable[[Actor], Act], send: Callable[[Mail], None]) -> int:
    """Send every e-mail that is due; how many were taken. Nothing is held while the server is waited for."""
    found = _working(open_write)
    return sum(_unhurt(each, partial(_deliver, open_write, acting, each, send)) for each in found)


def _deliver(
    open_write: Opens, acting: Callable[[Actor], Act], organisation_id: UUID, send: Callable[[Mail], None]
) -> int:
    sent = trouble = 0
    while trouble < MOST_TROUBLE:
        with open_write(organisation_id) as session, session.begin():
            mail = mailing.take_one(session, act=acting(system(organisation_id)))
        if mail is None:
            break
        done = _sent(mail, send)
        with open_write(organisation_id) as session, session.begin():
            note = mailing.taken if done else mailing.not_taken
            note(session, mail, act=acting(system(organisation_id)))
        sent, trouble = sent + done, trouble + (not done)
    return sent


def _sent(mail: Mail, send: Callable[[Mail], None]) -> bool:
    try:
        send(mail)
    except NotSent as error:
        log.warning("somebody could not be told by e-mail: %s", error)
        return False
    return True


def erase(open_write: Opens, acting: Callable[[Actor], Act]) -> int:
    """Erase everybody whose erasure two people have agreed to; how many are gone."""
    found = _organisations(open_write)
    return sum(len(retention_rounds.erase_approved(open_write, acting, system(each))) for each in found)


def seal(doors: Doors, by: Seal) -> int:
    """Sign what is new in every trail, and the log of all checkpoints; how many trails have a new checkpoint."""
    with doors.read() as session, session.begin():
        behind = sealing.organisations_behind(session)
    if behind:
        for organisation_id in behind:
            _catch_up(doors, by, organisation_id)
        with doors.write(DEPLOYMENT) as session, session.begin():
            sealing.seal_deployment(session, by=by, at=doors.clock())
    return len(behind)


def tell_of_keys(doors: Doors, acting: Callable[[Actor], Act], by: Seal) -> int:
    """Write new signing keys into every trail that they have not signed; how many. The next signing covers it."""
    with doors.read() as session, session.begin():
        untold = rekeying.organisations_to_tell(session, by=by)
    told = 0
    for organisation_id in untold:
        with doors.write(organisation_id) as session, session.begin():
            told += rekeying.tell(session, by=by, act=acting(system(organisation_id)))
    return told


def ship(doors: Doors, place: Place, witnesses: Sequence[PublicKey] = ()) -> int:
    """Bring new checkpoints to a place outside; how many were taken. Nothing is held while the place is waited for.

    `witnesses`: the keys whose cosignatures are believed.
    """
    with doors.read() as session, session.begin():
        due = shipping.due(session, place.name, at=doors.clock())
    return sum(_send(doors, place, sent, witnesses) for sent in due)


def run(every: timedelta, work: Callable[[], object], stop: threading.Event) -> None:
    """Rounds of a work until `stop` is set. What goes wrong is logged by its kind alone, and the next round comes."""
    while not stop.is_set():
        try:
            work()
        except Exception as error:  # noqa: BLE001  whatever went wrong, the next round must come
            log.error("a round of the worker went wrong: %s", type(error).__name__)  # noqa: TRY400  no values in logs
        stop.wait(every.total_seconds())


def _catch_up(doors: Doors, by: Seal, organisation_id: UUID) -> None:
    more = True
    while more:
        with doors.write(organisation_id) as session, session.begin():
            done = sealing.seal(session, organisation_id, by=by, at=doors.clock())
        if done.tampered is not None:
            _cry_out(organisation_id, done.tampered)
        more = done.more


def _cry_out(organisation_id: UUID, found: Tampered) -> None:
    where = f"organisation {organisation_id}, event {found.seq}: {found.damage}"
    log.critical("an audit trail is not intact, so nothing more of it is signed: %s", where)


def _send(doors: Doors, place: Place, sent: shipping.ToSend, witnesses: Sequence[PublicKey]) -> bool:
    try:
        lines = _taken(doors, place, sent, witnesses)
    except NotTaken as error:
        log.warning("checkpoints do not reach %s: %s", place.name, error)
        with doors.write(sent.log_id) as session, session.begin():
            shipping.not_taken(session, place.name, sent, at=doors.clock())
        return False
    with doors.write(sent.log_id) as session, session.begin():
        shipping.taken(session, place.name, sent, lines, at=doors.clock())
    return True


def _taken(
    doors: Doors, place: Place, sent: shipping.ToSend, witnesses: Sequence[PublicKey]
) -> Sequence[Cosignature]:
    """What came back from a place that took it: a witness signs, other places give nothing. Raises NotTaken."""
    if isinstance(place, WitnessPlace):
        return asking.cosigned(doors.read, place, sent, witnesses)
    place.send(sent.note)
    return ()
