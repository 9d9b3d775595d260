"""Plain values of the actions as JSON: moments in UTC with a Z, members of closed sets by their value."""

import uuid
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from service.schemas.base import moment_text


def plain(value: Any) -> Any:  # noqa: ANN401  whatever an action returns
    """JSON of a frozen dataclass, a closed set's member, a moment, or a collection of them."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, Sequence | AbstractSet) and not isinstance(value, str):
        return [plain(each) for each in value]
    return _single(value)


def _single(value: Any) -> Any:  # noqa: ANN401  as above
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID | str) else value
