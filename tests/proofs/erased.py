"""Somebody with a long record, canaries in every place that takes words, and what is left of them."""

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select

from referral.audit import Intact
from referral.items import ItemsReason, ItemsRefusal
from referral.model import AttemptResult, Channel, ClosingReason, DeclineReason, Disposition, Step, Urgency
from referral.overriding import OverrideReason
from referral.retention import EraseReason
from service.actions import (
    alert_answers,
    attempts,
    audit_trail,
    closing,
    erasing,
    escalating,
    items,
    letter_making,
    notes,
    overriding,
    storage,
    taking_in,
)
from service.actions.alert_answers import EndAlert
from service.actions.assessments import Record
from service.actions.attempts import LogAttempt
from service.actions.closing import CloseNeed
from service.actions.notes import WriteNote
from service.actions.overriding import Override
from service.actions.retention_rounds import erase_approved
from service.actions.taking import Said
from service.actions.taking_in import TakeIn
from service.permissions import Role, system
from service.store.audit import stored_events
from service.store.tables import Base
from tests.referral.parcels import PACKET, packet
from tests.service.acts import screen
from tests.service.answered import answered_draft, ask
from tests.service.caring import alert_of, assessed_for_need, do, latest_of
from tests.service.crossing import posted, stranger
from tests.service.linking import linked, opened
from tests.service.referring import RECEIVER, SENDER, draft, row_of, take
from tests.whole import url_of, whole

BORN = date(2010, 3, 17)
NAMES = ("Zuzana", "Kanarek")
WORDS = tuple(
    f"canary-{place}"
    for place in [
        "attempt",
        "decline",
        "closing",
        "adult",
        "steps",
        "note",
        "kept",
        "corrected",
        "otherwise",
        "packet",
    ]
)
"""One in each kind of column that takes words; sealed, they stand nowhere in the clear even before."""
ANSWERS = [1, 0, 2, 0, 1, 0, 0, 0, 0]
_ENDED = CloseNeed(ClosingReason.CARE_ELSEWHERE, WORDS[2])


def lived(here):
    """The id of a client with something in every table that may hold something of theirs, all of it ended."""
    client = here.new_client(*NAMES, born_on=BORN)
    screening_id = screen(here, "phq-9", ANSWERS, client_id=client.id)
    referral_id = draft(here, client=client)
    take(here, referral_id, Step.SEND, SENDER)
    with here.write() as session:
        letter_making.make(session, referral_id, lambda _said: b"the paper", act=here.act())
    said = Said(decline_reason=DeclineReason.NO_CAPACITY, note=WORDS[1])
    take(here, referral_id, Step.DECLINE, RECEIVER, said)
    need_id = row_of(here, referral_id).need_id
    do(here, attempts.log_attempt, need_id, LogAttempt(Channel.PHONE, AttemptResult.REACHED, WORDS[0]))
    do(here, closing.close, need_id, _ENDED)
    _alarmed(here, client)
    _asked_for_answers(here, client, screening_id)
    _sent_outside(here, client)
    _crossed(here, client)
    note_id = do(here, notes.write, client.id, WriteNote(WORDS[6], restricted=True))
    do(here, notes.correct, note_id, WORDS[7])
    return client.id


def _asked_for_answers(here, client, screening_id):
    """A team asked for the single answers, and was told why not."""
    referral_id = answered_draft(here, client, screening_id)
    take(here, referral_id, Step.SEND, SENDER)
    ask(here, referral_id, ItemsReason.TO_DECIDE)
    do(here, items.decline, referral_id, ItemsRefusal.NOT_NEEDED, role=SENDER)
    take(here, referral_id, Step.MARK_ERROR, SENDER)
    do(here, closing.close, row_of(here, referral_id).need_id, _ENDED)


def _sent_outside(here, client):
    """By a link that somebody opened; then it is late, and somebody is told."""
    sent = linked(here, client=client)
    assert opened(here, sent.token, sent.code, "a browser's secret")
    here.clock.forward(days=5)
    with here.write() as session:
        assert escalating.tell_missed(session, act=here.parts.act(system(here.organisation.id)))
    need_id = row_of(here, sent.referral_id).need_id
    do(
        here,
        overriding.override,
        need_id,
        Override(Urgency.ROUTINE, reason=OverrideReason.HELP_IN_PLACE, words=WORDS[8]),
    )
    take(here, sent.referral_id, Step.MARK_ERROR, SENDER)
    do(here, closing.close, need_id, _ENDED)


def _crossed(here, client):
    """A packet that went to another organisation, and one that came from elsewhere and was taken in."""
    reasons = ({"en": WORDS[9], "es": WORDS[9]},)
    posted(here, draft(here, client=client), packet(reasons=reasons))
    who = replace(PACKET.client, given_name=NAMES[0], family_name=NAMES[1], born_on=BORN)
    came = stranger(here, packet(client=who, reasons=reasons))
    referral_id = do(here, taking_in.take_in, came, TakeIn(client.id), role=Role.COORDINATOR)
    take(here, referral_id, Step.MARK_ERROR, SENDER)
    do(here, closing.close, row_of(here, referral_id).need_id, _ENDED)


def _done(here):
    return EndAlert(WORDS[3], WORDS[4], Disposition.LOW, here.clock())


def _alarmed(here, client):
    alert = alert_of(here, client)
    do(here, alert_answers.acknowledge, alert.id, role=Role.ON_CALL)
    do(here, alert_answers.end, alert.id, _done(here), role=Role.ON_CALL)
    take(here, latest_of(here, alert.need_id).id, Step.DISMISS, SENDER)
    assessed_for_need(here, alert.need_id, Record(Disposition.LOW, WORDS[3], safety_plan=True, note=WORDS[5]))
    do(here, closing.close, alert.need_id, _ENDED)


def agreed(here, client_id):
    """Two people agree that a client is erased."""
    wanted = do(here, erasing.ask, client_id, EraseReason.ASKED, role=Role.SUPERVISOR)
    do(here, erasing.approve, wanted, role=Role.ADMINISTRATOR)


def round_of(here):
    """One round of the worker over this organisation; who is gone."""
    return erase_approved(here.parts.open_write, here.parts.act, here.actor(Role.ADMINISTRATOR))


def tables_with(here, words):
    """The tables in whose rows one of the words stands, looked at by somebody whom nothing holds back."""
    with whole(url_of(here)) as session:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table.name}")  # noqa: S608  our own
            if any(word in repr(tuple(row)) for word in words)
        }


def rows_in(here):
    """How many rows each table has."""
    with whole(url_of(here)) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


def bytes_with(here, words):
    """The words that stand in the SQLite file, or in what lies beside it."""
    file = storage.sqlite_file(url_of(here))
    raw = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    return {word for word in words if word.encode() in raw}


def is_intact(here):
    """Whether the trail proves itself."""
    with here.read() as session:
        proofs = audit_trail.prove_all(session)
    return all(isinstance(each.verdict, Intact) for each in proofs)


def entries_of(here):
    """The bytes of every event."""
    with here.read() as session:
        return [each.entry for each in stored_events(session, here.organisation.id)]
