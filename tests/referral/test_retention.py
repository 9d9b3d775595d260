"""How long records are kept: the periods of a file, the days they end on, and what wins over them."""

from datetime import date, timedelta

import pytest

from instruments.problems import BadDefinition
from referral.catalogue import DEFINITIONS, load_schedules
from referral.loading_retention import read_retention
from referral.retention import (
    OF_CLIENTS,
    Facts,
    Kept,
    Open,
    Period,
    RecordClass,
    judge,
    kept_until,
    last_due,
)

SHIPPED = load_schedules()
DISTRICT, CLINIC = SHIPPED["district"], SHIPPED["clinic"]
TEXT = (DEFINITIONS / "retention" / "clinic.yaml").read_text("utf-8")
BORN = date(2010, 3, 17)
LONG_AGO = date(2015, 10, 2)
MUCH_LATER = date(2060, 1, 1)


def facts(**changes):
    return Facts(**{"born_on": BORN, "last": {RecordClass.CLIENT: LONG_AGO}, **changes})


@pytest.mark.parametrize(
    ("period", "day", "later"),
    [
        (Period(years=1), date(2024, 2, 29), date(2025, 2, 28)),
        (Period(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Period(months=14), date(2026, 11, 30), date(2028, 1, 30)),
        (Period(days=90), date(2026, 11, 22), date(2027, 2, 20)),
        (Period(years=7), date(2026, 11, 22), date(2033, 11, 22)),
    ],
)
def test_a_period_is_counted_by_the_calendar(period, day, later):
    assert period.after(day) == later


@pytest.mark.parametrize(
    ("schedule", "of", "last", "until"),
    [
        (DISTRICT, RecordClass.SCREENING, date(2026, 6, 30), date(2027, 6, 30)),
        (DISTRICT, RecordClass.SCREENING, date(2026, 7, 1), date(2028, 6, 30)),
        (DISTRICT, RecordClass.CARE, date(2026, 10, 2), date(2033, 10, 2)),
        (CLINIC, RecordClass.CARE, date(2015, 10, 2), date(2031, 3, 17)),  # three years after coming of age
        (CLINIC, RecordClass.SAFETY, date(2026, 10, 2), date(2035, 3, 17)),
        (CLINIC, RecordClass.AUDIT, date(2026, 10, 2), None),
    ],
)
def test_a_record_is_kept_from_its_moment_and_for_minors_until_long_after_they_come_of_age(
    schedule, of, last, until
):
    assert kept_until(schedule.rules[of], last, BORN, schedule) == until


@pytest.mark.parametrize(
    ("changes", "asked", "kept"),
    [
        ({}, False, None),
        ({"held": True}, False, Kept.HOLD),
        ({"held": True}, True, Kept.HOLD),
        ({"open": frozenset({Open.NEED})}, False, Kept.OPEN),
        ({"open": frozenset({Open.ALERT})}, True, Kept.OPEN),
        ({"held": True, "open": frozenset(Open)}, True, Kept.HOLD),
        ({"last": {RecordClass.CLIENT: LONG_AGO, RecordClass.SAFETY: date(2059, 1, 1)}}, False, Kept.PERIOD),
        ({"last": {RecordClass.CLIENT: LONG_AGO, RecordClass.SAFETY: date(2059, 1, 1)}}, True, None),
    ],
)
def test_a_hold_wins_then_what_is_open_then_the_longest_period(changes, asked, kept):
    assert judge(CLINIC, facts(**changes), MUCH_LATER, asked=asked).kept == kept


def test_a_period_is_said_in_both_languages():
    assert CLINIC.rules[RecordClass.CARE].words == {
        "en": "7 years after the last act; for minors at least 3 years after the birthday at 18",
        "es": "7 años tras el último acto; para menores al menos 3 años tras cumplir 18 años",
    }
    assert DISTRICT.rules[RecordClass.SCREENING].words["en"] == "1 year after the school year ends"
    assert DISTRICT.rules[RecordClass.AUDIT].words["es"] == "Siempre"
    assert Period(months=18).words == {"en": "18 months", "es": "18 meses"}


def test_a_client_is_due_from_the_last_day_of_the_longest_period_on():
    until = judge(CLINIC, facts(), MUCH_LATER).until
    assert judge(CLINIC, facts(), until).kept is None
    assert judge(CLINIC, facts(), until - timedelta(days=1)).kept is Kept.PERIOD


@pytest.mark.parametrize(
    ("schedule", "of", "today", "last"),
    [
        (CLINIC, RecordClass.SIGN_IN, date(2026, 11, 23), date(2025, 11, 23)),
        (CLINIC, RecordClass.SIGN_IN, date(2028, 2, 29), date(2027, 2, 28)),
        (DISTRICT, RecordClass.CLIENT, date(2027, 6, 29), date(2025, 6, 30)),
        (DISTRICT, RecordClass.CLIENT, date(2027, 6, 30), date(2026, 6, 30)),
        (CLINIC, RecordClass.AUDIT, MUCH_LATER, None),
    ],
)
def test_what_is_about_nobodys_birth_is_due_up_to_a_day(schedule, of, today, last):
    assert last_due(schedule.rules[of], schedule, today) == last


def test_a_class_that_is_kept_always_keeps_the_client():
    text = TEXT.replace(
        "class: client record\n    keep: 7 years\n    from: last act",
        "class: client record\n    keep: always",
    )
    always = read_retention(text, "clinic.yaml")
    assert judge(always, facts(), MUCH_LATER).kept is Kept.ALWAYS


def test_every_class_has_its_period_and_no_figure_claims_to_be_checked():
    for schedule in SHIPPED.values():
        assert set(schedule.rules) == set(RecordClass) > set(OF_CLIENTS)
        assert not any(rule.checked for rule in schedule.rules.values())
        assert all({"en", "es"} <= rule.source.keys() for rule in schedule.rules.values())


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("keep: 6 years", "keep: six years", "keep .* 'six years'"),
        ("keep: 6 years", "keep: 0 years", "keep"),
        ('"06-30"', '"02-29"', "school_year_ends"),
        ('"06-30"', '"13-01"', "school_year_ends"),
        ("class: consent", "class: consents", "consent"),
        ("class: consent", "class: audit trail", "comes twice"),
        ("class: consent", "class: audit trail", "nothing says how long to keep: consent"),
        ("checked: false", "checked: maybe", "checked"),
        ("birthday: 18", "birthday: 99", "birthday"),
        ("keep: always", "keep: always\n    from: last act", "from"),
        ("    from: last act\n", "", "from"),
        (
            "class: sign-in records\n",
            "class: sign-in records\n    minors: {birthday: 18, keep: 1 year}\n",
            "minors",
        ),
    ],
)
def test_a_mistake_is_named_with_file_and_line(before, after, words):
    assert before in TEXT
    with pytest.raises(BadDefinition, match=rf"(?s)clinic.yaml:\d+.*{words}"):
        read_retention(TEXT.replace(before, after), "clinic.yaml")


def test_an_own_schedule_goes_before_the_shipped_one(tmp_path):
    folder = tmp_path / "retention"
    folder.mkdir()
    (folder / "clinic.yaml").write_text(TEXT.replace("keep: 6 years", "keep: 9 years"), "utf-8")
    found = load_schedules(own=tmp_path)
    assert found["clinic"].rules[RecordClass.CONSENT].keep == Period(years=9)
    assert found["clinic"].digest != CLINIC.digest
    assert found["district"] == DISTRICT


def test_all_problems_of_all_files_are_told_at_once(tmp_path):
    folder = tmp_path / "retention"
    folder.mkdir()
    (folder / "clinic.yaml").write_text(TEXT.replace("keep: 6 years", "keep: long"), "utf-8")
    with pytest.raises(BadDefinition, match="long"):
        load_schedules(own=tmp_path)
