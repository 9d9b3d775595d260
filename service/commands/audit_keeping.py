"""`handrail audit bundle`, `receipt` and `key`: what others are given so that they can prove a trail."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from uuid import UUID

import click

from referral.checkpoints import notes_in_log
from referral.notes import SEED_SIZE, BadNote, KeyKind, read_note, signers
from referral.tiles import TileMissing
from service.access import Session, enter
from service.actions import audit_trail, receipts, storage, witnessing
from service.actions.receipts import NotYet
from service.commands.audit_inputs import keys_in, refused
from service.commands.telling import give_up
from service.keys import NoKeys, add_key, load_keys
from service.settings import BadSettings, audit_keys_in, audit_name_in, database_url_in, witness_key_in

NOTHING = 3
ORGANISATION = click.option("--organisation", metavar="NAME", required=True, help="Whose trail.")
OUTPUT = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A new file."
)


@click.command()
@ORGANISATION
@OUTPUT
def bundle(organisation: str, output: Path) -> None:
    """Write the whole trail of an organisation with its checkpoints into a file that proves itself offline."""
    with _opened() as session:
        lines = receipts.bundle_of(session, _id_of(session, organisation))
        with output.open("xb") as file:
            file.writelines(lines)
    click.echo(f"{output}: prove it with `handrail audit verify --bundle {output} --keys FILE`")


@click.command()
@click.argument("event", type=click.UUID)
@ORGANISATION
@OUTPUT
def receipt(event: UUID, organisation: str, output: Path) -> None:
    """Write the receipt of the EVENT with this id: it proves that the event is part of the signed trail."""
    with _opened() as session:
        found = receipts.receipt_of(session, _id_of(session, organisation), event)
        if found is None:
            give_up(f"{organisation} has no event {event}", NOTHING)
        if isinstance(found, NotYet):
            give_up(f"event {event} is not signed yet; try again in a moment", NOTHING)
        with output.open("x", encoding="utf-8") as file:
            file.write(str(found))
    click.echo(f"{output}: prove it with `handrail audit verify --bundle {output} --keys FILE`")


@click.command()
@click.option("--new", is_flag=True, help="Add a key; both sign until the old line is taken out of the file.")
@click.option(
    "--witness", is_flag=True, help="The key that cosigns others' checkpoints, not the one of our own."
)
def key(*, new: bool, witness: bool) -> None:
    """Print the public keys that check this deployment's checkpoints: give them to whoever should check."""
    try:
        file, name, kind = _key_wanted(witness=witness)
        if new:
            add_key(file, name, secrets.token_bytes(SEED_SIZE), kind)
        for each in load_keys(file, kind):
            click.echo(str(each.public))
    except (NoKeys, BadSettings) as error:
        give_up(str(error))


def _key_wanted(*, witness: bool) -> tuple[Path, str, KeyKind]:
    name = audit_name_in(os.environ)
    if witness:
        return witness_key_in(os.environ), f"{name}/witness", KeyKind.WITNESS
    return audit_keys_in(os.environ), name, KeyKind.LOG


@click.command()
def witnessed() -> None:
    """Print the newest checkpoint of every log that was cosigned here, for `handrail audit verify --checkpoint`."""
    with _opened() as session:
        for note in witnessing.kept(session):
            click.echo(note)


@click.command("from-log")
@click.argument("log", type=click.File(encoding="utf-8", errors="replace"))
@click.option(
    "--keys", type=click.Path(dir_okay=False, path_type=Path), help="Public keys: only what they signed."
)
def from_log(log: TextIO, keys: Path | None) -> None:
    """Print the checkpoints that a LOG kept (- for standard input), for `handrail audit verify --checkpoint`."""
    with refused(NOTHING):
        trusted = keys_in(keys)
        found = notes_in_log(log.read())
    kept = [note for note in found if not trusted or signers(read_note(note), trusted)]
    for note in kept:
        click.echo(note)
    if len(kept) < len(found):
        click.echo(f"{len(found) - len(kept)} more are signed by none of the trusted keys", err=True)
    if not kept:
        give_up("the log holds no checkpoint", NOTHING)


def _id_of(session: Session, organisation: str) -> UUID:
    found = audit_trail.organisation_named(session, organisation)
    if found is None:
        known = "; ".join(audit_trail.names(session))
        give_up(f"--organisation {organisation}: there is none of this name; there are: {known}", NOTHING)
    enter(session, found)
    return found


@contextmanager
def _opened() -> Iterator[Session]:
    try:
        with storage.reading(database_url_in(os.environ)) as session:
            yield session
    except (BadSettings, storage.NoDatabase) as error:
        give_up(str(error), NOTHING)
    except (TileMissing, BadNote) as error:
        give_up(f"what is kept of the signed trail is damaged: {error}", NOTHING)
    except FileExistsError as error:
        give_up(f"{error.filename} is there already; name a new file")
    except OSError as error:
        give_up(f"{error.filename or 'the file'} cannot be written ({type(error).__name__})")
