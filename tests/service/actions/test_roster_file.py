"""Reading a roster and planning what it changes: rules without a database."""

from datetime import date
from uuid import UUID

import pytest

from service.actions import roster_file
from service.actions.details import Details, GuardianDetails
from service.actions.roster_file import read_roster
from service.actions.roster_plan import Known, KnownGuardian, make_plan

TODAY = date(2026, 10, 13)
HEAD = "local_id,given_name,family_name,birth_date"
NIA = f"{HEAD}\nN1,Nia,Newcomer,2012-03-04\n"
ALDER, BIRCH = UUID(int=1), UUID(int=2)
SITES = {"Alder High": ALDER, "Birch Middle": BIRCH}
KEPT = Details("N1", "Nia", "Newcomer", date(2012, 3, 4), ALDER, grade="8", home_language="es")
ANA = KnownGuardian(UUID(int=8), False, GuardianDetails("Ana Newcomer", "aunt", "555-010-0111", "es"))
GONE = KnownGuardian(UUID(int=9), True, GuardianDetails("Gus Newcomer", "father"))
KNOWN = {"N1": Known(UUID(int=7), KEPT, (ANA, GONE)), "N2": Known(UUID(int=6), KEPT)}


def problems(text):
    content = text if isinstance(text, bytes) else text.encode()
    return [each.words("en") for each in read_roster(content, TODAY)[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NIA, []),
        ("\ufeff" + NIA, []),
        (NIA.replace(",", ";"), []),
        (NIA.replace(",", "\t").replace("\n", "\r\n"), []),
        (NIA + ",,,\n\n", []),
        (NIA.replace("local_id", " Local ID "), []),
        (b"\xef\xbb\xbf", ["1:1 local_id: found nothing; allowed: a first line with local_id, given_name"]),
        (NIA.encode() + b"\n,\xe9", ['4:2: found "0xE9"; allowed: text in UTF-8']),
        ("local_id,given_name\nN1,Nia", ["1:1 family_name: found nothing; allowed: a first line with"]),
        (NIA.replace("birth_date", "birth_date,notes"), ['1:5: found "notes"; allowed: one of local_id']),
        (NIA.replace("birth_date", "birth_date,grade,grade"), ['1:6: found "grade"; allowed: one of']),
        (
            f"{HEAD}\nN1,Nia,Newcomer",
            ['2:4: found "3 cells"; allowed: 4 cells', "2:4 birth_date: found nothing"],
        ),
        (
            f"{HEAD}\nN1,Nia,Newcomer,03/04/2012",
            ['2:4 birth_date: found "03/04/2012"; allowed: a day such as'],
        ),
        (
            f"{HEAD}\nN1,Nia,Newcomer,2012-02-30",
            ['2:4 birth_date: found "2012-02-30"; allowed: a day such as'],
        ),
        (
            f"{HEAD}\nN1,Nia,Newcomer,2030-01-01",
            ['2:4 birth_date: found "2030-01-01"; allowed: a day from 1906'],
        ),
        (f"{NIA}N1,Bo,Other,2012-03-04", ['3:1 local_id: found "N1"; allowed: each id once']),
        (f"{HEAD}\n,,Newcomer,2012-03-04", ["2:1 local_id: found nothing", "2:2 given_name: found nothing"]),
        (f'{HEAD}\nN1,"Nia', ['2:1: found "N1,"Nia"; allowed: a cell in quotes']),
        (
            f"{HEAD},language\nN1,Nia,Newcomer,2012-03-04,fr",
            ['2:5 language: found "fr"; allowed: one of en, es'],
        ),
        (
            f"{HEAD},guardian_2_phone\nN1,Nia,Newcomer,2012-03-04,12",
            [
                "2:1 guardian_2_name: found nothing",
                '2:5 guardian_2_phone: found "12"; allowed: a number with',
            ],
        ),
        (
            f"{HEAD},guardian_1_name,guardian_2_name\nN1,Nia,Newcomer,2012-03-04,Ana,ANA",
            ['2:6 guardian_2_name: found "ANA"; allowed: each guardian once'],
        ),
    ],
)
def test_every_problem_is_named_by_line_and_column(text, expected):
    found = problems(text)
    assert [words[: len(start)] for words, start in zip(found, expected, strict=True)] == expected


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(roster_file, "MOST_ROWS", 2)
    rows = "".join(f"N{n},Nia,Newcomer,2012-03-04\n" for n in range(3))
    assert problems(f"{HEAD}\n{rows}") == ['4:1: found "another row"; allowed: at most 2 people']
    monkeypatch.setattr(roster_file, "MOST_BYTES", 20)
    assert problems(NIA) == [f'1:1: found "{len(NIA)} bytes"; allowed: at most 20 bytes']


def test_a_cell_is_plain_text_over_several_lines_too():
    (line, later), found = read_roster(
        f'{HEAD}\n=1+1,"Nia\nMaria",@Newcomer,2012-03-04\nN2,Bo,Other,2012-03-04'.encode(), TODAY
    )
    assert found == []
    assert (line.local_id, line.said["given_name"], line.said["family_name"]) == (
        "=1+1",
        "Nia Maria",
        "@Newcomer",
    )
    assert (line.number, later.number) == (2, 4)


def planned(columns, *rows, known=KNOWN, sites=SITES):
    lines, found = read_roster("\n".join([columns, *rows]).encode(), TODAY)
    assert found == []
    return make_plan(lines, known, sites)


def test_a_relation_is_kept_in_one_word_whatever_language_the_file_speaks():
    plan, _none = planned(
        f"{HEAD},guardian_1_name,guardian_1_relation", "N2,Nia,Newcomer,2012-03-04,Rosa Newcomer,Madre"
    )
    assert [each.relation for each in plan.outcomes[0].new_guardians] == ["mother"]


FULL = f"{HEAD},site,grade,guardian_1_name,guardian_1_phone,guardian_2_name"
SAME = "N1,Nia,Newcomer,2012-03-04"


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (f"{SAME},,,,,", ()),
        (f"{SAME},alder high,8,ana newcomer,555-010-0111,Gus Newcomer", ("guardian.name",)),
        (f"{SAME},,9,,,", ("grade",)),
        (f"{SAME},Birch Middle,,,,", ("site_id",)),
        (f"{SAME},,,Ana Newcomer,555-010-0199,", ("guardian.phone",)),
        (f"{SAME},,,Rosa Newcomer,,", ("guardian.added",)),
        ("N1,Nía,Newcomer,2012-03-05,,,,,", ("given_name", "born_on")),
    ],
)
def test_what_changes_is_named_and_an_empty_cell_changes_nothing(row, fields):
    plan, found = planned(FULL, row)
    assert found == []
    assert [each.fields for each in plan.outcomes] == [fields]
    assert (len(plan.changed), plan.unchanged, plan.absent) == (bool(fields), not fields, 1)


def test_whom_the_file_does_not_name_stays_and_who_was_taken_away_stays_away():
    plan, _none = planned(FULL, f"{SAME},,,Gus Newcomer,,")
    assert (plan.stay_away, plan.absent, plan.changed) == (1, 1, ())
    empty, _none = planned(HEAD)
    assert (empty.outcomes, empty.absent, empty.is_part) == ((), 2, True)


def test_a_new_person_needs_a_known_site_and_may_be_somebody_known():
    new = "N9,Nia,Newcomer,2012-03-04"
    _plan, found = planned(f"{HEAD},site", f"{new},Elm", "N8,Bo,Other,2012-03-04,")
    assert [each.words("en") for each in found] == [
        '2:5 site: found "Elm"; allowed: one of Alder High, Birch Middle',
        "3:5 site: found nothing; allowed: one of Alder High, Birch Middle",
    ]
    plan, found = planned(HEAD, new, known={"N1": KNOWN["N1"]}, sites={"Alder High": ALDER})
    assert found == []
    assert [(each.double, each.details.site_id) for each in plan.added] == [(True, ALDER)]
