"""Screening programmes, frozen: who is screened with which instruments, and by which rules it is judged.

Everything in a programme is pinned to a version, so a programme means the same for ever. Reading the file is in
`loading_programmes.py`; what a new version changes in outcomes is in `differing.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.model import Informant, Instrument, Text
from instruments.parts import numbers_of
from referral.rules import Rules
from referral.versioned import UnknownDefinition


@dataclass(frozen=True, slots=True)
class Programme:
    """One version of one programme.

    `pinned` are all instruments that its rules know, each in one version; `offered` may be put to people, in this
    order, and `first` of them are ticked at first. `ages` are whole years, both included. The digest covers the
    file, the rules and every pinned instrument.
    """

    id: str
    version: str
    digest: str
    name: Text
    ages: tuple[int, int]
    rules: Rules
    pinned: Mapping[str, Instrument]
    offered: tuple[str, ...]
    first: tuple[str, ...]

    @property
    def named(self) -> str:
        """The id with the version, as people write it."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Programmes:
    """Every version of every programme there is: id -> version -> programme, the newest version first."""

    by_id: Mapping[str, Mapping[str, Programme]]

    def versions(self, programme_id: str) -> tuple[Programme, ...]:
        """Every version of a programme, the newest first. Raises UnknownDefinition."""
        if programme_id not in self.by_id:
            raise UnknownDefinition("programme", programme_id, tuple(sorted(self.by_id)))
        return tuple(self.by_id[programme_id].values())

    def get(self, programme_id: str, version: str | None = None) -> Programme:
        """A programme, the newest version unless another is named. Raises UnknownDefinition."""
        known = self.versions(programme_id)
        found = next((each for each in known if version in {None, each.version}), None)
        if found is None:
            raise UnknownDefinition(
                "programme", f"{programme_id}@{version}", tuple(each.named for each in known)
            )
        return found

    def newest(self) -> tuple[Programme, ...]:
        """The newest version of every programme, in the order of their ids."""
        return tuple(self.versions(each)[0] for each in sorted(self.by_id))


def can_be_put_to_people(instrument: Instrument) -> bool:
    """Whether people answer it themselves and it has the words to ask them."""
    return instrument.has_wording and Informant.SELF in instrument.informants


def programmes_of(found: list[Programme]) -> Programmes:
    """Programmes by id and version."""
    by_id: dict[str, dict[str, Programme]] = {}
    for one in sorted(found, key=lambda each: numbers_of(each.version), reverse=True):
        by_id.setdefault(one.id, {})[one.version] = one
    return Programmes(by_id)
