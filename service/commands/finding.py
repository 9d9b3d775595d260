"""The instruments that a command finds: those that ship with Handrail, the organisation's own, and one in a file."""

import os
from pathlib import Path

from instruments.catalogue import Catalogue, UnknownInstrument, load_catalogue
from instruments.loading import load_definition
from instruments.model import Instrument
from instruments.problems import BadDefinition
from instruments.source import MAX_BYTES
from service.commands.telling import give_up
from service.commands.whole_files import beginning_of
from service.confined import Refused, TooCostly, apart
from service.definitions import own_instruments
from service.settings import definitions_dir_in

FILES = (".yaml", ".yml")


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


def find_or_read(instrument: str, version: str | None = None) -> Instrument:
    """One instrument by its id, or from a definition file that is in no folder yet, by the file's name.

    A file is read and checked apart first, with little to spend; only what came through that is read here.
    """
    if not instrument.endswith(FILES):
        return find(instrument, version)
    if version is not None:
        give_up(f"--version {version}: a file is one version")
    content = beginning_of(Path(instrument), MAX_BYTES + 1)
    try:
        faults = apart("check", instrument, content)["problems"]
    except (Refused, TooCostly) as bad:
        give_up(f"the definition cannot be used:\n{bad}")
    if faults:
        give_up("\n".join(["the definition cannot be used:", *faults]))
    return load_definition(content, instrument)
