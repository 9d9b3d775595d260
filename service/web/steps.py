"""The steps of a referral as addresses name them, the same in pages and API."""

from collections.abc import Mapping

from referral.model import Step

STEPS: Mapping[str, Step] = {
    "dismiss": Step.DISMISS,
    "claim": Step.CLAIM,
    "release": Step.RELEASE,
    "accept": Step.ACCEPT,
    "decline": Step.DECLINE,
    "waitlist": Step.WAITLIST,
    "schedule": Step.SCHEDULE,
    "reschedule": Step.RESCHEDULE,
    "attended": Step.RECORD_ATTENDED,
    "not-attended": Step.RECORD_NOT_ATTENDED,
    "cancel-appointment": Step.CANCEL_APPOINTMENT,
    "outcome": Step.REPORT_OUTCOME,
    "not-reached": Step.REPORT_NOT_REACHED,
    "request-cancel": Step.REQUEST_CANCEL,
    "confirm-cancel": Step.CONFIRM_CANCEL,
    "mark-error": Step.MARK_ERROR,
}
"""Name in an address -> step, for the steps that need nothing but what is said with them."""
