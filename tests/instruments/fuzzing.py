"""Definitions from strangers, led by coverage: `python -m tests.instruments.fuzzing [CORPUS] [-max_total_time=60]`.

Needs atheris, which is no dependency of the project: `pip install atheris` first. A corpus is a folder of texts to
begin with, such as `instruments/definitions`; new texts that reach new lines are added to it, so give a copy.
"""

import sys

import atheris

with atheris.instrument_imports(include=["instruments"]):
    from tests.instruments.strangers import ENDS, read_stranger


def one_input(data):
    """One text: it must end in an instrument or in BadDefinition."""
    assert read_stranger(data) in ENDS


def main():
    """Go on until told to stop, or until something else is raised."""
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
