"""`python -m benchmarks [NAME...]`: all benchmarks, or those named, each as a table of ratios measured in one run."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import click

from benchmarks import auditing, columns, pages, peers, queueing, scoring, starting, submitting
from instruments.catalogue import load_catalogue

TITLES = {
    "scoring": "Scoring, against hand-written Python of the same rule",
    "starting": "From a definition's file to a scorer",
    "peers": "PHQ-9 and PCL-5 by Handrail and by its peers",
    "submitting": "Submitting screenings, against the bare commit rate of the same file system",
    "queueing": "The queue at 100,000 open referrals, against its own SQL",
    "pages": "The pages of every role on the demo's data",
    "auditing": "The audit trail: proving, against bare SHA-256; writing, against the same transaction without",
}


def reports(*, quick: bool, million: bool, keep: Path | None) -> Mapping[str, Callable[[], Iterable[str]]]:
    """Each benchmark's name, and what makes its lines."""
    return {
        "scoring": lambda: scoring.report(load_catalogue()),
        "starting": lambda: starting.report(load_catalogue(), ("phq-9", "pcl-5") if quick else ()),
        "peers": lambda: peers.report(load_catalogue(), 10_000 if quick else columns.ROWS),
        "submitting": partial(submitting.report, quick=quick),
        "queueing": partial(queueing.report, quick=quick),
        "pages": partial(pages.report, quick=quick, folder=keep),
        "auditing": partial(auditing.report, quick=quick, million=million),
    }


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(TITLES)))
@click.option("--quick", is_flag=True, help="Tiny sizes: to see that they run, not to read the figures.")
@click.option("--million", is_flag=True, help="Prove an audit trail of a million events, not of 100,000.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder to keep the demo in, or to find it in.",
)
def main(names: tuple[str, ...], *, quick: bool, million: bool, keep: Path | None) -> None:
    """Measure, and print the ratios."""
    made = reports(quick=quick, million=million, keep=keep)
    for name in names or TITLES:
        print(f"\n{TITLES[name]}\n")
        for line in made[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
