"""Several attempts to meet one need, made at one moment: which is the newest is never a matter of chance."""

import pytest

from referral.model import State, Step
from service.actions import needs
from service.actions.needs import Redirect
from service.permissions import Role
from service.store.referrals import referrals_for
from tests.service.builders import world
from tests.service.caring import do, latest_of
from tests.service.referring import referral_in, row_of, take


@pytest.fixture
def here(sqlite_url, tmp_path):
    return world(sqlite_url, tmp_path)


def test_attempts_of_one_moment_keep_their_order(here):
    need_id, made = row_of(here, referral_in(here, State.DECLINED)).need_id, []
    for _ in range(6):
        do(here, needs.redirect, need_id, Redirect(None, here.teams["psychology"].id, "Once more."))
        made.append(latest_of(here, need_id).id)
        take(here, made[-1], Step.DISMISS, Role.COUNSELOR)
    with here.read() as session:
        kept = [row.id for row in referrals_for(session, here.organisation.id, [need_id])]
    assert kept[1:] == made
    assert len(set(made)) == 6
