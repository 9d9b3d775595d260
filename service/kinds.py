"""Closed sets that are not judgements: what a tenant is, what people do there, how a screening is given."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What the tenant is; decides the words on pages (student or patient)."""

    DISTRICT = "district"
    CLINIC = "clinic"


class SiteKind(StrEnum):
    """A building where clients are, or a team that receives referrals."""

    BUILDING = "building"
    TEAM = "team"


class Mode(StrEnum):
    """How the answers are given."""

    INTERVIEW = "interview"
    TABLET = "handed-over tablet"


class ScreeningStatus(StrEnum):
    """Where a screening stands. Stopped and abandoned ones are scored too: a critical answer counts."""

    IN_PROGRESS = "in progress"
    SUBMITTED = "submitted"
    STOPPED = "stopped"
    ABANDONED = "abandoned"


class NoteKind(StrEnum):
    """When a person wrote a note about a need."""

    OPENED = "opened"
    HANDOVER = "handover"
    REDIRECT = "redirect"
    SIGN_OFF = "sign-off"
    POSTPONED = "postponed"
    CLOSED = "closed"
    REOPENED = "reopened"


class ToldAbout(StrEnum):
    """What somebody was told about, because nobody had acted yet."""

    ALERT = "alert"
    NEED = "need"
    PACKET = "packet"
    REVIEW = "review"
    ITEMS = "items"


class Role(StrEnum):
    """What a person does here. One role per person; several hats need several accounts, so the trail is clear."""

    COUNSELOR = "counselor"
    REFERRAL_STAFF = "referral staff"
    CLINICIAN = "clinician"
    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "programme administrator"
    AUDITOR = "auditor"
    ON_CALL = "on-call"
    SYSTEM = "system"
    LINK = "receiver by link"
    """Somebody outside, to whom a link and a code opened one referral. Nobody has an account with this role."""
    PARTNER = "other organisation"
    """Another organisation that a referral went to or came from. Nobody has an account with this role."""


class ReceiverKind(StrEnum):
    """What a receiver without an account is."""

    FAMILY_DOCTOR = "family doctor"
    CLINIC = "clinic"
    THERAPIST = "therapist"
    HOSPITAL = "hospital"
    AGENCY = "agency"
    OTHER = "other"


class Standing(StrEnum):
    """Where a packet that came from another organisation stands."""

    WAITING = "waiting"
    TAKEN_IN = "taken in"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class SuspensionReason(StrEnum):
    """Why an organisation is suspended, as whoever runs the deployment says it."""

    CONTRACT = "contract ended"
    SECURITY = "security incident"
    ASKED = "asked for by the organisation"
    MOVED = "moved to another deployment"
    OTHER = "other"


class OpenReason(StrEnum):
    """Why somebody opens the record of a client who is not on their caseload."""

    SCREEN = "to be screened"
    CLIENT = "came to me"
    FAMILY = "the family asked"
    COVERING = "covering for a colleague"
    SAFETY = "worried about safety"
    OTHER = "other"


class WithdrawReason(StrEnum):
    """Why a receiver is not offered any more."""

    CLOSED = "closed"
    MOVED = "moved away"
    TAKES_NOBODY = "takes nobody any more"
    ASKED = "asked for by the receiver"
    TWICE = "entered twice"
    OTHER = "other"
