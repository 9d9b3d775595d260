"""What is on the weekly list and what is not: tables at the bounds, and properties of the whole judgement."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.access_week import Deed, Knock, Look, Rule, Tie, Usual, Week
from referral.deadlines import Calendar
from referral.events import EventKind
from referral.unusual import BURST_WITHIN, LONG_AGO, longest_burst, share_family_name, unusual_in

MONDAY = date(2026, 10, 12)
NOON = datetime(2026, 10, 13, 16, tzinfo=UTC)  # ten in the morning in Denver
OPEN = Calendar(
    "c",
    "1",
    {"en": "c"},
    ZoneInfo("America/Denver"),
    dict.fromkeys(range(5), ((time(8), time(16)),)),
)
KNOWN = {("a", "maya"): Tie(related=True)}


def week(**facts):
    return Week(MONDAY, OPEN, **{"ties": KNOWN, **facts})


def look(seq=1, at=NOON, actor="a", client="maya"):
    return Look(seq, at, actor, client)


def rules(**facts):
    return [found.rule for found in unusual_in(week(**facts))]


def test_a_look_at_ones_own_client_in_working_hours_is_nothing():
    assert rules(looks=[look()]) == []


def test_a_look_without_any_tie_is_found_once_for_person_and_client():
    (found,) = unusual_in(
        week(looks=[look(1), look(2), look(3, client="noor")], ties={**KNOWN, ("a", "maya"): Tie()})
    )[:1]
    assert (found.rule, found.client, found.count, found.last_seq) == (Rule.OUTSIDE, "maya", 2, 2)
    assert found.reason["en"].startswith("2 looks at a client of another place")


@pytest.mark.parametrize(
    ("tie", "expected"),
    [
        (Tie(related=True), []),
        (Tie(), [Rule.OUTSIDE]),
        (Tie(related=True, same_name=True), [Rule.SAME_NAME]),
        (Tie(same_name=True), [Rule.OUTSIDE, Rule.SAME_NAME]),
        (Tie(related=True, closed_at=NOON - LONG_AGO), []),
        (Tie(related=True, closed_at=NOON - LONG_AGO - timedelta(seconds=1)), [Rule.LONG_CLOSED]),
    ],
)
def test_what_a_person_has_to_do_with_a_client_decides(tie, expected):
    assert rules(looks=[look()], ties={("a", "maya"): tie}) == expected


@pytest.mark.parametrize(
    ("hour", "on_call", "expected"),
    [
        (7, False, [Rule.OUT_OF_HOURS]),
        (8, False, []),
        (15, False, []),
        (16, False, [Rule.OUT_OF_HOURS]),
        (3, True, []),
    ],
)
def test_outside_working_hours_is_by_the_organisations_calendar(hour, on_call, expected):
    at = datetime(2026, 10, 13, hour, tzinfo=OPEN.zone).astimezone(UTC)
    assert rules(looks=[look(at=at)], on_call=frozenset("a" if on_call else "")) == expected


@pytest.mark.parametrize(
    ("mine", "before", "peers", "found"),
    [
        (20, (1, 1, 1, 1), (1,), False),  # never for so few
        (21, (7, 7, 7, 7), (7,), False),  # exactly three times
        (22, (7, 7, 7, 7), (7,), True),
        (60, (20, 20, 20, 20), (1,), False),  # usual for them
        (60, (1, 1, 1, 1), (20,), False),  # usual for the role
        (61, (20, 20, 20, 20), (20, 20, 20), True),
        (61, (0, 0, 0, 0), (20,), True),  # new here: by the others alone
        (61, (20, 20, 20, 20), (), True),  # alone in the role: by themselves alone
        (500, (0, 0, 0, 0), (), False),  # nothing to compare with
        (61, (20, 20, 20, 20), (0,), True),  # who did nothing is no measure
    ],
)
def test_far_more_is_more_than_three_times_ones_own_usual_and_that_of_the_role(mine, before, peers, found):
    usual = {"a": Usual("counselor", mine, before)}
    usual |= {f"p{n}": Usual("counselor", count, (count,) * 4) for n, count in enumerate(peers)}
    usual["other"] = Usual("clinician", 1000, (1000,) * 4)
    assert (Rule.FAR_MORE in rules(looks=[look()], usual=usual)) is found


def test_far_more_says_its_numbers():
    usual = {"a": Usual("counselor", 61, (2, 3, 2, 3)), "b": Usual("counselor", 4, (4,) * 4)}
    (found,) = unusual_in(week(looks=[look()], usual=usual))
    assert found.reason["en"] == "Opened the records of 61 clients; usually 2.5 a week, others of the role 4"
    assert found.reason["es"].startswith("Abrió las fichas de 61 personas")


@pytest.mark.parametrize(("count", "apart", "found"), [(5, 150, True), (5, 151, False), (4, 1, False)])
def test_a_burst_is_five_refusals_in_ten_minutes(count, apart, found):
    refusals = [Look(n, NOON + timedelta(seconds=n * apart), "a") for n in range(count)]
    assert (rules(refusals=refusals) == [Rule.REFUSED]) is found


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        (EventKind.DECISION_OVERRIDDEN, Rule.OVERRIDE),
        (EventKind.NEED_REDIRECTED, Rule.OVERRIDE),
        (EventKind.PROGRAMME_MOVED, Rule.OVERRIDE),
        (EventKind.EXPORT_MADE, Rule.TAKEN_OUT),
        (EventKind.ACCESS_REPORT_MADE, Rule.TAKEN_OUT),
    ],
)
def test_every_override_and_export_is_a_finding_of_its_own(kind, rule):
    deeds = [Deed(seq, NOON, "a", kind, "maya", {"en": "x", "es": "x"}) for seq in (1, 2)]
    found = unusual_in(week(deeds=deeds))
    assert [each.rule for each in found] == [rule, rule]
    assert len({each.key for each in found}) == 2


@pytest.mark.parametrize(
    ("staff", "family", "same"),
    [
        ("rosa example", "example", True),
        ("rosa garcia lopez", "lopez ruiz", True),
        ("ana-maria de la cruz", "de la torre", False),
        ("ana de la cruz", "cruz", True),
        ("example demo", "example", False),  # a given name is no family name
        ("rosa example-demo", "demo", True),
        ("rosa", "rosa", False),
        ("rosa example", "", False),
    ],
)
def test_a_shared_family_name_is_a_whole_word_and_no_particle(staff, family, same):
    assert share_family_name(staff, family) is same


moments = st.integers(0, 7 * 24 * 60 - 1).map(
    lambda minute: datetime(2026, 10, 12, 6, tzinfo=UTC) + timedelta(minutes=minute)
)
looks_made = st.lists(
    st.tuples(moments, st.sampled_from("abc"), st.sampled_from(["maya", "noor", "ari"])), max_size=40
).map(lambda made: [Look(seq, *each) for seq, each in enumerate(made, start=1)])
ties_made = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["maya", "noor", "ari"])),
    st.builds(Tie, st.booleans(), st.booleans(), st.none() | moments.map(lambda at: at - LONG_AGO)),
)


@given(looks_made, ties_made)
def test_each_finding_counts_exactly_its_looks_whatever_their_order(looks, ties):
    found = unusual_in(week(looks=looks, ties=ties))
    assert unusual_in(week(looks=looks, ties=ties)) == found
    assert len({each.key for each in found}) == len(found)
    backwards = unusual_in(week(looks=looks[::-1], ties=ties))
    assert {(each.key, each.count, each.last_seq) for each in backwards} == {
        (each.key, each.count, each.last_seq) for each in found
    }
    for each in found:
        if each.rule is Rule.OUTSIDE:
            theirs = [look for look in looks if (look.actor, look.client) == (each.actor, each.client)]
            assert (each.count, each.last_seq) == (len(theirs), max(look.seq for look in theirs))
            assert not ties.get((each.actor, each.client), Tie()).related


@given(looks_made, ties_made)
def test_nobody_related_in_working_hours_is_ever_on_the_list(looks, ties):
    related = {(look.actor, look.client): Tie(related=True) for look in looks}
    open_ones = [look for look in looks if OPEN.is_open(look.at)]
    assert unusual_in(week(looks=open_ones, ties=related)) == ()


@given(st.lists(moments, max_size=30))
def test_the_longest_burst_is_the_longest_of_all_stretches(when):
    refused = [Look(seq, at, "a") for seq, at in enumerate(when)]
    found = longest_burst(refused)
    ordered = sorted(when)
    most = max((sum(begin <= at <= begin + BURST_WITHIN for at in ordered) for begin in ordered), default=0)
    assert len(found) == most
    assert not found or found[-1].at - found[0].at <= BURST_WITHIN


def knocks(*accounts, let_in=False, first=1, new_device=True):
    return [
        Knock(seq, NOON + timedelta(minutes=seq), "program", account, let_in=let_in, new_device=new_device)
        for seq, account in enumerate(accounts, start=first)
    ]


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        (knocks(*"aaaa"), []),
        (knocks(*"aaaaa"), [("a", 5, False)]),
        (knocks(*"aaaaa") + knocks("a", let_in=True, first=6), [("a", 5, True)]),
        (knocks(*"aaaaa") + knocks("a", let_in=True, first=6, new_device=False), [("a", 5, False)]),
        (knocks("a", let_in=True) + knocks(*"aaaaa", first=2), [("a", 5, False)]),
        (knocks(*"abcd"), []),
        (knocks(*"abcde"), [("program", 5, False)]),
    ],
)
def test_wrong_passwords_are_told_of_one_account_or_of_many_at_once(tried, expected):
    found = [each for each in unusual_in(week(knocks=tried)) if each.rule is Rule.PASSWORDS]
    assert [
        (each.actor, each.count, "came in on a new device" in each.reason["en"]) for each in found
    ] == expected
