"""The `handrail` command: which commands there are. Each is read only when it is asked for, to start fast."""

from collections.abc import Mapping
from importlib import import_module

import click

COMMANDS: Mapping[str, str] = {
    "score": "service.commands.score:score",
    "explain": "service.commands.explain:explain",
    "instruments": "service.commands.instruments:instruments",
    "programmes": "service.commands.programmes:programmes",
    "pathways": "service.commands.pathways:pathways",
    "audit": "service.commands.audit:audit",
    "organisations": "service.commands.organisations:organisations",
    "clients": "service.commands.clients:clients",
    "retention": "service.commands.retention:retention",
    "demo": "service.commands.running:demo",
    "serve": "service.commands.running:serve",
    "migrate": "service.commands.running:migrate",
    "worker": "service.commands.running:worker",
    "recount": "service.commands.running:recount",
}
"""Each command's name, and where it lives."""


class Commands(click.Group):
    """A group whose members are imported when they are called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's own signature
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  as above
        """One command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="handrail")
def main() -> None:
    """Screening and referral for schools and clinics."""
