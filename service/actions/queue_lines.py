"""The lines of the queue: what each shows of a referral, and why it was sent in the rules' words."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.model import State, Urgency
from referral.needs import next_step
from service.access import Act
from service.store.packets import names_elsewhere
from service.store.queue_pages import Listed, reasons_of
from service.store.vault import expect


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One referral as the queue shows it. `due_step` says in words what the clock is for."""

    id: uuid.UUID
    number: str
    client_id: uuid.UUID
    client_name: str
    born_on: date
    site: str
    pathway: Text
    reasons: tuple[Text, ...]
    urgency: Urgency
    state: State
    due_step: Text
    due_at: datetime | None
    team: str
    holder: str | None
    held_by_me: bool


def lines_for(session: Session, rows: Sequence[Listed], *, act: Act) -> tuple[QueueLine, ...]:
    """The lines of these referrals, in their order."""
    went_outside = [row.id for row in rows if row.outside]
    outside = names_elsewhere(session, act.organisation_id, went_outside) if went_outside else {}
    expect(session, [row.client_id for row in rows])
    reasons = reasons_behind(session, [row.need_id for row in rows], act=act)
    return tuple(_line(row, outside.get(row.id), reasons.get(row.need_id, ()), act) for row in rows)


def _line(row: Listed, outside: str | None, reasons: tuple[Text, ...], act: Act) -> QueueLine:
    following = next_step(row.state, row.urgency, outcome_read=row.read, signed_off=row.signed_off)
    return QueueLine(
        id=row.id,
        number=row.number,
        client_id=row.client_id,
        client_name=row.client_name,
        born_on=row.born_on,
        site=row.site,
        pathway=act.definitions.pathways.get(row.pathway).name,
        reasons=reasons,
        urgency=row.urgency,
        state=row.state,
        due_step=following.what,
        due_at=row.due_at,
        team=row.team or outside or "",
        holder=(row.holder or outside) if row.held else None,
        held_by_me=row.mine,
    )


def reasons_behind(
    session: Session, need_ids: Sequence[uuid.UUID], *, act: Act
) -> Mapping[uuid.UUID, tuple[Text, ...]]:
    """Why each of these needs was opened, in the rules' words, each once; the newest screening first."""
    found: dict[uuid.UUID, dict[str, Text]] = {}
    for need_id, reasons in reasons_of(session, act.organisation_id, need_ids):
        said = found.setdefault(need_id, {})
        said.update({reason["rule"]: reason["text"] for reason in reasons if reason["rule"] not in said})
    return {need_id: tuple(said.values()) for need_id, said in found.items()}
