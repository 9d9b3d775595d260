"""Changing the key that wraps clients' keys: the keys themselves stay, so nothing that is sealed is touched."""

from service.access import Opens
from service.store.directory import organisation_ids
from service.store.vault import rewrap


def rewrap_all(open_write: Opens) -> int:
    """Wrap the keys of every organisation's clients with the newest wrapping key; how many were wrapped anew.

    On PostgreSQL it takes the worker's login, which alone is told of all organisations. Raises Unreadable.
    """
    with open_write() as session, session.begin():
        found = organisation_ids(session)
    count = 0
    for organisation_id in found:
        with open_write(organisation_id) as session, session.begin():
            count += rewrap(session, organisation_id)
    return count
