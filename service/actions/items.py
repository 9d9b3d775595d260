"""Single answers that a receiver asks for: asking, writing down a yes, sharing, saying why not. Each act is an event.

Who asks is a team here, a receiver without an account, or another organisation (`items_crossing.py` carries that).
Consent is judged anew at the sharing, and shown with its reason (`items_view.py`).
"""

import uuid
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.consent import (
    ConsentStatus,
    Giver,
    NotPermitted,
    Permitted,
    Purpose,
    may_share,
    may_share_items,
)
from referral.entries import commitment
from referral.events import EventKind, SubjectKind
from referral.items import BY_PEOPLE, ItemsReason, ItemsRefusal, ItemsState, waits
from referral.lifecycle import OPEN
from referral.model import Problem, Side, State
from referral.packets import LONGEST, packet_bytes
from service.access import Act
from service.actions import consents
from service.actions.consents import RecordConsent, facts_about, today_in
from service.actions.escalating import write_tellings
from service.actions.items_words import ANSWERED, CALL, ENDED, NONE, NOT_ASKED, THERE, TOO_LONG, WHY
from service.actions.packet_views import packet_in
from service.actions.packing import Packing, To, crossing_verdict, pack
from service.actions.referrals import client_of
from service.actions.refusals import Conflict, FieldProblem, Invalid
from service.actions.saying import problem, refuse_any, say
from service.actions.taking import reach
from service.kinds import ToldAbout
from service.store import audit
from service.store.accounts import find_user
from service.store.clients import ClientRow
from service.store.items import ItemsRequestRow, newest_request
from service.store.needs import NeedRow
from service.store.packets import PacketInRow, packet_behind, packet_of
from service.store.referrals import ReferralRow
from service.store.screenings import administrations_in
from service.store.vault import key_of


@dataclass(frozen=True, slots=True)
class AgreeItems:
    """A yes that somebody gave: who, and until when."""

    giver: Giver
    guardian_id: uuid.UUID | None = None
    valid_until: date | None = None


def ask(session: Session, referral_id: uuid.UUID, reason: ItemsReason | None, *, act: Act) -> uuid.UUID:
    """Ask the sending side for consent to share the single answers; the request's id. Asked twice, it is one request.

    Raises NotFound, NotAllowed, Conflict where nothing can be asked for, Invalid without a reason.
    """
    row, need = reach(session, referral_id, Side.RECEIVER, act=act)
    last = newest_request(session, act.organisation_id, row.id)
    if last is not None and waits(last.state, row.state):
        return last.id
    packet = packet_behind(session, act.organisation_id, row.id)
    shared = are_shared(row, last, verdict(session, row, client_of(session, row, act), act=act))
    refused = why_not_ask(session, row, need, packet, shared=shared)
    if refused is not None:
        raise Conflict(say(act, refused))
    if reason is None:
        raise Invalid(FieldProblem("items_reason", say(act, WHY), allowed=", ".join(ItemsReason)))
    return _asked(session, row, need, packet, reason, act)


def _asked(
    session: Session,
    row: ReferralRow,
    need: NeedRow,
    packet: PacketInRow | None,
    reason: ItemsReason,
    act: Act,
) -> uuid.UUID:
    request = new_request(row, act.new_id(), reason, act=act)
    request.packet_id = None if packet is None else packet.id
    session.add(request)
    session.flush()
    note(session, EventKind.ITEMS_ASKED, request, reason=str(reason), act=act)
    if packet is None:
        tell_owner(session, request, need, act=act)
    return request.id


def new_request(
    row: ReferralRow, request_id: uuid.UUID, reason: ItemsReason, *, act: Act, came: bool = False
) -> ItemsRequestRow:
    """A request that is open; the caller adds it."""
    return ItemsRequestRow(
        organisation_id=row.organisation_id,
        id=request_id,
        referral_id=row.id,
        client_id=row.client_id,
        came=came,
        reason=reason,
        asked_at=act.now,
        asked_by=act.by.id,
        state=ItemsState.OPEN,
    )


def why_not_ask(
    session: Session,
    row: ReferralRow,
    need: NeedRow,
    packet: PacketInRow | None,
    *,
    shared: bool,
) -> Text | None:
    """Why nothing can be asked for now; None where it can. `packet` is what the referral was taken in from."""
    if row.state not in OPEN or row.state is State.DRAFT:
        return ENDED
    if packet is not None:
        held = packet_in(session, packet)
        found = (
            (packet.hands_over, CALL),
            (held is not None and bool(held.answers), THERE),
            (held is None or not held.results, NONE),
        )
        return next((words for holds, words in found if holds), None)
    if shared:
        return THERE
    return None if has_answers(session, need) else NONE


def has_answers(session: Session, need: NeedRow) -> bool:
    """Whether a need rests on a screening, so that there are single answers at all. Opens none of them."""
    screening = [] if need.screening_id is None else [need.screening_id]
    return bool(screening) and bool(administrations_in(session, need.organisation_id, screening))


def are_shared(row: ReferralRow, last: ItemsRequestRow | None, judged: Permitted | NotPermitted) -> bool:
    """Whether the receiver of a referral may read the single answers now, as `verdict` judged consent today.

    To a team they are open with consent to share alone; to an office outside only after they were asked for.
    """
    if isinstance(judged, NotPermitted) or not row.went_outside:
        return isinstance(judged, Permitted)
    return last is not None and last.state is ItemsState.SHARED and row.state in OPEN


def verdict(session: Session, row: ReferralRow, client: ClientRow, *, act: Act) -> Permitted | NotPermitted:
    """Whether consent permits today that whoever received the referral sees single answers, with the reason."""
    facts, today = facts_about(session, client, act=act), today_in(session, act)
    if not row.went_outside:
        return may_share(facts, row.pathway, None, today)
    crossed = packet_of(session, act.organisation_id, row.id)
    return may_share_items(facts, row.pathway, None if crossed is None else str(crossed.to_id), today)


def agree(session: Session, referral_id: uuid.UUID, said: AgreeItems, *, act: Act) -> uuid.UUID:
    """Write down that somebody said yes to sharing the single answers with the receiver; the consent's id.

    Raises Conflict where nobody asks for them, Invalid naming every field, NotFound, NotAllowed.
    """
    row, _need, request = _newest(session, referral_id, act)
    _must_wait(row, request, act)
    crossed = packet_of(session, act.organisation_id, row.id)
    answer = RecordConsent(
        Purpose.SHARING,
        ConsentStatus.GIVEN,
        said.giver,
        row.pathway,
        said.guardian_id,
        said.valid_until,
        None if crossed is None else crossed.to_id,
        with_items=True,
    )
    return consents.record(session, row.client_id, answer, act=act)


def share(session: Session, referral_id: uuid.UUID, *, act: Act) -> None:
    """Share the single answers that were asked for, if consent permits it today. Said twice, it is done once.

    Raises Conflict where nobody asks or somebody said no, Invalid naming the consent that is missing.
    """
    row, need, request = _newest(session, referral_id, act)
    if request.state is ItemsState.SHARED:
        return
    _must_wait(row, request, act)
    judged = verdict(session, row, client_of(session, row, act), act=act)
    if isinstance(judged, NotPermitted):
        refuse_any([Problem("items_consent", judged.reason.text)], act)
    settle(request, ItemsState.SHARED, act)
    if request.came:
        _pack(session, row, need, request, act)
    else:
        note(session, EventKind.ITEMS_SHARED, request, act=act)


def decline(session: Session, referral_id: uuid.UUID, refusal: ItemsRefusal | None, *, act: Act) -> None:
    """Say why the single answers are not shared. Said twice, it is done once. Raises as `share`."""
    row, _need, request = _newest(session, referral_id, act)
    if request.state is ItemsState.DECLINED and request.refusal is refusal:
        return
    _must_wait(row, request, act)
    if refusal not in BY_PEOPLE:
        raise Invalid(FieldProblem("items_refusal", say(act, WHY), allowed=", ".join(BY_PEOPLE)))
    request.refusal = refusal
    settle(request, ItemsState.DECLINED, act)
    note(session, EventKind.ITEMS_DECLINED, request, reason=str(refusal), act=act)


def settle(request: ItemsRequestRow, state: ItemsState, act: Act) -> None:
    """Answer a request. Writes no event."""
    request.state, request.answered_at, request.answered_by = state, act.now, act.by.id


def tell_owner(session: Session, request: ItemsRequestRow, need: NeedRow, *, act: Act) -> None:
    """Tell the owner of a need by e-mail that somebody waits for an answer: no name, no word about anybody."""
    owner = find_user(session, act.organisation_id, need.owner_id)
    people = [] if owner is None or not owner.active else [owner]
    about = (ToldAbout.ITEMS, request.id)
    write_tellings(session, about, request.client_id, request.asked_at, 0, people, act)


def note(
    session: Session, kind: EventKind, request: ItemsRequestRow, *, act: Act, reason: str | None = None
) -> None:
    """Write down what happened to a request, under its referral."""
    subject = (SubjectKind.REFERRAL, request.referral_id)
    event = act.event(kind, subject, client=request.client_id, reason=reason, request=str(request.id))
    audit.append(session, event)


def _newest(
    session: Session, referral_id: uuid.UUID, act: Act
) -> tuple[ReferralRow, NeedRow, ItemsRequestRow]:
    row, need = reach(session, referral_id, Side.SENDER, act=act)
    request = newest_request(session, act.organisation_id, row.id)
    if request is None or (request.packet_id is not None and not request.came):
        raise Conflict(say(act, NOT_ASKED))
    return row, need, request


def _must_wait(row: ReferralRow, request: ItemsRequestRow, act: Act) -> None:
    if request.state is not ItemsState.OPEN:
        raise Conflict(say(act, ANSWERED))
    if row.state not in OPEN:
        raise Conflict(say(act, ENDED))


def _pack(session: Session, row: ReferralRow, need: NeedRow, request: ItemsRequestRow, act: Act) -> None:
    """Keep the packet with the answers as it leaves; the event commits to its bytes, as when it was first sent."""
    crossed, client = packet_of(session, act.organisation_id, row.id), client_of(session, row, act)
    assert crossed is not None  # noqa: S101  only a referral with a packet is asked about from elsewhere
    packing = Packing(row, need, client, To(crossed.to_id, crossed.to_name), crossed.hands_over)
    judged = crossing_verdict(session, client, row.pathway, crossed.to_id, act=act)
    packet = pack(session, packing, crossed.id, judged, act=act)
    contents = packet_bytes(packet)
    if len(contents) > LONGEST:
        refuse_any([problem("items_consent", *TOO_LONG)], act)
    request.contents = contents
    event = act.event(
        EventKind.ITEMS_SHARED,
        (SubjectKind.REFERRAL, row.id),
        client=row.client_id,
        request=str(request.id),
        packet=str(crossed.id),
        organisation_to=str(crossed.to_id),
        shared=tuple(str(part) for part in packet.shared),
    )
    salt = key_of(session, act.organisation_id, row.client_id).salt(event.id)
    audit.append(session, replace(event, commit=commitment(salt, sha256(contents).digest())))
    request.event_id = uuid.UUID(event.id)
