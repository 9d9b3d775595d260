"""Taking events of the trail out of Handrail: written down before the first byte leaves, then streamed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from referral.audit_fhir import fhir_lines
from referral.audit_table import ExportedEvent, csv_lines, json_lines
from referral.events import EventKind, SubjectKind
from service.access import Act
from service.actions.audit_desk import Filters, narrowed
from service.permissions import Permission
from service.store import audit
from service.store.trail_search import Narrowed, count_all, streamed


class ExportFormat(StrEnum):
    """What a file of events is for: a spreadsheet, a program, another system of health care."""

    CSV = "csv"
    JSON = "json"
    FHIR = "fhir"


_WRITERS: Mapping[ExportFormat, Callable[[Iterator[ExportedEvent]], Iterator[str]]] = {
    ExportFormat.CSV: csv_lines,
    ExportFormat.JSON: json_lines,
    ExportFormat.FHIR: fhir_lines,
}


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was written down: what fits, up to which place, how many events, in which form."""

    wanted: Narrowed
    last: int
    count: int
    form: ExportFormat


def begin(
    session: Session, filters: Filters, form: ExportFormat, *, act: Act, surface: str = "page"
) -> Export:
    """Write the export down with its filters and number. Commit before anything is sent. Raises as the desk does."""
    act.by.must(Permission.READ_AUDIT)
    wanted = narrowed(session, filters, act=act)
    head = audit.recorded_head(session, act.organisation_id)
    last = 0 if head is None else head.count
    count = count_all(session, act.organisation_id, wanted, last=last)
    organisation = (SubjectKind.ORGANISATION, act.organisation_id)
    subject = organisation if wanted.client is None else (SubjectKind.CLIENT, wanted.client)
    event = act.event(
        EventKind.EXPORT_MADE,
        subject,
        client=wanted.client,
        export=f"audit {form}",
        count=count,
        filters=filters.told(),
        surface=surface,
    )
    audit.append(session, event)
    return Export(wanted, last, count, form)


def lines(session: Session, export: Export, *, act: Act) -> Iterator[str]:
    """The file, a line at a time, oldest event first; nothing of it is kept in memory."""
    found = streamed(session, act.organisation_id, export.wanted, last=export.last)
    yield from _WRITERS[export.form](found)
