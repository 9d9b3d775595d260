"""Every act on a need, refused: in the other organisation, on the other side, on a closed need."""

import pytest

from referral.model import AttemptResult, Channel, ClosingReason, State
from service.access import NotFound
from service.actions import attempts, closing, needs
from service.actions.attempts import LogAttempt
from service.actions.closing import CloseNeed
from service.actions.needs import Reassign, Redirect, SignOff
from service.actions.refusals import Conflict
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from tests.service.builders import world
from tests.service.caring import do, need_of
from tests.service.referring import referral_in, row_of

CALL = LogAttempt(Channel.PHONE, AttemptResult.NO_ANSWER)


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def ended(here):
    """The need behind a referral that was declined."""
    return row_of(here, referral_in(here, State.DECLINED, client=here.client)).need_id


ACTS = [
    pytest.param(attempts.log_attempt, CALL, id="log an attempt"),
    pytest.param(needs.reassign, Reassign(None, "x"), id="reassign"),
    pytest.param(needs.redirect, Redirect(), id="redirect"),
    pytest.param(needs.sign_off, SignOff(note="x"), id="sign off"),
    pytest.param(needs.reopen, "x", id="reopen"),
    pytest.param(closing.close, CloseNeed(ClosingReason.MOVED_AWAY), id="close"),
    pytest.param(closing.close_the_loop, closing.CloseLoop(), id="close the loop"),
]


@pytest.mark.parametrize(("action", "command"), ACTS)
def test_a_need_of_the_other_organisation_does_not_exist(here, tmp_path, action, command):
    clinic = world(None, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts)
    need_id = need_of(clinic)
    with pytest.raises(NotFound):
        do(here, action, need_id, command)


@pytest.mark.parametrize(("action", "command"), ACTS)
def test_the_receiving_side_does_not_work_the_need(here, action, command):
    need_id = ended(here)
    with pytest.raises(NotAllowed):
        do(here, action, need_id, command, role=Role.CLINICIAN)


@pytest.mark.parametrize(("action", "command"), [each for each in ACTS if each.id != "reopen"])
def test_nothing_is_done_about_a_closed_need(here, action, command):
    need_id = ended(here)
    do(here, closing.close, need_id, CloseNeed(ClosingReason.MOVED_AWAY))
    with pytest.raises(Conflict, match=r"Coordinator Demo closed this need at 10:00"):
        do(here, action, need_id, command)
