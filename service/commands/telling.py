"""How a command says what went wrong: one clear line and an exit status, never a stack trace."""

from typing import NoReturn

import click

USAGE = 2


def give_up(message: str, status: int = USAGE) -> NoReturn:
    """End the command with a line on standard error and an exit status."""
    click.echo(f"handrail: {message}", err=True)
    raise SystemExit(status)
