"""The adults who may consent for a client: as many as there are. Who is taken away has no say from then on."""

import uuid
from dataclasses import fields, replace

from sqlalchemy.orm import Session

from referral.events import EventKind, SubjectKind
from service.access import Act, NotFound, access_client
from service.actions.details import GuardianDetails, as_problem, guardian_faults, tidy
from service.actions.refusals import Invalid
from service.permissions import Permission
from service.relations import known_relation
from service.store import audit
from service.store.clients import GuardianRow, find_guardian

ADDED, TAKEN_AWAY = "guardian.added", "guardian.taken_away"


def add(session: Session, client_id: uuid.UUID, command: GuardianDetails, *, act: Act) -> uuid.UUID:
    """The id of the new guardian. Raises NotFound, NotAllowed, Invalid naming every field that is wrong."""
    client = access_client(session, client_id, act, Permission.KEEP_CLIENTS)
    row = guardian_row(client.id, _judged(command, act), act)
    session.add(row)
    note_change(session, client.id, (ADDED,), act)
    session.flush()
    return row.id


def guardian_row(client_id: uuid.UUID, details: GuardianDetails, act: Act) -> GuardianRow:
    """A new row of details that were judged."""
    row = GuardianRow(organisation_id=act.organisation_id, id=act.new_id(), client_id=client_id)
    write(row, details)
    return row


def write(row: GuardianRow, details: GuardianDetails) -> None:
    """Put the details into the row."""
    for each in fields(GuardianDetails):
        setattr(row, each.name, getattr(details, each.name))


def change(
    session: Session, client_id: uuid.UUID, guardian_id: uuid.UUID, command: GuardianDetails, *, act: Act
) -> None:
    """Keep these details instead; the same again changes nothing. Raises as `add`."""
    row = _reach(session, client_id, guardian_id, act)
    before, details = details_of(row), _judged(command, act)
    changed = changed_fields(before, details)
    write(row, details)
    if changed:
        note_change(session, client_id, changed, act)


def take_away(session: Session, client_id: uuid.UUID, guardian_id: uuid.UUID, *, act: Act) -> None:
    """They are no guardian any more, and what they answered about consent counts no longer. Again changes nothing.

    Raises NotFound, NotAllowed.
    """
    row = _find(session, client_id, guardian_id, act)
    if row.taken_away_at is None:
        row.taken_away_at = act.now
        note_change(session, client_id, (TAKEN_AWAY,), act)


def editable(session: Session, client_id: uuid.UUID, guardian_id: uuid.UUID, *, act: Act) -> GuardianDetails:
    """What is kept about a guardian, for whoever may change it; seeing it is an event."""
    row = _reach(session, client_id, guardian_id, act)
    subject = (SubjectKind.CLIENT, client_id)
    audit.append(session, act.event(EventKind.RECORD_VIEWED, subject, client=client_id, view="client"))
    return details_of(row)


def details_of(row: GuardianRow) -> GuardianDetails:
    """What is kept about a guardian."""
    return GuardianDetails(**{each.name: getattr(row, each.name) for each in fields(GuardianDetails)})


def changed_fields(before: GuardianDetails, after: GuardianDetails) -> tuple[str, ...]:
    """The codes of the fields that differ, such as "guardian.phone"."""
    return tuple(
        f"guardian.{each.name}"
        for each in fields(GuardianDetails)
        if getattr(before, each.name) != getattr(after, each.name)
    )


def note_change(session: Session, client_id: uuid.UUID, codes: tuple[str, ...], act: Act) -> None:
    """Write down that details of a client changed: which, by their codes."""
    subject = (SubjectKind.CLIENT, client_id)
    event = act.event(EventKind.CLIENT_CHANGED, subject, client=client_id, details={"fields": codes})
    audit.append(session, event)


def _reach(session: Session, client_id: uuid.UUID, guardian_id: uuid.UUID, act: Act) -> GuardianRow:
    row = _find(session, client_id, guardian_id, act)
    if row.taken_away_at is not None:
        noun = "guardian"
        raise NotFound(noun, client_id)
    return row


def _find(session: Session, client_id: uuid.UUID, guardian_id: uuid.UUID, act: Act) -> GuardianRow:
    """One of the client's, whether taken away or not."""
    client = access_client(session, client_id, act, Permission.KEEP_CLIENTS)
    row = find_guardian(session, act.organisation_id, guardian_id)
    if row is None or row.client_id != client.id:
        noun = "guardian"
        raise NotFound(noun, client.id)
    return row


def _judged(command: GuardianDetails, act: Act) -> GuardianDetails:
    details = tidy(command)
    details = replace(details, relation=known_relation(details.relation))
    faults = guardian_faults(details)
    if faults:
        raise Invalid(*(as_problem(fault, act.by.language) for fault in faults))
    return details
