"""Packets that wait: at an organisation that is suspended, and at one where nobody has taken them in yet."""

import pytest

from referral.events import EventKind
from service.actions import crossing, suspending
from service.kinds import SuspensionReason
from tests.service.actions.test_crossing import events
from tests.service.caring import need_row
from tests.service.crossing import PATHWAY, came, carried, sent, suspension, two
from tests.service.referring import row_of


@pytest.fixture
def either(database_url, tmp_path):
    """A pair of organisations; what is told across differs on each engine."""
    return two(database_url, tmp_path)


def test_nothing_is_delivered_to_a_suspended_organisation_and_its_sender_is_told(either):
    sender, receiver = either
    referral_id = sent(sender, receiver)
    suspension(receiver, suspending.suspend, reason=SuspensionReason.ASKED, although_open=False)
    assert (carried(sender), carried(sender), came(receiver)) == (0, 0, [])
    assert len(events(sender, EventKind.PACKET_TURNED_BACK)) == 1, "told once"
    with sender.write() as session:
        row = row_of(sender, referral_id)
        shown = crossing.show(session, row, act=sender.act())
        assert (shown.turned_back_at, shown.delivered_at) == (sender.clock(), None)
        assert crossing.organisations(session, PATHWAY, act=sender.act()) == []
        need = need_row(sender, row.need_id)
        assert need.next_step["en"].startswith("They take nothing in just now")
    suspension(receiver, suspending.resume)
    assert carried(sender) == 1
    with sender.write() as session:
        row = row_of(sender, referral_id)
        assert crossing.show(session, row, act=sender.act()).turned_back_at is None
        assert not need_row(sender, row.need_id).next_step["en"].startswith("They take nothing")
