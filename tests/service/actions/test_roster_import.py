"""Bringing a roster in on both databases: whole, and only on what it was compared with."""

import pytest

from service.actions import enrolling, roster_import
from service.actions.refusals import Conflict
from service.permissions import Role
from service.store.clients import ClientRow, client_with_id, guardians_of
from tests.service.builders import world

HEAD = "local_id,given_name,family_name,birth_date,class,guardian_1_name,guardian_1_phone"
MAYA = "S00001,Maya,Example,2011-02-02,10C,Rosa Example,555-010-0143"
NIA = "N1,Nia,Newcomer,2012-03-04,8A,Ana Newcomer,"


def look(here):
    with here.read() as session:
        return roster_import.look(
            session, f"{HEAD}\n{MAYA}\n{NIA}\n".encode(), act=here.act(Role.ADMINISTRATOR)
        )


def bring_in(here, seen):
    with here.write() as session:
        return roster_import.bring_in(session, seen, seen.plan.version, act=here.act(Role.ADMINISTRATOR))


def test_a_roster_is_done_whole_and_not_on_records_that_changed_since(database_url, tmp_path):
    here = world(database_url, tmp_path)
    seen = look(here)
    with here.write() as session:
        session.get(ClientRow, (here.organisation.id, here.client.id)).pronouns = "she/her"
    with pytest.raises(Conflict, match="Records changed since"):
        bring_in(here, seen)
    assert look(here).plan.counts == {"added": 1, "changed": 1, "unchanged": 0, "absent": 0}
    bring_in(here, look(here))
    assert look(here).plan.counts == {"added": 0, "changed": 0, "unchanged": 2, "absent": 0}
    with here.read() as session:
        maya, nia = (client_with_id(session, here.organisation.id, each) for each in ("S00001", "N1"))
        phones = [each.phone for each in guardians_of(session, here.organisation.id, maya.id)]
        assert (maya.class_name, maya.pronouns, phones) == ("10C", "she/her", ["555-010-0143"])
        assert [each.name for each in guardians_of(session, here.organisation.id, nia.id)] == ["Ana Newcomer"]
        assert enrolling.details_of(nia).site_id == here.school.id
