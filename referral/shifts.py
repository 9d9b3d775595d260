"""Which way a judgement moved from one version to another: up, down or elsewhere. Compares decisions, makes none."""

from dataclasses import replace
from enum import StrEnum

from referral.model import Decision, DecisionKind, Urgency

Decisions = tuple[Decision, ...]
"""What is decided about one state of a form, most urgent first, without the rules and reasons behind it."""


class Shift(StrEnum):
    """Which way somebody moves. Down: later, or with less asked for, in whatever part of it."""

    DOWN = "down"
    UP = "up"
    ELSEWHERE = "elsewhere"


def bare(decisions: Decisions) -> Decisions:
    """What is decided, whichever rule decided it and in whatever words."""
    return tuple(replace(each, rule="", reasons=()) for each in decisions)


def shift_between(before: Decisions, after: Decisions) -> Shift | None:
    """Which way a judgement moved; None when the same is asked for."""
    lost = any(not _covered(each, after) for each in before)
    gained = any(not _covered(each, before) for each in after)
    if not lost and not gained:
        return None
    risen = _rank(before) - _rank(after)
    if risen < 0 or (lost and not gained) or _lowered(before, after):
        return Shift.DOWN
    return Shift.UP if risen > 0 or not lost else Shift.ELSEWHERE


def _rank(decisions: Decisions) -> int:
    return min((each.urgency.rank for each in decisions if each.urgency is not None), default=len(Urgency))


def _lowered(before: Decisions, after: Decisions) -> bool:
    """Whether a pathway that stays is asked for later, or without what had to come first."""
    kept = {each.pathway: each for each in after if each.kind is DecisionKind.REFER}
    referred = (each for each in before if each.kind is DecisionKind.REFER and each.pathway in kept)
    return any(not _covers(kept[each.pathway], each) for each in referred)


def _covered(wanted: Decision, by: Decisions) -> bool:
    return wanted.kind is DecisionKind.NONE or any(_covers(each, wanted) for each in by)


def _covers(one: Decision, wanted: Decision) -> bool:
    """Whether a decision asks for at least what another asks for."""
    if wanted.kind is DecisionKind.REFER:
        same = one.kind is DecisionKind.REFER and one.pathway == wanted.pathway
        return same and _as_urgent(one, wanted) and wanted.first in {None, one.first}
    if wanted.kind is DecisionKind.REVIEW:
        return one.kind in {DecisionKind.REFER, DecisionKind.REVIEW} and _as_urgent(one, wanted)
    if wanted.kind is DecisionKind.RESCREEN:
        return one.rescreen_days is not None and one.rescreen_days <= (wanted.rescreen_days or 0)
    return one.kind in {DecisionKind.REFER, DecisionKind.REVIEW, DecisionKind.WATCH}


def _as_urgent(one: Decision, wanted: Decision) -> bool:
    return one.urgency is not None and wanted.urgency is not None and one.urgency.at_least(wanted.urgency)
