"""Deleting everything that is about one client, its key included. Whether that may be is not decided here.

On PostgreSQL only the worker's login may delete. The audit trail stays: it holds ids and codes.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from referral.retention import RecordClass
from service.store.accounts import SignInRow
from service.store.alerts import AlertRow, SafetyAssessmentRow
from service.store.clients import ClientRow, GuardianRow
from service.store.consents import ConsentRow
from service.store.items import ItemsRequestRow
from service.store.letters import LetterRow
from service.store.misses import MissRow, TellingRow
from service.store.needs import AttemptRow, NeedNoteRow, NeedRow
from service.store.notes import ClientNoteRow, NoteWordingRow
from service.store.outside import ReceiverLinkRow, ReceiverVisitRow
from service.store.overrides import OverrideRow
from service.store.packets import PacketInRow, PacketOutRow
from service.store.referrals import ReferralRow
from service.store.screenings import AdministrationRow, AnswerRow, DecisionRow, ScreeningRow
from service.store.vault import ClientKeyRow

Ids = Sequence[uuid.UUID]


def erase_client(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID
) -> dict[RecordClass, int]:
    """Delete a client with everything about them; how many rows of each class went. The client is locked."""
    session.flush()
    needs, referrals, screenings, administrations = _ids(session, organisation_id, client_id)
    notes, links = _more_ids(session, organisation_id, client_id, referrals)
    _free_sign_ins(session, organisation_id, screenings)
    steps: Sequence[tuple[RecordClass, Any, InstrumentedAttribute[Any], Ids]] = (
        (RecordClass.CARE, OverrideRow, OverrideRow.client_id, [client_id]),
        (RecordClass.SCREENING, AnswerRow, AnswerRow.administration_id, administrations),
        (RecordClass.SCREENING, AdministrationRow, AdministrationRow.id, administrations),
        (RecordClass.SCREENING, DecisionRow, DecisionRow.screening_id, screenings),
        (RecordClass.SAFETY, AlertRow, AlertRow.client_id, [client_id]),
        (RecordClass.SAFETY, SafetyAssessmentRow, SafetyAssessmentRow.client_id, [client_id]),
        (RecordClass.CARE, TellingRow, TellingRow.client_id, [client_id]),
        (RecordClass.CARE, MissRow, MissRow.client_id, [client_id]),
        (RecordClass.CARE, NoteWordingRow, NoteWordingRow.note_id, notes),
        (RecordClass.CARE, ClientNoteRow, ClientNoteRow.id, notes),
        (RecordClass.CARE, ItemsRequestRow, ItemsRequestRow.client_id, [client_id]),
        (RecordClass.CARE, PacketOutRow, PacketOutRow.client_id, [client_id]),
        (RecordClass.CARE, PacketInRow, PacketInRow.client_id, [client_id]),
        (RecordClass.CARE, ReceiverVisitRow, ReceiverVisitRow.link_id, links),
        (RecordClass.CARE, ReceiverLinkRow, ReceiverLinkRow.id, links),
        (RecordClass.CARE, LetterRow, LetterRow.referral_id, referrals),
        (RecordClass.CARE, AttemptRow, AttemptRow.need_id, needs),
        (RecordClass.CARE, NeedNoteRow, NeedNoteRow.need_id, needs),
        (RecordClass.CARE, ReferralRow, ReferralRow.id, referrals),
        (RecordClass.CARE, NeedRow, NeedRow.id, needs),
        (RecordClass.SCREENING, ScreeningRow, ScreeningRow.id, screenings),
        (RecordClass.CONSENT, ConsentRow, ConsentRow.client_id, [client_id]),
        (RecordClass.CLIENT, GuardianRow, GuardianRow.client_id, [client_id]),
        (RecordClass.CLIENT, ClientKeyRow, ClientKeyRow.client_id, [client_id]),
        (RecordClass.CLIENT, ClientRow, ClientRow.id, [client_id]),
    )
    gone: dict[RecordClass, int] = {}
    for of, row, column, ids in steps:
        gone[of] = gone.get(of, 0) + _delete(session, organisation_id, row, column, ids)
    session.expire_all()
    return gone


def erase_screening(session: Session, organisation_id: uuid.UUID, screening_id: uuid.UUID) -> int:
    """Delete a screening with its answers, results, decisions and salt; how many rows went. The client is locked."""
    session.flush()
    _free_sign_ins(session, organisation_id, [screening_id])
    within = select(AdministrationRow.id).where(
        AdministrationRow.organisation_id == organisation_id, AdministrationRow.screening_id == screening_id
    )
    forms = session.scalars(within).all()
    steps: Sequence[tuple[Any, InstrumentedAttribute[Any], Ids]] = (
        (AnswerRow, AnswerRow.administration_id, forms),
        (AdministrationRow, AdministrationRow.id, forms),
        (DecisionRow, DecisionRow.screening_id, [screening_id]),
        (ScreeningRow, ScreeningRow.id, [screening_id]),
    )
    gone = sum(_delete(session, organisation_id, *step) for step in steps)
    session.expire_all()
    return gone


def _ids(session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID) -> tuple[Ids, Ids, Ids, Ids]:
    """Of one client: needs, referrals, screenings, and the instruments within these."""
    found = [
        session.scalars(
            select(row.id).where(row.organisation_id == organisation_id, row.client_id == client_id)
        ).all()
        for row in (NeedRow, ReferralRow, ScreeningRow)
    ]
    within = select(AdministrationRow.id).where(
        AdministrationRow.organisation_id == organisation_id, AdministrationRow.screening_id.in_(found[2])
    )
    return found[0], found[1], found[2], session.scalars(within).all()


def _more_ids(
    session: Session, organisation_id: uuid.UUID, client_id: uuid.UUID, referrals: Ids
) -> tuple[Ids, Ids]:
    """Of one client: notes, and the links that opened referrals to receivers without an account."""
    notes = select(ClientNoteRow.id).where(
        ClientNoteRow.organisation_id == organisation_id, ClientNoteRow.client_id == client_id
    )
    links = select(ReceiverLinkRow.id).where(
        ReceiverLinkRow.organisation_id == organisation_id, ReceiverLinkRow.referral_id.in_(referrals)
    )
    return session.scalars(notes).all(), session.scalars(links).all()


def _free_sign_ins(session: Session, organisation_id: uuid.UUID, screenings: Ids) -> None:
    """A device that was handed over for one of these screenings is not bound to it any more."""
    bound = update(SignInRow).where(
        SignInRow.organisation_id == organisation_id, SignInRow.handed_over_screening_id.in_(screenings)
    )
    session.execute(bound.values(handed_over_screening_id=None).execution_options(synchronize_session=False))


def _delete(
    session: Session,
    organisation_id: uuid.UUID,
    row: Any,  # noqa: ANN401  any table about a client
    column: InstrumentedAttribute[Any],
    ids: Ids,
) -> int:
    if not ids:
        return 0
    wanted = delete(row).where(row.organisation_id == organisation_id, column.in_(ids))
    done: Any = session.execute(wanted.execution_options(synchronize_session=False))
    return int(done.rowcount)
