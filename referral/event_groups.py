"""Kinds of event in groups that an auditor asks for. A kind that no group names is care: it is about help."""

from collections.abc import Mapping
from enum import StrEnum

from referral.events import EventKind


class EventGroup(StrEnum):
    """What an event is a matter of."""

    CARE = "care"
    LOOKS = "looks"
    REFUSALS = "refusals"
    RELEASES = "releases"
    SIGN_INS = "sign-ins"
    SETTINGS = "settings"
    RECORDS = "records"
    REVIEWS = "reviews"


_NAMED: Mapping[EventGroup, frozenset[EventKind]] = {
    EventGroup.LOOKS: frozenset({EventKind.RECORD_VIEWED, EventKind.OPENED_WITH_REASON}),
    EventGroup.REFUSALS: frozenset(
        {
            EventKind.ACCESS_REFUSED,
            EventKind.SIGN_IN_REFUSED,
            EventKind.LINK_REFUSED,
            EventKind.LINK_LOCKED,
        }
    ),
    EventGroup.RELEASES: frozenset(
        {
            EventKind.LETTER_MADE,
            EventKind.EXPORT_MADE,
            EventKind.ACCESS_REPORT_MADE,
            EventKind.LINK_MADE,
            EventKind.LINK_SENT,
            EventKind.PACKET_SENT,
            EventKind.PACKET_DELIVERED,
            EventKind.PACKET_ANSWERED,
            EventKind.PACKET_TURNED_BACK,
            EventKind.PACKET_REDIRECTED,
            EventKind.ITEMS_SHARED,
        }
    ),
    EventGroup.SIGN_INS: frozenset({EventKind.SIGNED_IN, EventKind.SIGNED_OUT}),
    EventGroup.SETTINGS: frozenset(
        {
            EventKind.ACCOUNT_ADDED,
            EventKind.ACCOUNT_CHANGED,
            EventKind.SETTING_CHANGED,
            EventKind.PROGRAMME_STARTED,
            EventKind.PROGRAMME_MOVED,
            EventKind.PROGRAMME_ENDED,
            EventKind.OFFER_STATED,
            EventKind.RECEIVER_CHANGED,
        }
    ),
    EventGroup.RECORDS: frozenset(
        {
            EventKind.HOLD_SET,
            EventKind.HOLD_LIFTED,
            EventKind.ERASURE_ASKED,
            EventKind.ERASURE_APPROVED,
            EventKind.CLIENT_ERASED,
            EventKind.SCREENING_ERASED,
            EventKind.RECORDS_ERASED,
            EventKind.ROSTER_IMPORTED,
        }
    ),
    EventGroup.REVIEWS: frozenset(
        {EventKind.ACCESS_REVIEWED, EventKind.OVERRIDE_REVIEWED, EventKind.REVIEW_DUE}
    ),
}


def group_of(kind: EventKind) -> EventGroup:
    """The one group of a kind."""
    return next((group for group, kinds in _NAMED.items() if kind in kinds), EventGroup.CARE)


def kinds_in(group: EventGroup) -> frozenset[EventKind]:
    """Every kind of a group."""
    return frozenset(kind for kind in EventKind if group_of(kind) is group)
