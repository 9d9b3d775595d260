"""The typed events of the audit trail: their kinds, and what each kind must say.

Codes only: an event never holds an answer, a name or free text about a person. What must be erasable lives
beside the trail under a salted commitment (`audit.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Code = str | int | bool | None
Details = Mapping[str, Code | tuple[Code, ...]]


class SubjectKind(StrEnum):
    """What kind of thing an event is about."""

    CLIENT = "client"
    SCREENING = "screening"
    ALERT = "alert"
    DECISION = "decision"
    NEED = "need"
    REFERRAL = "referral"
    CONSENT = "consent"
    ASSESSMENT = "safety assessment"
    FOLLOW_UP = "follow-up"
    LETTER = "letter"
    ACCOUNT = "account"
    ORGANISATION = "organisation"
    PROGRAMME = "programme"
    FINDING = "review finding"
    NOTE = "note"
    LINK = "link"
    RECEIVER = "receiver"
    PACKET = "packet"


class EventKind(StrEnum):
    """What happened."""

    CLIENT_ADDED = "client added"
    CLIENT_CHANGED = "client changed"
    CONSENT_RECORDED = "consent recorded"
    SCREENING_STARTED = "screening started"
    SCREENING_HANDED_OVER = "screening handed over"
    SCREENING_RESUMED = "screening resumed"
    ANSWER_SAVED = "answer saved"
    ANSWER_CHANGED = "answer changed"
    SCREENING_ABANDONED = "screening abandoned"
    SCREENING_SUBMITTED = "screening submitted"
    ALERT_RAISED = "alert raised"
    ALERT_ACKNOWLEDGED = "alert acknowledged"
    ALERT_ESCALATED = "alert escalated"
    ALERT_CLOSED = "alert closed"
    DECISION_MADE = "decision made"
    DECISION_OVERRIDDEN = "decision overridden"
    NEED_OPENED = "need opened"
    NEED_JOINED = "need joined"
    NEED_RAISED = "need raised"
    NEED_POSTPONED = "need postponed"
    DEADLINE_MISSED = "deadline missed"
    NEED_REASSIGNED = "need reassigned"
    NEED_REDIRECTED = "need redirected"
    NEED_SIGNED_OFF = "need signed off"
    NEED_CLOSED = "need closed"
    NEED_REOPENED = "need reopened"
    REFERRAL_STEP = "referral step"
    ATTEMPT_LOGGED = "attempt logged"
    SAFETY_ASSESSMENT_RECORDED = "safety assessment recorded"
    FOLLOW_UP_DONE = "follow-up done"
    LETTER_MADE = "letter made"
    EXPORT_MADE = "export made"
    ACCESS_REPORT_MADE = "access report made"
    ACCESS_REVIEWED = "access reviewed"
    REVIEW_DUE = "review due"
    RECORD_VIEWED = "record viewed"
    ACCESS_REFUSED = "access refused"
    OPENED_WITH_REASON = "opened with a reason"
    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    ACCOUNT_CHANGED = "account changed"
    SETTING_CHANGED = "setting changed"
    PROGRAMME_STARTED = "programme started"
    PROGRAMME_MOVED = "programme moved"
    PROGRAMME_ENDED = "programme ended"
    HOLD_SET = "hold set"
    HOLD_LIFTED = "hold lifted"
    ERASURE_ASKED = "erasure asked for"
    ERASURE_APPROVED = "erasure approved"
    CLIENT_ERASED = "client erased"
    SCREENING_ERASED = "screening erased"
    NOTE_WRITTEN = "note written"
    NOTE_CORRECTED = "note corrected"
    NOTE_STRUCK_OUT = "note struck out"
    RECEIVER_ADDED = "receiver added"
    LINK_MADE = "link made"
    LINK_SENT = "link sent"
    LINK_CODE_MADE = "link code made"
    LINK_CODE_ASKED = "link code asked for"
    LINK_OPENED = "link opened"
    LINK_LEFT = "link left"
    LINK_REFUSED = "link refused"
    LINK_LOCKED = "link locked"
    LINK_REVOKED = "link revoked"
    OFFER_STATED = "offer stated"
    OVERRIDE_REVIEWED = "override reviewed"
    ACCOUNT_ADDED = "account added"
    MESSAGE_SENT = "message sent"
    MESSAGE_NOT_TAKEN = "message not taken"
    ROSTER_IMPORTED = "roster imported"
    PACKET_SENT = "packet sent"
    PACKET_DELIVERED = "packet delivered"
    PACKET_ARRIVED = "packet arrived"
    PACKET_TAKEN_IN = "packet taken in"
    PACKET_DECLINED = "packet declined"
    PACKET_WITHDRAWN = "packet withdrawn"
    PACKET_ANSWERED = "packet answered"
    PACKET_TURNED_BACK = "packet turned back"
    PACKET_TOLD = "packet told of"
    PACKET_REDIRECTED = "packet redirected"
    RECEIVER_CHANGED = "receiver changed"
    REFERRAL_HANDED_ON = "referral handed on"
    RECORDS_ERASED = "records erased"
    ITEMS_ASKED = "items asked for"
    ITEMS_SHARED = "items shared"
    ITEMS_DECLINED = "items not shared"


@dataclass(frozen=True, slots=True)
class EventSpec:
    """What one kind of event must say: the subjects it has, and the fields and details it needs."""

    subjects: frozenset[SubjectKind]
    fields: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()


def _spec(subjects: str, fields: str = "", details: str = "") -> EventSpec:
    kinds = frozenset(SubjectKind(name.strip()) for name in subjects.split(","))
    return EventSpec(kinds, frozenset(fields.split()), frozenset(details.split()))


EVENTS: Mapping[EventKind, EventSpec] = {
    EventKind.CLIENT_ADDED: _spec("client", "client"),
    EventKind.CLIENT_CHANGED: _spec("client", "client", "fields"),
    EventKind.CONSENT_RECORDED: _spec("consent", "client after", "purpose"),
    EventKind.SCREENING_STARTED: _spec("screening", "client", "instruments mode"),
    EventKind.SCREENING_HANDED_OVER: _spec("screening", "client"),
    EventKind.SCREENING_RESUMED: _spec("screening", "client"),
    EventKind.ANSWER_SAVED: _spec("screening", "client", "instrument item"),
    EventKind.ANSWER_CHANGED: _spec("screening", "client", "instrument item"),
    EventKind.SCREENING_ABANDONED: _spec("screening", "client"),
    EventKind.SCREENING_SUBMITTED: _spec("screening", "client", "instruments complete"),
    EventKind.ALERT_RAISED: _spec("alert", "client", "rule"),
    EventKind.ALERT_ACKNOWLEDGED: _spec("alert", "client"),
    EventKind.ALERT_ESCALATED: _spec("alert", "client", "rung told"),
    EventKind.ALERT_CLOSED: _spec("alert", "client", "took_over disposition"),
    EventKind.DECISION_MADE: _spec("decision", "client", "rule decision"),
    EventKind.DECISION_OVERRIDDEN: _spec("decision, need", "client before after reason"),
    EventKind.OVERRIDE_REVIEWED: _spec("need", "client", "override"),
    EventKind.NEED_OPENED: _spec("need", "client", "pathway urgency owner"),
    EventKind.NEED_JOINED: _spec("need", "client", "screening"),
    EventKind.NEED_RAISED: _spec("need", "client before after"),
    EventKind.NEED_POSTPONED: _spec("need", "client before after reason"),
    EventKind.DEADLINE_MISSED: _spec("need", "client", "rung told due_at"),
    EventKind.NEED_REASSIGNED: _spec("need", "client before after"),
    EventKind.NEED_REDIRECTED: _spec("need", "client", "referral pathway"),
    EventKind.NEED_SIGNED_OFF: _spec("need", "client reason"),
    EventKind.NEED_CLOSED: _spec("need", "client reason"),
    EventKind.NEED_REOPENED: _spec("need", "client"),
    EventKind.REFERRAL_STEP: _spec("referral", "client before after", "step"),
    EventKind.ATTEMPT_LOGGED: _spec("need, referral", "client", "channel result"),
    EventKind.SAFETY_ASSESSMENT_RECORDED: _spec("safety assessment", "client", "disposition"),
    EventKind.FOLLOW_UP_DONE: _spec("follow-up", "client", "result"),
    EventKind.LETTER_MADE: _spec("letter", "client", "referral"),
    EventKind.EXPORT_MADE: _spec("client, organisation", "", "export"),
    EventKind.ACCESS_REPORT_MADE: _spec("client", "client", "surface"),
    EventKind.ACCESS_REVIEWED: _spec("review finding", "reason", "rule"),
    EventKind.REVIEW_DUE: _spec("organisation", "", "count told"),
    EventKind.RECORD_VIEWED: _spec(", ".join(SubjectKind), "", "view"),
    EventKind.ACCESS_REFUSED: _spec(", ".join(SubjectKind), "", "permission"),
    EventKind.OPENED_WITH_REASON: _spec("client", "client reason"),
    EventKind.SIGNED_IN: _spec("account"),
    EventKind.SIGN_IN_REFUSED: _spec("account, organisation", "reason"),
    EventKind.SIGNED_OUT: _spec("account"),
    EventKind.ACCOUNT_CHANGED: _spec("account", "", "fields"),
    EventKind.SETTING_CHANGED: _spec("organisation", "", "setting"),
    EventKind.PROGRAMME_STARTED: _spec("programme", "", "programme version digest"),
    EventKind.PROGRAMME_MOVED: _spec("programme", "before after", "programme version digest lowers"),
    EventKind.PROGRAMME_ENDED: _spec("programme", "", "programme version"),
    EventKind.HOLD_SET: _spec("client, organisation", "reason", "hold"),
    EventKind.HOLD_LIFTED: _spec("client, organisation", "reason", "hold"),
    EventKind.ERASURE_ASKED: _spec("client", "client reason", "erasure"),
    EventKind.ERASURE_APPROVED: _spec("client", "client reason", "erasure"),
    EventKind.CLIENT_ERASED: _spec("client", "client reason", "erasure schedule counts"),
    EventKind.SCREENING_ERASED: _spec("screening", "client", "schedule counts"),
    EventKind.NOTE_WRITTEN: _spec("note", "client commit", "restricted"),
    EventKind.NOTE_CORRECTED: _spec("note", "client commit", "version"),
    EventKind.NOTE_STRUCK_OUT: _spec("note", "client"),
    EventKind.RECEIVER_ADDED: _spec("receiver"),
    EventKind.LINK_MADE: _spec("link", "client", "referral receiver until"),
    EventKind.LINK_SENT: _spec("link", "client", "referral receiver channel"),
    EventKind.LINK_CODE_MADE: _spec("link", "client", "referral receiver until"),
    EventKind.LINK_CODE_ASKED: _spec("link", "client", "referral receiver"),
    EventKind.LINK_OPENED: _spec("link", "client", "referral session"),
    EventKind.LINK_LEFT: _spec("link", "client", "referral session"),
    EventKind.LINK_REFUSED: _spec("link", "client reason", "referral receiver count"),
    EventKind.LINK_LOCKED: _spec("link", "client", "referral receiver count"),
    EventKind.LINK_REVOKED: _spec("link", "client", "referral receiver"),
    EventKind.OFFER_STATED: _spec("receiver", "", "fields"),
    EventKind.ACCOUNT_ADDED: _spec("account", "", "role"),
    EventKind.MESSAGE_SENT: _spec("alert, account", "", "channel told"),
    EventKind.MESSAGE_NOT_TAKEN: _spec("alert, account", "", "channel told"),
    EventKind.ROSTER_IMPORTED: _spec("organisation", "", "counts"),
    EventKind.PACKET_SENT: _spec("referral", "client commit", "packet organisation_to shared"),
    EventKind.PACKET_DELIVERED: _spec("referral", "client", "packet organisation_to"),
    EventKind.PACKET_ARRIVED: _spec("packet", "", "organisation_from pathway urgency"),
    EventKind.PACKET_TAKEN_IN: _spec("packet", "client", "organisation_from referral need"),
    EventKind.PACKET_DECLINED: _spec("packet", "reason", "organisation_from"),
    EventKind.PACKET_WITHDRAWN: _spec("packet", "", "organisation_from"),
    EventKind.PACKET_ANSWERED: _spec("packet", "", "organisation_from count step"),
    EventKind.PACKET_TURNED_BACK: _spec("referral", "client", "packet organisation_to"),
    EventKind.PACKET_TOLD: _spec("packet", "", "organisation_from rung told"),
    EventKind.PACKET_REDIRECTED: _spec("packet, referral", "client"),
    EventKind.RECEIVER_CHANGED: _spec("receiver", "", "fields"),
    EventKind.REFERRAL_HANDED_ON: _spec("referral", "client before after"),
    EventKind.RECORDS_ERASED: _spec("organisation", "", "schedule counts"),
    EventKind.ITEMS_ASKED: _spec("referral", "client reason", "request"),
    EventKind.ITEMS_SHARED: _spec("referral", "client", "request"),
    EventKind.ITEMS_DECLINED: _spec("referral", "client reason", "request"),
}

_MORE = (
    "administration alert assessment attempts assigned_to assignee by_rule channel clock consent count "
    "critical deadline digest direction due_at duration edge error escalated filters findings first follow_up "
    "happened_at immediate informant instrument item items joined_to language link_of method minimum_attempts mode "
    "need new_urgency open_places organisation_to outcome override owner page pathway per_week proposed purpose "
    "reached reason_code receiver referral request rescreen_days restricted result review_at role rules_digest "
    "rules_id rules_version safety_plan safety_plan_reason screening second_person session shared side site state "
    "status step surface team timing until urgency version view wait_days with_client with_items kindness "
    "hands_over fits"
)
DETAILS = frozenset(_MORE.split()).union(*(spec.details for spec in EVENTS.values()))
"""Every name a detail may have. All hold ids, codes, numbers or times; none holds words about a person."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, before it has a place in the chain. Ids and codes only; `at` is UTC-aware."""

    id: str
    organisation: str
    at: datetime
    actor: str
    role: str
    kind: EventKind
    subject_kind: SubjectKind
    subject: str
    client: str | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    details: Details = field(default_factory=dict)
    commit: str | None = None
