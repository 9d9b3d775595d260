"""Definitions are immutable once used: what a stored screening names by digest is still what stands in the files.

Looks at no answers and no names: only at which instruments, versions and digests were used at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from instruments.catalogue import Catalogue, UnknownInstrument
from instruments.parts import Part, stepped
from referral.programmes import Programmes
from referral.versioned import UnknownDefinition
from service.definitions import Definitions
from service.store.directory import programmes_used, versions_used


@dataclass(frozen=True, slots=True)
class _Used:
    """A version with the digest that it was used with, and the one that it has now; `found` is None when it is gone."""

    id: str
    version: str
    used: str
    found: str | None


class Altered(_Used):
    """A version of an instrument that screenings were made with, and that is now another one, or gone."""

    __slots__ = ()

    def __str__(self) -> str:
        used = f"{self.id} {self.version} was used with digest {self.used[:12]}"
        put_back = f"put the used definition back as {self.id}@{self.version}.yaml"
        if self.found is None:
            return f"{used} and is not there any more; {put_back}"
        later = f"give the changed one a later version, as {stepped(self.version, Part.METADATA)}"
        return f"{used} and has digest {self.found[:12]} now; a used version never changes: {put_back}, and {later}"


class AlteredProgramme(_Used):
    """A version that runs, or that screenings were begun under, and that means something else now, or is gone."""

    __slots__ = ()

    def __str__(self) -> str:
        used = f"the programme {self.id} {self.version} was used with digest {self.used[:12]}"
        name = f"programmes/{self.id}@{self.version}.yaml"
        if self.found is None:
            return f"{used} and is not there any more; put the used definition back as {name}"
        return (
            f"{used} and has digest {self.found[:12]} now: its file, its routing file or an instrument that it pins"
            f" changed; put back what was used, as {name}, and give what changed a later version"
        )


class UsedDefinitionsAltered(Exception):
    """Screenings could no longer be read as they were made; names every definition concerned."""

    def __init__(self, altered: Sequence[Altered | AlteredProgramme]) -> None:
        self.altered = tuple(altered)
        super().__init__("\n".join(map(str, altered)))


def altered_since_use(session: Session, instruments: Catalogue) -> Sequence[Altered]:
    """Every used version whose definition is another one now, or is gone."""
    found = [
        Altered(instrument, version, digest, _digest(instruments, instrument, version))
        for instrument, version, digest in versions_used(session)
    ]
    return [each for each in found if each.found != each.used]


def programmes_altered(session: Session, programmes: Programmes) -> Sequence[AlteredProgramme]:
    """Every used version of a programme that means something else now, or is gone."""
    found = [
        AlteredProgramme(programme, version, digest, _meaning(programmes, programme, version))
        for programme, version, digest in programmes_used(session)
    ]
    return [each for each in found if each.found != each.used]


def must_stand(session: Session, definitions: Definitions) -> None:
    """Raises UsedDefinitionsAltered when a version that was used is not what it was."""
    altered: tuple[Altered | AlteredProgramme, ...] = (
        *altered_since_use(session, definitions.instruments),
        *programmes_altered(session, definitions.programmes),
    )
    if altered:
        raise UsedDefinitionsAltered(altered)


def _digest(instruments: Catalogue, instrument: str, version: str) -> str | None:
    try:
        return instruments.get(instrument, version).digest
    except UnknownInstrument:
        return None


def _meaning(programmes: Programmes, programme: str, version: str) -> str | None:
    try:
        return programmes.get(programme, version).digest
    except UnknownDefinition:
        return None
