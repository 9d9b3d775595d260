"""Which access and which acts of a week somebody should look at again, each with its reason in numbers.

Pure: facts in, findings out. A finding accuses nobody: most have a good reason, which whoever reviews writes down.
The numbers are this program's own choice (docs/audit.md), not a standard's.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from statistics import median

from instruments.model import Text
from referral.access_week import Finding, Look, Rule, Tie, Usual, Week
from referral.account_deeds import given, used
from referral.events import EventKind
from referral.knocking import many_accounts, one_account

FEWEST = 20
"""Fewer records than this in a week are never far more than usual."""
TIMES_USUAL = 3
BURST = 5
BURST_WITHIN = timedelta(minutes=10)
LONG_AGO = timedelta(days=180)

_KEYS = uuid.UUID("6d2d6e3c-3f5c-5b0e-9d0c-0d5b7a3c9e41")
"""The namespace of findings' ids (RFC 9562, version 5): the same finding has the same id whenever it is worked out."""
_PARTICLES = frozenset(
    (
        "al",
        "da",
        "das",
        "de",
        "del",
        "den",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "la",
        "las",
        "le",
        "los",
        "van",
        "von",
        "y",
    )
)
"""Words that stand in many family names and tell no two families apart."""


def unusual_in(week: Week) -> tuple[Finding, ...]:
    """Every finding of a week: in the order of the rules, those that happened most often first."""
    found = (
        *_outside(week),
        *_far_more(week),
        *_same_name(week),
        *_out_of_hours(week),
        *_long_closed(week),
        *_bursts(week),
        *_passwords(week),
        *_deeds(week),
        *_accounts(week),
    )
    order = tuple(Rule)
    return tuple(sorted(found, key=lambda each: (order.index(each.rule), -each.count, each.last_seq)))


def share_family_name(staff: str, family: str) -> bool:
    """Whether a family name stands in the name of one of the staff; both folded to small letters without accents.

    The first word of the staff's name is a given name. Words such as "de" and "van" are part of too many names.
    """
    theirs = set(staff.replace("-", " ").split()[1:]) - _PARTICLES
    return bool(theirs & (set(family.replace("-", " ").split()) - _PARTICLES))


def _text(english: str, spanish: str) -> Text:
    return {"en": english, "es": spanish}


def _looks(count: int) -> tuple[str, str]:
    """So many looks, in English and Spanish."""
    return ("1 look", "1 consulta") if count == 1 else (f"{count} looks", f"{count} consultas")


def _finding(
    week: Week, rule: Rule, looks: Sequence[Look], client: str | None, reason: Text, *, part: str = ""
) -> Finding:
    actor = looks[0].actor
    named = f"{rule}/{week.first_day}/{actor}/{client or '-'}/{part}"
    moments = [look.at for look in looks]
    places = [look.seq for look in looks]
    key = uuid.uuid5(_KEYS, named)
    return Finding(key, rule, actor, client, len(looks), min(moments), max(moments), max(places), reason)


def _pairs(looks: Iterable[Look]) -> Mapping[tuple[str, str], list[Look]]:
    found: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        if look.client is not None:
            found[look.actor, look.client].append(look)
    return found


def _outside(week: Week) -> Iterator[Finding]:
    for pair, looks in _pairs(week.looks).items():
        if not week.ties.get(pair, Tie()).related:
            english, spanish = _looks(len(looks))
            reason = _text(
                f"{english} at a client of another place or caseload, without any work for them",
                f"{spanish} de alguien de otro lugar o de otra lista, sin trabajo para esa persona",
            )
            yield _finding(week, Rule.OUTSIDE, looks, pair[1], reason)


def _same_name(week: Week) -> Iterator[Finding]:
    for pair, looks in _pairs(week.looks).items():
        if week.ties.get(pair, Tie()).same_name:
            english, spanish = _looks(len(looks))
            reason = _text(
                f"{english} at a client with the same family name",
                f"{spanish} de alguien con el mismo apellido",
            )
            yield _finding(week, Rule.SAME_NAME, looks, pair[1], reason)


def _long_closed(week: Week) -> Iterator[Finding]:
    for pair, looks in _pairs(week.looks).items():
        closed = week.ties.get(pair, Tie()).closed_at
        late = [look for look in looks if closed is not None and look.at - closed > LONG_AGO]
        if late and closed is not None:
            ago = (max(look.at for look in late) - closed).days
            english, spanish = _looks(len(late))
            reason = _text(
                f"{english} at a client whose last need closed {ago} days ago",
                f"{spanish} de alguien cuya última necesidad se cerró hace {ago} días",
            )
            yield _finding(week, Rule.LONG_CLOSED, late, pair[1], reason)


def _by_actor(looks: Iterable[Look]) -> Mapping[str, list[Look]]:
    found: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        found[look.actor].append(look)
    return found


def _out_of_hours(week: Week) -> Iterator[Finding]:
    late = (
        look for look in week.looks if look.actor not in week.on_call and not week.calendar.is_open(look.at)
    )
    for looks in _by_actor(late).values():
        clients = len({look.client for look in looks})
        english, spanish = _looks(len(looks))
        reason = _text(
            f"{english} at {'1 record' if clients == 1 else f'{clients} records'} outside working hours",
            f"{spanish} de {'1 ficha' if clients == 1 else f'{clients} fichas'} fuera del horario de trabajo",
        )
        yield _finding(week, Rule.OUT_OF_HOURS, looks, None, reason)


def _far_more(week: Week) -> Iterator[Finding]:
    looks = _by_actor(week.looks)
    for actor, usual in week.usual.items():
        own = median(usual.before) if any(usual.before) else None
        peers = _of_peers(actor, week.usual)
        bounds = [TIMES_USUAL * each for each in (own, peers) if each is not None]
        if actor in looks and bounds and usual.this_week > max(FEWEST, *bounds):
            yield _finding(
                week, Rule.FAR_MORE, looks[actor], None, _far_more_words(usual.this_week, own, peers)
            )


def _of_peers(actor: str, usual: Mapping[str, Usual]) -> float | None:
    """The middle of what the others of the same role opened this week; None where there is nobody else."""
    mine = usual[actor].role
    others = [
        each.this_week
        for name, each in usual.items()
        if name != actor and each.role == mine and each.this_week
    ]
    return median(others) if others else None


def _far_more_words(count: int, own: float | None, peers: float | None) -> Text:
    english, spanish = [], []
    if own is not None:
        english.append(f"usually {own:g} a week")
        spanish.append(f"normalmente {own:g} por semana")
    if peers is not None:
        english.append(f"others of the role {peers:g}")
        spanish.append(f"otras personas de su función {peers:g}")
    return _text(
        f"Opened the records of {count} clients; {', '.join(english)}",
        f"Abrió las fichas de {count} personas; {', '.join(spanish)}",
    )


def _bursts(week: Week) -> Iterator[Finding]:
    for refused in _by_actor(week.refusals).values():
        worst = longest_burst(refused)
        if len(worst) >= BURST:
            minutes = BURST_WITHIN // timedelta(minutes=1)
            reason = _text(
                f"{len(worst)} refusals within {minutes} minutes, {len(refused)} in the week",
                f"{len(worst)} rechazos en {minutes} minutos, {len(refused)} en la semana",
            )
            yield _finding(week, Rule.REFUSED, refused, None, reason)


def longest_burst(refused: Sequence[Look]) -> Sequence[Look]:
    """The most refusals that lie within ten minutes of each other; the first such, where several are as many."""
    ordered = sorted(refused, key=lambda look: look.at)
    best, start = (0, 0), 0
    for end, look in enumerate(ordered, start=1):
        while look.at - ordered[start].at > BURST_WITHIN:
            start += 1
        if end - start > best[1] - best[0]:
            best = start, end
    return ordered[best[0] : best[1]]


def _passwords(week: Week) -> Iterator[Finding]:
    for tried in one_account(week.knocks):
        one = _finding(week, Rule.PASSWORDS, tried.moments, None, tried.about)
        yield replace(one, account=one.actor)
    for tried in many_accounts(week.knocks, longest_burst):
        yield _finding(week, Rule.PASSWORDS, tried.moments, None, tried.about, part="accounts")


_RULES = {
    EventKind.DECISION_OVERRIDDEN: Rule.OVERRIDE,
    EventKind.NEED_OPENED: Rule.OVERRIDE,
    EventKind.NEED_REDIRECTED: Rule.OVERRIDE,
    EventKind.PROGRAMME_MOVED: Rule.OVERRIDE,
    EventKind.OPENED_WITH_REASON: Rule.WITH_REASON,
}


def _deeds(week: Week) -> Iterator[Finding]:
    for deed in week.deeds:
        rule = _RULES.get(deed.kind, Rule.TAKEN_OUT)
        one = Look(deed.seq, deed.at, deed.actor, deed.client)
        yield _finding(week, rule, [one], deed.client, deed.about, part=str(deed.seq))


def _accounts(week: Week) -> Iterator[Finding]:
    """What was given to accounts, and what they opened with it: whose account it was cannot review that either."""
    begins = datetime.combine(week.first_day, time(), week.calendar.zone)
    rules = (
        (Rule.ACCOUNT_USED, used(week.accounts, week.looks)),
        (Rule.ACCOUNT_GIVEN, given(week.accounts, begins)),
    )
    for rule, found in rules:
        for told in found:
            part = told.account if rule is Rule.ACCOUNT_USED else str(told.moments[0].seq)
            one = _finding(week, rule, told.moments, None, told.about, part=part)
            yield replace(one, account=told.account)
