"""A preview of retention in words, for the command line: ids, classes, counts and days."""

from collections.abc import Iterator

from service.actions.retention import Judged, Preview


def told(found: Preview) -> Iterator[str]:
    """What would go, what stays and why, line by line."""
    yield f"{found.schedule.named} ({found.schedule.digest[:16]}) on {found.today}: {found.clients} clients"
    unchecked = [str(each) for each, rule in found.schedule.rules.items() if not rule.checked]
    if unchecked:
        yield f"not yet checked by a lawyer: {', '.join(unchecked)}"
    yield from (f"due   {each}: {count}" for each, count in found.totals.items())
    yield from _standing(found)
    yield from map(_line, found.due)
    if found.due_in_all > len(found.due):
        yield f"... and {found.due_in_all - len(found.due)} more"


def _standing(found: Preview) -> Iterator[str]:
    """What stays and why, holds, and what was asked for."""
    for why, count in found.kept.items():
        yield f"kept  {why}: {count} clients"
    for hold in found.holds:
        yield f"hold  {hold.id} on {hold.client_id or 'the whole organisation'}: {hold.reason}"
    for asked in found.requests:
        state = "approved" if asked.approved_at else "to be approved"
        yield f"asked {asked.id} for client {asked.client_id}: {asked.reason}, {state}"


def _line(judged: Judged) -> str:
    counts = ", ".join(f"{count} {each}" for each, count in judged.counts.items())
    return f"due   client {judged.client_id} since {judged.verdict.until}: {counts}"
