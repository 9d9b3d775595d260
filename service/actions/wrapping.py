"""Changing the key that wraps clients' keys, and sealing answers from before there were seals.

With another wrapping key the clients' keys themselves stay, so nothing that is sealed is touched. Both are done for
every organisation, by whoever runs the machine, and stand in the trail of each.
"""

from collections.abc import Callable
from uuid import UUID

from referral.events import Details, EventKind, SubjectKind
from service.access import Act, Opens, Session
from service.permissions import Actor, system
from service.store import audit
from service.store.directory import organisation_ids, wrapping_keys_used
from service.store.packet_keys import rewrap_packets
from service.store.screenings import plain_answers
from service.store.vault import newest_wrapping_key, rewrap

Acting = Callable[[Actor], Act]

AT_ONCE = 500
"""Answers that one transaction seals: people who answer meanwhile wait for no more than these."""


class NotAllWrapped(Exception):
    """Some keys are still wrapped by an older key, which must therefore stay."""


def rewrap_all(open_write: Opens, acting: Acting) -> int:
    """Wrap the keys of every organisation's clients with the newest wrapping key; how many were wrapped anew.

    On PostgreSQL it takes the worker's login, which alone is told of all organisations. Raises Unreadable, and
    NotAllWrapped while any key, whoever's, still needs an older one.
    """
    with open_write() as session, session.begin():
        found = organisation_ids(session)
    count = 0
    for organisation_id in found:
        with open_write(organisation_id) as session, session.begin():
            done = rewrap(session, organisation_id) + rewrap_packets(session, organisation_id)
            if done:
                newest = newest_wrapping_key(session)
                _note(session, acting(system(organisation_id)), "wrapping key", done, digest=(newest,))
        count += done
    with open_write() as session, session.begin():
        older = set(wrapping_keys_used(session)) - {newest_wrapping_key(session)}
    if older:
        raise NotAllWrapped(
            f"clients' keys are still wrapped by {', '.join(sorted(older))}; nothing was dropped"
        )
    return count


def seal_answers(open_write: Opens, acting: Acting) -> int:
    """Seal every answer that stands in the clear; how many did. Stopped half-way, it goes on where it was.

    On PostgreSQL it takes the worker's login, which alone is told of all organisations.
    """
    with open_write() as session, session.begin():
        found = organisation_ids(session)
    count = 0
    for organisation_id in found:
        while sealed := _seal_some(open_write, acting, organisation_id):
            count += sealed
    return count


def _seal_some(open_write: Opens, acting: Acting, organisation_id: UUID) -> int:
    with open_write(organisation_id) as session, session.begin():
        rows = plain_answers(session, organisation_id, most=AT_ONCE)
        for row in rows:
            row.say(row.answer)
        if rows:
            _note(session, acting(system(organisation_id)), "answers sealed", len(rows))
        return len(rows)


def _note(session: Session, act: Act, setting: str, count: int, **more: tuple[str, ...]) -> None:
    subject = (SubjectKind.ORGANISATION, act.organisation_id)
    details: Details = {"setting": setting, "count": count, **more}
    audit.append(session, act.event(EventKind.SETTING_CHANGED, subject, details=details))
