"""The report of access: everybody who was at this record, once a day and act, and nothing that stands in it."""

import pytest

from referral.events import EventKind
from referral.model import State
from service.access import NotFound
from service.actions import access_report, clients, refusing
from service.actions.access_words import ROLES, act_words
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from service.reports.access_paper import access_paper
from service.store.clients import find_client
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.caseloads import give_reason, keep_caseloads
from tests.service.referring import referral_in
from tests.service.reports.paper import pages_of, words_on


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def look(here, role, times=1, client_id=None):
    for _ in range(times):
        with here.write() as session:
            clients.show(session, client_id or here.client.id, act=here.act(role))


def report(here, role=Role.SUPERVISOR, **asked):
    with here.write() as session:
        return access_report.page(session, here.client.id, act=here.act(role), **asked)


def whole(here, language="en"):
    with here.write() as session:
        return access_report.whole(session, here.client.id, act=here.act(), language=language)


def said(found):
    return [(line.by["en"], line.did["en"], line.times) for line in found.lines]


def test_repeats_of_one_day_and_person_are_one_line_with_a_number(here):
    look(here, Role.COUNSELOR, 4)
    here.clock.forward(days=1)
    look(here, Role.COUNSELOR)
    look(here, Role.SUPERVISOR, 2)
    found = report(here)
    assert sorted(said(found)[:2]) == [
        ("Counselor Demo", "looked at the record", 1),
        ("Supervisor Demo", "looked at the record", 2),
    ]
    assert said(found)[2:] == [("Counselor Demo", "looked at the record", 4)]
    assert [len(lines) for _day, lines in found.days] == [2, 1]


def test_by_what_right_is_told_for_each(here):
    referral_in(here, State.SENT, client=here.client)
    look(here, Role.SUPERVISOR)
    with here.write() as session:
        clients.show(session, here.client.id, act=here.act(Role.CLINICIAN))
    rights = {line.by["en"]: line.right["en"] for line in report(here).lines}
    assert rights["Supervisor Demo"] == "answers for the work of the staff"
    assert rights["Clinician Demo"] == "Psychology team: a referral was sent there"
    assert rights["Counselor Demo"] == "is or was responsible for the help"


def test_a_refused_look_is_in_it(here):
    with here.write() as session:
        error = NotFound("client", here.client.id)
        refusing.note(session, error, view="clients.show", act=here.act(Role.AUDITOR))
    (line,) = report(here).lines
    assert (line.by["en"], line.refused) == ("Auditor Demo", True)
    assert line.did["es"] == "intentó ver la ficha y no se le permitió"


def test_asking_for_it_is_an_event_of_its_own_kind_and_nobody_elses_looks_are_counted(here):
    other = here.new_client()
    look(here, Role.COUNSELOR, client_id=other.id)
    assert report(here).lines == ()
    whole(here)
    assert sorted(said(report(here))) == [
        ("Counselor Demo", "made a report like this one", 1),
        ("Supervisor Demo", "made a report like this one", 1),
    ]


def test_it_says_nothing_of_what_was_found(here):
    screen(here, "asq", [0, 0, 1, 0, 1])
    found = f"{whole(here).lines}{words_on(access_paper(whole(here)))}".lower()
    assert "asked questions" in found
    for word in ("asq", "suicid", "urgent", "immediate", "alert", "risk", "psych", "crisis"):
        assert word not in found


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_is_told_in_both_languages(kind):
    told = act_words(kind, "result")
    assert told["en"]
    assert told["es"] != told["en"]
    assert set(ROLES) == set(Role)


def test_a_long_history_is_shown_in_whole_days_and_is_whole_on_paper(here, monkeypatch):
    monkeypatch.setattr(access_report, "MOST", 5)
    monkeypatch.setattr(access_report, "_AT_ONCE", 4)
    for _ in range(4):
        look(here, Role.COUNSELOR, 3)
        here.clock.forward(days=1)
    first = report(here)
    assert [line.times for line in first.lines] == [3]
    second = report(here, before=first.older)
    assert [line.times for line in second.lines] == [3]
    assert second.lines[0].day < first.lines[0].day
    assert [line.times for line in whole(here).lines if "looked" in line.did["en"]] == [3, 3, 3, 3]


def test_it_is_for_those_who_may_read_the_record(here, tmp_path):
    for role, refused in ((Role.AUDITOR, NotFound), (Role.ADMINISTRATOR, NotFound)):
        with pytest.raises((NotAllowed, refused)):
            report(here, role)
    stranger = world(None, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts, seed=3)
    with pytest.raises(NotFound), stranger.write() as session:
        access_report.page(session, here.client.id, act=stranger.act())


def test_a_client_whose_name_is_erased_still_has_a_report(here):
    look(here, Role.COUNSELOR)
    with here.write() as session:
        row = find_client(session, here.organisation.id, here.client.id)
        row.given_name = row.family_name = ""
    found = whole(here)
    assert found.name == ""
    assert "a person whose name was erased" in words_on(access_paper(found))


def test_the_paper_is_the_same_for_the_same_report_and_has_as_many_pages_as_it_needs(here):
    for _ in range(40):
        look(here, Role.COUNSELOR)
        look(here, Role.SUPERVISOR)
        here.clock.forward(days=1)
    found = whole(here)
    made = access_paper(found)
    assert made == access_paper(found)
    assert pages_of(made) > 3
    assert f"Page 1 of {pages_of(made)}" in words_on(made)
    assert "Quién consultó esta ficha" in words_on(access_paper(found, language="es", paper="a4"))


def test_who_opened_the_record_for_a_reason_is_told_apart(here):
    keep_caseloads(here)
    assert give_reason(here, here.client)
    look(here, Role.COUNSELOR)
    assert (
        "Counselor Demo",
        "opened the record for a reason, not being in charge of it; others look at that again",
        1,
    ) in said(report(here))
