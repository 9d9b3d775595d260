"""The definitions that ship with the service: pathways, calendars, crisis lines, routing rules, programmes.

Another folder of the same shape may stand in for the shipped one. The `loading_*` modules read one file each.
"""

from pathlib import Path

from instruments.catalogue import load_catalogue
from instruments.problems import BadDefinition, DefinitionProblem
from referral.checking import check_rules
from referral.deadlines import Calendar
from referral.escalation import Escalation
from referral.loading_calendars import read_calendar
from referral.loading_escalation import read_escalation
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.loading_programmes import read_programme
from referral.loading_resources import read_resources
from referral.loading_retention import read_retention
from referral.loading_routing import Instruments, read_routing
from referral.pathways import Pathway, Pathways, Resources
from referral.programmes import Programme, Programmes, programmes_of
from referral.retention import Schedule
from referral.rules import Rules
from referral.versioned import UnknownDefinition, files_of

DEFINITIONS = Path(__file__).parent / "definitions"


def load_pathways(own: Path | None = None) -> Pathways:
    """Every pathway, with those of the organisation's own folder before shipped ones of the same name.

    Raises BadDefinition with the problems of all files at once.
    """
    common_file = file_of("deadlines.yaml", own)
    common = read_common_deadlines(common_file.read_bytes(), common_file.name)
    pathways: dict[str, Pathway] = {}
    problems: list[DefinitionProblem] = []
    for file in files_in("pathways", own).values():
        try:
            pathway = read_pathway(file.read_bytes(), file.name, common)
            pathways[pathway.id] = pathway
        except BadDefinition as bad:
            problems += bad.problems
    if problems:
        raise BadDefinition(problems)
    return Pathways(pathways)


def load_calendar(calendar: str, own: Path | None = None) -> Calendar:
    """One working calendar, by id. Raises UnknownDefinition, or BadDefinition with every problem."""
    file = _file("calendars", calendar, own)
    return read_calendar(file.read_bytes(), file.name)


def load_escalation(own: Path | None = None) -> Escalation:
    """What is done about missed deadlines. Raises BadDefinition with every problem."""
    file = file_of("escalation.yaml", own)
    return read_escalation(file.read_bytes(), file.name)


def load_resources(country: str, own: Path | None = None) -> Resources:
    """The crisis lines of one country, by its code in small letters. Raises as `load_calendar` does."""
    file = _file("resources", country, own)
    return read_resources(file.read_bytes(), file.name)


def load_routing(
    routing: str,
    *,
    own: Path | None = None,
    instruments: Instruments | None = None,
    pathways: Pathways | None = None,
) -> Rules:
    """One set of routing rules, by id or `id@version`: every rule can fire, every promise holds.

    A file in the organisation's own folder goes before a shipped one of its name. Raises as `load_calendar`.
    """
    file = files_of("routing", *_folders("routing", own)).find(routing)
    known = pathways or load_pathways()
    rules = read_routing(file.read_bytes(), file.name, instruments or load_catalogue(), known.by_id)
    return _proved(rules, file)


def routing_named(own: Path | None = None) -> tuple[str, ...]:
    """Every routing file there is, as `id@version`."""
    known = files_of("routing", *_folders("routing", own)).by_id
    return tuple(f"{name}@{version}" for name in sorted(known) for version in known[name])


def load_programmes(instruments: Instruments, pathways: Pathways, *, own: Path | None = None) -> Programmes:
    """Every version of every programme, the shipped ones and those of the organisation's own folder.

    Raises BadDefinition with the problems of all files at once.
    """
    routing, files = (files_of(kind, *_folders(folder, own)) for kind, folder in _KINDS)
    kept: dict[tuple[Path, tuple[str, ...]], Rules] = {}

    def rules_for(wanted: str, pinned: Instruments) -> Rules:
        """The rules of a file are read and proved once for the same pinned versions."""
        file = routing.find(wanted)
        rules = read_routing(file.read_bytes(), file.name, pinned, pathways.by_id)
        key = (file, tuple(each.digest for each in rules.uses.values()))
        if key not in kept:
            kept[key] = _proved(rules, file)
        return kept[key]

    found: list[Programme] = []
    problems: list[DefinitionProblem] = []
    for path in [path for versions in files.by_id.values() for path in versions.values()]:
        try:
            found.append(read_programme(path.read_bytes(), path.name, instruments, rules_for))
        except BadDefinition as bad:
            problems += bad.problems
    if problems:
        raise BadDefinition(dict.fromkeys(problems))
    return programmes_of(found)


def load_schedules(*, own: Path | None = None) -> dict[str, Schedule]:
    """The newest version of every retention schedule by id; one of the organisation's own folder goes first.

    Raises BadDefinition with the problems of all files at once.
    """
    files = files_of("retention", *_folders("retention", own)).by_id
    found: dict[str, Schedule] = {}
    problems: list[DefinitionProblem] = []
    for name, versions in files.items():
        path = next(iter(versions.values()))
        try:
            found[name] = read_retention(path.read_bytes(), path.name)
        except BadDefinition as bad:
            problems += bad.problems
    if problems:
        raise BadDefinition(problems)
    return found


_KINDS = (("routing", "routing"), ("programme", "programmes"))
"""What is versioned: the key that holds the id, and the folder."""


def _folders(folder: str, own: Path | None) -> tuple[Path, ...]:
    return (DEFINITIONS / folder, *([own / folder] if own is not None else []))


def _proved(rules: Rules, file: Path) -> Rules:
    problems = check_rules(rules, file.name)
    if problems:
        raise BadDefinition(problems)
    return rules


def ids_of(kind: str, own: Path | None = None) -> tuple[str, ...]:
    """The ids of all files of one kind: pathways, calendars, resources or routing."""
    return tuple(files_in(kind, own))


def files_in(kind: str, own: Path | None) -> dict[str, Path]:
    """The files of one kind by their names, sorted: one of the organisation's own folder goes before a shipped one."""
    found = {file.stem: file for folder in _folders(kind, own) for file in folder.glob("*.yaml")}
    return dict(sorted(found.items()))


def file_of(name: str, own: Path | None) -> Path:
    """A file that there is once: the organisation's own, else the shipped one."""
    theirs = None if own is None else own / name
    return theirs if theirs is not None and theirs.is_file() else DEFINITIONS / name


def _file(kind: str, wanted: str, own: Path | None) -> Path:
    known = files_in(kind, own)
    if wanted not in known:
        raise UnknownDefinition(kind, wanted, tuple(known))
    return known[wanted]
