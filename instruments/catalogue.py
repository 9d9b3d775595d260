"""(id, version) -> Instrument, from a folder of definition files. Old versions stay readable for ever.

A file is named after its instrument: `phq-9.yaml` holds a version, `phq-9@1.0.0.yaml` that one version. Beside
Handrail's own folder there may be the organisation's: a file there goes before one of the same name.
Files are read when first asked for and kept; nothing is read when this module is imported. What was made of
Handrail's own is kept for the next start (`keeping.py`).
"""

from __future__ import annotations

from pathlib import Path

from instruments.compiling import Program, program_of, ready
from instruments.keeping import keep, kept
from instruments.loading import VERSION, load_definition
from instruments.model import Instrument, Text
from instruments.parts import numbers_of
from instruments.problems import BadDefinition, DefinitionProblem, Place, nearest
from instruments.scoring import Scorer

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
    """The instruments of one or more folders, the later ones first. Made by load_catalogue."""

    def __init__(self, *folders: Path) -> None:
        self._files = {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}
        self._instruments: dict[str, Instrument] = {}
        self._found: dict[tuple[str, str | None], str] = {}
        self._scorers: dict[tuple[str, str], Scorer] = {}
        self._programs: dict[str, Program] = {}
        self._texts: dict[str, bytes] = {}

    def ids(self) -> tuple[str, ...]:
        """The id of every instrument, in order."""
        return tuple(sorted({stem.partition("@")[0] for stem in self._files}))

    def versions(self, instrument_id: str) -> tuple[str, ...]:
        """The versions of an instrument, the newest first. Raises UnknownInstrument."""
        known = {self._version(stem) for stem in self._stems(instrument_id)}
        return tuple(sorted(known, key=numbers_of, reverse=True))

    def get(self, instrument_id: str, version: str | None = None) -> Instrument:
        """An instrument, the newest version unless another is named. Raises UnknownInstrument."""
        return self._read(self._stem(instrument_id, version))

    def file(self, instrument_id: str, version: str | None = None) -> Path:
        """The file that defines an instrument. Raises UnknownInstrument."""
        return self._files[self._stem(instrument_id, version)]

    def _stem(self, instrument_id: str, version: str | None) -> str:
        """The name of the file that holds a version; one that names its version goes before one that does not."""
        key = (instrument_id, version)
        if key not in self._found:
            known = {self._version(stem): stem for stem in sorted(self._stems(instrument_id))}
            wanted = max(known, key=numbers_of) if version is None else version
            if wanted not in known:
                available = tuple(f"{instrument_id}@{each}" for each in self.versions(instrument_id))
                raise UnknownInstrument(f"{instrument_id}@{wanted}", available)
            self._found[key] = known[wanted]
        return self._found[key]

    def _stems(self, instrument_id: str) -> tuple[str, ...]:
        stems = tuple(stem for stem in self._files if stem.partition("@")[0] == instrument_id)
        if not stems:
            raise UnknownInstrument(instrument_id, self.ids())
        return stems

    def _version(self, stem: str) -> str:
        """The version in a file's name, else the one in the file."""
        named = stem.partition("@")[2]
        if named and not VERSION.match(named):
            place = Place(self._files[stem].name, 1, 1)
            what, allowed = "a definition under another name", "a version of three numbers after @, as @1.0.0"
            raise BadDefinition([DefinitionProblem(place, what, stem, allowed)])
        return named or self._read(stem).version

    def instruments(self) -> tuple[Instrument, ...]:
        """The newest version of every instrument, in the order of their ids."""
        return tuple(self.get(instrument_id) for instrument_id in self.ids())

    def scorer(self, instrument_id: str, version: str | None = None) -> Scorer:
        """The compiled scorer of an instrument, made once. Raises UnknownInstrument."""
        instrument = self.get(instrument_id, version)
        key = (instrument.id, instrument.version)
        if key not in self._scorers:
            self._scorers[key] = self._compiled(self._stem(instrument_id, version), instrument)
        return self._scorers[key]

    def _compiled(self, stem: str, instrument: Instrument) -> Scorer:
        program = self._programs.get(stem)
        if program is None:
            program = program_of(instrument)
            if stem in self._texts:
                keep(self._files[stem], self._texts.pop(stem), instrument, program)
        return Scorer(instrument, ready(program, instrument))

    def _read(self, stem: str) -> Instrument:
        if stem not in self._instruments:
            path = self._files[stem]
            found = kept(path) if path.parent == DEFINITIONS else None
            instrument = self._read_anew(stem, path) if found is None else found[0]
            if found is not None:
                self._programs[stem] = found[1]
            self._must_match(stem, instrument)
            self._instruments[stem] = instrument
        return self._instruments[stem]

    def _read_anew(self, stem: str, path: Path) -> Instrument:
        text = path.read_bytes()
        if path.parent == DEFINITIONS:
            self._texts[stem] = text
        return load_definition(text, path.name)

    def _must_match(self, stem: str, instrument: Instrument) -> None:
        allowed = (instrument.id, f"{instrument.id}@{instrument.version}")
        if stem not in allowed:
            place = Place(self._files[stem].name, 1, 1)
            what = "a definition under another name"
            raise BadDefinition([DefinitionProblem(place, what, stem, " or ".join(allowed))])


def load_catalogue(folder: Path | None = None, *, own: Path | None = None) -> Catalogue:
    """The catalogue of a folder, Handrail's own definitions unless another is given, and of the organisation's."""
    return Catalogue(folder or DEFINITIONS, *([own] if own is not None else []))
