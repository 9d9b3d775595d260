"""Consent: each way of not having it has its own reason, and the client's own no is respected."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.consent import (
    REASONS,
    Consent,
    ConsentFacts,
    ConsentMode,
    ConsentStatus,
    Giver,
    NotPermitted,
    Permitted,
    Purpose,
    may_refer,
    may_screen,
    may_share,
)
from referral.model import Urgency

TODAY = date(2026, 10, 13)
GIVEN, REFUSED, WITHDRAWN = ConsentStatus


def answer(
    status, giver=Giver.GUARDIAN, person="guardian-1", *, on=-30, until=None, pathway=None, sharing=False
):
    return Consent(
        Purpose.SHARING if sharing or pathway else Purpose.SCREENING,
        status,
        giver,
        person,
        TODAY + timedelta(days=on),
        None if until is None else TODAY + timedelta(days=until),
        pathway,
    )


def screening(*answers, **facts):
    return may_screen(ConsentFacts(answers, **facts), TODAY)


def sharing(*answers, urgency=Urgency.SOON, **facts):
    return may_share(ConsentFacts(answers, **facts), "psychology", urgency, TODAY)


@pytest.mark.parametrize(
    ("answers", "permitted", "rule"),
    [
        ((), False, "guardian-never-asked"),
        ((answer(GIVEN),), True, "guardian-given"),
        ((answer(GIVEN, until=0),), True, "guardian-given"),
        ((answer(GIVEN, until=-1),), False, "guardian-expired"),
        ((answer(GIVEN, on=1),), False, "guardian-expired"),
        ((answer(REFUSED),), False, "guardian-refused"),
        ((answer(WITHDRAWN),), False, "guardian-withdrawn"),
        ((answer(GIVEN), answer(WITHDRAWN, on=-1)), False, "guardian-withdrawn"),
        ((answer(REFUSED), answer(GIVEN, on=-1)), True, "guardian-given"),
        ((answer(GIVEN), answer(REFUSED, person="guardian-2")), False, "disagree"),
        ((answer(GIVEN), answer(WITHDRAWN, person="guardian-2")), False, "disagree"),
        ((answer(GIVEN), answer(GIVEN, person="guardian-2", until=-1)), True, "guardian-given"),
        ((answer(GIVEN), answer(GIVEN, Giver.CLIENT, "client-1")), True, "guardian-given"),
        ((answer(GIVEN), answer(REFUSED, Giver.CLIENT, "client-1")), False, "client-said-no"),
        ((answer(GIVEN), answer(WITHDRAWN, Giver.CLIENT, "client-1")), False, "client-said-no"),
        ((answer(GIVEN, sharing=True),), False, "guardian-never-asked"),
    ],
)
def test_screening_is_permitted_or_not_with_its_own_reason(answers, permitted, rule):
    found = screening(*answers)
    assert isinstance(found, Permitted if permitted else NotPermitted)
    assert found.reason.rule == f"consent:{rule}"


@pytest.mark.parametrize(
    ("answers", "permitted", "rule"),
    [
        ((), False, "client-never-asked"),
        ((answer(GIVEN, Giver.CLIENT, "client-1"),), True, "client-given"),
        ((answer(GIVEN, Giver.CLIENT, "client-1", until=-1),), False, "client-expired"),
        ((answer(GIVEN),), False, "client-never-asked"),
    ],
)
def test_a_client_who_decides_alone_is_asked_alone(answers, permitted, rule):
    found = screening(*answers, decides_alone=True)
    assert isinstance(found, Permitted if permitted else NotPermitted)
    assert found.reason.rule == f"consent:{rule}"


@pytest.mark.parametrize(
    ("told", "answers", "permitted"),
    [
        (TODAY, (), True),
        (None, (), False),
        (TODAY + timedelta(days=1), (), False),
        (TODAY, (answer(REFUSED),), False),
        (TODAY, (answer(REFUSED, Giver.CLIENT, "client-1"),), False),
    ],
)
def test_an_opt_out_programme_needs_notice_and_no_objection(told, answers, permitted):
    found = screening(*answers, mode=ConsentMode.OPT_OUT, told_on=told)
    assert isinstance(found, Permitted) is permitted


@pytest.mark.parametrize(
    ("answers", "permitted"),
    [
        ((), False),
        ((answer(GIVEN, pathway="psychology"),), True),
        ((answer(GIVEN, pathway="primary-care"),), False),
        ((answer(GIVEN, sharing=True),), True),
        ((answer(GIVEN, pathway="psychology"), answer(WITHDRAWN, on=-1, pathway="psychology")), False),
        ((answer(GIVEN, sharing=True), answer(REFUSED, on=-1, pathway="psychology")), False),
        ((answer(GIVEN, pathway="psychology", until=-1),), False),
        (
            (answer(GIVEN, pathway="psychology"), answer(REFUSED, Giver.CLIENT, "client-1", sharing=True)),
            False,
        ),
        ((answer(GIVEN),), False),
    ],
)
def test_sharing_is_about_one_pathway_or_all(answers, permitted):
    assert isinstance(sharing(*answers), Permitted) is permitted


@pytest.mark.parametrize(
    ("answers", "permitted"),
    [
        ((answer(GIVEN, Giver.CLIENT, "client-1", sharing=True),), True),
        ((answer(GIVEN, sharing=True),), False),
        ((), False),
    ],
)
def test_a_client_who_decides_alone_says_what_is_shared(answers, permitted):
    assert isinstance(sharing(*answers, decides_alone=True), Permitted) is permitted


def test_an_immediate_risk_permits_sharing_and_says_that_it_is_an_emergency():
    found = sharing(answer(REFUSED, pathway="psychology"), urgency=Urgency.IMMEDIATE)
    assert isinstance(found, Permitted)
    assert found.emergency
    assert found.reason.rule == "consent:emergency"


def test_with_consent_an_immediate_referral_needs_no_emergency():
    found = sharing(answer(GIVEN, pathway="psychology"), urgency=Urgency.IMMEDIATE)
    assert isinstance(found, Permitted)
    assert not found.emergency


@pytest.mark.parametrize("urgency", [Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE, None])
def test_nothing_less_than_immediate_overrides_a_no(urgency):
    assert isinstance(sharing(answer(REFUSED, pathway="psychology"), urgency=urgency), NotPermitted)


@pytest.mark.parametrize(
    ("answers", "outside", "permitted", "rule"),
    [
        ((), False, True, "inside"),
        ((), True, False, "guardian-never-asked"),
        ((answer(REFUSED, pathway="psychology"),), False, False, "guardian-refused"),
        ((answer(GIVEN, pathway="psychology"),), True, True, "guardian-given"),
    ],
)
def test_a_referral_inside_waits_for_no_answer_but_respects_a_no(answers, outside, permitted, rule):
    found = may_refer(ConsentFacts(answers), "psychology", Urgency.SOON, TODAY, outside=outside)
    assert isinstance(found, Permitted) is permitted
    assert found.reason.rule == f"consent:{rule}"


@pytest.mark.parametrize("rule", sorted(REASONS))
def test_every_reason_speaks_english_and_spanish(rule):
    assert REASONS[rule]["en"]
    assert REASONS[rule]["es"]
    assert REASONS[rule]["en"] != REASONS[rule]["es"]


ANSWERS = st.lists(
    st.builds(
        answer,
        st.sampled_from(ConsentStatus),
        st.just(Giver.GUARDIAN),
        st.sampled_from(["guardian-1", "guardian-2", "guardian-3"]),
        on=st.integers(-400, 5),
        until=st.none() | st.integers(-5, 400),
    ),
    max_size=6,
)


@given(ANSWERS, st.sampled_from([REFUSED, WITHDRAWN]))
def test_a_client_who_says_no_is_never_screened(answers, no):
    assert isinstance(screening(*answers, answer(no, Giver.CLIENT, "client-1")), NotPermitted)


@given(ANSWERS)
def test_nobody_is_screened_on_a_guardians_last_no(answers):
    last = {one.person: one for one in answers}
    if any(one.status is not GIVEN for one in last.values()):
        assert isinstance(screening(*answers), NotPermitted)
