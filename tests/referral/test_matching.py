"""Who could receive a referral: the wait by its formula, the reasons, the order, and what holds for any receivers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.matching import Candidate, Needs, Timing, Weighs, Wish, match
from referral.model import Urgency
from referral.offers import Access, Cost, Insurance, Offer, Place, Wait, Way, expected_wait

NEEDS = Needs("psychology", Urgency.SOON, timedelta(days=7), 15, ("es",))
SPEAKS = Offer(languages=("en", "es"), wait_days=3)


@pytest.mark.parametrize(
    ("offer", "waiting", "wait"),
    [
        (Offer(), 0, Wait(None)),
        (Offer(wait_days=0), 4, Wait(0)),
        (Offer(wait_days=35), 0, Wait(35)),
        (Offer(per_week=2), 0, Wait(4)),
        (Offer(per_week=2), 3, Wait(14)),
        (Offer(per_week=2, open_places=4), 3, Wait(0)),
        (Offer(per_week=2, open_places=4), 5, Wait(7)),
        (Offer(per_week=3, open_places=0), 0, Wait(3)),
        (Offer(per_week=2, wait_days=35), 3, Wait(35)),
        (Offer(open_places=1), 0, Wait(0)),
        (Offer(open_places=1, wait_days=0), 1, Wait(None)),
        (Offer(open_places=0, wait_days=35), 0, Wait(35)),
        (Offer(per_week=0), 0, Wait(None, closed=True)),
        (Offer(per_week=0, wait_days=21), 2, Wait(21, closed=True)),
        (Offer(per_week=0, open_places=3), 2, Wait(0)),
    ],
)
def test_the_wait_follows_its_formula(offer, waiting, wait):
    assert expected_wait(offer, waiting) == wait


def only(offer, needs=NEEDS, **facts):
    (found,) = match([Candidate("a", "A", offer, **facts)], needs)
    return found


@pytest.mark.parametrize(
    ("offer", "rule", "weighs", "english"),
    [
        (SPEAKS, "speaks-the-language", Weighs.FOR, "Speaks Spanish."),
        (Offer(languages=("en",)), "language-missing", Weighs.AGAINST, "Does not list Spanish."),
        (SPEAKS, "wait-in-time", Weighs.FOR, "First appointment in about 3 days."),
        (Offer(wait_days=1), "wait-in-time", Weighs.FOR, "First appointment in about 1 day."),
        (Offer(), "wait-unknown", Weighs.OPEN, "The wait is not known: ask."),
        (
            Offer(wait_days=9),
            "wait-too-long",
            Weighs.AGAINST,
            "First appointment in about 9 days. Later than this urgency allows (7 days).",
        ),
        (Offer(open_places=0, wait_days=35), "full", Weighs.AGAINST, "Full: a place in about 5 weeks."),
        (Offer(open_places=0, wait_days=8), "full", Weighs.AGAINST, "Full: a place in about 8 days."),
        (Offer(per_week=0), "full", Weighs.AGAINST, "Full, and nobody can say until when."),
        (Offer(lowest_age=16), "age-outside", Weighs.AGAINST, "Does not see people of 15."),
        (Offer(highest_age=14), "age-outside", Weighs.AGAINST, "Does not see people of 15."),
        (Offer(lowest_age=15, highest_age=15), "sees-the-age", Weighs.FOR, "Sees people of 15."),
        (
            Offer(pathways=("primary-care",)),
            "pathway-other",
            Weighs.AGAINST,
            "Does not take referrals of this kind.",
        ),
        (Offer(), "pathway-unknown", Weighs.OPEN, "Has not said which referrals it takes."),
        (Offer(ways=(Way.TELEHEALTH,)), "has telehealth", Weighs.FOR, "By video or telephone."),
        (
            Offer(outside_school=True),
            "has outside school hours",
            Weighs.FOR,
            "Open outside school hours.",
        ),
        (Offer(cost=Cost.FREE), "has free of charge", Weighs.FOR, "Free of charge."),
        (Offer(distance_km=6), "distance", Weighs.OPEN, "6 km away."),
        (Offer(distance_km=6, places=(Place("Elm Street", 9),)), "distance", Weighs.OPEN, "6 km away."),
        (Offer(places=(Place("Elm Street", 2),)), "distance", Weighs.OPEN, "2 km away: Elm Street."),
    ],
)
def test_each_fact_is_a_reason_with_its_code(offer, rule, weighs, english):
    found = {each.rule: each for each in only(offer).grounds}
    assert (found[rule].weighs, found[rule].text["en"]) == (weighs, english)
    assert found[rule].text["es"]


@pytest.mark.parametrize(
    ("wish", "offer", "weighs"),
    [
        (Wish.TELEHEALTH, Offer(ways=(Way.TELEHEALTH,)), Weighs.FOR),
        (Wish.TELEHEALTH, Offer(ways=(Way.IN_PERSON,)), Weighs.AGAINST),
        (Wish.TELEHEALTH, Offer(), Weighs.OPEN),
        (Wish.OUTSIDE_SCHOOL, Offer(outside_school=False), Weighs.AGAINST),
        (Wish.OUTSIDE_SCHOOL, Offer(), Weighs.OPEN),
        (Wish.SIGN_LANGUAGE, Offer(access=(Access.STEP_FREE,)), Weighs.AGAINST),
        (Wish.MEDICAID, Offer(insurance=(Insurance.MEDICAID,)), Weighs.FOR),
        (Wish.MEDICAID, Offer(cost=Cost.FREE), Weighs.FOR),
        (Wish.MEDICAID, Offer(insurance=(Insurance.CHIP,)), Weighs.AGAINST),
        (Wish.FREE, Offer(cost=Cost.SELF_PAY), Weighs.AGAINST),
        (Wish.FREE, Offer(), Weighs.OPEN),
    ],
)
def test_each_wish_is_answered_and_what_nobody_stated_is_not_a_no(wish, offer, weighs):
    needs = replace(NEEDS, wishes=(wish,))
    (found,) = [each for each in only(offer, needs).grounds if each.rule.endswith(wish)]
    assert found.weighs is weighs


@pytest.mark.parametrize(("days", "said"), [(None, False), (30, False), (31, True)])
def test_what_was_stated_long_ago_says_so(days, said):
    assert ("stale" in {each.rule for each in only(SPEAKS, stated_days=days).grounds}) is said


FULL = Offer(languages=("es",), open_places=0, wait_days=35)
LATE = Offer(languages=("es",), wait_days=9)
ENGLISH = Offer(languages=("en",), wait_days=1)
OTHERS = {
    "younger": Offer(languages=("es",), wait_days=1, highest_age=12),
    "full": FULL,
    "late": LATE,
    "unknown": Offer(languages=("es",)),
    "english": ENGLISH,
    "spanish": SPEAKS,
}


def order(needs, offers=OTHERS):
    return [
        each.name for each in match([Candidate(name, name, each) for name, each in offers.items()], needs)
    ]


def test_help_in_time_and_in_the_language_comes_first_and_who_is_full_or_sees_others_last():
    assert order(NEEDS) == ["spanish", "english", "late", "unknown", "full", "younger"]


def test_an_urgent_need_weighs_the_wait_over_the_language():
    assert order(replace(NEEDS, urgency=Urgency.URGENT))[:2] == ["english", "spanish"]


def test_a_wish_decides_between_equals():
    offers = {"a": SPEAKS, "b": replace(SPEAKS, outside_school=True)}
    assert order(replace(NEEDS, wishes=(Wish.OUTSIDE_SCHOOL,)), offers) == ["b", "a"]


def test_who_is_full_names_who_has_room_and_where_nobody_has_the_waiting_list_is_what_is_left():
    both = match([Candidate("f", "F", FULL), Candidate("l", "L", LATE)], NEEDS)
    assert [(each.id, each.timing, each.instead) for each in both] == [
        ("l", Timing.LATE, None),
        ("f", Timing.FULL, "l"),
    ]
    unknown = Candidate("u", "U", Offer())
    assert {each.instead for each in match([Candidate("f", "F", FULL), unknown], NEEDS)} == {None}
    assert not only(FULL).has_room


few = st.integers(0, 6)
offers = st.builds(
    Offer,
    pathways=st.sampled_from([(), ("psychology",), ("primary-care",)]),
    lowest_age=st.none() | st.integers(10, 20),
    languages=st.sampled_from([(), ("en",), ("es",), ("en", "es")]),
    outside_school=st.none() | st.booleans(),
    per_week=st.none() | few,
    open_places=st.none() | few,
    wait_days=st.none() | st.integers(0, 40),
)
people = st.lists(st.tuples(offers, few), min_size=1, max_size=6).map(
    lambda all_: [Candidate(f"{n}", "same", offer, waiting) for n, (offer, waiting) in enumerate(all_)]
)
needs = st.builds(replace, st.just(NEEDS), urgency=st.sampled_from(Urgency))


@given(people, needs, st.randoms(use_true_random=False))
def test_nobody_is_hidden_and_the_order_given_does_not_matter(candidates, asked, dice):
    found = match(candidates, asked)
    assert sorted(each.id for each in found) == sorted(each.id for each in candidates)
    mixed = list(candidates)
    dice.shuffle(mixed)
    assert match(mixed, asked) == found
    assert found[0].has_room or not any(each.has_room for each in found)
    assert all(each.grounds for each in found)


@given(people, needs, st.sampled_from(["per_week", "open_places", "waiting"]))
def test_more_capacity_never_moves_anybody_down(candidates, asked, name):
    first, *others = candidates
    if name == "waiting":
        better = replace(first, waiting=max(0, first.waiting - 1))
    else:
        grown = {name: (getattr(first.offer, name) or 0) + 1}
        better = replace(first, offer=replace(first.offer, **grown))
        first = replace(first, offer=replace(first.offer, **{name: grown[name] - 1}))
    before, after = (
        [each.id for each in match([one, *others], asked)].index(first.id) for one in (first, better)
    )
    assert after <= before


STEPS_AND_NONE = Offer(distance_km=1, places=(Place("Elm Street", 3, (Access.STEP_FREE,)),))


def test_the_nearest_place_that_can_be_used_counts_and_the_reason_says_which():
    (found,) = [each for each in only(STEPS_AND_NONE).grounds if each.rule == "distance"]
    assert found.text["en"] == "1 km away."
    needs = replace(NEEDS, wishes=(Wish.STEP_FREE,))
    texts = {each.rule: each.text["en"] for each in only(STEPS_AND_NONE, needs).grounds}
    assert texts["distance"] == "3 km away: Elm Street."
    assert texts["has step-free entrance"] == "Step-free entrance."


def test_of_two_that_are_equal_the_nearer_is_first_and_who_states_no_distance_is_last():
    offers = {"a": Offer(), "b": Offer(distance_km=5), "c": Offer(places=(Place("Elm Street", 2),))}
    found = match([Candidate(name, name, offer) for name, offer in offers.items()], NEEDS)
    assert [each.name for each in found] == ["c", "b", "a"]
