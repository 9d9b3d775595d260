"""How the trail's ids, digests and codes look on a page: short where they may be, in fours so that they can be read."""

import re
import uuid
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import Flask

from referral.matching import ChoiceReason
from referral.model import (
    AppointmentReason,
    CancelReason,
    ClosingReason,
    DeclineReason,
    ErrorReason,
    Outcome,
)
from service.web.labels import label

_REASONS: tuple[type[StrEnum], ...] = (
    DeclineReason,
    Outcome,
    CancelReason,
    AppointmentReason,
    ErrorReason,
    ClosingReason,
    ChoiceReason,
)
_BY_CODE: Mapping[str, StrEnum] = {member.value: member for kind in reversed(_REASONS) for member in kind}


DIGEST = 64
"""How many characters a SHA-256 has, written in hex."""


def in_fours(digits: str) -> str:
    """A digest or number in groups of four."""
    return " ".join(re.findall(".{1,4}", digits))


def entry(written: str) -> str:
    """The last twelve digits of an id, in fours: how letters name an entry of the trail."""
    return in_fours(written.replace("-", "")[-12:])


def code_shown(value: Any) -> str:  # noqa: ANN401  any detail of an event
    """A detail of an event: ids short, lists with commas, everything else as it is."""
    if isinstance(value, list):
        return ", ".join(code_shown(each) for each in value)
    written = str(value)
    if len(written) == DIGEST:
        return f"{in_fours(written[:12])} …"
    return entry(written) if _is_id(written) else written


def _is_id(written: str) -> bool:
    try:
        return str(uuid.UUID(written)) == written
    except ValueError:
        return False


def coded(code: str) -> str:
    """A coded reason in words; the code itself where it has none."""
    member = _BY_CODE.get(code)
    return code if member is None else label(member)


def init_app(app: Flask) -> None:
    """Give templates these forms."""
    app.jinja_env.filters.update(fours=in_fours, entry=entry, code_shown=code_shown, coded=coded)
