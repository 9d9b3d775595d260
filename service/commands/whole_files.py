"""Files that are there whole or not at all: written beside their place, then put into it; and read to a bound."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.commands.telling import give_up


@contextmanager
def whole_file(name: str) -> Iterator[Path]:
    """An empty file to fill; it takes its place at the end, and is gone when something goes wrong.

    What stands there already stays until then; a link is replaced, not followed. Raises OSError.
    """
    target = Path(name)
    if target.exists() and not target.is_file():
        message = "it is no ordinary file"
        raise OSError(message)
    unfinished = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.partial")
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        if target.exists():
            shutil.copymode(target, unfinished)
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def beginning_of(file: Path, most: int) -> bytes:
    """The bytes of a file, and no more than these; ends the command in one clear line when it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        give_up(f"{file} cannot be read: {error.strerror}")
