"""Events say enough for their kind, in codes, and nothing about a person."""

from dataclasses import replace

import pytest

from referral.entries import entry_bytes
from referral.event_checks import InvalidEvent, check_event
from referral.events import DETAILS, EVENTS, Event, EventKind, SubjectKind
from tests.referral.trails import ORGANISATION, START, event


def sample(kind):
    spec = EVENTS[kind]
    subject = min(spec.subjects)
    filled = dict.fromkeys(spec.fields, "code") | {"details": dict.fromkeys(spec.details, "code")}
    return replace(
        Event("id-1", ORGANISATION, START, "user-1", "counselor", kind, subject, "subject-1"), **filled
    )


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_can_be_written(kind):
    assert check_event(sample(kind)) is None


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_misses_what_it_must_say(kind):
    for name in EVENTS[kind].fields:
        with pytest.raises(InvalidEvent, match=f"{name}: is missing"):
            check_event(replace(sample(kind), **{name: None}))
    for name in EVENTS[kind].details:
        kept = dict.fromkeys(EVENTS[kind].details - {name}, "code")
        with pytest.raises(InvalidEvent, match=f"details.{name}: is missing"):
            check_event(replace(sample(kind), details=kept))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"subject_kind": SubjectKind.LETTER}, 'subject_kind: found "letter"'),
        ({"at": START.replace(tzinfo=None)}, "at: a UTC-aware time"),
        ({"reason": "She said that she wished she were dead."}, "reason: only ids, codes"),
        ({"actor": "Maya Example"}, "actor: only ids, codes"),
        ({"before": ""}, "before: only ids, codes"),
        ({"details": {"step": "decline", "note": "x"}}, "details.note: is not a detail"),
        ({"details": {"step": "a, b"}}, "details.step: only ids, codes"),
        ({"details": {"step": 0.5}}, "details.step: only ids, codes"),
        ({"details": {"step": 2**53}}, "details.step: only ids, codes"),
        ({"details": {"step": ("ok", 'quote"')}}, "details.step: only ids, codes"),
        ({"details": {"step": "x" * 81}}, "details.step: only ids, codes"),
    ],
)
def test_an_event_holds_codes_and_nothing_about_a_person(changed, problem):
    with pytest.raises(InvalidEvent) as refused:
        entry_bytes(event(1, **changed), 1)
    assert problem in str(refused.value)


def test_whole_numbers_are_those_that_every_json_reader_keeps():
    largest = 2**53 - 1
    details = {"step": "decline", "count": largest, "attempts": -largest}
    assert check_event(event(1, details=details)) is None


def test_every_detail_that_a_kind_needs_is_a_known_one():
    assert all(spec.details <= DETAILS for spec in EVENTS.values())
    assert set(EVENTS) == set(EventKind)


def test_a_list_in_a_list_is_no_detail():
    check_event(event(details={"step": "send", "items": ("q1", 2, None)}))
    with pytest.raises(InvalidEvent, match=r"details\.items"):
        check_event(event(details={"step": "send", "items": (("q1",), "q2")}))
