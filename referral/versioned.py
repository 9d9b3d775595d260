"""Which file holds which version of a definition: `x.yaml` holds one version, `x@1.0.0.yaml` that one version.

Beside Handrail's own folder there may be the organisation's: a file there goes before one of the same name. What
the files say beyond their id and version is for the `loading_*` modules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from instruments.loading import VERSION
from instruments.parts import numbers_of
from instruments.problems import BadDefinition, DefinitionProblem, Place
from instruments.source import Leaf, Table, read_source
from referral.model import ReferralError


class UnknownDefinition(ReferralError):
    """No file of this kind has this id, or this version of it."""

    def __init__(self, kind: str, wanted: str, known: tuple[str, ...]) -> None:
        """Keep the kind and the id that was asked for."""
        self.kind, self.wanted = kind, wanted
        super().__init__(f'{kind}: found "{wanted}"; allowed: {", ".join(known) or "nothing, there is none"}')


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one kind of definition: id -> version -> file, the newest version first."""

    kind: str
    by_id: Mapping[str, Mapping[str, Path]]

    def versions(self, wanted: str) -> tuple[str, ...]:
        """The versions of a definition, the newest first. Raises UnknownDefinition."""
        if wanted not in self.by_id:
            raise UnknownDefinition(self.kind, wanted, tuple(sorted(self.by_id)))
        return tuple(self.by_id[wanted])

    def find(self, wanted: str) -> Path:
        """The file of `x@1.0.0`, or of the newest version of `x`. Raises UnknownDefinition."""
        name, _, version = wanted.partition("@")
        versions = self.versions(name)
        if version and version not in versions:
            raise UnknownDefinition(self.kind, wanted, tuple(f"{name}@{each}" for each in versions))
        return self.by_id[name][version or versions[0]]


def files_of(kind: str, *folders: Path) -> Files:
    """The files of some folders, the later ones first. `kind` is also the key that holds the id in each file.

    Raises BadDefinition naming every file whose name and content do not agree.
    """
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.yaml"))}
    found: dict[str, dict[str, Path]] = {}
    problems: list[DefinitionProblem] = []
    # In this order a file that names its version comes after one that does not, and replaces it.
    for stem in sorted(paths):
        try:
            version = _version_in(paths[stem], kind)
        except BadDefinition as bad:
            problems += bad.problems
        else:
            found.setdefault(stem.partition("@")[0], {})[version] = paths[stem]
    if problems:
        raise BadDefinition(problems)
    return Files(kind, {name: _newest_first(versions) for name, versions in found.items()})


def _newest_first(versions: Mapping[str, Path]) -> Mapping[str, Path]:
    return dict(sorted(versions.items(), key=lambda each: numbers_of(each[0]), reverse=True))


def _version_in(path: Path, kind: str) -> str:
    """The version that a file holds. Raises BadDefinition when its name says something else."""
    tree, place = read_source(path.read_bytes(), path.name), Place(path.name, 1, 1)
    name, version = _text(tree, kind), _text(tree, "version")
    if not VERSION.match(version):
        what, allowed = "version", 'three numbers in quotes, as "1.0.0"'
        raise BadDefinition([DefinitionProblem(place, what, repr(version), allowed)])
    allowed_names = (name, f"{name}@{version}")
    if path.stem not in allowed_names:
        what = "a definition under another name"
        raise BadDefinition([DefinitionProblem(place, what, path.stem, " or ".join(allowed_names))])
    return version


def _text(tree: object, key: str) -> str:
    node = tree.get(key) if isinstance(tree, Table) else None
    return node.value if isinstance(node, Leaf) and isinstance(node.value, str) else ""
