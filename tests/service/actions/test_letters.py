"""What a referral letter may say: each pathway's own rules, results instead of answers, the event of making one."""

from dataclasses import replace

import pytest

from instruments.model import text_in
from referral.consent import ConsentStatus, Giver, Purpose
from referral.model import Disposition
from service.access import NotFound
from service.actions import assessments, consents, letter_making, referrals
from service.actions.assessments import Record
from service.actions.consents import RecordConsent
from service.actions.referrals import Send
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from service.reports.letter import referral_letter
from service.store.clients import guardians_of
from service.store.needs import needs_of
from service.store.referrals import latest_referral
from service.store.trail import newest_events, read_entry
from tests.service.acts import screen_all
from tests.service.builders import definitions, world
from tests.service.reports.paper import words_on

HIGH = {"phq-9": [2, 2, 3, 1, 2, 2, 3, 0, 1], "gad-7": [2, 2, 2, 2, 2, 1, 1], "asq": [0, 0, 0, 1, 0]}
MILD = {"phq-9": [1, 1, 1, 1, 1, 1, 1, 0, 0]}


def screened_twice(url, tmp_path):
    made = world(url, tmp_path)
    screen_all(made, MILD)
    made.clock.forward(days=40)
    made.screening_id = screen_all(made, HIGH)
    return made


@pytest.fixture
def here(sqlite_url, tmp_path):
    return screened_twice(sqlite_url, tmp_path)


@pytest.fixture
def on_both(database_url, tmp_path):
    return screened_twice(database_url, tmp_path)


def referral_to(here, pathway):
    with here.read() as session:
        needs = needs_of(session, here.organisation.id, here.client.id)
        need = next(each for each in needs if each.pathway == pathway)
        return latest_referral(session, here.organisation.id, need.id)


def letter(here, pathway, role=Role.COUNSELOR):
    referral = referral_to(here, pathway)
    return made(here, referral, here.act(role))


def made(here, referral, act):
    """What a letter says that is made now."""
    said = []
    with here.write() as session:
        letter_making.make(session, referral.id, lambda each: said.append(each) or b"paper", act=act)
    return said[0]


def send(here, pathway):
    with here.write() as session:
        command = Send(here.teams[pathway].id)
        referrals.send(session, referral_to(here, pathway).id, command, act=here.act())


def agree(here, pathway):
    with here.write() as session:
        (guardian,) = guardians_of(session, here.organisation.id, here.client.id)
        yes = RecordConsent(Purpose.SHARING, ConsentStatus.GIVEN, Giver.GUARDIAN, pathway, guardian.id)
        consents.record(session, here.client.id, yes, act=here.act())


def test_a_clinical_letter_tells_scores_bands_and_the_time_before(on_both):
    told = {result.instrument.split()[0]: result for result in letter(on_both, "psychology").results}
    phq = told["PHQ-9"]
    assert (phq.score, phq.highest, text_in(phq.band.label, "en").lower()) == (16, 27, "moderately severe")
    assert (phq.before.score, len(phq.bands)) == (7, 5)
    assert told["ASQ"].score is None
    assert "no thoughts of suicide right now" in told["ASQ"].words["en"].lower()
    assert told["GAD-7"].before is None


@pytest.mark.parametrize("pathway", ["psychology", "primary-care", "social-work"])
def test_a_letter_holds_only_what_its_pathway_allows(here, pathway):
    rules = definitions().pathways.get(pathway).letter
    made = letter(here, pathway)
    assert made.client.name == "Maya Example"
    assert bool(made.guardians) is ("guardian" in rules.may_contain)
    assert (made.safety is not None) is ("safety" in rules.may_contain)
    assert (made.supports is not None) is ("supports" in rules.may_contain)
    scored = [result for result in made.results if result.score is not None]
    assert bool(scored) is ("scores" in rules.may_contain and "scores" not in rules.never)


def test_without_scores_the_bands_stand_alone_and_reasons_lose_their_numbers(here):
    made = letter(here, "social-work")
    assert [result.words["en"].lower() for result in made.results][:1] == ["moderately severe"]
    assert all("(" not in words for reason in made.reasons for words in reason.values())
    assert [
        words
        for words in ("16", "of 27", "12", "of 21")
        if words in words_on(referral_letter(replace(made, trail="")))
    ] == []


@pytest.mark.parametrize("pathway", ["psychology", "primary-care", "social-work"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_question_and_no_answer_stands_on_any_letter(here, pathway, language):
    words = words_on(referral_letter(letter(here, pathway), language=language)).lower()
    asked = [item for name in HIGH for item in definitions().instruments.get(name).items]
    spoken = {text_in(item.ask, language).lower() for item in asked}
    spoken |= {text_in(option.label, language).lower() for item in asked for option in item.options} - {
        "yes",
        "no",
        "sí",
    }
    assert [said for said in spoken if said in words] == []


def test_the_reasons_are_those_of_the_rules_each_once(here):
    reasons = [reason["en"] for reason in letter(here, "psychology").reasons]
    assert len(reasons) == len(set(reasons))
    assert any("PHQ-9 question 9" in reason for reason in reasons)


def test_who_agreed_to_share_is_named_and_nobody_else(here):
    assert letter(here, "psychology").agreed == ()
    agree(here, "psychology")
    (agreed,) = letter(here, "psychology").agreed
    assert (agreed.name, agreed.relation) == ("Rosa Example", "mother")
    assert letter(here, "primary-care").agreed == ()


def test_the_safety_assessment_is_told_due_and_then_done(here):
    assert letter(here, "psychology").safety.done_at is None
    with here.write() as session:
        done = Record(Disposition.LOW, safety_plan=True)
        assessments.record(session, here.screening_id, done, act=here.act())
    safety = letter(here, "psychology").safety
    assert (safety.disposition, safety.plan, safety.done_by) == (Disposition.LOW, True, "Counselor Demo")


def test_the_clocks_on_the_letter_count_from_the_sending(here):
    send(here, "psychology")
    sent_at = here.clock.now
    here.clock.forward(hours=5)
    made = letter(here, "psychology")
    assert made.written_at == sent_at
    assert sent_at < made.acknowledge_by <= made.contact_by
    assert made.receiver.name == "Psychology team"
    assert made.signed_by == "Counselor Demo"


def test_making_a_letter_is_an_event_and_the_letter_names_it(here):
    made = letter(here, "psychology")
    with here.read() as session:
        (row,) = newest_events(session, here.organisation.id, most=1)
        entry = read_entry(row)
    assert (entry["kind"], entry["details"]["referral"]) == (
        "letter made",
        str(referral_to(here, "psychology").id),
    )
    assert entry["id"].replace("-", "").endswith(made.trail.replace(" ", ""))


def test_the_team_it_was_sent_to_may_make_it_and_only_then(here):
    with pytest.raises(NotFound):
        letter(here, "psychology", Role.CLINICIAN)
    send(here, "psychology")
    assert letter(here, "psychology", Role.CLINICIAN).number.startswith("HR-")


def test_other_tenants_and_other_roles_get_no_letter(here):
    other = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    referral = referral_to(here, "psychology")
    with pytest.raises(NotFound):
        made(here, referral, other.act())
    with pytest.raises((NotFound, NotAllowed)):
        made(here, referral, here.act(Role.AUDITOR))


def test_the_letter_of_a_real_referral_is_one_page_that_names_no_other_service(here):
    send(here, "psychology")
    words = words_on(referral_letter(letter(here, "psychology")))
    assert "Referral to psychology" in words
    assert "Page 1 of 1" in words
