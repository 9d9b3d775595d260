"""What each referral state is called at the border: FHIR R4 Task, BSeR and IHE 360X. Nothing is exchanged here.

Sources: FHIR R4 value set task-status; the BSeR Task Business Status code system (2.0.0-ballot); the 360X
transactions as the project's design of record lists them. None where a standard has no word of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from referral.model import State


@dataclass(frozen=True, slots=True)
class BorderCodes:
    """One state in the words of the standards."""

    task_status: str
    business_status: str | None
    transaction: str | None


BORDER_CODES: Mapping[State, BorderCodes] = {
    State.DRAFT: BorderCodes("draft", None, None),
    State.SENT: BorderCodes("requested", "2.0", "PCC-55"),
    State.CLAIMED: BorderCodes("received", "2.0", None),
    State.ACCEPTED: BorderCodes("accepted", "3.0", "PCC-56"),
    State.WAITLISTED: BorderCodes("on-hold", None, None),
    State.SCHEDULED: BorderCodes("in-progress", "5.1.1", "PCC-60"),
    State.NOT_ATTENDED: BorderCodes("in-progress", "5.1.2", "PCC-61"),
    State.APPOINTMENT_CANCELLED: BorderCodes("in-progress", "5.1.3", None),
    State.IN_CARE: BorderCodes("in-progress", "5.1.4", "PCC-59"),
    State.CANCEL_REQUESTED: BorderCodes("in-progress", "5.2", "PCC-58"),
    State.COMPLETED: BorderCodes("completed", "7.0", "PCC-57"),
    State.DECLINED: BorderCodes("rejected", "4.0", "PCC-56"),
    State.CANCELLED: BorderCodes("cancelled", "6.0", None),
    State.NOT_REACHED: BorderCodes("failed", None, None),
    State.ENTERED_IN_ERROR: BorderCodes("entered-in-error", None, None),
}
