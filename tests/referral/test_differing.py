"""What moves between two versions of a programme, checked against every form where these are few enough to fill in."""

from itertools import product

import pytest

from instruments.answers import REFUSED
from instruments.parts import Part
from instruments.scoring import compile_instrument
from instruments.walking import raw
from referral.differing import Extent, difference_between
from referral.facts import NO_HISTORY, ClientFacts
from referral.model import Decision, DecisionKind, Urgency
from referral.routing import route
from referral.shifts import Shift, bare, shift_between
from tests.referral.programmes import own_instrument, own_programme, own_routing
from tests.referral.test_programmes import loaded

SCORERS, JUDGED = {}, {}
TWO = ("routing: school-screening@1.0.0", "routing: school-screening@2.0.0")
ANXIETY = "when: {score: gad.total, between: [10, 14]}\n    refer: {to: psychology, urgency: routine}"


def between(own, version="2.0.0"):
    known = loaded(own)
    return difference_between(known.get("school-screening", "1.0.0"), known.get("school-screening", version))


def one(difference, name):
    return next(each for each in difference.instruments if each.name == name)


def decided(programme, name, answers):
    """What the whole rules decide about one form alone."""
    alias, instrument = next((alias, each) for alias, each in programme.rules.uses.items() if each.id == name)
    scored = SCORERS.setdefault(instrument.digest, compile_instrument(instrument)).score(answers)
    seen = (
        programme.digest,
        scored.findings,
        scored.undecided,
        *scored.scores.values(),
        *scored.bands.values(),
    )
    if seen not in JUDGED:
        JUDGED[seen] = bare(route(programme.rules, {alias: scored}, ClientFacts(), NO_HISTORY).decisions)
    return JUDGED[seen]


def test_a_version_beside_itself_moves_nobody(tmp_path):
    known = loaded(tmp_path).get("school-screening")
    found = difference_between(known, known)

    assert not [each for each in found.instruments if each.moved or each.step]
    assert (found.lowers, found.proved, found.needs_reason) == (False, True, False)


@pytest.mark.parametrize(
    ("new", "shift"),
    [
        (("between: [10, 14]}", "between: [12, 14]}"), Shift.DOWN),
        (("between: [10, 14]}", "between: [8, 14]}"), Shift.UP),
        (("to: psychology", "to: social-work"), Shift.ELSEWHERE),
        (("urgency: routine", "urgency: soon"), Shift.UP),
    ],
)
def test_a_changed_rule_moves_exactly_whom_it_concerns(tmp_path, new, shift):
    own_routing(tmp_path, "2.0.0", (ANXIETY, ANXIETY.replace(*new)))
    own_programme(tmp_path, "2.0.0", TWO)
    found = between(tmp_path)
    gad = one(found, "gad-7")

    assert [each.name for each in found.instruments if each.moved] == ["gad-7"]
    assert [each.shift for each in gad.moved] == [shift]
    assert gad.extent is Extent.EVERY_STATE
    assert found.needs_reason is (shift is Shift.DOWN)
    (moved,) = gad.moved
    assert moved.states < gad.states
    witness = raw(moved.witness)
    assert decided(found.before, "gad-7", witness) == moved.before
    assert decided(found.after, "gad-7", witness) == moved.after


@pytest.mark.slow
def test_no_form_of_a_short_instrument_moves_otherwise_than_the_walk_says(tmp_path):
    swaps = ("when: pc.ptsd-screen-positive-sensitive", "when: {score: pc.total, at_least: 2}")
    own_routing(tmp_path, "2.0.0", swaps)
    own_programme(tmp_path, "2.0.0", TWO)
    found = between(tmp_path)
    told = {each.shift for each in one(found, "pc-ptsd-5").moved}

    names = [item.id for item in found.before.pinned["pc-ptsd-5"].items]
    seen = set()
    for values in product((0, 1, None, REFUSED), repeat=len(names) - 2):
        answers = dict(zip(names, (1, 1, *values), strict=True))
        old, new = (decided(each, "pc-ptsd-5", answers) for each in (found.before, found.after))
        seen.add(shift_between(old, new))

    assert seen == {None, *told}
    assert Shift.UP in told


def test_a_changed_score_is_told_by_the_instrument_and_by_what_becomes_of_people(tmp_path):
    own_instrument(
        tmp_path,
        "asq",
        "2.0.0",
        (", {refused: q1..q4}, {item: q5", ", {item: q5"),
    )
    own_programme(tmp_path, "2.0.0", ('asq: "1.0.0"', 'asq: "2.0.0"'))
    found = between(tmp_path)
    asq = one(found, "asq")

    assert asq.step.changed[0] is Part.SCORING
    assert "finding positive" in {move.what for move in asq.outcomes.moves}
    assert Shift.DOWN in {each.shift for each in asq.moved}
    assert found.lowers


def test_changed_words_alone_move_nobody(tmp_path):
    own_instrument(tmp_path, "phq-9", "1.1.0", ("Feeling down", "Feeling low"))
    own_programme(tmp_path, "1.1.0", ('phq-9: "1.0.0"', 'phq-9: "1.1.0"'))
    found = between(tmp_path, "1.1.0")

    assert one(found, "phq-9").step.changed == (Part.WORDING,)
    assert [each.name for each in found.instruments if each.moved] == []
    assert not found.needs_reason


def test_a_changed_rule_that_looks_further_than_one_form_is_named_as_not_proved(tmp_path):
    own_routing(
        tmp_path, "2.0.0", ("{fact: phq.total.change, at_least: 6}", "{fact: phq.total.change, at_least: 9}")
    )
    own_programme(tmp_path, "2.0.0", TWO)
    found = between(tmp_path)

    assert found.beyond == ("depression-rising",)
    assert (found.lowers, found.proved, found.needs_reason) == (False, False, True)


@pytest.mark.slow
def test_what_is_not_asked_any_more_and_who_is_not_asked_any_more_need_a_reason(tmp_path):
    own_programme(tmp_path, "2.0.0", ("first: [phq-9, asq]", "first: [asq]\noffered: [asq, gad-7]"))
    fewer = between(tmp_path)
    assert [each.name for each in fewer.instruments if each.after is None][:1] == ["phq-9"]
    assert fewer.lowers

    own_programme(tmp_path, "2.0.0", ("from: 5, to: 22", "from: 12, to: 22"))
    assert between(tmp_path).lowers
    own_programme(tmp_path, "2.0.0", ("from: 5, to: 22", "from: 4, to: 30"))
    assert not between(tmp_path).lowers


@pytest.mark.slow
def test_what_is_too_large_to_walk_is_never_called_the_same(tmp_path):
    own_routing(
        tmp_path,
        "2.0.0",
        ("when: {any: [pcl.ptsd-screen-positive, pcl.ptsd-provisional]}", "when: pcl.ptsd-provisional"),
    )
    own_programme(tmp_path, "2.0.0", TWO)
    found = between(tmp_path)
    pcl = one(found, "pcl-5")

    assert pcl.extent is not Extent.EVERY_STATE
    assert not found.proved
    assert found.needs_reason


def refer(pathway, urgency, first=None):
    return Decision(DecisionKind.REFER, "", (), pathway, urgency, first)


NONE = Decision(DecisionKind.NONE, "", ())
WATCH = Decision(DecisionKind.WATCH, "", ())
REVIEW = Decision(DecisionKind.REVIEW, "", (), None, Urgency.URGENT)
U, S, R = Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE


@pytest.mark.parametrize(
    ("before", "after", "shift"),
    [
        ([NONE], [NONE], None),
        ([NONE], [WATCH], Shift.UP),
        ([WATCH], [NONE], Shift.DOWN),
        ([refer("a", S)], [refer("a", S)], None),
        ([refer("a", S)], [refer("a", U)], Shift.UP),
        ([refer("a", U)], [refer("a", S)], Shift.DOWN),
        ([refer("a", S)], [refer("b", S)], Shift.ELSEWHERE),
        ([refer("a", U)], [refer("b", S)], Shift.DOWN),
        ([refer("a", S)], [refer("b", U)], Shift.UP),
        ([refer("a", U), refer("b", S)], [refer("a", U)], Shift.DOWN),
        ([refer("a", U), refer("b", S)], [refer("a", U), refer("b", R), refer("c", S)], Shift.DOWN),
        ([refer("a", U, "safety-assessment")], [refer("a", U)], Shift.DOWN),
        ([refer("a", U)], [refer("a", U, "safety-assessment")], Shift.UP),
        ([refer("a", S), WATCH], [refer("a", S)], None),
        ([REVIEW], [refer("a", U)], Shift.UP),
        ([refer("a", U)], [REVIEW], Shift.DOWN),
        ([REVIEW], [NONE], Shift.DOWN),
        (
            [Decision(DecisionKind.RESCREEN, "", (), rescreen_days=30)],
            [Decision(DecisionKind.RESCREEN, "", (), rescreen_days=90)],
            Shift.DOWN,
        ),
    ],
)
def test_which_way_a_judgement_moved(before, after, shift):
    assert shift_between(tuple(before), tuple(after)) is shift
