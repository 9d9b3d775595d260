"""Changing the key that wraps clients' keys: the keys themselves stay, so nothing that is sealed is touched."""

from service.access import Opens
from service.store.directory import organisation_ids, wrapping_keys_used
from service.store.packet_keys import rewrap_packets
from service.store.vault import newest_wrapping_key, rewrap


class NotAllWrapped(Exception):
    """Some keys are still wrapped by an older key, which must therefore stay."""


def rewrap_all(open_write: Opens) -> int:
    """Wrap the keys of every organisation's clients with the newest wrapping key; how many were wrapped anew.

    On PostgreSQL it takes the worker's login, which alone is told of all organisations. Raises Unreadable, and
    NotAllWrapped while any key, whoever's, still needs an older one.
    """
    with open_write() as session, session.begin():
        found = organisation_ids(session)
    count = 0
    for organisation_id in found:
        with open_write(organisation_id) as session, session.begin():
            count += rewrap(session, organisation_id) + rewrap_packets(session, organisation_id)
    with open_write() as session, session.begin():
        older = set(wrapping_keys_used(session)) - {newest_wrapping_key(session)}
    if older:
        raise NotAllWrapped(
            f"clients' keys are still wrapped by {', '.join(sorted(older))}; nothing was dropped"
        )
    return count
