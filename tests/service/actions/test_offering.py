"""Which instruments are offered: those with words that the routing rules know; the others say why not."""

from dataclasses import replace
from datetime import date

import pytest

from service.actions import offering, programmes, screenings
from service.actions.programmes import Move
from service.actions.refusals import Invalid
from service.actions.screenings import StartScreening
from service.definitions import load_definitions
from service.kinds import Mode
from service.permissions import Role
from tests.referral.programmes import own_programme, own_routing, words_attached
from tests.service.builders import world

ATTACHED = ("cries-8", "c-ssrs-screener", "itq-ca")


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


@pytest.fixture
def own(tmp_path):
    """Definitions in which a clinic attached its words to three instruments, and its programme pins them."""
    folder = tmp_path / "own"
    for name in ATTACHED:
        words_attached(folder, name)
    own_programme(folder, "1.1.0", *((f'  {name}: "1.0.0"', f'  {name}: "1.1.0"') for name in ATTACHED))
    return load_definitions(folder)


def knowing(folder, name, version):
    """Definitions whose newest school programme and rules know one more instrument."""
    own_routing(
        folder, "1.1.0", ("  ci: wellbeing-check-in\n", f"  ci: wellbeing-check-in\n  more: {name}\n")
    )
    pins = ("instruments:\n", f'instruments:\n  {name}: "{version}"\n')
    own_programme(
        folder, "1.1.0", pins, ("routing: school-screening@1.0.0", "routing: school-screening@1.1.0")
    )
    return load_definitions(folder)


def moved(here, definitions):
    """The organisation under the newest school programme of these definitions, and an act there."""
    act = replace(here.act(Role.ADMINISTRATOR), definitions=definitions)
    with here.write() as session:
        programmes.move(session, "school-screening", Move("1.1.0", "1.0.0"), act=act)
    return replace(here.act(Role.COUNSELOR), definitions=definitions)


def names_offered(here, act):
    with here.read() as session:
        return [each.id for each in offering.offered(programmes.chosen(session, None, act=act).programme)]


def start(here, act, name, client=None):
    command = StartScreening((client or here.client).id, (name,), Mode.INTERVIEW, agrees=True)
    with here.write() as session:
        return screenings.start(session, command, act=act)


def refused(here, act, name, client=None):
    with pytest.raises(Invalid) as caught:
        start(here, act, name, client)
    (problem,) = caught.value.problems
    return problem.message


def test_what_clients_can_answer_is_offered_and_what_is_for_clinicians_is_not(here):
    found = names_offered(here, here.act())

    assert {"phq-9", "asq", "gad-7", "self-injury", "protective-factors", "wellbeing-check-in"} <= set(found)
    assert not {"safety-assessment", "cries-8", "nssi-severity", "itq-ca"} & set(found)
    assert not {"phq-2", "gad-2", "phq-15", "lec-5"} & set(found)


def test_an_instrument_without_words_says_why_and_names_the_command(here):
    words = refused(here, here.act(), "cries-8")

    assert "it ships without its questions" in words
    assert "handrail instruments wording cries-8 --text FILE" in words


def test_words_of_ones_own_make_it_one_that_can_be_asked(here, own):
    act = moved(here, own)

    assert set(ATTACHED) <= set(names_offered(here, act))
    for name in ATTACHED:
        assert start(here, act, name)


@pytest.mark.parametrize("name", ["phq-2", "gad-2", "phq-15", "lec-5"])
def test_what_no_routing_rule_knows_is_never_asked(here, name):
    act = here.act(Role.COUNSELOR)

    assert name not in names_offered(here, act)
    words = refused(here, act, name)
    assert "cannot be asked: the routing rules here (school-screening) do not know it" in words
    assert words.endswith("so nothing would follow.")


def test_what_a_clinician_fills_in_is_never_put_to_a_client(here, tmp_path):
    act = moved(here, knowing(tmp_path / "own", "safety-assessment", "1.0.0"))

    assert "safety-assessment" not in names_offered(here, act)
    assert "somebody else fills it in, not the client" in refused(here, act, "safety-assessment")


@pytest.mark.parametrize(
    ("name", "lowest"),
    [("pc-ptsd-5", 12), ("pcl-5", 12), ("phq-9", 12), ("self-injury", 12), ("asq", 8)],
)
def test_an_instrument_is_asked_from_its_lowest_age_on_the_birthday_itself_and_not_a_day_before(
    here, name, lowest
):
    young, old = (here.new_client(born_on=date(2026 - lowest, 10, day)) for day in (14, 13))

    assert refused(here, here.act(), name, young).endswith(f" is for ages {lowest} and over.")
    assert start(here, here.act(), name, old)


def test_the_age_is_that_of_the_organisations_own_day(here):
    here.clock.now = here.clock.now.replace(day=14, hour=3)  # the evening of the 13th in Denver
    young = here.new_client(born_on=date(2014, 10, 14))

    assert refused(here, here.act(), "phq-9", young) == "PHQ-9 is for ages 12 and over."
    here.clock.forward(hours=4)
    assert start(here, here.act(), "phq-9", young)


def test_young_people_answer_for_themselves_only_from_the_age_of_their_own_form(here):
    psc = here.act().definitions.instruments.get("psc-17")

    assert (psc.ages[0], offering.lowest_age(psc)) == (4, 11)
