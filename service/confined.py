"""The one door for a stranger's definition: it is read and checked in a process of its own, with little to spend.

The process gets the file's bytes and gives back plain words. It may take two seconds of processor time and 200 MB
beyond what the reading code itself holds, opens no file, writes none, and knows nothing of our settings. What
reading alone costs is bounded by `instruments`; proving what a definition says can cost anything, so it is done here.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

__all__ = ["Refused", "TooCostly", "apart", "seconds_for"]

SECONDS: Final = 2
"""Processor time for one file: the largest of our own instruments needs less than one."""

SECONDS_TO_COMPARE: Final = 60
"""Processor time for two versions: every outcome of both is walked over every answer set."""

ROOM = 200 * 1024 * 1024
WAIT = 60
"""Seconds by the clock at least. A busy machine may take long over two seconds of work."""

_BUSY: Final = 5
"""How many seconds by the clock a second of work may take."""

NO_ROOM = 3
_PACKAGES = Path(__file__).resolve().parents[1]
_BY_THE_CLOCK = {-24, -9}  # SIGXCPU, and SIGKILL a second later


class TooCostly(Exception):
    """A file whose reading or checking needs more than it is allowed. Its words say what."""


class Refused(Exception):
    """A file that cannot be used. Its words are the problems, a line each."""


def seconds_for(work: str) -> int:
    """How much processor time a work may take."""
    return SECONDS_TO_COMPARE if work == "diff" else SECONDS


def apart(
    work: str, file: str, content: bytes, *, beside: tuple[str, bytes] = ("", b""), **more: str
) -> dict[str, Any]:
    """Do one of the works of `confined_work.py` on a file, apart. Raises Refused or TooCostly.

    `beside`: the name and the bytes of a second file, where the work needs two.
    """
    told = {"work": work, "file": file, "size": len(content), "beside": beside[0], **more}
    # -P: nothing beside the file, such as a module of its folder, is ever taken for ours.
    command = [sys.executable, "-P", "-m", "service.confined_work"]
    given = json.dumps(told).encode() + b"\n" + content + beside[1]
    wait = max(WAIT, _BUSY * seconds_for(work))
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and the file comes as its input
            command,
            input=given,
            capture_output=True,
            timeout=wait,
            check=False,
            env={"PYTHONPATH": str(_PACKAGES), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        raise TooCostly(f"{file}: takes more than {wait} seconds to read and check") from None
    if done.returncode:
        raise TooCostly(f"{file}: {_why(done.returncode, work)}")
    found: dict[str, Any] = json.loads(done.stdout)
    if "refused" in found:
        raise Refused(found["refused"])
    return found


def _why(status: int, work: str) -> str:
    if status in _BY_THE_CLOCK:
        seconds = seconds_for(work)
        return f"takes more than {seconds} seconds of processor time to read and check; make it smaller"
    if status == NO_ROOM:
        return f"takes more than {ROOM // 1024**2} MB of memory to read and check; make it smaller"
    return "could not be read and checked; the reading ended early"
