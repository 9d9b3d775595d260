"""Who is not referred: worked out from every complete form, checked here against filled-in ones."""

import pytest

from referral.model import DecisionKind
from referral.region import complete_results, rules_about, unreferred
from tests.referral.screens import CATALOGUE, CLINIC, SCHOOL, gad, routed


def regions_of(rules, name):
    instrument = CATALOGUE.get(name)
    return unreferred(rules, instrument, complete_results(instrument))


@pytest.mark.parametrize("total", range(22))
def test_a_region_holds_exactly_the_totals_that_refer_nobody(total):
    regions = regions_of(SCHOOL, "gad-7")
    inside = {
        value for region in regions for low, high in region.scores["total"] for value in range(low, high + 1)
    }
    kinds = {each.kind for each in routed(gad=gad(total)).decisions}

    assert (total in inside) is (DecisionKind.REFER not in kinds and DecisionKind.REVIEW not in kinds)


def test_the_forms_of_every_region_are_counted_among_all():
    nothing, watched = regions_of(SCHOOL, "phq-9")

    assert (nothing.watched, watched.watched) == (False, True)
    assert nothing.of == watched.of > nothing.states + watched.states


def test_an_instrument_that_the_rules_do_not_know_has_no_region():
    assert regions_of(SCHOOL, "lec-5") is None


@pytest.mark.slow
@pytest.mark.parametrize("rules", [SCHOOL, CLINIC], ids=["school", "clinic"])
def test_of_our_own_instruments_no_sign_of_danger_is_left_without_a_referral(rules):
    left = {
        name: {finding for region in regions_of(rules, name) for finding in region.findings}
        for name in ("self-injury", "protective-factors", "wellbeing-check-in")
    }

    for name, findings in left.items():
        assert not findings & {each.id for each in CATALOGUE.get(name).findings if each.critical}
    signs = {"self-injury-ever", "home-hardly-safe", "nobody-to-talk-to", "nothing-to-look-forward-to"}
    assert not {"wants-to-talk", "never-in-some-part", *signs} & set().union(*left.values())


def test_only_rules_about_the_instrument_are_listed():
    assert {rule.id for rule in rules_about(SCHOOL, "gad")} == {
        *("anxiety-severe", "anxiety-moderate", "several-areas", "mild-anxiety", "mild-in-both"),
    }
