"""(id, version) -> Instrument, from a folder of definition files. Old versions stay readable for ever.

A file is named after its instrument: `phq-9.yaml` holds the newest version, `phq-9@1.0.0.yaml` an older one.
Files are read when first asked for and kept; nothing is read when this module is imported.
"""

from __future__ import annotations

from pathlib import Path

from instruments.loading import load_file
from instruments.model import Instrument, Text
from instruments.problems import BadDefinition, DefinitionProblem, Place, nearest
from instruments.scoring import Scorer, compile_instrument

DEFINITIONS = Path(__file__).parent / "definitions"


class UnknownInstrument(LookupError):
    """No such instrument, or no such version of it, in the catalogue."""

    def __init__(self, wanted: str, available: tuple[str, ...]) -> None:
        self.wanted, self.available = wanted, available
        known, meant = ", ".join(available), nearest(wanted, available)
        self.text: Text = {
            "en": f"There is no instrument {wanted!r}. Available: {known}."
            + (f" Did you mean {meant}?" if meant else ""),
            "es": f"No existe el cuestionario {wanted!r}. Hay: {known}."
            + (f" ¿Quiso decir {meant}?" if meant else ""),
        }
        super().__init__(self.text["en"])


class Catalogue:
    """The instruments of one folder. Made by load_catalogue."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
        self._instruments: dict[str, Instrument] = {}
        self._scorers: dict[tuple[str, str], Scorer] = {}

    def ids(self) -> tuple[str, ...]:
        """The id of every instrument, in order."""
        return tuple(sorted({stem.partition("@")[0] for stem in self._files}))

    def versions(self, instrument_id: str) -> tuple[str, ...]:
        """The versions of an instrument, the newest first. Raises UnknownInstrument."""
        newest = self.get(instrument_id).version
        older = [stem.partition("@")[2] for stem in self._files if stem.startswith(f"{instrument_id}@")]
        return (newest, *sorted(older, key=_order, reverse=True))

    def get(self, instrument_id: str, version: str | None = None) -> Instrument:
        """An instrument, the newest version unless another is named. Raises UnknownInstrument."""
        if instrument_id not in self._files:
            raise UnknownInstrument(instrument_id, self.ids())
        newest = self._read(instrument_id)
        if version in (None, newest.version):
            return newest
        stem = f"{instrument_id}@{version}"
        if stem not in self._files:
            raise UnknownInstrument(
                stem, tuple(f"{instrument_id}@{known}" for known in self.versions(instrument_id))
            )
        return self._read(stem)

    def instruments(self) -> tuple[Instrument, ...]:
        """The newest version of every instrument, in the order of their ids."""
        return tuple(self.get(instrument_id) for instrument_id in self.ids())

    def scorer(self, instrument_id: str, version: str | None = None) -> Scorer:
        """The compiled scorer of an instrument, made once. Raises UnknownInstrument."""
        instrument = self.get(instrument_id, version)
        key = (instrument.id, instrument.version)
        if key not in self._scorers:
            self._scorers[key] = compile_instrument(instrument)
        return self._scorers[key]

    def _read(self, stem: str) -> Instrument:
        if stem not in self._instruments:
            instrument = load_file(self._files[stem])
            self._must_match(stem, instrument)
            self._instruments[stem] = instrument
        return self._instruments[stem]

    def _must_match(self, stem: str, instrument: Instrument) -> None:
        allowed = (instrument.id, f"{instrument.id}@{instrument.version}")
        if stem not in allowed:
            place = Place(self._files[stem].name, 1, 1)
            what = "a definition under another name"
            raise BadDefinition([DefinitionProblem(place, what, stem, " or ".join(allowed))])


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The catalogue of a folder, Handrail's own definitions unless another is given."""
    return Catalogue(folder or DEFINITIONS)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
