"""The words for each member of each closed set, in one table. A member without words fails a test."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

from flask import Flask
from flask_babel import lazy_gettext as _

from instruments.conditions import Verdict
from instruments.model import Terms
from referral.access_week import ReviewNote, Rule
from referral.consent import ConsentStatus, Giver, Purpose
from referral.escalation import PostponeReason
from referral.event_groups import EventGroup
from referral.lifecycle import Actor
from referral.matching import ChoiceReason, Wish
from referral.model import (
    AppointmentReason,
    AttemptResult,
    CancelReason,
    Channel,
    ClosingReason,
    DecisionKind,
    DeclineReason,
    Disposition,
    ErrorReason,
    Outcome,
    Stage,
    State,
    Urgency,
)
from referral.offers import Access, Cost, Insurance, Way
from referral.retention import EraseReason, HoldReason, Kept, LiftReason, RecordClass
from service.actions.links import LinkState
from service.kinds import Mode, NoteKind, ReceiverKind, ScreeningStatus
from service.permissions import Role
from service.relations import named_with_relation, relation_words
from service.web.caseload_labels import CASELOAD_WORDS
from service.web.language import current_language
from service.web.packet_labels import PACKET_WORDS
from service.web.pathway_labels import PATHWAY_WORDS, span_words
from service.web.proof_labels import PROOF_WORDS
from service.web.receiver_labels import RECEIVER_WORDS

_WORDS: tuple[tuple[StrEnum, object], ...] = (
    (Terms.PUBLIC, _("Public domain")),
    (Terms.NO_PERMISSION_NEEDED, _("No permission needed")),
    (Terms.CONDITIONS, _("Free with conditions")),
    (Terms.REGISTRATION, _("Registration or permission")),
    (Urgency.IMMEDIATE, _("Immediate")),
    (Urgency.URGENT, _("Urgent")),
    (Urgency.SOON, _("Soon")),
    (Urgency.ROUTINE, _("Routine")),
    (State.DRAFT, _("Not sent yet")),
    (State.SENT, _("Sent")),
    (State.CLAIMED, _("Claimed")),
    (State.ACCEPTED, _("Accepted")),
    (State.WAITLISTED, _("On the waiting list")),
    (State.SCHEDULED, _("Booked")),
    (State.NOT_ATTENDED, _("Did not come")),
    (State.APPOINTMENT_CANCELLED, _("Appointment cancelled")),
    (State.IN_CARE, _("In care")),
    (State.CANCEL_REQUESTED, _("Asked to stop")),
    (State.COMPLETED, _("Outcome reported")),
    (State.DECLINED, _("Declined")),
    (State.CANCELLED, _("Cancelled")),
    (State.NOT_REACHED, _("Not reached")),
    (State.ENTERED_IN_ERROR, _("Entered in error")),
    (Stage.OPENED, _("Opened")),
    (Stage.SENT, _("Sent")),
    (Stage.ACCEPTED, _("Accepted")),
    (Stage.BOOKED, _("Booked")),
    (Stage.HELP_BEGAN, _("Help began")),
    (DeclineReason.NO_CAPACITY, _("No capacity")),
    (DeclineReason.WRONG_SERVICE, _("Wrong service")),
    (DeclineReason.NOT_ELIGIBLE, _("Not eligible")),
    (DeclineReason.OUT_OF_NETWORK, _("Out of network")),
    (DeclineReason.INSUFFICIENT_INFORMATION, _("More information is needed")),
    (DeclineReason.CLIENT_DECLINED, _("The client or family declined")),
    (DeclineReason.ALREADY_IN_CARE, _("Already in care elsewhere")),
    (DeclineReason.DUPLICATE, _("We already have this referral")),
    (DeclineReason.HIGHER_LEVEL_OF_CARE, _("Safety needs a higher level of care")),
    (DeclineReason.PROVIDER_WITHDREW, _("We must withdraw")),
    (Outcome.HELP_BEGAN, _("Help began")),
    (Outcome.NO_CARE_NEEDED, _("Assessed, no care needed")),
    (Outcome.REFERRED_ON, _("Referred on")),
    (Outcome.CLIENT_CHOSE_NOT_TO, _("The client chose not to")),
    (Outcome.COULD_NOT_BE_CONTACTED, _("Could not be reached")),
    (Outcome.NOT_ELIGIBLE, _("Not eligible")),
    (Outcome.NO_CAPACITY, _("No capacity")),
    (Outcome.MOVED_AWAY, _("Moved away")),
    (CancelReason.NO_CONSENT, _("No consent")),
    (CancelReason.DETAILS_MISSING, _("Details are missing")),
    (CancelReason.CARE_ELSEWHERE, _("Care found elsewhere")),
    (CancelReason.CLIENT_CHOSE_NOT_TO, _("The client chose not to")),
    (CancelReason.MOVED_AWAY, _("Moved away")),
    (CancelReason.DUPLICATE, _("Sent twice")),
    (CancelReason.CLINICAL_JUDGEMENT, _("Clinical judgement")),
    (AppointmentReason.CLIENT_ASKED, _("The client or family asked")),
    (AppointmentReason.SERVICE_ASKED, _("The service asked")),
    (AppointmentReason.UNWELL, _("Unwell")),
    (AppointmentReason.TRANSPORT, _("No way to get there")),
    (AppointmentReason.SCHOOL, _("School")),
    (AppointmentReason.FORGOTTEN, _("It slipped their mind")),
    (AppointmentReason.CLOSED, _("The service was closed")),
    (AppointmentReason.NOT_KNOWN, _("Not known")),
    (ErrorReason.WRONG_CLIENT, _("Wrong person")),
    (ErrorReason.ENTERED_TWICE, _("Entered twice")),
    (ErrorReason.PRACTICE_ENTRY, _("Made for practice")),
    (ClosingReason.HELP_BEGAN, _("Help began")),
    (ClosingReason.NO_CARE_NEEDED, _("Assessed, no care needed")),
    (ClosingReason.CARE_ELSEWHERE, _("Care found elsewhere")),
    (ClosingReason.CLIENT_CHOSE_NOT_TO, _("The client chose not to")),
    (ClosingReason.NOT_REACHED, _("Not reached")),
    (ClosingReason.MOVED_AWAY, _("Moved away")),
    (ClosingReason.JOINED_ANOTHER_NEED, _("Joined to another need")),
    (ClosingReason.ENTERED_IN_ERROR, _("Entered in error")),
    (Disposition.LOW, _("Low risk")),
    (Disposition.FURTHER_EVALUATION, _("Further evaluation needed")),
    (Disposition.IMMINENT, _("Imminent risk")),
    (Channel.PHONE, _("Phone")),
    (Channel.TEXT, _("Text message")),
    (Channel.EMAIL, _("E-mail")),
    (Channel.LETTER, _("Letter")),
    (Channel.IN_PERSON, _("In person")),
    (Channel.PORTAL, _("Portal")),
    (AttemptResult.REACHED, _("Reached")),
    (AttemptResult.MESSAGE_LEFT, _("Left a message")),
    (AttemptResult.NO_ANSWER, _("No answer")),
    (AttemptResult.WRONG_NUMBER, _("Wrong number")),
    (AttemptResult.REFUSED, _("Did not want to talk")),
    (DecisionKind.REFER, _("Refer")),
    (DecisionKind.REVIEW, _("A clinician looks at it")),
    (DecisionKind.RESCREEN, _("Screen again")),
    (DecisionKind.WATCH, _("Keep an eye on it")),
    (DecisionKind.NONE, _("No action needed")),
    (Actor.SENDER, _("The sender")),
    (Actor.RECEIVER, _("The receiving team")),
    (Actor.COORDINATOR, _("The coordinator")),
    (Actor.NOBODY, _("Nobody")),
    (Purpose.SCREENING, _("Screening")),
    (Purpose.SHARING, _("Sharing")),
    (ConsentStatus.GIVEN, _("Given")),
    (ConsentStatus.REFUSED, _("Refused")),
    (ConsentStatus.WITHDRAWN, _("Withdrawn")),
    (Giver.GUARDIAN, _("Guardian")),
    (Giver.CLIENT, _("The client")),
    (Mode.INTERVIEW, _("Interview")),
    (Mode.TABLET, _("Handed-over tablet")),
    (ScreeningStatus.IN_PROGRESS, _("In progress")),
    (ScreeningStatus.SUBMITTED, _("Finished")),
    (ScreeningStatus.STOPPED, _("Stopped early")),
    (ScreeningStatus.ABANDONED, _("Left unfinished")),
    (Verdict.YES, _("Yes")),
    (Verdict.NO, _("No")),
    (Verdict.UNKNOWN, _("Cannot be decided")),
    (PostponeReason.CLIENT_ASKED, _("They asked to wait")),
    (PostponeReason.AWAY, _("They are away")),
    (PostponeReason.CONSENT, _("Waiting for consent")),
    (PostponeReason.IN_HOSPITAL, _("In hospital or residential care")),
    (PostponeReason.NO_SAFE_CONTACT, _("No safe way to make contact now")),
    (PostponeReason.RECEIVER_ASKED, _("The receiving side asked for more time")),
    (NoteKind.OPENED, _("Opened without a screening")),
    (NoteKind.HANDOVER, _("Handed over")),
    (NoteKind.REDIRECT, _("Another way chosen")),
    (NoteKind.SIGN_OFF, _("Signed off by a second person")),
    (NoteKind.POSTPONED, _("Put off")),
    (NoteKind.CLOSED, _("Closed")),
    (NoteKind.REOPENED, _("Opened again")),
    (Role.COUNSELOR, _("Counselor")),
    (Role.REFERRAL_STAFF, _("Referral staff")),
    (Role.CLINICIAN, _("Clinician")),
    (Role.COORDINATOR, _("Coordinator")),
    (Role.SUPERVISOR, _("Supervisor")),
    (Role.ADMINISTRATOR, _("Programme administrator")),
    (Role.AUDITOR, _("Auditor")),
    (Role.ON_CALL, _("On-call")),
    (Role.SYSTEM, _("Handrail")),
    (RecordClass.CLIENT, _("Record of the person")),
    (RecordClass.SCREENING, _("Screenings")),
    (RecordClass.CARE, _("Referrals and needs")),
    (RecordClass.SAFETY, _("Alerts and safety assessments")),
    (RecordClass.CONSENT, _("Consent")),
    (RecordClass.SIGN_IN, _("Sign-ins")),
    (RecordClass.AUDIT, _("Audit trail")),
    (Kept.HOLD, _("A legal hold is in force")),
    (Kept.OPEN, _("Something is still open")),
    (Kept.PERIOD, _("The period still runs")),
    (Kept.ALWAYS, _("Kept always")),
    (HoldReason.LITIGATION, _("A lawsuit")),
    (HoldReason.INVESTIGATION, _("An investigation")),
    (HoldReason.ACCESS_REQUEST, _("A request to see the record")),
    (HoldReason.COMPLAINT, _("A complaint")),
    (LiftReason.ENDED, _("The matter has ended")),
    (LiftReason.COURT, _("A court released it")),
    (LiftReason.MISTAKE, _("It was set by mistake")),
    (EraseReason.ASKED, _("The person asked for it")),
    (EraseReason.GUARDIAN, _("A guardian asked for it")),
    (EraseReason.MISTAKE, _("It was recorded by mistake")),
    (EventGroup.CARE, _("Care and referrals")),
    (EventGroup.LOOKS, _("Looks at records")),
    (EventGroup.REFUSALS, _("Refusals")),
    (EventGroup.RELEASES, _("Letters, exports and reports")),
    (EventGroup.SIGN_INS, _("Sign-ins")),
    (EventGroup.SETTINGS, _("Accounts, settings and programmes")),
    (EventGroup.RECORDS, _("Holds and erasures")),
    (EventGroup.REVIEWS, _("Reviews of access")),
    (Rule.OUTSIDE, _("Outside one's own place and caseload")),
    (Rule.FAR_MORE, _("Far more records than usual")),
    (Rule.SAME_NAME, _("Same family name as the client")),
    (Rule.OUT_OF_HOURS, _("Outside working hours")),
    (Rule.LONG_CLOSED, _("Closed long ago")),
    (Rule.REFUSED, _("Refused again and again")),
    (Rule.PASSWORDS, _("Wrong passwords")),
    (Rule.OVERRIDE, _("Decided otherwise, or less urgently")),
    (Rule.TAKEN_OUT, _("Taken out of Handrail")),
    (Rule.ACCOUNT_USED, _("Given to an account, which then opened records")),
    (Rule.ACCOUNT_GIVEN, _("Roles and passwords given")),
    (ReviewNote.EXPECTED, _("Part of their work")),
    (ReviewNote.SPOKEN, _("Spoken to the person")),
    (ReviewNote.PASSED_ON, _("Passed on")),
    (Role.LINK, _("Receiver by link")),
    (LinkState.LIVE, _("Not opened with these digits yet")),
    (LinkState.USED, _("Digits used; the next visit needs new ones")),
    (LinkState.LOCKED, _("Locked")),
    (LinkState.EXPIRED, _("Expired")),
    (LinkState.REVOKED, _("Taken back")),
    (ReceiverKind.FAMILY_DOCTOR, _("Family doctor")),
    (ReceiverKind.CLINIC, _("Clinic or practice")),
    (ReceiverKind.THERAPIST, _("Therapist")),
    (ReceiverKind.HOSPITAL, _("Hospital")),
    (ReceiverKind.AGENCY, _("Agency")),
    (ReceiverKind.OTHER, _("Other")),
    (ChoiceReason.LANGUAGE, _("Speaks their language")),
    (ChoiceReason.SOONER, _("Sooner")),
    (ChoiceReason.HOURS, _("Better hours for them")),
    (ChoiceReason.NEARER, _("Nearer")),
    (ChoiceReason.PAYING, _("Cost or insurance")),
    (ChoiceReason.KNOWN, _("Known to the family")),
    (ChoiceReason.FAMILY, _("The family chose it")),
    (ChoiceReason.KIND, _("The right kind of help")),
    (ChoiceReason.OTHER, _("Another reason")),
    (Way.IN_PERSON, _("In person")),
    (Way.TELEHEALTH, _("By video or telephone")),
    (Access.STEP_FREE, _("Step-free entrance")),
    (Access.SIGN_LANGUAGE, _("Sign language")),
    (Access.INTERPRETER, _("Interpreter")),
    (Access.QUIET_ROOM, _("Quiet waiting room")),
    (Insurance.MEDICAID, _("Medicaid")),
    (Insurance.CHIP, _("CHIP")),
    (Insurance.PRIVATE, _("Private insurance")),
    (Cost.FREE, _("Free of charge")),
    (Cost.INSURED, _("Paid by insurance")),
    (Cost.BY_INCOME, _("By income")),
    (Cost.SELF_PAY, _("Paid by the family")),
    (Wish.TELEHEALTH, _("By video or telephone")),
    (Wish.IN_PERSON, _("In person")),
    (Wish.OUTSIDE_SCHOOL, _("Outside school hours")),
    (Wish.STEP_FREE, _("Step-free entrance")),
    (Wish.SIGN_LANGUAGE, _("Sign language")),
    (Wish.INTERPRETER, _("Interpreter")),
    (Wish.QUIET_ROOM, _("Quiet waiting room")),
    (Wish.FREE, _("Free of charge")),
    (Wish.MEDICAID, _("Takes Medicaid")),
    (Wish.CHIP, _("Takes CHIP")),
    (Wish.PRIVATE, _("Takes private insurance")),
    *CASELOAD_WORDS,
    *PACKET_WORDS,
    *PATHWAY_WORDS,
    *PROOF_WORDS,
    *RECEIVER_WORDS,
)

# By type as well: members of two sets may share a value ("refused") and still need different words.
LABELS: Mapping[tuple[type[StrEnum], str], object] = {
    (type(member), member.value): words for member, words in _WORDS
}


def label(member: StrEnum) -> str:
    """The member in the page's language; raises KeyError for one without words."""
    return _label_in(current_language(), type(member), member.value)


@lru_cache(maxsize=2000)
def _label_in(_language: str, kind: type[StrEnum], value: str) -> str:
    return str(LABELS[kind, value])


def choices(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """(value, words) pairs for a select."""
    return [(member.value, label(member)) for member in members]


def init_app(app: Flask) -> None:
    """Give templates the words, and what a guardian is to a client in the language of the page."""
    app.jinja_env.filters.update(label=label, span=span_words)
    app.jinja_env.filters["relation"] = lambda each: relation_words(each, current_language())
    app.jinja_env.filters["named"] = lambda each: named_with_relation(each, current_language())
