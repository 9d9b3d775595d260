"""Reading a packet that came from elsewhere: canonical bytes, every field there, nothing else; or refused by name."""

import json
from collections.abc import Sequence

from instruments.canonical import canonical_bytes
from instruments.model import Text
from referral.consent import Giver, Purpose
from referral.model import Disposition, ReferralError, Urgency
from referral.packet_fields import LANGUAGES, MOST_WORDS, Fields
from referral.packets import (
    FORMAT,
    LONGEST,
    Agreement,
    Answered,
    Basis,
    End,
    Packet,
    Reach,
    SafetyState,
    Shared,
    Shown,
    Subject,
)

NAMES = (
    *("format", "packet", "from", "to", "referral", "hands_over", "pathway", "urgency", "sent_at"),
    *("acknowledge_by", "contact_by", "contact", "shared", "client", "guardians", "consent", "reasons"),
    *("screened_on", "results", "safety", "answers"),
)
"""The fields of a packet; all are always there."""
_REACH = ("name", "relation", "phone", "language")
_CLIENT = ("given_name", "family_name", "pronouns", "born_on", "language", "home_language")
_HIGHEST_SCORE = 10_000


class BadPacket(ReferralError):
    """What came is no packet; every problem is named by its field."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def read_packet(found: bytes) -> Packet:
    """The packet that these bytes are. Raises BadPacket naming every field that is wrong."""
    fields, problems = _fields(found)
    packet = _packet(fields, problems)
    problems += _contradictions(packet)
    if problems:
        raise BadPacket(*problems)
    return packet


def _fields(found: bytes) -> tuple[Fields, list[str]]:
    if len(found) > LONGEST:
        raise BadPacket(f"the packet: found {len(found)} bytes; allowed: {LONGEST}")
    try:
        table = json.loads(found.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadPacket("the packet: found what is no JSON in UTF-8; allowed: one JSON object") from None
    if not _is_canonical(table, found):
        raise BadPacket("the packet: is not in canonical form: keys in order, each once, no spaces")
    problems: list[str] = []
    return Fields(table, "", NAMES, problems), problems


def _is_canonical(table: object, found: bytes) -> bool:
    try:
        return canonical_bytes(table) == found
    except (TypeError, ValueError):
        return False


def _packet(fields: Fields, problems: list[str]) -> Packet:
    if fields.number("format", 999) != FORMAT:
        problems.append(f"format: allowed: {FORMAT}")
    return Packet(
        id=fields.id("packet"),
        sender=_end(fields, "from"),
        receiver=_end(fields, "to"),
        referral=fields.text("referral", most=40, empty=False),
        hands_over=fields.flag("hands_over"),
        pathway=fields.text("pathway", most=80, empty=False),
        urgency=fields.member("urgency", Urgency),
        sent_at=fields.moment("sent_at"),
        acknowledge_by=fields.moment("acknowledge_by"),
        contact_by=fields.moment("contact_by"),
        contact=_reach(fields.inner("contact", _REACH)),
        shared=fields.every("shared", lambda each, where: _shared(each, where, problems)),
        client=_client(fields.inner("client", _CLIENT)),
        guardians=fields.every(
            "guardians", lambda each, where: _reach(Fields(each, where, _REACH, problems))
        ),
        consent=_consent(fields.inner("consent", ("purpose", "pathway", "rule", "given")), problems),
        reasons=fields.every("reasons", lambda each, where: _words(each, where, problems)),
        screened_on=None if fields.is_nothing("screened_on") else fields.day("screened_on"),
        results=fields.every("results", lambda each, where: _shown(each, where, problems)),
        safety=None if fields.is_nothing("safety") else _safety(fields),
        answers=fields.every("answers", lambda each, where: _answered(each, where, problems)),
    )


def _contradictions(packet: Packet) -> Sequence[str]:
    """What is told though it is not named as shared, or shared without anybody's yes to it."""
    told = {
        Shared.GUARDIAN: packet.guardians,
        Shared.REASONS: packet.reasons,
        Shared.BANDS: packet.results,
        Shared.SCORES: any(each.score is not None for each in packet.results),
        Shared.SAFETY: packet.safety is not None,
        Shared.ITEMS: packet.answers,
    }
    found = [
        f"shared: allowed: with {part}, which it holds"
        for part, there in told.items()
        if there and part not in packet.shared
    ]
    if packet.answers and not any(each.items for each in packet.consent.given):
        found.append("answers: allowed: only with consent to share single answers")
    return found


def _end(fields: Fields, name: str) -> End:
    inner = fields.inner(name, ("id", "name"))
    return End(inner.id("id"), inner.text("name", empty=False))


def _reach(fields: Fields) -> Reach:
    return Reach(*(fields.text(name) for name in _REACH))


def _client(fields: Fields) -> Subject:
    given, family = (fields.text(name, empty=False) for name in ("given_name", "family_name"))
    return Subject(
        given,
        family,
        fields.text("pronouns"),
        fields.day("born_on"),
        fields.text("language", most=20),
        fields.text("home_language", most=20),
    )


def _consent(fields: Fields, problems: list[str]) -> Basis:
    return Basis(
        str(fields.member("purpose", Purpose)),
        fields.text("pathway", most=80, empty=False),
        fields.text("rule", most=80, empty=False),
        fields.every("given", lambda each, where: _agreement(each, where, problems)),
    )


def _agreement(found: object, where: str, problems: list[str]) -> Agreement:
    fields = Fields(found, where, ("giver", "name", "on", "until", "items"), problems)
    until = None if fields.is_nothing("until") else fields.day("until")
    return Agreement(
        str(fields.member("giver", Giver)),
        fields.text("name", empty=False),
        fields.day("on"),
        until,
        fields.flag("items"),
    )


def _shared(found: object, where: str, problems: list[str]) -> Shared:
    return Fields({"part": found}, where, ("part",), problems).member("part", Shared)


def _words(found: object, where: str, problems: list[str]) -> Text:
    fields = Fields(found, where, LANGUAGES, problems)
    return {tag: fields.text(tag, most=MOST_WORDS) for tag in LANGUAGES}


def _shown(found: object, where: str, problems: list[str]) -> Shown:
    fields = Fields(found, where, ("instrument", "words", "score"), problems)
    score = None if fields.is_nothing("score") else fields.number("score", _HIGHEST_SCORE)
    return Shown(fields.text("instrument", empty=False), fields.words("words"), score)


def _answered(found: object, where: str, problems: list[str]) -> Answered:
    fields = Fields(found, where, ("instrument", "asked", "said"), problems)
    said = None if fields.is_nothing("said") else fields.words("said")
    return Answered(fields.text("instrument", empty=False), fields.words("asked"), said)


def _safety(packet: Fields) -> SafetyState:
    fields = packet.inner("safety", ("due_at", "done_at", "disposition", "plan"))
    done = None if fields.is_nothing("done_at") else fields.moment("done_at")
    found = None if fields.is_nothing("disposition") else fields.member("disposition", Disposition)
    return SafetyState(fields.moment("due_at"), done, found, fields.flag("plan"))
