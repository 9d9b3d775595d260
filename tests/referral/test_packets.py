"""Packets as bytes: the same every time, read back whole, and refused by the name of what is wrong; news of them."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.canonical import canonical_bytes
from referral.consent import (
    Consent,
    ConsentFacts,
    ConsentStatus,
    Giver,
    NotPermitted,
    Permitted,
    Purpose,
    answers_may_cross,
    may_cross,
    may_share,
)
from referral.model import CancelReason, DeclineReason, ErrorReason, Side, Step
from referral.packet_news import Happened, news_of, told
from referral.packet_reading import BadPacket, read_packet
from referral.packets import LONGEST, Shared, packet_bytes
from tests.referral.parcels import AT, PACKET, TO, packet

TABLE = json.loads(packet_bytes(PACKET))
DAY = AT.date()


def spoiled(path, value):
    """The packet's table with something else at a path; no value takes it away."""
    made = json.loads(packet_bytes(PACKET))
    *way, last = path
    inner = made
    for each in way:
        inner = inner[each]
    if value is None.__class__:
        del inner[last]
    else:
        inner[last] = value
    return canonical_bytes(made)


def refusals(found):
    """What is wrong with some bytes; nothing with those that are a packet, which is written back the same."""
    try:
        assert packet_bytes(read_packet(found)) == found
    except BadPacket as refused:
        return refused.problems
    return ()


def test_a_packet_is_read_back_as_it_was_and_written_the_same():
    assert read_packet(packet_bytes(PACKET)) == PACKET
    bare = packet(guardians=(), reasons=(), results=(), safety=None, answers=(), screened_on=None)
    assert read_packet(packet_bytes(bare)) == bare


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("client", "born_on"), type(None), "client.born_on: is missing"),
        (("client", "born_on"), "4 May", "client.born_on: found"),
        (("client", "born_on"), "20130504", "client.born_on: found"),
        (("client", "family_name"), "", "client.family_name: found"),
        (("client", "family_name"), "Test\u202ecase", "client.family_name: found"),
        (("client", "family_name"), "x" * 121, "client.family_name: found"),
        (("client", "note"), "Says more", "client.'note': is not a field"),
        (("answers", 0, "note"), "Says more", "answers.1.'note': is not a field"),
        (("format",), 2, "format: allowed: 1"),
        (("format",), True, "format: found True"),
        (("packet",), "9", "packet: found"),
        (("to", "id"), TO.upper() + "A", "to.id: found"),
        (("urgency",), "at once", "urgency: found"),
        (("urgency",), ["soon"], "urgency: found"),
        (("sent_at",), "2026-10-13T16:00:00Z", "sent_at: found"),
        (("sent_at",), "2026-10-13T18:00:00.000000+02:00", "sent_at: found"),
        (("hands_over",), "yes", "hands_over: found"),
        (("guardians",), {"name": "Rosa"}, "guardians: found"),
        (("reasons", 0, "es"), type(None), "reasons.1.es: is missing"),
        (("results", 0, "score"), -1, "results.1.score: found"),
        (("safety", "disposition"), "well", "safety.disposition: found"),
        (("shared",), ["identity", "diary"], "shared.2.part: found"),
        (("shared",), ["identity", "consent"], "shared: allowed: with items, which it holds"),
        (("consent", "given", 0, "items"), False, "answers: allowed: only with consent"),
        (("consent", "given", 0, "giver"), "teacher", "consent.given.1.giver: found"),
        (("client",), None, "client: found None; allowed: an object"),
    ],
)
def test_what_is_wrong_with_a_packet_is_named_by_its_field(path, value, named):
    with pytest.raises(BadPacket) as refused:
        read_packet(spoiled(path, value))
    assert any(problem.startswith(named) for problem in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(
    ("found", "named"),
    [
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "an object"),
        (json.dumps(TABLE).encode(), "canonical form"),
        (packet_bytes(PACKET).replace(b'"answers":', b'"answers":[],"answers":', 1), "canonical form"),
        (canonical_bytes({**TABLE, "score": 1}), "'score': is not a field"),
        (packet_bytes(PACKET).replace(b'"score":12', b'"score":12.5'), "canonical form"),
        (b" " * (LONGEST + 1), "bytes"),
    ],
)
def test_bytes_that_are_no_packet_are_refused(found, named):
    with pytest.raises(BadPacket, match=named):
        read_packet(found)


@given(st.binary(max_size=60), st.integers(0, len(packet_bytes(PACKET)) - 1))
def test_no_bytes_do_anything_but_be_read_or_refused(more, place):
    whole = packet_bytes(PACKET)
    for found in (more, whole[:place] + more + whole[place + 1 :]):
        assert all(problem.isascii() for problem in refusals(found))


def test_a_part_that_is_told_is_named_as_shared():
    for part in (Shared.GUARDIAN, Shared.REASONS, Shared.BANDS, Shared.SCORES, Shared.SAFETY, Shared.ITEMS):
        silent = packet(shared=tuple(each for each in Shared if each is not part))
        with pytest.raises(BadPacket, match=f"with {part}"):
            read_packet(packet_bytes(silent))


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (Happened(Step.CLAIM, Side.RECEIVER, AT, None, None), None),
        (Happened(Step.SEND, Side.SENDER, AT, None, None), None),
        (Happened(Step.REQUEST_CANCEL, Side.SENDER, AT, "duplicate", None), None),
        (Happened(Step.ACCEPT, Side.RECEIVER, AT, None, None), (Step.ACCEPT, None)),
        (
            Happened(Step.CANCEL_APPOINTMENT, Side.SENDER, AT, "unwell", None),
            (Step.CANCEL_APPOINTMENT, "unwell"),
        ),
        (
            Happened(Step.CONFIRM_CANCEL, Side.RECEIVER, AT, None, None, asked_by_sender=True),
            (Step.CONFIRM_CANCEL, None),
        ),
        (
            Happened(
                Step.CONFIRM_CANCEL, Side.RECEIVER, AT, None, None, stopped_for=CancelReason.CARE_ELSEWHERE
            ),
            (Step.DECLINE, DeclineReason.ALREADY_IN_CARE),
        ),
        (
            Happened(Step.MARK_ERROR, Side.SENDER, AT, ErrorReason.ENTERED_TWICE, None),
            (Step.DECLINE, DeclineReason.DUPLICATE),
        ),
    ],
)
def test_what_the_sender_hears_of_each_step(happened, expected):
    assert told(happened) == expected


def test_every_reason_to_stop_or_to_strike_out_is_a_reason_to_decline():
    for why in CancelReason:
        stop = Happened(Step.CONFIRM_CANCEL, Side.RECEIVER, AT, None, None, stopped_for=why)
        assert told(stop)[1] in set(DeclineReason)
    for why in ErrorReason:
        assert told(Happened(Step.MARK_ERROR, Side.SENDER, AT, why, None))[1] in set(DeclineReason)


def test_news_are_numbered_without_gaps_and_the_first_is_that_it_was_taken_in():
    steps = [
        Happened(step, Side.RECEIVER, AT, None, None) for step in (Step.CLAIM, Step.ACCEPT, Step.RELEASE)
    ]
    found = news_of(PACKET.id, AT, steps)
    assert [(each.number, each.step, each.took_in) for each in found] == [
        (1, Step.CLAIM, True),
        (2, Step.ACCEPT, False),
    ]


def answer(status=ConsentStatus.GIVEN, *, to=TO, items=False, person="rosa", until=None):
    return Consent(Purpose.SHARING, status, Giver.GUARDIAN, person, DAY, until, "psychology", to, items)


@pytest.mark.parametrize(
    ("answers", "may", "with_answers"),
    [
        ((), False, False),
        ((answer(to=None),), False, False),
        ((answer(to="another"),), False, False),
        ((answer(),), True, False),
        ((answer(items=True),), True, True),
        ((answer(items=True), answer()), True, False),
        ((answer(items=True), answer(person="juan")), True, False),
        ((answer(), answer(ConsentStatus.REFUSED, person="juan")), False, False),
        ((answer(), answer(ConsentStatus.REFUSED, to=None)), False, False),
        ((answer(ConsentStatus.REFUSED, to=None), answer()), True, False),
        ((answer(), answer(ConsentStatus.WITHDRAWN)), False, False),
        ((answer(), answer(ConsentStatus.REFUSED, to="another", person="juan")), True, False),
        ((answer(until=DAY - timedelta(days=1)),), False, False),
    ],
)
def test_only_a_yes_that_names_the_organisation_lets_a_referral_cross(answers, may, with_answers):
    facts = ConsentFacts(answers)
    verdict = may_cross(facts, "psychology", TO, DAY)
    assert isinstance(verdict, Permitted) is may
    assert answers_may_cross(facts, "psychology", TO, DAY) is with_answers


def test_a_yes_for_one_organisation_says_nothing_about_anybody_else():
    facts = ConsentFacts((answer(), answer(ConsentStatus.REFUSED, to="another")))
    assert isinstance(may_share(facts, "psychology", None, DAY), NotPermitted)
    assert may_share(facts, "psychology", None, DAY).reason.rule == "consent:guardian-never-asked"
