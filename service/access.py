"""The only doors to one person's record: may this actor reach it, and does the role include the act.

A record of another organisation, or out of the actor's reach, answers exactly as one that never existed.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from referral.events import Code, Details, Event, EventKind, SubjectKind
from service.definitions import Definitions
from service.kinds import ScreeningStatus
from service.permissions import RECEIVING, WHOLE_ORGANISATION, Actor, Permission, Role
from service.store.accounts import NO_ACCOUNT
from service.store.alerts import AlertRow, find_alert
from service.store.caseload import Desk, on_caseload
from service.store.clients import ClientRow, find_client
from service.store.needs import NeedRow, find_need
from service.store.notes import ClientNoteRow, find_note
from service.store.organisations import find_organisation, find_site
from service.store.referrals import ReferralRow, find_referral, team_reaches_client
from service.store.scope import enter
from service.store.screenings import ScreeningRow, find_screening

__all__ = [
    "Act",
    "NotFound",
    "Opens",
    "Session",
    "enter",
]  # the edge names these without touching the database


class NotFound(Exception):
    """No such record for this actor: never said whether it exists for somebody else.

    `client` is whose record of the actor's own organisation it would have been, for the trail alone.
    """

    def __init__(self, noun: str, client: uuid.UUID | None = None) -> None:
        self.noun, self.client = noun, client
        super().__init__(f"no such {noun}")


class OutsideCaseload(Exception):
    """The record is in reach, and of nobody on the actor's caseload: it opens with a reason."""

    def __init__(self, client: uuid.UUID) -> None:
        self.client = client
        super().__init__("this record is outside your caseload: say first why you open it")


class Opens(Protocol):
    """A way to the database: within an organisation, or within none where only marked questions may be asked."""

    def __call__(self, organisation_id: uuid.UUID | None = None) -> Session:
        """A session that is not begun."""
        ...


@dataclass(frozen=True, slots=True)
class Act:
    """The circumstances of one act: who, when, and where new ids come from. Passed to every action."""

    by: Actor
    now: datetime
    new_id: Callable[[], uuid.UUID]
    definitions: Definitions

    def event(
        self,
        kind: EventKind,
        subject: tuple[SubjectKind, uuid.UUID],
        *,
        client: uuid.UUID | None = None,
        change: tuple[str | None, str | None] = (None, None),
        reason: str | None = None,
        details: Details | None = None,
        commit: str | None = None,
        **more: Code | tuple[Code, ...],
    ) -> Event:
        """An audit event of this act: ids, codes and numbers only; `commit` binds words that are kept beside it."""
        return Event(
            id=str(self.new_id()),
            organisation=str(self.organisation_id),
            at=self.now,
            actor=str(self.by.id),
            role=str(self.by.role),
            kind=kind,
            subject_kind=subject[0],
            subject=str(subject[1]),
            client=None if client is None else str(client),
            before=change[0],
            after=change[1],
            reason=reason,
            details={**(details or {}), **more},
            commit=commit,
        )

    @property
    def organisation_id(self) -> uuid.UUID:
        """The only organisation that this act can touch."""
        return self.by.organisation_id


def reach_of(actor: Actor) -> uuid.UUID | None:
    """The one building whose clients the actor reaches, or None for the whole organisation."""
    return None if actor.role in WHOLE_ORGANISATION else actor.site_id


def _reaches(session: Session, actor: Actor, client: ClientRow) -> bool:
    if actor.role in WHOLE_ORGANISATION:
        return True
    if actor.role in RECEIVING and actor.site_id is not None:
        return team_reaches_client(session, actor.organisation_id, actor.site_id, client.id)
    return actor.role is Role.COUNSELOR and client.site_id == actor.site_id


def access_client(session: Session, client_id: uuid.UUID, act: Act, need: Permission) -> ClientRow:
    """The client, if the actor reaches them. Raises NotFound.

    NotAllowed when only the role is lacking, OutsideCaseload when only a reason is.
    """
    client = access_with_reason(session, client_id, act, need)
    if outside_caseload(session, (client.id,), act):
        raise OutsideCaseload(client.id)
    return client


def access_with_reason(session: Session, client_id: uuid.UUID, act: Act, need: Permission) -> ClientRow:
    """As `access_client`, for whoever gives the reason: on the caseload or not."""
    client = find_client(session, act.organisation_id, client_id)
    if client is None or not _reaches(session, act.by, client):
        noun = "client"
        raise NotFound(noun, None if client is None else client.id)
    act.by.must(need, client.id)
    return client


def keeps_caseload(session: Session, act: Act) -> bool:
    """Whether the actor opens only a caseload without a reason: counselors of a building that is set so."""
    if act.by.role is not Role.COUNSELOR or act.by.site_id is None:
        return False
    site = find_site(session, act.organisation_id, act.by.site_id)
    return site is not None and site.by_caseload


def outside_caseload(session: Session, client_ids: Collection[uuid.UUID], act: Act) -> frozenset[uuid.UUID]:
    """Those of these clients, all in reach, whose records open for the actor with a reason only.

    Nobody is, where the actor keeps none.
    """
    if not client_ids or not keeps_caseload(session, act):
        return frozenset()
    zone = ZoneInfo(find_organisation(session, act.organisation_id).zone)
    today = datetime.combine(act.now.astimezone(zone).date(), time(), zone).astimezone(UTC)
    desk = Desk(act.organisation_id, act.by.id, act.now, today)
    return frozenset(client_ids) - on_caseload(session, desk, client_ids)


def access_screening(session: Session, screening_id: uuid.UUID, act: Act, need: Permission) -> ScreeningRow:
    """The screening, through the door to its client."""
    screening = find_screening(session, act.organisation_id, screening_id)
    if screening is None or act.by.screening_id not in {None, screening.id}:
        noun = "screening"
        raise NotFound(noun)
    if need is Permission.SCREEN and _is_finishing(screening, act.by):
        return screening
    _through(session, screening.client_id, act, need, "screening")
    return screening


def _is_finishing(screening: ScreeningRow, actor: Actor) -> bool:
    """Whoever began a screening finishes it though the client moved meanwhile: no answer of a child is lost."""
    running = screening.status is ScreeningStatus.IN_PROGRESS and screening.started_by == actor.id
    return running and actor.may(Permission.SCREEN)


def access_need(session: Session, need_id: uuid.UUID, act: Act, need: Permission) -> NeedRow:
    """The need, through the door to its client."""
    row = find_need(session, act.organisation_id, need_id)
    if row is None:
        noun = "need"
        raise NotFound(noun)
    _through(session, row.client_id, act, need, "need")
    return row


def access_referral(session: Session, referral_id: uuid.UUID, act: Act, need: Permission) -> ReferralRow:
    """The referral: the receiving team reaches what was sent to it, the sending side through the client."""
    row = find_referral(session, act.organisation_id, referral_id)
    if row is None:
        noun = "referral"
        raise NotFound(noun)
    if act.by.role in NO_ACCOUNT:
        return _by_link(row, act, need)
    if act.by.role in RECEIVING:
        if row.receiver_id != act.by.site_id or row.sent_at is None:
            noun = "referral"
            raise NotFound(noun, row.client_id)
        act.by.must(need, row.client_id)
        return row
    _through(session, row.client_id, act, need, "referral")
    return row


def _by_link(row: ReferralRow, act: Act, need: Permission) -> ReferralRow:
    """A link, or a packet, opens the one referral that it was made for, and nothing beside it."""
    if row.id != act.by.referral_id or row.sent_at is None:
        noun = "referral"
        raise NotFound(noun, row.client_id)
    act.by.must(need, row.client_id)
    return row


def access_note(session: Session, note_id: uuid.UUID, act: Act, need: Permission) -> ClientNoteRow:
    """That a note is there, through the door to its client; what it says is `may_open`'s to say."""
    row = find_note(session, act.organisation_id, note_id)
    if row is None:
        noun = "note"
        raise NotFound(noun)
    _through(session, row.client_id, act, need, "note")
    return row


def may_open(note: ClientNoteRow, actor: Actor) -> bool:
    """Whether the actor, who reaches the note, may read what it says: docs/notes.md has the reasons."""
    if note.struck_at is not None:
        return actor.may(Permission.OVERSEE_NOTES)
    return not note.restricted or note.made_by == actor.id or actor.may(Permission.READ_RESTRICTED)


def access_alert(session: Session, alert_id: uuid.UUID, act: Act, need: Permission) -> AlertRow:
    """The alert: everybody on duty in the organisation who may answer one reaches it, whoever the client is."""
    row = find_alert(session, act.organisation_id, alert_id)
    if row is None or not act.by.may(Permission.ANSWER_ALERT):
        noun = "alert"
        raise NotFound(noun, None if row is None else row.client_id)
    act.by.must(need, row.client_id)
    return row


def _through(session: Session, client_id: uuid.UUID, act: Act, need: Permission, noun: str) -> None:
    try:
        access_client(session, client_id, act, need)
    except NotFound as error:
        raise NotFound(noun, error.client) from None
