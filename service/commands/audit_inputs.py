"""What somebody brings to a proof of the audit trail: public keys, and checkpoints that they kept."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from referral.audit import Tampered
from referral.bundles import BundleIncomplete
from referral.checkpoints import BadCheckpoint, BadReceipt, read_checkpoint, split_notes
from referral.notes import BadKey, BadNote, Note, PublicKey, read_note, read_public_key, signers
from service.commands.telling import give_up
from service.keys import NoKeys, load_keys
from service.settings import audit_keys_in

INCOMPLETE = 3
MOST_BYTES = 64 * 1024 * 1024


class _Wrong(click.UsageError):
    exit_code = INCOMPLETE


class Careful(click.Command):
    """A command whose status 2 has a meaning of its own: a wrong option ends with 3, as other missing input does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments; what is wrong with them is told as always."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _Wrong(error.format_message(), ctx) from None


@contextmanager
def refused(status: int) -> Iterator[None]:
    """What somebody brought and cannot be used, said in one line."""
    try:
        yield
    except (BundleIncomplete, BadCheckpoint, BadReceipt, BadNote, BadKey) as error:
        give_up(str(error), status)
    except (OSError, UnicodeDecodeError) as error:
        named = getattr(error, "filename", None) or "a file"
        give_up(f"{named} cannot be read ({type(error).__name__})", status)


def place_of(verdict: Tampered, event_id: str | None) -> str:
    """Where something is wrong, in words: an event by its number and id, or the stretch that it lies in."""
    if verdict.until is not None:
        return f"one of the events {verdict.seq} to {verdict.until}"
    return f"event {verdict.seq} (id {event_id or 'unknown'})"


def keys_in(file: Path | None) -> tuple[PublicKey, ...]:
    """The public keys of a file, one a line; none without a file. Raises BadKey."""
    if file is None:
        return ()
    found = tuple(read_public_key(line) for line in text_of(file).split("\n") if line.strip())
    if not found:
        raise BadKey(f"{file} holds no key")
    return found


def own_keys() -> tuple[PublicKey, ...]:
    """The public halves of this machine's own keys, where it has any."""
    try:
        return tuple(key.public for key in load_keys(audit_keys_in(os.environ)))
    except NoKeys:
        return ()


def kept_in(files: Sequence[Path], trusted: Sequence[PublicKey]) -> tuple[Note, ...]:
    """The checkpoints of these files. With trusted keys, each must be signed by one of them.

    Raises BadNote and BadCheckpoint.
    """
    notes = [note for file in files for note in _notes_of(file)]
    for note in notes:
        found = read_checkpoint(note)
        if trusted and not signers(note, trusted):
            raise BadNote(f"the checkpoint of {found.size} events is signed by none of the trusted keys")
    return tuple(notes)


def _notes_of(file: Path) -> Sequence[Note]:
    notes = [read_note(text) for text in split_notes(text_of(file))]
    if not notes:
        raise BadNote(f"{file} holds no checkpoint")
    return notes


def text_of(file: Path) -> str:
    """A file as text. Raises BadNote when it is far too long for one."""
    if file.stat().st_size > MOST_BYTES:
        raise BadNote(f"{file} has {file.stat().st_size} bytes; allowed: {MOST_BYTES}")
    return file.read_bytes().decode("utf-8")
