"""Every state has its word in the standards at the border."""

import pytest

from referral.model import State
from referral.standards import BORDER_CODES

TASK_STATUS = {
    "draft",
    "requested",
    "received",
    "accepted",
    "rejected",
    "ready",
    "cancelled",
    "in-progress",
    "on-hold",
    "failed",
    "completed",
    "entered-in-error",
}
BUSINESS_STATUS = {"2.0", "3.0", "4.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.2", "6.0", "7.0"}


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_task_status_that_fhir_knows(state):
    assert BORDER_CODES[state].task_status in TASK_STATUS


def test_every_business_status_of_bser_is_expressible():
    said = {codes.business_status for codes in BORDER_CODES.values()} - {None}
    assert said == BUSINESS_STATUS
