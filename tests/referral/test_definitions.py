"""The shipped definitions: complete, cited, in two languages, and safe with every calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest

from referral.catalogue import UnknownDefinition, ids_of, load_calendar, load_resources
from referral.deadlines import WORKING, Unit, deadline
from referral.model import Clock, DeclineReason, Urgency
from referral.pathways import LetterPart, UnknownPathway, deadline_for, escalations
from tests.referral.files import COMMON, PSYCHOLOGY, SHIPPED, pathway
from tests.referral.screens import PATHWAYS

NOW = datetime(2026, 10, 13, 16, 43, tzinfo=UTC)
EVERY_LIMIT = {
    one.limit(urgency, clock).within for one in PATHWAYS.all() for urgency in Urgency for clock in Clock
}


def test_all_six_pathways_are_there():
    assert PATHWAYS.ids == (
        "crisis",
        "primary-care",
        "psychiatry",
        "psychology",
        "school-support",
        "social-work",
    )


@pytest.mark.parametrize("one", PATHWAYS.all(), ids=lambda one: one.id)
def test_a_pathway_says_how_long_every_clock_runs_and_why(one):
    assert one.digest
    for urgency in Urgency:
        for clock in Clock:
            limit = one.limit(urgency, clock)
            assert limit.source
            assert limit.within.unit not in WORKING or limit.within.at_most or limit.within.outside


@pytest.mark.parametrize("reason", DeclineReason)
def test_every_reason_to_decline_can_be_given_somewhere(reason):
    """One that is added to the code alone would have words and a place in the tables, and no page to choose it on."""
    assert [one.id for one in PATHWAYS.all() if reason in one.decline_reasons]


@pytest.mark.parametrize("calendar", ids_of("calendars"))
@pytest.mark.parametrize(
    "since", [NOW, datetime(2026, 12, 19, 3, tzinfo=UTC), datetime(2029, 7, 1, tzinfo=UTC)]
)
def test_no_calendar_swallows_a_deadline(calendar, since):
    hours = load_calendar(calendar)
    for within in EVERY_LIMIT:
        assert since < deadline(within, since, hours) <= since + timedelta(days=31)


def test_a_need_that_a_person_raised_beyond_its_pathway_runs_by_the_faster_clock():
    raised = PATHWAYS.get("psychology").limit(Urgency.IMMEDIATE, Clock.ACKNOWLEDGE)
    assert raised == COMMON[Urgency.IMMEDIATE][Clock.ACKNOWLEDGE]
    lowered = PATHWAYS.get("crisis").limit(Urgency.ROUTINE, Clock.ACKNOWLEDGE)
    assert lowered == PATHWAYS.get("crisis").limit(Urgency.URGENT, Clock.ACKNOWLEDGE)


@pytest.mark.parametrize("one", PATHWAYS.all(), ids=lambda one: one.id)
def test_a_more_urgent_referral_is_never_due_later(one):
    hours = load_calendar("alder-creek")
    for clock in Clock:
        dues = [deadline_for(one, urgency, clock, NOW, hours) for urgency in Urgency]
        assert dues == sorted(dues)


def test_the_letters_of_school_pathways_never_hold_single_answers():
    for one in PATHWAYS.all():
        assert LetterPart.ITEMS in one.letter.never
        assert not one.letter.may_contain & one.letter.never


def test_the_crisis_pathway_escalates_after_5_10_and_15_minutes():
    crisis = PATHWAYS.get("crisis")
    minutes = [(at - NOW) // timedelta(minutes=1) for at, _ in escalations(crisis, NOW)]
    assert minutes == [0, 5, 10, 15]
    assert crisis.limit(Urgency.IMMEDIATE, Clock.ACKNOWLEDGE).within.unit is Unit.MINUTES


def test_the_crisis_protocol_is_told_in_both_languages():
    protocol = PATHWAYS.get("crisis").protocol
    assert [step.id for step in protocol] == ["stay", "space", "handover", "home", "write"]
    for step in protocol:
        assert set(step.title) == set(step.text) == {"en", "es"}


def test_the_files_are_named_for_their_ids():
    assert PATHWAYS.ids == ids_of("pathways")
    assert [load_calendar(name).id for name in ids_of("calendars")] == list(ids_of("calendars"))
    assert [load_resources(name).country for name in ids_of("resources")] == list(ids_of("resources"))
    assert [SHIPPED[name].id for name in ids_of("routing")] == list(ids_of("routing"))


def test_the_digest_of_a_file_is_that_of_its_content():
    assert pathway(PSYCHOLOGY).digest == pathway("# a remark\n" + PSYCHOLOGY).digest
    changed = PSYCHOLOGY.replace("count: 3", "count: 4")
    assert pathway(PSYCHOLOGY).digest != pathway(changed).digest


def test_an_unknown_pathway_calendar_or_country_is_named_with_those_there_are():
    with pytest.raises(UnknownPathway, match=r'found "dentistry"; allowed: crisis, primary-care'):
        PATHWAYS.get("dentistry")
    with pytest.raises(
        UnknownDefinition, match=r'calendars: found "mars"; allowed: alder-creek, fern-street'
    ):
        load_calendar("mars")
    with pytest.raises(UnknownDefinition, match=r'resources: found "../x"; allowed: us'):
        load_resources("../x")


def test_the_school_year_knows_its_breaks_holidays_and_short_days():
    year = load_calendar("alder-creek")
    assert year.hours_on(date(2026, 11, 26)) == ()
    assert year.closed[date(2026, 11, 25)]["es"] == "Vacaciones de Acción de Gracias"
    assert year.hours_on(date(2026, 9, 7)) == ()
    assert year.closed[date(2026, 9, 7)] == {"en": "Labor Day", "es": "Día festivo (Labor Day)"}
    assert year.hours_on(date(2026, 12, 18))[0][1].hour == 12
    assert year.hours_on(date(2026, 12, 21)) == ()
    assert year.hours_on(date(2026, 10, 13))[0][1].isoformat("minutes") == "16:30"
    assert load_calendar("fern-street").hours_on(date(2026, 10, 17))[0][0].hour == 9


def test_crisis_lines_go_stale():
    lines = load_resources("us")
    assert not lines.stale(lines.checked_on + timedelta(days=90))
    assert lines.stale(lines.checked_on + timedelta(days=91))
    assert (lines.emergency, lines.lines[0].call) == ("911", "988")
