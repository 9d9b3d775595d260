"""The lines of the queue in the words of a page. What fifty lines share is found once, not fifty times."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from instruments.model import text_in
from referral.model import State, Urgency
from service.actions.queue_lines import QueueLine
from service.web.labels import label
from service.web.language import current_language
from service.web.words import Clock, age_on, clock_at, local, now

SHOWN_REASONS = 2
_ID = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class Told:
    """One line as the page tells it. `more` is how many reasons it leaves out."""

    id: str
    name: str
    under_name: str
    href: str
    panel: str
    choose: str
    urgency: Urgency
    why: str
    more: int
    stands: str
    left: Clock | None
    step: str
    owner: str


def told(lines: Sequence[QueueLine], asked: Mapping[str, Any], *, teams: bool) -> list[Told]:
    """The lines in the page's language; `asked` are the filters that the panel goes back to; with teams or without."""
    language, moment, states = current_language(), now(), dict[State, str]()
    today, you, nobody = local(moment).date(), _("You"), _("Nobody yet")
    href, panel = (
        url_for("referrals.show", referral_id=_ID),
        url_for("queue.panel", referral_id=_ID, **asked),
    )
    choose = _("Choose %(name)s", name="{name}")
    found = []
    for line in lines:
        new_id = str(line.id)
        if line.state not in states:
            states[line.state] = label(line.state)
        reasons = line.reasons or (line.pathway,)
        found.append(
            Told(
                id=new_id,
                name=line.client_name,
                under_name=_with(str(age_on(line.born_on, today)), line.site),
                href=href.replace(str(_ID), new_id),
                panel=panel.replace(str(_ID), new_id),
                choose=choose.replace("{name}", line.client_name),
                urgency=line.urgency,
                why="; ".join(text_in(each, language) for each in reasons[:SHOWN_REASONS]),
                more=max(0, len(reasons) - SHOWN_REASONS),
                stands=_with(states[line.state], line.team if teams else ""),
                left=None if line.due_at is None else clock_at(line.due_at, moment),
                step=text_in(line.due_step, language),
                owner=you if line.held_by_me else line.holder or nobody,
            )
        )
    return found


def _with(words: str, more: str) -> str:
    return f"{words}, {more}" if more else words
