"""Receivers that are renamed, offered to nobody any more, and brought back."""

import shutil

import pytest

from referral.model import State, Urgency
from service.actions import directory, opening_up, places, referral_views, withdrawing
from service.actions.directory import Sought
from service.actions.refusals import Conflict, Invalid
from service.kinds import WithdrawReason
from service.permissions import NotAllowed, Role
from tests.service.builders import world
from tests.service.caring import do, events
from tests.service.linking import link_row, linked
from tests.service.referring import draft, referral_in
from tests.service.web.visiting import visitor, words

ADMIN, LEAD = Role.ADMINISTRATOR, Role.COORDINATOR


@pytest.fixture
def here(migrated_sqlite, tmp_path):
    return world(f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'handrail.db')}", tmp_path)


def gone(here, receiver_id, reason=WithdrawReason.CLOSED, role=ADMIN):
    return do(here, withdrawing.withdraw, receiver_id, reason, role=role)


def offered(here, referral_id):
    """The ids of everybody who is proposed for a draft."""
    with here.write() as session:
        found = referral_views.preview(session, referral_id, act=here.act())
    return {each.receiver.id for each in (*found.proposals, *found.outside.known)}


def left(here, receiver_id, role=LEAD):
    with here.read() as session:
        entry = directory.show(session, receiver_id, act=here.act(role))
        return withdrawing.left_there(session, entry, act=here.act(role))


def test_what_was_withdrawn_is_offered_to_nobody_and_its_open_referrals_are_listed(here):
    team, sent = here.teams["psychology"], referral_in(here, State.SENT, client=here.new_client("Tam"))
    outside = linked(here)
    office = link_row(here, outside.referral_id).receiver_id
    waiting = draft(here, "psychology", Urgency.SOON, here.new_client("Sol"))
    assert {team.id, office} <= offered(here, waiting)
    for receiver_id, referral_id in ((team.id, sent), (office, outside.referral_id)):
        gone(here, receiver_id)
        count, lines = left(here, receiver_id)
        assert (count, [line.id for line in lines]) == (1, [referral_id])
        assert left(here, receiver_id, ADMIN) == (1, []), "who keeps the directory sees how many, not which"
    assert not {team.id, office} & offered(here, waiting)
    with here.read() as session:
        last = directory.index(session, Sought(), act=here.act())[-2:]
        assert {each.id for each in last} == {team.id, office}
        assert "psychology" in places.missing(session, act=here.act(ADMIN)).pathways
    do(here, withdrawing.bring_back, team.id, role=ADMIN)
    assert team.id in offered(here, waiting)
    assert [
        (event["before"], event["after"], event["reason"])
        for event in events(here)
        if event["kind"] == "receiver changed"
    ] == [("offered", "withdrawn", "closed")] * 2 + [("withdrawn", "offered", None)]


def test_what_must_stay_stays_and_who_may_not_is_refused(here):
    crisis, team = here.teams["crisis"].id, here.teams["psychology"].id
    with here.write() as session:
        opening_up.open_or_shut(session, "psychology", team, act=here.act(ADMIN))
    for receiver_id, because in ((crisis, "crisis team stays"), (team, "other organisations")):
        with pytest.raises(Conflict, match=because):
            gone(here, receiver_id)
    with pytest.raises(Invalid, match="reason"):
        gone(here, here.teams["social-work"].id, None)
    with pytest.raises(Conflict, match="offered already"):
        do(here, withdrawing.bring_back, team, role=ADMIN)
    with pytest.raises(NotAllowed):
        gone(here, team, role=LEAD)


@pytest.mark.parametrize(("name", "because"), [(" ", "Write something"), ("CRISIS TEAM", "Another receiver")])
def test_a_name_that_cannot_be_is_refused(here, name, because):
    with pytest.raises(Invalid, match=because):
        do(here, withdrawing.rename, here.teams["psychology"].id, name, role=ADMIN)


def test_it_is_renamed_withdrawn_and_brought_back_at_the_pages(here):
    admin = visitor(here, ADMIN)
    at = f"/receivers/{here.teams['social-work'].id}"
    assert "Vale Team" in words(admin.send(f"{at}/name", name="Vale Team"))
    assert admin.post(f"{at}/withdraw", reason="").status_code == 422
    assert "It has closed." in words(admin.send(f"{at}/withdraw", reason="closed"))
    assert "not offered any more" in words(admin.get("/receivers"))
    assert "Offered to nobody" not in words(admin.send(f"{at}/bring-back"))
