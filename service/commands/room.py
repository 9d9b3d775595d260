"""Whether there is room left where Handrail writes: said while there still is some: later everything is refused."""

import logging
import shutil
from pathlib import Path

from service.actions import storage
from service.settings import Settings

MEGABYTE = 1024 * 1024
LEAST = 256 * MEGABYTE
"""Free space below which it is said: weeks of work for a school."""

log = logging.getLogger("handrail.room")


def short_of_room(settings: Settings) -> str:
    """One line that names where little is free; empty while there is enough. The disk of a server is its own matter."""
    file = storage.sqlite_file(settings.database_url)
    folders = [settings.data_dir, *([file.parent] if file is not None else [])]
    short = {str(each): free for each in folders if (free := _free(each)) < LEAST}
    if not short:
        return ""
    where = ", ".join(f"{free // MEGABYTE} MB in {folder}" for folder, free in short.items())
    return f"Little room is left for what Handrail writes: {where}. With none, all is refused until there is some."


def tell_of_room(settings: Settings) -> bool:
    """Log it where little is free; whether it was."""
    short = short_of_room(settings)
    if short:
        log.warning("%s", short)
    return bool(short)


def _free(folder: Path) -> int:
    """The free bytes of the disk that a folder is on, or will be."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free
