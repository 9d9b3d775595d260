"""`handrail retention`: what would be erased and what is, legal holds, and the keys that wrap clients' keys."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click

from instruments.problems import BadDefinition
from referral.payloads import KEY_SIZE, Unreadable
from referral.retention import HoldReason, LiftReason
from service.access import Act, NotFound, Session
from service.actions import holding, old_screenings, pinned, retention_rounds, storage
from service.actions.programmes import administrator
from service.actions.refusals import Conflict, Invalid
from service.actions.retention import preview as preview_of
from service.actions.wrapping import NotAllWrapped, rewrap_all, seal_answers
from service.app import make_checked_parts
from service.commands.retention_words import told
from service.commands.telling import give_up
from service.keys import NoKeys, add_wrapping_key, drop_wrapping_keys, load_wrapping_keys
from service.permissions import Actor
from service.settings import BadSettings, load_settings, wrapping_keys_in
from service.web.context import Parts

REFUSED = 1
BY = click.option("--by", required=True, metavar="EMAIL", help="The programme administrator who does it.")
ORGANISATION = click.option(
    "--organisation", metavar="NAME", help="Needed where the address has accounts in several."
)
NOT_SCRUBBED = "The database was in use, so its file may still hold deleted bytes; they go with the next run."


@dataclass(frozen=True, slots=True)
class _Desk:
    """An administrator at the machine itself."""

    parts: Parts
    by: Actor

    @contextmanager
    def acting(self) -> Iterator[tuple[Session, Act]]:
        """One transaction of theirs."""
        with self.parts.open_write(self.by.organisation_id) as session, session.begin():
            yield session, self.parts.act(self.by)


@click.group()
def retention() -> None:
    """How long records are kept; erasing them."""


@retention.command()
@BY
@ORGANISATION
def preview(by: str, organisation: str | None) -> None:
    """Show what would be erased today, class by class, and what stays and why: ids and counts, no names."""
    with _desk(by, organisation) as desk, desk.acting() as (session, act):
        click.echo("\n".join(told(preview_of(session, act=act))))
        click.echo(f"due   {old_screenings.count_due(session, act=act)} screenings apart from their clients")


@retention.command()
@BY
@ORGANISATION
def run(by: str, organisation: str | None) -> None:
    """Erase whoever's records are due or was agreed on, and of others the screenings and sign-ins that are due."""
    with _desk(by, organisation, worker=True) as desk:
        parts = desk.parts
        gone = (
            *retention_rounds.erase_approved(parts.open_write, parts.act, desk.by),
            *retention_rounds.erase_due(parts.open_write, parts.act, desk.by),
        )
        screenings = retention_rounds.erase_old_screenings(parts.open_write, parts.act, desk.by)
        sign_ins = retention_rounds.erase_old_sign_ins(parts.open_write, parts.act, desk.by)
        click.echo(f"{sign_ins} sign-in records were erased")
        click.echo(f"{screenings} screenings without a finding were erased, their clients stay")
        _tell(desk, gone, also=screenings)


@retention.command("erase-client")
@click.argument("client", type=click.UUID)
@BY
@ORGANISATION
def erase_client(client: UUID, by: str, organisation: str | None) -> None:
    """Erase CLIENT (an id), whose erasure was approved or whose time is over."""
    with _desk(by, organisation, worker=True) as desk:
        if not retention_rounds.erase_one(desk.parts.open_write, desk.parts.act, desk.by, client):
            give_up(
                f"nothing was erased: {client} is held, open, not due, not approved, or not there", REFUSED
            )
        _tell(desk, (client,))


def _tell(desk: _Desk, gone: tuple[UUID, ...], *, also: int = 0) -> None:
    for client_id in gone:
        click.echo(f"erased {client_id}")
    click.echo(f"{len(gone)} clients were erased")
    url = desk.parts.settings.database_url
    desk.parts.close()
    if (gone or also) and storage.sqlite_file(url) is not None and not storage.scrub(url):
        click.echo(NOT_SCRUBBED)


@retention.command()
@click.option("--client", type=click.UUID, help="Whose records; without it, those of the whole organisation.")
@click.option("--reason", type=click.Choice([str(each) for each in HoldReason]), required=True)
@BY
@ORGANISATION
def hold(client: UUID | None, reason: str, by: str, organisation: str | None) -> None:
    """Set a legal hold: nothing that it covers is erased until somebody else lifts it."""
    with _desk(by, organisation) as desk, desk.acting() as (session, act):
        held = holding.hold(session, client, HoldReason(reason), act=act)
    click.echo(f"hold {held} is in force")


@retention.command()
@click.argument("hold_id", metavar="HOLD", type=click.UUID)
@click.option("--reason", type=click.Choice([str(each) for each in LiftReason]), required=True)
@BY
@ORGANISATION
def release(hold_id: UUID, reason: str, by: str, organisation: str | None) -> None:
    """Lift the legal HOLD (an id); it must be somebody else who set it."""
    with _desk(by, organisation) as desk, desk.acting() as (session, act):
        holding.lift(session, hold_id, LiftReason(reason), act=act)
    click.echo(f"hold {hold_id} was lifted")


@retention.command()
@click.option(
    "--new", is_flag=True, help="Add a wrapping key, wrap every client's key with it, drop the old."
)
def key(*, new: bool) -> None:
    """Name the keys that wrap clients' keys; with --new, change them."""
    try:
        file = wrapping_keys_in(os.environ)
        if new:
            _change_key(file)
        for each in load_wrapping_keys(file):
            click.echo(each.id)
    except (NoKeys, BadSettings, storage.NoDatabase, Unreadable, NotAllWrapped) as error:
        give_up(str(error))


@retention.command()
def seal() -> None:
    """Seal answers that an earlier Handrail stored in the clear; stopped half-way, it goes on where it was."""
    try:
        parts = _parts(worker=True)
    except (NoKeys, BadSettings, storage.NoDatabase, BadDefinition, pinned.UsedDefinitionsAltered) as error:
        give_up(str(error))
    try:
        click.echo(f"{seal_answers(parts.open_write, parts.act)} answers were sealed")
    except Unreadable as error:
        give_up(str(error))
    finally:
        parts.close()


def _change_key(file: Path) -> None:
    parts = _parts(worker=True)
    try:
        add_wrapping_key(file, secrets.token_bytes(KEY_SIZE))
        click.echo(f"{rewrap_all(parts.open_write, parts.act)} keys of clients were wrapped anew")
    finally:
        parts.close()
    drop_wrapping_keys(file)


def _parts(*, worker: bool) -> Parts:
    settings = load_settings()
    if worker:
        storage.check_login(settings.database_url, worker=True)
    return make_checked_parts(settings)


@contextmanager
def _desk(by: str, organisation: str | None, *, worker: bool = False) -> Iterator[_Desk]:
    """The administrator, known; ends the command in clear words when it cannot be. `worker`: for what deletes."""
    try:
        parts = _parts(worker=worker)
    except (BadSettings, NoKeys, storage.NoDatabase, BadDefinition, pinned.UsedDefinitionsAltered) as error:
        give_up(str(error))
    try:
        with parts.open_write() as session, session.begin():
            actor = administrator(session, by, organisation)
        yield _Desk(parts, actor)
    except Invalid as invalid:
        give_up("\n".join(f"{each.field}: {each.message}" for each in invalid.problems), REFUSED)
    except (Conflict, NotFound) as refused:
        give_up(str(refused), REFUSED)
    finally:
        parts.close()
