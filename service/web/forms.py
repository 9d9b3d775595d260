"""Reading HTML forms: closed sets, days and moments, with every problem named by its field."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar

from flask import request
from flask_babel import gettext as _

from service.actions.refusals import FieldProblem, Invalid
from service.web.words import zone

MOST_DIGITS = 9

Member = TypeVar("Member", bound=StrEnum)


class FormReader:
    """Reads one submitted form; `problems` collects what does not fit, `done` refuses all of it at once."""

    def __init__(self) -> None:
        self.problems: list[FieldProblem] = []

    def text(self, name: str, *, most: int = 1000, needed: str = "") -> str:
        """A text; `needed` is what to say when it is missing."""
        value = request.form.get(name, "").strip()
        if needed and not value:
            self.problems.append(FieldProblem(name, needed))
        if len(value) > most:
            words = _("Use at most %(most)s characters", most=most)
            self.problems.append(FieldProblem(name, words, found=str(len(value)), allowed=str(most)))
        return value

    def member(self, name: str, kind: type[Member], *, needed: str = "") -> Member | None:
        """A member of a closed set, or None when nothing was chosen."""
        value = request.form.get(name, "")
        if value in {member.value for member in kind}:
            return kind(value)
        if value or needed:
            words = needed or _("Choose one of the list")
            self.problems.append(FieldProblem(name, words, found=value[:40], allowed=", ".join(kind)))
        return None

    def members(self, name: str, kind: type[Member]) -> list[Member]:
        """The members of a closed set that were chosen, in the set's order."""
        values, known = request.form.getlist(name), {member.value for member in kind}
        strange = [value for value in values if value not in known]
        if strange:
            words = _("Choose from the list")
            self.problems.append(FieldProblem(name, words, found=strange[0][:40], allowed=", ".join(kind)))
        return [member for member in kind if member.value in values]

    def number(self, name: str) -> int | None:
        """A whole number from 0, or None when the field is empty."""
        value = request.form.get(name, "").strip()
        if not value:
            return None
        if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS:
            return int(value)
        self.problems.append(
            FieldProblem(name, _("Give a whole number"), found=value[:40], allowed="0, 1, 2, ...")
        )
        return None

    def day(self, name: str, *, needed: str = "") -> date | None:
        """A day, or None when the field is empty."""
        value = request.form.get(name, "")
        if not value and not needed:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.problems.append(
                FieldProblem(name, needed or _("Give a day"), found=value[:40], allowed="2026-10-13")
            )
            return None

    def moment(self, name: str, *, needed: str = "") -> datetime | None:
        """A moment of a datetime-local field, read on the organisation's wall clock; UTC."""
        value = request.form.get(name, "")
        if not value and not needed:
            return None
        try:
            return datetime.fromisoformat(value).replace(tzinfo=zone()).astimezone(UTC)
        except (ValueError, OverflowError):
            words = needed or _("Give a day and time")
            self.problems.append(FieldProblem(name, words, found=value[:40], allowed="2026-10-13T09:30"))
            return None

    def done(self) -> None:
        """Raise Invalid with every problem found, if any."""
        if self.problems:
            raise Invalid(*self.problems)


def as_id(value: str) -> uuid.UUID | None:
    """An id of a select, or None for its empty choice. Anything else names no record: the act says so."""
    if not value:
        return None
    try:
        return uuid.UUID(value)
    except ValueError:
        return uuid.UUID(int=0)


@contextmanager
def problems_kept(into: dict[str, str]) -> Iterator[None]:
    """Keep what an action or a reader refuses, field -> words, so that the form can be shown again."""
    try:
        yield
    except Invalid as refused:
        into.update({problem.field: problem.message for problem in refused.problems})
