"""Instruments as JSON; the command line prints the same."""

from typing import Any

from instruments.model import Instrument


def instrument_json(instrument: Instrument) -> dict[str, Any]:
    """What one needs to choose an instrument: id, version, name, items, languages, permission."""
    return {
        "id": instrument.id,
        "version": instrument.version,
        "digest": instrument.digest,
        "name": instrument.name,
        "items": len(instrument.items),
        "languages": list(instrument.languages),
        "permission": str(instrument.permission.terms),
        "wording": instrument.has_wording,
    }
