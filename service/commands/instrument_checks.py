"""`handrail instruments check` without a file: everything in force, and what screenings were made with."""

import itertools
from collections.abc import Iterator

import click

from instruments.catalogue import Catalogue
from instruments.checking import check_instrument
from instruments.parts import step_between
from instruments.problems import BadDefinition
from service.actions import pinned
from service.commands.finding import catalogue
from service.commands.telling import give_up
from service.commands.used_versions import changed_since_use

FAULTY = 1


def check_all() -> None:
    """Say of every definition in force what is wrong with it; ends with exit status 1 when something is."""
    known = catalogue()
    problems = 0
    try:
        for words in _problems(known):
            problems += 1
            click.echo(words)
    except BadDefinition as bad:
        give_up(f"a definition cannot be used:\n{bad}", FAULTY)
    versions = sum(len(known.versions(name)) for name in known.ids())
    click.echo(f"{problems} problems in {versions} versions of {len(known.ids())} instruments")
    if problems:
        raise SystemExit(FAULTY)


def _problems(known: Catalogue) -> Iterator[str]:
    for name in known.ids():
        versions = [known.get(name, version) for version in known.versions(name)]
        for one in versions:
            report = check_instrument(one, known.file(name, one.version).name)
            yield from map(str, report.problems)
        steps = [step_between(old, new) for new, old in itertools.pairwise(versions)]
        yield from (f"{name}: {step.problem}" for step in steps if step.problem)
    yield from changed_since_use(lambda session: pinned.altered_since_use(session, known))
