"""The readable trail: plain words for every kind of event, newest first, page by page, only for those in reach."""

import re
import uuid
from pathlib import Path

import pytest

from referral.events import EVENTS, EventKind
from referral.model import Step
from service.access import NotFound
from service.actions import audit_desk, audit_trail, timeline, view_words
from service.actions.audit_desk import Filters
from service.actions.happenings import PLAIN, Happening, words_of
from service.actions.timeline import MOST, QUIET
from service.kinds import OrganisationKind
from service.permissions import NotAllowed, Role
from service.store import trail
from tests.service.acts import screen
from tests.service.builders import world
from tests.service.referring import draft, take

VIEW = re.compile(r"""(?:\b(?:view|surface(?:: str)?)\s?=\s?|_noted\(session, )"([a-z -]+)\"""")
DETAILS = {
    "instruments": ["phq-9/1.0.0", "asq/1.0.0"],
    "decision": "refer",
    "urgency": "urgent",
    "step": "send",
    "purpose": "sharing",
    "view": "client",
}


@pytest.fixture
def here(database_url, tmp_path):
    return world(database_url, tmp_path)


def shown(here, role=Role.COUNSELOR, client_id=None, **asked):
    with here.write() as session:
        return timeline.show(session, client_id or here.client.id, act=here.act(role), **asked)


def test_every_kind_of_event_has_words_and_every_word_a_kind():
    assert set(PLAIN) == set(EventKind)


@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("pathway", [None, {"en": "Psychology", "es": "Psicología"}])
def test_the_words_are_whole_sentences_in_both_languages(kind, pathway):
    bare = {name: DETAILS.get(name, "x") for name in EVENTS[kind].details}
    for details in (DETAILS, bare):
        words = words_of(Happening(kind, "draft", "given", details, pathway))
        assert set(words) == {"en", "es"}
        assert all(said.strip() and "{" not in said and "None" not in said for said in words.values())


@pytest.mark.parametrize("step", Step)
def test_every_step_of_a_referral_has_words(step):
    words = words_of(
        Happening(EventKind.REFERRAL_STEP, "a", "b", {"step": str(step)}, {"en": "Crisis", "es": "Crisis"})
    )
    assert words["en"].startswith("Referral, crisis: ")
    assert len(words["es"]) > len("Derivación, crisis: ")


def test_every_view_that_an_action_names_has_words():
    folder = Path(view_words.__file__).parent
    named = {name for file in folder.glob("*.py") for name in VIEW.findall(file.read_text(encoding="utf-8"))}
    surfaces_of_a_report = {"page", "paper"}
    assert named - surfaces_of_a_report == set(view_words.VIEWS)


def test_a_look_at_a_screening_is_told_as_one():
    words = words_of(Happening(EventKind.RECORD_VIEWED, None, None, {"view": "screening"}, None))
    assert words == {
        "en": "Looked at: a screening on its way",
        "es": "Se consultó: una evaluación en curso",
    }


def test_a_screening_reads_from_its_consent_to_its_decisions(here):
    screen(here, "asq", [0, 0, 0, 1, 0])
    words = [line.words["en"] for line in shown(here).lines]
    assert "Screened: ASQ" in words
    assert "Screening started: ASQ" in words
    assert "Consent to screening: given, by the client" in words
    assert "Decided by the rules: refer, psychology, urgent" in words
    assert "Need opened, psychology" in words


def test_single_answers_and_looks_are_shown_only_when_asked_for(here):
    screen(here, "asq", [0, 0, 0, 0])
    short, whole = shown(here), shown(here, everything=True)
    assert not {line.kind for line in short.lines} & set(QUIET)
    assert sum(line.kind is EventKind.ANSWER_SAVED for line in whole.lines) == 4
    assert whole.lines[0].kind is EventKind.RECORD_VIEWED


def test_the_newest_comes_first_and_older_ones_follow_without_a_gap(here):
    for _ in range(20):
        screen(here, "asq", [0, 0, 0, 0])
    first = shown(here)
    assert len(first.lines) == MOST
    rest, before = [], first.older
    while before is not None:
        page = shown(here, before=before)
        rest, before = [*rest, *page.lines], page.older
    places = [line.seq for line in (*first.lines, *rest)]
    assert places == sorted(set(places), reverse=True)
    with here.read() as session:
        kept = trail.timeline_of(
            session, here.organisation.id, here.client.id, most=1000, without=[str(kind) for kind in QUIET]
        )
        assert [row.seq for row in kept] == places


def test_the_newest_few_stand_on_the_record(here):
    screen(here, "asq", [0, 0, 0, 0])
    with here.read() as session:
        lines = timeline.recent(session, here.client.id, 2, act=here.act())
    assert [line.kind for line in lines] == [EventKind.SCREENING_SUBMITTED, EventKind.DECISION_MADE]
    assert lines[0].by == "Counselor Demo"


def test_a_referral_has_a_timeline_of_its_own(here):
    referral_id = draft(here)
    take(here, referral_id, Step.SEND, Role.COUNSELOR)
    with here.write() as session:
        found = timeline.of_referral(session, referral_id, act=here.act())
    assert [line.words["en"] for line in found.lines] == ["Referral, psychology: sent"]


def test_nobody_out_of_reach_sees_a_timeline(here):
    other = world("", None, kind=OrganisationKind.CLINIC, clock=here.clock, parts=here.parts)
    for act in (other.act(), here.act(Role.AUDITOR), here.act(Role.CLINICIAN)):
        with pytest.raises(NotFound), here.write() as session:
            timeline.show(session, here.client.id, act=act)
    with pytest.raises(NotFound):
        shown(here, client_id=uuid.uuid4())


def test_the_auditor_sees_the_state_of_the_trail_and_codes_alone(here):
    screen(here, "asq", [1, 0, 0, 0, 0])
    with here.read() as session:
        trail = audit_desk.find(session, Filters(), act=here.act(Role.AUDITOR))
        status = audit_trail.status(session, act=here.act(Role.AUDITOR))
    assert status.proof.intact
    assert status.count == trail.all == trail.fitting == trail.lines[0].seq
    assert not {"Maya", "Example", "Rosa"} & set(str(trail).replace("'", " ").split())


def test_the_trail_can_be_shown_by_kind_and_page_by_page(here):
    for _ in range(15):
        screen(here, "asq", [0, 0, 0, 0])
    with here.read() as session:
        act = here.act(Role.AUDITOR)
        saved = audit_desk.find(session, Filters(kind=EventKind.ANSWER_SAVED), act=act)
        older = audit_desk.find(session, Filters(kind=EventKind.ANSWER_SAVED), act=act, before=saved.older)
    assert {line.kind for line in (*saved.lines, *older.lines)} == {EventKind.ANSWER_SAVED}
    assert (len(saved.lines), len(older.lines), older.older) == (MOST, 10, None)


@pytest.mark.parametrize("role", [Role.COUNSELOR, Role.CLINICIAN, Role.ADMINISTRATOR])
def test_only_some_roles_read_the_trail(here, role):
    with pytest.raises(NotAllowed), here.read() as session:
        audit_desk.find(session, Filters(), act=here.act(role))
    with pytest.raises(NotAllowed), here.write() as session:
        audit_trail.note_look(session, act=here.act(role))


def test_a_trail_too_long_to_wait_for_is_left_to_the_command(here, monkeypatch):
    monkeypatch.setattr(audit_trail, "MOST_PROVED_LIVE", 0)
    screen(here, "asq", [0, 0, 0, 0])
    with here.read() as session:
        standing = audit_trail.status(session, act=here.act(Role.AUDITOR))
    assert (standing.proof, standing.proved_at) == (None, None)
    assert standing.count > 0
