"""Who may do what: roles, permissions and the one table that joins them. Reach over records is in access.py."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.kinds import Role

__all__ = [
    "GRANTS",
    "KIOSK",
    "RECEIVING",
    "SYSTEM_ID",
    "WHOLE_ORGANISATION",
    "Actor",
    "NotAllowed",
    "Permission",
    "Role",
    "system",
]


class Permission(StrEnum):
    """One thing that a person may be allowed to do."""

    FIND_CLIENTS = "find clients"
    READ_CLIENT = "read a client's record"
    READ_ANSWERS = "read answers to items"
    RECORD_CONSENT = "record consent"
    SCREEN = "administer a screening"
    SEND_REFERRAL = "send a referral"
    READ_REFERRAL = "read a referral"
    WORK_REFERRAL = "work a referral on the receiving side"
    COORDINATE = "coordinate open needs"
    KEEP_ROSTER = "keep the on-call roster"
    RECORD_SAFETY = "record a safety assessment"
    ANSWER_ALERT = "acknowledge and close an alert"
    READ_AUDIT = "read the audit trail"
    READ_INSTRUMENTS = "read instrument definitions"
    RUN_PROGRAMMES = "start, move and end screening programmes"
    ASK_ERASURE = "ask that a record be erased"
    HOLD_RECORDS = "set and lift legal holds"
    KEEP_RECORDS = "preview retention and approve an erasure"
    WRITE_NOTES = "write notes on a client's record"
    READ_RESTRICTED = "read restricted notes of others"
    DECIDE_OTHERWISE = "decide otherwise than the rules about a need"
    LOWER_RISK = "lower what is urgent, or take it off the crisis pathway"
    OVERSEE_NOTES = "strike out notes of others, and read what was struck out"
    READ_RECEIVERS = "read the directory of receivers"
    KEEP_RECEIVERS = "keep the directory of receivers"
    KEEP_ACCOUNTS = "keep accounts and places"
    KEEP_CLIENTS = "add and change clients"
    IMPORT_ROSTER = "bring in a roster"
    TAKE_IN = "take in referrals of other organisations"
    OPEN_INTAKE = "say which referrals of other organisations are taken"


P = Permission
_CARE = {P.FIND_CLIENTS, P.READ_CLIENT, P.READ_ANSWERS, P.READ_REFERRAL, P.RECORD_SAFETY, P.ANSWER_ALERT}
_CARE |= {P.WRITE_NOTES, P.READ_RECEIVERS}
_SENDING = _CARE | {P.SCREEN, P.SEND_REFERRAL, P.RECORD_CONSENT, P.READ_INSTRUMENTS, P.DECIDE_OTHERWISE}
_SENDING |= {P.KEEP_CLIENTS}
_LEADING = {P.COORDINATE, P.KEEP_ROSTER, P.READ_AUDIT, P.ASK_ERASURE, P.HOLD_RECORDS} | {
    P.READ_RESTRICTED,
    P.OVERSEE_NOTES,
    P.LOWER_RISK,
    P.IMPORT_ROSTER,
    P.TAKE_IN,
    P.OPEN_INTAKE,
}

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.COUNSELOR: frozenset(_SENDING),
    Role.REFERRAL_STAFF: frozenset({P.READ_REFERRAL, P.WORK_REFERRAL, P.READ_INSTRUMENTS, P.READ_RECEIVERS}),
    Role.CLINICIAN: frozenset(
        _CARE - {P.FIND_CLIENTS}
        | {P.WORK_REFERRAL, P.READ_INSTRUMENTS, P.READ_RESTRICTED, P.DECIDE_OTHERWISE, P.LOWER_RISK}
    ),
    Role.COORDINATOR: frozenset(_SENDING | {P.COORDINATE, P.KEEP_ROSTER, P.TAKE_IN}),
    Role.SUPERVISOR: frozenset(_SENDING | _LEADING),
    Role.ADMINISTRATOR: frozenset(
        {P.READ_INSTRUMENTS, P.RUN_PROGRAMMES, P.KEEP_RECORDS, P.HOLD_RECORDS}
        | {P.READ_RECEIVERS, P.KEEP_RECEIVERS, P.KEEP_ACCOUNTS, P.IMPORT_ROSTER, P.OPEN_INTAKE}
    ),
    Role.AUDITOR: frozenset({P.READ_AUDIT, P.READ_INSTRUMENTS}),
    Role.ON_CALL: frozenset(_CARE | {P.WORK_REFERRAL, P.READ_INSTRUMENTS}),
    Role.LINK: frozenset({P.READ_REFERRAL, P.WORK_REFERRAL}),
    Role.PARTNER: frozenset({P.READ_REFERRAL, P.WORK_REFERRAL, P.SEND_REFERRAL}),
    Role.SYSTEM: frozenset({P.SEND_REFERRAL, P.ANSWER_ALERT, P.SCREEN, P.READ_AUDIT}),
}

KIOSK = frozenset({P.SCREEN})
"""What a device in a client's hands may do, whoever handed it over: of one screening, and nothing that they may not."""

WHOLE_ORGANISATION = frozenset({Role.COORDINATOR, Role.SUPERVISOR, Role.ON_CALL, Role.SYSTEM})
RECEIVING = frozenset({Role.REFERRAL_STAFF, Role.CLINICIAN})


class NotAllowed(Exception):
    """The person is known and the record is in reach, but the role does not include the act.

    `client` is whose record it was, for the trail alone.
    """

    def __init__(self, role: Role, need: Permission, client: uuid.UUID | None = None) -> None:
        self.role, self.need, self.client = role, need, client
        super().__init__(f"the role {role} does not include: {need}")


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the program itself) who acts, as the guard knows them."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    role: Role
    name: str
    site_id: uuid.UUID | None = None
    language: str = "en"
    referral_id: uuid.UUID | None = None
    """The one referral that a link opened to a receiver without an account."""
    screening_id: uuid.UUID | None = None
    """The one screening that the device was handed over for: while it is in a client's hands it is a kiosk."""

    def may(self, need: Permission) -> bool:
        """Whether the role includes the act; in a client's hands, whether a kiosk may do it too."""
        return need in GRANTS[self.role] and (self.screening_id is None or need in KIOSK)

    def must(self, need: Permission, client: uuid.UUID | None = None) -> None:
        """Raise NotAllowed unless the role includes the act."""
        if not self.may(need):
            raise NotAllowed(self.role, need, client)


SYSTEM_ID = uuid.UUID(int=0)


def system(organisation_id: uuid.UUID) -> Actor:
    """The program acting on its own for one organisation: the worker, the crisis rule."""
    return Actor(SYSTEM_ID, organisation_id, Role.SYSTEM, "Handrail")
