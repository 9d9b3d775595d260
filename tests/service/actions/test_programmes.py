"""Programmes in force: started, moved with the difference seen, several at once; a screening keeps its own."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from service.access import NotFound
from service.actions import programmes, results, screenings
from service.actions.programmes import Move
from service.actions.refusals import Conflict, Invalid
from service.actions.screenings import GiveAnswer, StartScreening
from service.definitions import load_definitions
from service.kinds import Mode, ScreeningStatus
from service.permissions import NotAllowed, Role
from service.store.audit import AuditEventRow
from service.store.screenings import find_screening
from service.store.trail import read_entry
from tests.referral.programmes import PROGRAMME, changed, keep, own_instrument, own_programme, own_routing
from tests.service.builders import world

SCHOOL = "school-screening"
WHY = "The district's clinicians chose the higher cut-off."
ROUTING_2 = ("routing: school-screening@1.0.0", "routing: school-screening@2.0.0")


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Own definitions: the school programme with other words (1.1.0) and with a higher cut-off (2.0.0); another."""
    own = tmp_path_factory.mktemp("own")
    own_instrument(own, "phq-9", "1.1.0", ("Feeling down", "Feeling low"))
    own_programme(own, "1.1.0", ('phq-9: "1.0.0"', 'phq-9: "1.1.0"'))
    own_routing(
        own,
        "2.0.0",
        ("when: {score: gad.total, between: [10, 14]}", "when: {score: gad.total, between: [13, 14]}"),
    )
    own_programme(own, "2.0.0", ROUTING_2)
    second = changed(
        PROGRAMME,
        ("programme: school-screening", "programme: after-an-event"),
        ("from: 5, to: 22", "from: 12, to: 22"),
        ("first: [phq-9, asq]", "first: [asq]\noffered: [asq, gad-7, pc-ptsd-5]"),
    )
    keep(own, "programmes", "after-an-event", second)
    return load_definitions(own)


@pytest.fixture
def here(database_url, tmp_path, known):
    made = world(database_url, tmp_path)
    made.parts = replace(made.parts, definitions=known)
    return made


def admin(here):
    return here.act(Role.ADMINISTRATOR)


def move(here, to, was="1.0.0", **more):
    with here.write() as session:
        return programmes.move(session, SCHOOL, Move(to, was, **more), act=admin(here))


def begin(here, *names, programme=None, client=None):
    command = StartScreening(
        (client or here.client).id, names, Mode.INTERVIEW, agrees=True, programme=programme
    )
    with here.write() as session:
        return screenings.start(session, command, act=here.act())


def happened(here):
    """What the trail says of programmes: kind, before, after and whether it lowers."""
    with here.read() as session:
        rows = session.scalars(select(AuditEventRow).order_by(AuditEventRow.seq)).all()
        told = [read_entry(row) for row in rows if row.kind.startswith("programme")]
    return [(each["kind"], each["before"], each["after"], each["details"].get("lowers")) for each in told]


def test_a_screening_asks_the_version_that_the_programme_pins_and_not_the_newest(here):
    begun = begin(here, "phq-9")

    with here.read() as session:
        shown = screenings.progress(session, begun, act=here.act())
    assert shown.next.instrument.version == "1.0.0"


def test_a_move_that_lowers_nothing_needs_no_reason_and_new_screenings_begin_with_it(here):
    running = move(here, "1.1.0")
    begun = begin(here, "phq-9")

    assert (running.programme.version, running.reason) == ("1.1.0", "")
    with here.read() as session:
        assert screenings.progress(session, begun, act=here.act()).next.instrument.version == "1.1.0"


def test_a_move_that_lowers_something_needs_the_tick_and_the_reason(here):
    with pytest.raises(Invalid) as caught:
        move(here, "2.0.0", reason="short")
    assert [each.field for each in caught.value.problems] == ["lowers", "reason"]
    with pytest.raises(Invalid):
        move(here, "2.0.0", lowers=True)

    assert move(here, "2.0.0", lowers=True, reason=WHY).reason == WHY


def test_a_screening_that_has_begun_keeps_the_rules_it_began_with(here):
    begun = begin(here, "gad-7", client=here.client)
    move(here, "2.0.0", lowers=True, reason=WHY)
    other = begin(here, "gad-7", client=here.new_client())
    answers = {"q1": 3, "q2": 3, "q3": 3, "q4": 2, "q5": 0, "q6": 0, "q7": 0}

    judged = []
    for screening_id in (begun, other):
        given = [GiveAnswer("gad-7", item, value) for item, value in answers.items()]
        with here.write() as session:
            screenings.answer_all(session, screening_id, given, act=here.act())
            screenings.end(session, screening_id, ScreeningStatus.SUBMITTED, act=here.act())
            shown = results.show(session, screening_id, act=here.act())
        judged.append((shown.rules, [each.pathway for each in shown.decisions]))
    assert judged == [("school-screening 1.0.0", ["psychology"]), ("school-screening 2.0.0", [None])]


def test_several_programmes_run_at_once_and_a_screening_says_which(here):
    here.clock.forward(minutes=1)
    with here.write() as session:
        programmes.start(session, "after-an-event", act=admin(here))
    with pytest.raises(Invalid) as caught:
        begin(here, "asq")
    (problem,) = caught.value.problems
    assert (problem.field, problem.allowed) == ("programme", "school-screening, after-an-event")
    here.clock.forward(minutes=1)
    move(here, "1.1.0")
    with here.read() as session:
        first, _second = programmes.in_force(session, act=here.act())
    assert first.programme.id == SCHOOL, "what was started here first, in whichever version"

    begun = begin(here, "asq", programme="after-an-event")
    with here.read() as session:
        row = find_screening(session, here.organisation.id, begun)
        assert programmes.programme_of(session, row, act=here.act()).id == "after-an-event"


def test_a_programme_asks_only_what_it_offers_and_only_whom_it_is_for(here):
    with here.write() as session:
        programmes.start(session, "after-an-event", act=admin(here))
    with pytest.raises(Invalid, match="is not asked in this programme"):
        begin(here, "phq-9", programme="after-an-event")
    with pytest.raises(Invalid, match="is for ages 12 to 22"):
        begin(here, "asq", programme="after-an-event", client=here.new_client(born_on=date(2015, 1, 1)))


def test_without_a_programme_nobody_is_screened_and_what_has_begun_is_finished(here):
    begun = begin(here, "asq")
    with here.write() as session:
        programmes.end(session, SCHOOL, "1.0.0", act=admin(here))
    with pytest.raises(Conflict, match="No screening programme is in force here"):
        begin(here, "asq", client=here.new_client())

    with here.write() as session:
        ended = screenings.end(session, begun, ScreeningStatus.STOPPED, act=here.act())
        assert ended.status is ScreeningStatus.STOPPED
        assert [each.id for each in programmes.not_in_force(session, act=admin(here))] == [
            "after-an-event",
            "clinic-screening",
            SCHOOL,
        ]


def test_who_was_first_is_told_and_nothing_moves_twice(here):
    move(here, "1.1.0")
    with pytest.raises(Conflict, match=r"meanwhile: version 1\.1\.0 is in force now"):
        move(here, "2.0.0", lowers=True, reason=WHY)
    with pytest.raises(Conflict, match=r"Version 1\.1\.0 is in force already"):
        move(here, "1.1.0", was="1.1.0")
    with (
        here.write() as session,
        pytest.raises(Conflict, match=r"is in force here already, in version 1\.1\.0"),
    ):
        programmes.start(session, SCHOOL, act=admin(here))


def test_what_there_is_none_of_is_named(here):
    with pytest.raises(Invalid, match="no such version"):
        move(here, "7.0.0")
    with here.write() as session, pytest.raises(NotFound):
        programmes.one_in_force(session, "after-an-event", act=admin(here))
    with here.write() as session, pytest.raises(Conflict, match="after-an-event is not in force here"):
        programmes.end(session, "after-an-event", "1.0.0", act=admin(here))


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.SUPERVISOR, Role.AUDITOR])
def test_only_the_programme_administrator_starts_moves_and_ends(here, role):
    with here.write() as session:
        act = here.act(role)
        with pytest.raises(NotAllowed):
            programmes.start(session, "after-an-event", act=act)
        with pytest.raises(NotAllowed):
            programmes.move(session, SCHOOL, Move("1.1.0", "1.0.0"), act=act)
        with pytest.raises(NotAllowed):
            programmes.end(session, SCHOOL, "1.0.0", act=act)
        with pytest.raises(NotAllowed):
            programmes.difference(session, SCHOOL, "1.1.0", act=act)


def test_the_trail_tells_of_every_start_move_and_end(here):
    move(here, "2.0.0", lowers=True, reason=WHY)
    with here.write() as session:
        programmes.end(session, SCHOOL, "2.0.0", act=admin(here))
        programmes.start(session, SCHOOL, "1.0.0", act=admin(here))

    moved, ended, started = happened(here)
    assert moved == ("programme moved", "1.0.0", "2.0.0", True)
    assert ended[0] == "programme ended"
    assert started[0] == "programme started"
