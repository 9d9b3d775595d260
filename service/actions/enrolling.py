"""Adding a client and changing what is kept about them: the trail says which fields, never what stands there."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.events import EventKind, SubjectKind
from service.access import Act, access_client, reach_of
from service.actions.alike import LookAlikes, look_alikes
from service.actions.consents import today_in
from service.actions.details import Details, Fault, as_problem, details_faults, tidy
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.saying import say
from service.kinds import SiteKind
from service.permissions import Permission
from service.store import audit
from service.store.clients import ClientRow, client_with_id, lock_client, search_text_of
from service.store.needs import needs_of
from service.store.organisations import sites_of

ID_TAKEN: Text = {
    "en": "Id: somebody here has this id already.",
    "es": "Id.: alguien aquí ya tiene este identificador.",
}
ID_ELSEWHERE: Text = {
    "en": "Id: somebody at another site has this id. If it is the same person, ask a coordinator to move the record.",
    "es": "Id.: alguien de otra sede tiene este identificador. Si es la misma persona, pida a coordinación que mueva "
    "la ficha.",
}
CHANGED: Text = {
    "en": "Somebody changed these details since you opened them. Look at them again.",
    "es": "Alguien cambió estos datos desde que usted los abrió. Revíselos de nuevo.",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A building where clients are."""

    id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change came to. `reached`: whether the actor still reaches the client; `open_needs` keep their owners."""

    fields: tuple[str, ...]
    reached: bool
    open_needs: int

    @property
    def moved(self) -> bool:
        """Whether the client is at another site now."""
        return "site_id" in self.fields


def add(session: Session, command: Details, *, sure: bool, act: Act) -> uuid.UUID | LookAlikes:
    """The id of the new client; or, unless the actor is sure, who may be the same person, and nobody is added.

    Raises Invalid naming every field that is wrong.
    """
    act.by.must(Permission.KEEP_CLIENTS)
    details = tidy(command)
    _refuse(session, details, None, act)
    alike = None if sure else look_alikes(session, details, act=act)
    if alike is not None:
        return alike
    row = client_row(details, act)
    session.add(row)
    session.flush()
    subject = (SubjectKind.CLIENT, row.id)
    audit.append(session, act.event(EventKind.CLIENT_ADDED, subject, client=row.id))
    return row.id


def client_row(details: Details, act: Act) -> ClientRow:
    """A new row of details that were judged."""
    row = ClientRow(organisation_id=act.organisation_id, id=act.new_id())
    write(row, details)
    return row


def write(row: ClientRow, details: Details) -> None:
    """Put the details into the row, and what it is found by."""
    for each in fields(Details):
        setattr(row, each.name, getattr(details, each.name))
    row.search_text = search_text_of(row.given_name, row.family_name, row.local_id, row.class_name)


def change(session: Session, client_id: uuid.UUID, command: Details, was: str, *, act: Act) -> Changed:
    """Keep these details instead; `was` is the version that the actor saw. The same again changes nothing.

    At another site everything that is open goes on. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    access_client(session, client_id, act, Permission.KEEP_CLIENTS)
    row = lock_client(session, act.organisation_id, client_id)
    session.refresh(row)
    before, details = details_of(row), tidy(command)
    if was != version_of(before):
        raise Conflict(say(act, CHANGED))
    _refuse(session, details, before, act)
    changed = changed_fields(before, details)
    write(row, details)
    if changed:
        subject = (SubjectKind.CLIENT, row.id)
        event = act.event(EventKind.CLIENT_CHANGED, subject, client=row.id, details={"fields": changed})
        audit.append(session, event)
    waiting = sum(need.closed_at is None for need in needs_of(session, act.organisation_id, row.id))
    return Changed(changed, reach_of(act.by) in {None, row.site_id}, waiting)


def details_of(row: ClientRow) -> Details:
    """What is kept about a client that the caller reached."""
    return Details(**{each.name: getattr(row, each.name) for each in fields(Details)})


def version_of(details: Details) -> str:
    """Changes whenever a detail does."""
    return hashlib.sha256(repr(details).encode()).hexdigest()[:16]


def changed_fields(before: Details, after: Details) -> tuple[str, ...]:
    """The names of the fields that differ: codes, no values."""
    return tuple(
        each.name for each in fields(Details) if getattr(before, each.name) != getattr(after, each.name)
    )


def editable(session: Session, client_id: uuid.UUID, *, act: Act) -> Details:
    """What is kept about a client, for whoever may change it; seeing it is an event."""
    row = access_client(session, client_id, act, Permission.KEEP_CLIENTS)
    event = act.event(EventKind.RECORD_VIEWED, (SubjectKind.CLIENT, row.id), client=row.id, view="client")
    audit.append(session, event)
    return details_of(row)


def places(session: Session, *, act: Act) -> tuple[Place, ...]:
    """The buildings where clients can be, by name."""
    found = sites_of(session, act.organisation_id)
    return tuple(Place(each.id, each.name) for each in found if each.kind is SiteKind.BUILDING)


def places_to_add(session: Session, *, act: Act) -> tuple[Place, ...]:
    """Those where the actor may add somebody; raises NotAllowed."""
    act.by.must(Permission.KEEP_CLIENTS)
    reach = reach_of(act.by)
    return tuple(each for each in places(session, act=act) if reach in {None, each.id})


def holder(session: Session, local_id: str, *, act: Act) -> uuid.UUID | None:
    """Whoever has this id, where the actor reaches them: a page leads there instead of adding them twice."""
    row = client_with_id(session, act.organisation_id, local_id)
    return row.id if row is not None and reach_of(act.by) in {None, row.site_id} else None


def _refuse(session: Session, details: Details, before: Details | None, act: Act) -> None:
    """Raise Invalid naming every field that cannot be kept."""
    found = [
        *(as_problem(fault, act.by.language) for fault in _faults(session, details, before, act)),
        *_id_problems(session, details, before, act),
    ]
    if found:
        raise Invalid(*found)


def _faults(session: Session, details: Details, before: Details | None, act: Act) -> Iterable[Fault]:
    yield from details_faults(details, today_in(session, act))
    if before is not None and details.site_id == before.site_id:
        return
    # Whoever may change a client may move them away; adding is for one's own site.
    known = places(session, act=act) if before is not None else places_to_add(session, act=act)
    if details.site_id not in {each.id for each in known}:
        listed = ", ".join(each.name for each in known)
        yield Fault("site_id", "", {"en": f"one of {listed}", "es": f"una de {listed}"})


def _id_problems(
    session: Session, details: Details, before: Details | None, act: Act
) -> Iterable[FieldProblem]:
    if before is not None and before.local_id == details.local_id:
        return
    row = client_with_id(session, act.organisation_id, details.local_id)
    if row is not None:
        words = ID_TAKEN if reach_of(act.by) in {None, row.site_id} else ID_ELSEWHERE
        yield FieldProblem("local_id", say(act, words), found=details.local_id[:40])
