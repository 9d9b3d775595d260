"""What is asked of the trail, read from an address or a form: checked, never guessed, every problem at once."""

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask_babel import gettext as _

from referral.event_groups import EventGroup
from referral.events import EventKind
from service.actions.audit_desk import Filters
from service.actions.refusals import FieldProblem, Invalid
from service.permissions import Role

Asked = TypeVar("Asked")
Member = TypeVar("Member", bound=StrEnum)
_LONGEST = 40
_MOST_DIGITS = 15


class TrailReader:
    """Reads filters one by one; `done` refuses all that is wrong at once."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[FieldProblem] = []

    def filters(self) -> Filters:
        """Every filter there is. Raises Invalid."""
        found = Filters(
            kind=self.member("kind", EventKind, _("is no kind of event")),
            group=self.member("group", EventGroup, _("is no group of events")),
            actor=self._one("actor", uuid.UUID, _("is nobody of the list"), "UUID"),
            role=self.member("role", Role, _("is no role")),
            about=self._text("about"),
            client=self._text("client"),
            since=self._one("since", date.fromisoformat, _("is no day"), "2026-10-13"),
            until=self._one("until", date.fromisoformat, _("is no day"), "2026-10-13"),
            refused=self._text("refused") == "1",
            seq=self._one("seq", _place, _("is not a place in the trail"), "1, 2, 3, ..."),
        )
        self.done()
        return found

    def member(self, name: str, kind: type[Member], words: str) -> Member | None:
        """A member of a closed set; None when nothing is asked for."""
        return self._one(name, kind, words, ", ".join(kind))

    def done(self) -> None:
        """Raise Invalid with every problem found, if any."""
        if self._problems:
            raise Invalid(*self._problems)

    def _text(self, name: str) -> str:
        return self._values.get(name, "").strip()[:_LONGEST]

    def _one(self, name: str, read: Callable[[str], Asked], words: str, allowed: str) -> Asked | None:
        written = self._text(name)
        if not written:
            return None
        try:
            return read(written)
        except ValueError:
            self._problems.append(FieldProblem(name, words, found=written, allowed=allowed))
            return None


def _place(written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS):
        raise ValueError
    return int(written)


def as_query(filters: Filters) -> Mapping[str, str]:
    """The filters as they stand in an address: those that are set."""
    written = {
        "kind": filters.kind,
        "group": filters.group,
        "actor": filters.actor,
        "role": filters.role,
        "about": filters.about,
        "client": filters.client,
        "since": filters.since,
        "until": filters.until,
        "refused": "1" if filters.refused else "",
        "seq": filters.seq,
    }
    return {name: str(value) for name, value in written.items() if value not in (None, "")}
