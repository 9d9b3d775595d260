"""Who could receive a referral: the teams of its pathway, best first, each with the reasons in words."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from instruments.model import Text
from referral.model import Clock, Reason
from service.access import Act
from service.store.clients import ClientRow
from service.store.organisations import SiteRow, find_organisation, receivers_for
from service.store.referrals import ReferralRow

LANGUAGE_NAMES: dict[str, Text] = {
    "en": {"en": "English", "es": "inglés"},
    "es": {"en": "Spanish", "es": "español"},
}


@dataclass(frozen=True, slots=True)
class Receiver:
    """A team that takes referrals, and what a sender must know of it before sending."""

    id: uuid.UUID
    name: str
    address: str
    phone: str
    hours: str
    languages: tuple[str, ...]
    wait_days: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """One team that could receive a referral. `in_time`: its wait keeps the pathway's deadline."""

    receiver: Receiver
    in_time: bool
    reasons: tuple[Reason, ...]


def describe(row: SiteRow) -> Receiver:
    """The plain value of a team."""
    spoken = tuple(filter(None, re.split(r"[,;\s]+", row.languages)))
    return Receiver(row.id, row.name, row.address, row.phone, row.hours, spoken, row.wait_days)


def proposals(session: Session, referral: ReferralRow, client: ClientRow, *, act: Act) -> Sequence[Proposal]:
    """The teams of the referral's pathway, best first.

    In time for the pathway's first appointment comes before speaking the languages of client and home, that
    before the shorter wait: help in the right language that comes too late is too late (programme choice).
    """
    allowed = _days_allowed(session, referral, act)
    spoken = tuple(dict.fromkeys((client.language, client.home_language)))
    rows = receivers_for(session, act.organisation_id, referral.pathway)
    found = [_proposal(describe(row), spoken, allowed) for row in rows]
    return sorted(found, key=lambda each: _order(each, spoken))


def _order(proposal: Proposal, spoken: Sequence[str]) -> tuple[bool, int, int, str]:
    receiver = proposal.receiver
    missing = sum(tag not in receiver.languages for tag in spoken)
    return not proposal.in_time, missing, receiver.wait_days, receiver.name


def _days_allowed(session: Session, referral: ReferralRow, act: Act) -> timedelta:
    calendar = find_organisation(session, act.organisation_id).calendar
    clock = Clock.FIRST_APPOINTMENT
    due = act.definitions.due(referral.pathway, referral.urgency, clock, act.now, calendar=calendar)
    return due - act.now


def _proposal(receiver: Receiver, spoken: Sequence[str], allowed: timedelta) -> Proposal:
    in_time = timedelta(days=receiver.wait_days) <= allowed
    languages = tuple(_speaks(tag, receiver) for tag in spoken)
    return Proposal(receiver, in_time, (_wait(receiver.wait_days, in_time, allowed.days), *languages))


def _wait(days: int, in_time: bool, allowed: int) -> Reason:  # noqa: FBT001  read at one place only
    if days == 0:
        words = {"en": "Sees people the same day.", "es": "Atiende el mismo día."}
    else:
        unit = ("day", "día") if days == 1 else ("days", "días")
        words = {
            "en": f"First appointment in about {days} {unit[0]}.",
            "es": f"Primera cita en unos {days} {unit[1]}.",
        }
    if in_time:
        return Reason(words, "wait-in-time")
    late = {
        "en": f"Later than this urgency allows ({max(allowed, 1)} days).",
        "es": f"Más tarde de lo que permite esta urgencia ({max(allowed, 1)} días).",
    }
    return Reason({tag: f"{words[tag]} {late[tag]}" for tag in words}, "wait-too-long")


def _speaks(tag: str, receiver: Receiver) -> Reason:
    name = LANGUAGE_NAMES.get(tag, {"en": tag, "es": tag})
    if tag in receiver.languages:
        return Reason({"en": f"Speaks {name['en']}.", "es": f"Habla {name['es']}."}, "speaks-the-language")
    words = {"en": f"Does not list {name['en']}.", "es": f"No indica que hable {name['es']}."}
    return Reason(words, "language-missing")
