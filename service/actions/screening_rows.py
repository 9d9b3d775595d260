"""The rows that a screening begins as."""

import uuid

from instruments.model import Instrument
from service.access import Act
from service.kinds import Mode, ScreeningStatus
from service.store.clients import ClientRow
from service.store.screenings import AdministrationRow, ScreeningRow


def screening_row(
    client: ClientRow, programme_id: uuid.UUID, how: tuple[Mode, str], basis: str, act: Act
) -> ScreeningRow:
    """A screening that begins now: `how` is mode and language, `basis` the rule of consent that allows it."""
    mode, language = how
    return ScreeningRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        client_id=client.id,
        programme_id=programme_id,
        mode=mode,
        language=language,
        status=ScreeningStatus.IN_PROGRESS,
        started_by=act.by.id,
        started_at=act.now,
        touched_at=act.now,
        consent_basis=basis,
        salt=act.new_id().bytes + act.new_id().bytes,
    )


def administration_row(
    screening: ScreeningRow, place: int, instrument: Instrument, act: Act
) -> AdministrationRow:
    """One instrument of a screening in the version that its programme pins, in its place."""
    return AdministrationRow(
        organisation_id=act.organisation_id,
        id=act.new_id(),
        screening_id=screening.id,
        position=place,
        instrument=instrument.id,
        version=instrument.version,
        digest=instrument.digest,
    )
