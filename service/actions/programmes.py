"""Which programmes run here: starting one, moving it to another version with the difference seen, ending it.

A screening keeps the programme in the version that it began with, whatever the programme moves to meanwhile.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from referral.differing import Difference
from referral.events import EventKind, SubjectKind
from referral.programmes import Programme
from referral.versioned import UnknownDefinition
from service.access import Act, NotFound
from service.actions.programme_words import (
    HAS_ENDED_MEANWHILE,
    MOVED_MEANWHILE,
    NO_SUCH,
    NONE_HERE,
    NOT_HERE,
    RUNS_ALREADY,
    RUNS_THIS,
    SAY_WHICH,
    SAY_WHY,
    TICK,
)
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.saying import say
from service.actions.standing import at_the_machine
from service.permissions import Actor, Permission, Role
from service.store import audit
from service.store.accounts import find_user
from service.store.programmes import ProgrammeRow, begun_under, lock_programme, programmes_in_force
from service.store.screenings import ScreeningRow

SHORTEST_REASON, LONGEST_REASON = 10, 1000


@dataclass(frozen=True, slots=True)
class InForce:
    """A programme that runs here, in the version that new screenings begin with."""

    id: uuid.UUID
    programme: Programme
    started_at: datetime
    by: str
    reason: str
    others: tuple[Programme, ...]
    """The other versions that it could move to, the newest first."""


@dataclass(frozen=True, slots=True)
class Move:
    """To another version. `was` is the version that was shown; `lowers` and `reason` are needed where it lowers."""

    to: str
    was: str
    lowers: bool = False
    reason: str = ""


def administrator(session: Session, email: str, organisation: str | None = None) -> Actor:
    """The programme administrator behind an e-mail address, for whoever stands at the machine itself."""
    return at_the_machine(
        session, email, organisation, {Role.ADMINISTRATOR}, called="programme administrator"
    )


def in_force(session: Session, *, act: Act) -> Sequence[InForce]:
    """The programmes that run here now, first what was started here first."""
    return [_told(session, row, act) for row in programmes_in_force(session, act.organisation_id)]


def not_in_force(session: Session, *, act: Act) -> Sequence[Programme]:
    """The programmes that could be started here, in their newest version."""
    running = {row.programme for row in programmes_in_force(session, act.organisation_id)}
    return [each for each in act.definitions.programmes.newest() if each.id not in running]


def one_in_force(session: Session, programme_id: str, *, act: Act) -> InForce:
    """A programme that runs here, for whoever may move it; raises NotFound."""
    act.by.must(Permission.RUN_PROGRAMMES)
    found = next((each for each in in_force(session, act=act) if each.programme.id == programme_id), None)
    if found is None:
        noun = "programme"
        raise NotFound(noun)
    return found


def chosen(session: Session, wanted: str | None, *, act: Act) -> InForce:
    """The programme that a screening is begun under; where several run, somebody has to say which."""
    running = in_force(session, act=act)
    if not running:
        raise Conflict(say(act, NONE_HERE))
    if wanted is None and len(running) == 1:
        return running[0]
    names, words = ", ".join(each.programme.id for each in running), SAY_WHICH if wanted is None else NOT_HERE
    found = next((each for each in running if each.programme.id == wanted), None)
    if found is None:
        raise Invalid(FieldProblem("programme", say(act, words), found=wanted or "", allowed=names))
    return found


def programme_of(session: Session, screening: ScreeningRow, *, act: Act) -> Programme:
    """The programme that a screening was begun under, in the version of that day."""
    row = begun_under(session, screening)
    return act.definitions.programmes.get(row.programme, row.version)


def start(session: Session, programme_id: str, version: str | None = None, *, act: Act) -> InForce:
    """Put a programme in force, in its newest version unless another is named.

    Raises Invalid when there is none, Conflict when it runs already.
    """
    act.by.must(Permission.RUN_PROGRAMMES)
    programme = _version(programme_id, version, act)
    running = lock_programme(session, act.organisation_id, programme.id)
    if running is not None:
        raise Conflict(say(act, RUNS_ALREADY, name=programme.id, version=running.version))
    row = _begin(session, programme, "", act)
    _note(session, EventKind.PROGRAMME_STARTED, row, act, digest=row.digest)
    return _told(session, row, act)


def move(session: Session, programme_id: str, command: Move, *, act: Act) -> InForce:
    """Move a running programme to another version; screenings that have begun keep theirs.

    Raises Invalid when the move lowers something, or may, and nobody said that and why; Conflict when somebody
    else was first.
    """
    act.by.must(Permission.RUN_PROGRAMMES)
    after = _version(programme_id, command.to, act)
    row = _running(session, programme_id, act)
    if command.was != row.version:
        raise Conflict(say(act, MOVED_MEANWHILE, version=row.version))
    if after.version == row.version:
        raise Conflict(say(act, RUNS_THIS, version=row.version))
    found = _difference(row, after, act)
    needed = found.needs_reason
    if needed:
        _must_say_why(command, act)
    _close(session, row, act)
    new = _begin(session, after, command.reason.strip() if needed else "", act)
    change = (row.version, new.version)
    _note(session, EventKind.PROGRAMME_MOVED, new, act, change=change, digest=new.digest, lowers=needed)
    return _told(session, new, act)


def end(session: Session, programme_id: str, was: str, *, act: Act) -> None:
    """End a programme: nobody is screened under it any more; screenings that have begun are finished."""
    act.by.must(Permission.RUN_PROGRAMMES)
    row = _running(session, programme_id, act)
    if was != row.version:
        raise Conflict(say(act, MOVED_MEANWHILE, version=row.version))
    _close(session, row, act)
    _note(session, EventKind.PROGRAMME_ENDED, row, act)


def difference(session: Session, programme_id: str, to: str, *, act: Act) -> Difference:
    """What would move if a running programme moved to another version."""
    running, after = one_in_force(session, programme_id, act=act), _version(programme_id, to, act)
    return act.definitions.difference(running.programme, after)


def _difference(row: ProgrammeRow, after: Programme, act: Act) -> Difference:
    return act.definitions.difference(act.definitions.programmes.get(row.programme, row.version), after)


def _must_say_why(command: Move, act: Act) -> None:
    problems = [] if command.lowers else [FieldProblem("lowers", say(act, TICK))]
    if not SHORTEST_REASON <= len(command.reason.strip()) <= LONGEST_REASON:
        problems.append(FieldProblem("reason", say(act, SAY_WHY, least=str(SHORTEST_REASON))))
    if problems:
        raise Invalid(*problems)


def _version(programme_id: str, version: str | None, act: Act) -> Programme:
    try:
        return act.definitions.programmes.get(programme_id, version)
    except UnknownDefinition as unknown:
        raise Invalid(FieldProblem("programme", say(act, NO_SUCH), found=unknown.wanted)) from None


def _running(session: Session, programme_id: str, act: Act) -> ProgrammeRow:
    row = lock_programme(session, act.organisation_id, programme_id)
    if row is None:
        raise Conflict(say(act, HAS_ENDED_MEANWHILE, name=programme_id))
    return row


def _begin(session: Session, programme: Programme, reason: str, act: Act) -> ProgrammeRow:
    row = ProgrammeRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        programme=programme.id,
        version=programme.version,
        digest=programme.digest,
        started_by=act.by.id,
        started_at=act.now,
        reason=reason,
    )
    session.add(row)
    session.flush()
    return row


def _close(session: Session, row: ProgrammeRow, act: Act) -> None:
    row.ended_by, row.ended_at = act.by.id, act.now
    session.flush()


def _note(
    session: Session,
    kind: EventKind,
    row: ProgrammeRow,
    act: Act,
    *,
    change: tuple[str | None, str | None] = (None, None),
    **details: str | bool,
) -> None:
    subject = (SubjectKind.PROGRAMME, row.id)
    named = {"programme": row.programme, "version": row.version, **details}
    audit.append(session, act.event(kind, subject, change=change, details=named))


def _told(session: Session, row: ProgrammeRow, act: Act) -> InForce:
    known = act.definitions.programmes.versions(row.programme)
    programme = act.definitions.programmes.get(row.programme, row.version)
    by = find_user(session, act.organisation_id, row.started_by)
    others = tuple(each for each in known if each.version != row.version)
    return InForce(row.id, programme, row.started_at, by.name if by else "", row.reason, others)
