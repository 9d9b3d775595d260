"""The definitions that ship with the service, by id: pathways, calendars, crisis lines and routing rules.

Another folder of the same shape may stand in for the shipped one. The `loading_*` modules read one file each.
"""

from pathlib import Path

from instruments.catalogue import load_catalogue
from instruments.problems import BadDefinition, DefinitionProblem
from referral.checking import check_rules
from referral.deadlines import Calendar
from referral.loading_calendars import read_calendar
from referral.loading_pathways import read_common_deadlines, read_pathway
from referral.loading_resources import read_resources
from referral.loading_routing import Instruments, read_routing
from referral.model import ReferralError
from referral.pathways import Pathway, Pathways, Resources
from referral.rules import Rules

DEFINITIONS = Path(__file__).parent / "definitions"


class UnknownDefinition(ReferralError):
    """No file of this kind has this id."""

    def __init__(self, kind: str, wanted: str, known: tuple[str, ...]) -> None:
        """Keep the kind and the id that was asked for."""
        self.kind, self.wanted = kind, wanted
        super().__init__(f'{kind}: found "{wanted}"; allowed: {", ".join(known)}')


def load_pathways(folder: Path = DEFINITIONS) -> Pathways:
    """Every pathway. Raises BadDefinition with the problems of all files at once."""
    common_file = folder / "deadlines.yaml"
    common = read_common_deadlines(common_file.read_bytes(), common_file.name)
    pathways: dict[str, Pathway] = {}
    problems: list[DefinitionProblem] = []
    for file in sorted((folder / "pathways").glob("*.yaml")):
        try:
            pathway = read_pathway(file.read_bytes(), file.name, common)
            pathways[pathway.id] = pathway
        except BadDefinition as bad:
            problems += bad.problems
    if problems:
        raise BadDefinition(problems)
    return Pathways(pathways)


def load_calendar(calendar: str, folder: Path = DEFINITIONS) -> Calendar:
    """One working calendar, by id. Raises UnknownDefinition, or BadDefinition with every problem."""
    file = _file(folder, "calendars", calendar)
    return read_calendar(file.read_bytes(), file.name)


def load_resources(country: str, folder: Path = DEFINITIONS) -> Resources:
    """The crisis lines of one country, by its code in small letters. Raises as `load_calendar` does."""
    file = _file(folder, "resources", country)
    return read_resources(file.read_bytes(), file.name)


def load_routing(
    routing: str,
    folder: Path = DEFINITIONS,
    *,
    instruments: Instruments | None = None,
    pathways: Pathways | None = None,
) -> Rules:
    """One set of routing rules, by id: every rule can fire, every promise holds. Raises as `load_calendar`."""
    file = _file(folder, "routing", routing)
    known = pathways or load_pathways(folder)
    rules = read_routing(file.read_bytes(), file.name, instruments or load_catalogue(), known.by_id)
    problems = check_rules(rules, file.name)
    if problems:
        raise BadDefinition(problems)
    return rules


def ids_of(kind: str, folder: Path = DEFINITIONS) -> tuple[str, ...]:
    """The ids of all files of one kind: pathways, calendars, resources or routing."""
    return tuple(sorted(file.stem for file in (folder / kind).glob("*.yaml")))


def _file(folder: Path, kind: str, wanted: str) -> Path:
    known = ids_of(kind, folder)
    if wanted not in known:
        raise UnknownDefinition(kind, wanted, known)
    return folder / kind / f"{wanted}.yaml"
