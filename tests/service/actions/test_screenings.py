"""A screening from start to what follows, through the actions, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from instruments.answers import InvalidAnswers
from referral.consent import Purpose
from referral.model import DecisionKind, State, Urgency
from service.access import NotFound
from service.actions import abandoning, results, screenings
from service.actions.refusals import Conflict, Invalid
from service.actions.screenings import GiveAnswer, StartScreening
from service.kinds import Mode, OrganisationKind, ScreeningStatus
from service.permissions import NotAllowed, Role
from service.store.alerts import alert_about, assessment_about
from service.store.clients import guardians_of
from service.store.needs import needs_of
from service.store.referrals import latest_referral, referrals_for
from tests.service.builders import consent, world

MILD = [1, 0, 0, 1, 0, 0, 0, 0, 0]
MODERATE = [2, 2, 3, 1, 2, 2, 1, 0, 0]


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def begin(here, *instruments, role=Role.COUNSELOR, **changes):
    command = StartScreening(here.client.id, instruments, Mode.INTERVIEW, agrees=True)
    with here.write() as session:
        return screenings.start(session, replace(command, **changes), act=here.act(role))


def give(here, screening_id, instrument, item, answer):
    with here.write() as session:
        return screenings.answer(session, screening_id, GiveAnswer(instrument, item, answer), act=here.act())


def give_all(here, screening_id, instrument, answers):
    for number, answer in enumerate(answers, start=1):
        progress = give(here, screening_id, instrument, f"q{number}", answer)
    return progress


def end(here, screening_id, status=ScreeningStatus.SUBMITTED):
    with here.write() as session:
        screenings.end(session, screening_id, status, act=here.act())
    return shown(here, screening_id)


def shown(here, screening_id):
    with here.write() as session:
        return results.show(session, screening_id, act=here.act())


def needs(here):
    with here.read() as session:
        return {need.pathway: need for need in needs_of(session, here.organisation.id, here.client.id)}


def test_a_screening_resumes_where_it_was_left(here):
    screening_id = begin(here, "phq-9", "asq")
    give(here, screening_id, "phq-9", "q1", 1)
    progress = give(here, screening_id, "phq-9", "q2", "refused")
    assert (progress.next.instrument.id, progress.next.item.id) == ("phq-9", "q3")
    with here.read() as session:
        again = screenings.progress(session, screening_id, act=here.act())
    assert (again.answered, again.next.item.id) == (2, "q3")


def test_asq_question_5_is_asked_only_after_a_yes_or_a_refusal(here):
    screening_id = begin(here, "asq")
    assert give_all(here, screening_id, "asq", [0, 0, 0, 0]).next is None
    assert give(here, screening_id, "asq", "q4", "refused").next.item.id == "q5"


def test_a_moderate_score_opens_a_need_with_a_draft_referral(here):
    screening_id = begin(here, "phq-9")
    give_all(here, screening_id, "phq-9", MODERATE)
    result = end(here, screening_id)
    assert result.instruments[0].result.scores["total"] == 13
    line = next(each for each in result.decisions if each.kind is DecisionKind.REFER)
    assert (line.referral_state, line.urgency) == (State.DRAFT, Urgency.SOON)
    assert line.reasons[0]["en"]
    assert line.due_at is not None


def test_a_yes_to_asq_5_raises_the_alert_at_once_before_the_form_is_finished(here):
    screening_id = begin(here, "asq", "phq-9")
    give_all(here, screening_id, "asq", [1, 0, 0, 0])
    progress = give(here, screening_id, "asq", "q5", 1)
    assert progress.raised
    assert progress.status is ScreeningStatus.IN_PROGRESS
    need = needs(here)["crisis"]
    assert need.urgency is Urgency.IMMEDIATE
    with here.read() as session:
        alert = alert_about(session, here.organisation.id, screening_id)
        sent = referrals_for(session, here.organisation.id, [need.id])
    assert alert.acknowledged_at is None
    assert [referral.state for referral in sent] == [State.SENT]


def test_the_alert_is_raised_once_and_the_result_joins_its_need(here):
    screening_id = begin(here, "asq", "phq-9")
    give_all(here, screening_id, "asq", [1, 0, 1, 0, 1])
    here.clock.forward(seconds=20)
    assert not give(here, screening_id, "phq-9", "q1", 0).raised
    result = end(here, screening_id, ScreeningStatus.STOPPED)
    assert result.urgency is Urgency.IMMEDIATE
    assert [each.pathway for each in result.decisions].count("crisis") == 1
    with here.read() as session:
        assert len(referrals_for(session, here.organisation.id, [needs(here)["crisis"].id])) == 1


def test_a_positive_asq_left_before_question_5_is_asked_about_the_same_day_and_then_not_cleared(here):
    screening_id = begin(here, "asq")
    give(here, screening_id, "asq", "q1", 1)
    assert needs(here)["psychology"].urgency is Urgency.URGENT
    with here.read() as session:
        assert assessment_about(session, here.organisation.id, screening_id).due_at > here.clock()
        assert alert_about(session, here.organisation.id, screening_id) is None
    here.clock.forward(minutes=16)
    with here.write() as session:
        assert abandoning.abandon_untouched(session, act=here.act(Role.COORDINATOR)) == 1
    result = shown(here, screening_id)
    assert result.status is ScreeningStatus.ABANDONED
    assert result.urgency is Urgency.IMMEDIATE
    assert result.alert_id is not None


def test_item_9_of_the_phq_asks_for_a_safety_assessment_today_even_when_stopped_there(here):
    screening_id = begin(here, "phq-9")
    give_all(here, screening_id, "phq-9", [0, 0, 0, 0, 0, 0, 0, 0])
    give(here, screening_id, "phq-9", "q9", 1)
    assert needs(here)["psychology"].urgency is Urgency.URGENT
    result = end(here, screening_id, ScreeningStatus.STOPPED)
    assert result.assessment is not None
    assert [line.item.id for line in result.critical] == ["q9"]
    assert "phq9-item-9" in result.decisions[0].rules


def test_item_9_passed_over_is_never_read_as_no(here):
    screening_id = begin(here, "phq-9")
    give_all(here, screening_id, "phq-9", [0, 0, 0, 0, 0, 0, 0, 0, "refused"])
    result = end(here, screening_id)
    assert result.urgency is Urgency.URGENT
    assert result.instruments[0].result.scores["total"] is None


def test_submitting_twice_gives_the_same_result_and_one_referral(here):
    screening_id = begin(here, "phq-9")
    give_all(here, screening_id, "phq-9", MODERATE)
    first, second = end(here, screening_id), end(here, screening_id)
    assert first.decisions == second.decisions
    with here.read() as session:
        assert len(
            referrals_for(session, here.organisation.id, [each.id for each in needs(here).values()])
        ) == len(needs(here))


def test_a_second_screening_joins_the_open_need(here):
    for _ in range(2):
        screening_id = begin(here, "phq-9")
        give_all(here, screening_id, "phq-9", MODERATE)
        end(here, screening_id)
        here.clock.forward(days=1)
    with here.read() as session:
        found = needs_of(session, here.organisation.id, here.client.id)
    assert sorted(need.pathway for need in found) == sorted({need.pathway for need in found})


@pytest.mark.parametrize("mild", [[0] * 9, MILD])
def test_low_scores_refer_nobody(here, mild):
    screening_id = begin(here, "phq-9")
    give_all(here, screening_id, "phq-9", mild)
    assert all(line.kind is not DecisionKind.REFER for line in end(here, screening_id).decisions)
    assert needs(here) == {}


@pytest.mark.parametrize(
    ("instrument", "item", "answer", "words"),
    [
        ("phq-9", "q1", 4, "allowed: 0, 1, 2, 3"),
        ("phq-9", "q1", "often", "q1"),
        ("phq-9", "q77", 1, "q77"),
        ("phq-9", "q1", "", "q1"),
    ],
)
def test_an_answer_off_the_scale_is_named_and_nothing_is_saved(here, instrument, item, answer, words):
    screening_id = begin(here, "phq-9")
    with pytest.raises(InvalidAnswers, match=words):
        give(here, screening_id, instrument, item, answer)
    with here.read() as session:
        assert screenings.progress(session, screening_id, act=here.act()).answered == 0


def test_an_item_that_is_not_asked_is_refused(here):
    screening_id = begin(here, "asq")
    with pytest.raises(Invalid, match="not asked"):
        give(here, screening_id, "asq", "q5", 1)
    with pytest.raises(Invalid, match="not part"):
        give(here, screening_id, "phq-9", "q1", 1)


def test_an_ended_screening_takes_no_more_answers(here):
    screening_id = begin(here, "asq")
    end(here, screening_id, ScreeningStatus.STOPPED)
    with pytest.raises(Conflict, match="has ended"):
        give(here, screening_id, "asq", "q1", 1)


def test_without_consent_nobody_is_screened(here):
    other = here.new_client(consented=False)
    with pytest.raises(Conflict, match="has been asked"):
        begin(here, "phq-9", client_id=other.id)


def test_every_field_of_a_start_that_does_not_fit_is_named(here):
    with pytest.raises(Invalid) as refused:
        begin(here, "phq-99", "gad-7", language="fr", agrees=False)
    assert {problem.field for problem in refused.value.problems} == {"instruments", "language", "agrees"}


def test_the_same_idempotency_key_starts_one_screening(here):
    first = begin(here, "phq-9", idempotency_key="k1")
    assert begin(here, "phq-9", idempotency_key="k1") == first
    assert begin(here, "phq-9", idempotency_key="k2") != first


def test_a_client_of_the_other_tenant_does_not_exist(here, database_url, tmp_path):
    clinic = world(database_url, tmp_path, kind=OrganisationKind.CLINIC, parts=here.parts, clock=here.clock)
    with pytest.raises(NotFound, match="no such client"):
        begin(here, "phq-9", client_id=clinic.client.id)


def test_roles_without_the_right_cannot_screen(here):
    with pytest.raises((NotAllowed, NotFound)):
        begin(here, "phq-9", role=Role.AUDITOR)


@pytest.mark.parametrize(("shared", "seen"), [(False, False), (True, True)])
def test_a_receiving_clinician_reads_single_answers_only_once_sharing_was_agreed(here, shared, seen):
    screening_id = begin(here, "asq")
    give_all(here, screening_id, "asq", [1, 0, 0, 0, 0])
    end(here, screening_id)
    with here.write() as session:
        referral = latest_referral(session, here.organisation.id, needs(here)["psychology"].id)
        referral.receiver_id, referral.sent_at = here.teams["psychology"].id, here.clock()
        if shared:
            guardian = guardians_of(session, here.organisation.id, here.client.id)[0]
            session.add(consent(here, here.client, guardian, purpose=Purpose.SHARING, pathway="psychology"))
    with here.write() as session:
        result = results.show(session, screening_id, act=here.act(Role.CLINICIAN))
    assert result.shows_answers is seen
    assert bool(result.instruments[0].answers) is seen
    assert bool(result.verdicts) is seen


def test_two_who_submit_at_once_open_one_referral(here):
    screening_id = begin(here, "phq-9")
    give_all(here, screening_id, "phq-9", MODERATE)
    acts = [here.act() for _ in range(8)]

    def submit(act):
        with here.write() as session:
            return screenings.end(session, screening_id, ScreeningStatus.SUBMITTED, act=act).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(submit, acts)) == {ScreeningStatus.SUBMITTED}
    with here.read() as session:
        found = needs_of(session, here.organisation.id, here.client.id)
        assert len(referrals_for(session, here.organisation.id, [need.id for need in found])) == len(found)
        assert len({need.pathway for need in found}) == len(found)


def test_two_screenings_of_one_client_ended_at_once_share_one_need(here):
    both = [begin(here, "phq-9"), begin(here, "phq-9")]
    for screening_id in both:
        give_all(here, screening_id, "phq-9", MODERATE)
    acts = [here.act(), here.act()]

    def submit(pair):
        with here.write() as session:
            screenings.end(session, pair[0], ScreeningStatus.SUBMITTED, act=pair[1])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(submit, zip(both, acts, strict=True)))
    with here.read() as session:
        found = needs_of(session, here.organisation.id, here.client.id)
    assert len({need.pathway for need in found}) == len(found)
