"""What may be kept about a client and a guardian, and who may be the same person: rules without a database."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from service.actions.alike import may_be_same
from service.actions.details import Details, GuardianDetails, details_faults, guardian_faults, tidy

TODAY = date(2026, 10, 13)
NIA = Details("N1", "Nia", "Newcomer", date(2012, 3, 4), UUID(int=1))
ANA = GuardianDetails("Ana Newcomer", "aunt")
BORN = date(2012, 3, 4)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"given_name": ""}, "given_name"),
        ({"family_name": "x" * 81}, "family_name"),
        ({"given_name": "Nia\u202egnihtemos"}, "given_name"),
        ({"given_name": "Nia\x00"}, "given_name"),
        ({"local_id": ""}, "local_id"),
        ({"born_on": None}, "born_on"),
        ({"born_on": date(2026, 10, 14)}, "born_on"),
        ({"born_on": date(1905, 1, 1)}, "born_on"),
        ({"language": "ar"}, "language"),
        ({"home_language": "english"}, "home_language"),
        ({"grade": "x" * 11}, "grade"),
    ],
)
def test_a_detail_that_cannot_be_kept_is_named(change, field):
    assert [fault.field for fault in details_faults(replace(NIA, **change), TODAY)] == [field]


@pytest.mark.parametrize(
    "change",
    [
        {"given_name": "=HYPERLINK(1)"},
        {"family_name": "O’Neill-Núñez"},
        {"home_language": "ase"},
        {"born_on": TODAY},
    ],
)
def test_what_a_person_may_be_called_is_kept(change):
    assert details_faults(replace(NIA, **change), TODAY) == []


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"phone": "+1 (555) 010-0111 ext 4"}, []),
        ({"phone": "none"}, ["phone"]),
        ({"phone": "555-0101\u202e"}, ["phone", "phone"]),
        ({"name": ""}, ["name"]),
        ({"relation": ""}, ["relation"]),
        ({"language": "klingon"}, ["language"]),
    ],
)
def test_a_guardian_who_cannot_be_kept_is_named(change, fields):
    assert [fault.field for fault in guardian_faults(replace(ANA, **change))] == fields


def test_texts_are_kept_with_single_spaces_and_one_way_of_writing_accents():
    assert tidy(replace(NIA, given_name=" Luci\u0301a  Maria ")).given_name == "Lucía Maria"


@pytest.mark.parametrize(
    ("name", "born_on", "same"),
    [
        ("Lucía Muestra", BORN, True),
        ("Muestra Lucia", BORN, True),
        ("Lucya Muestre", BORN, True),
        ("Lucia Muestra", date(2012, 4, 3), True),
        ("Lucia Muestra", date(2012, 3, 14), True),
        ("Lucia Muestra", date(2010, 3, 5), False),
        ("Lucya Muestre", date(2012, 3, 14), False),
        ("Omar Sample", BORN, False),
    ],
)
def test_who_may_be_the_same_person(name, born_on, same):
    assert may_be_same(name, born_on, "Lucia Muestra", BORN) is same
