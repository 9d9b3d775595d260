"""Whether an event may be written: it says what its kind needs, and nothing but codes. The kinds are in `events.py`."""

import re

from referral.events import DETAILS, EVENTS, Event, EventKind
from referral.model import ReferralError

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,79}|[a-z0-9][a-z0-9 ._:/+-]{0,79}")
_LARGEST = 2**53 - 1


class InvalidEvent(ReferralError):
    """An event that may not be written, with every problem."""

    def __init__(self, kind: EventKind, problems: tuple[str, ...]) -> None:
        """Keep the kind and its problems."""
        self.kind, self.problems = kind, problems
        super().__init__(f'event "{kind}": ' + "; ".join(problems))


def check_event(event: Event) -> None:
    """Refuse an event that says too little for its kind, or more than codes; raises InvalidEvent."""
    problems = (*_too_little(event), *_too_much(event))
    if problems:
        raise InvalidEvent(event.kind, problems)


def _too_little(event: Event) -> tuple[str, ...]:
    spec = EVENTS[event.kind]
    wrong_subject = event.subject_kind not in spec.subjects
    return (
        *(
            (f'subject_kind: found "{event.subject_kind}"; allowed: {", ".join(sorted(spec.subjects))}',)
            * wrong_subject
        ),
        *(f"{name}: is missing" for name in sorted(spec.fields) if getattr(event, name) is None),
        *(f"details.{name}: is missing" for name in sorted(spec.details - event.details.keys())),
        *(("at: a UTC-aware time is needed",) * (event.at.tzinfo is None)),
    )


_CODED = ("id", "organisation", "actor", "role", "subject", "client", "before", "after", "reason", "commit")


def _too_much(event: Event) -> tuple[str, ...]:
    coded = [(name, getattr(event, name)) for name in _CODED]
    coded += [(f"details.{name}", value) for name, value in event.details.items()]
    return (
        *(
            f"details.{name}: is not a detail that events have"
            for name in sorted(event.details.keys() - DETAILS)
        ),
        *(
            f"{name}: only ids, codes and whole numbers are allowed"
            for name, value in coded
            if not _is_code(value)
        ),
    )


def _is_code(value: object) -> bool:
    if isinstance(value, tuple):
        return not any(isinstance(one, tuple) or not _is_code(one) for one in value)
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    return value is None or (isinstance(value, int) and abs(value) <= _LARGEST)
