"""The instruments that a command finds: those that ship with Handrail and the organisation's own."""

import os
from pathlib import Path

from instruments.catalogue import Catalogue, UnknownInstrument, load_catalogue
from instruments.model import Instrument
from instruments.problems import BadDefinition
from service.commands.telling import give_up
from service.definitions import own_instruments
from service.settings import definitions_dir_in


def own_folder() -> Path:
    """Where the organisation's own instruments live."""
    folder = own_instruments(definitions_dir_in(os.environ))
    assert folder is not None  # noqa: S101  a folder in, a folder out
    return folder


def catalogue() -> Catalogue:
    """Every instrument there is."""
    return load_catalogue(own=own_folder())


def find(instrument: str, version: str | None = None, within: Catalogue | None = None) -> Instrument:
    """One instrument; ends the command in one clear line when there is none, or its definition cannot be used."""
    try:
        return (within or catalogue()).get(instrument, version)
    except UnknownInstrument as unknown:
        give_up(str(unknown))
    except BadDefinition as bad:
        give_up(f"the definition cannot be used:\n{bad}")
