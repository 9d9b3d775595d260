"""What every test starts from: the shared fixtures, a clean environment, and what the machine offers."""

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings

from tests.provision import CHROMIUM, POSTGRES

pytest_plugins = [
    "tests.postgres",
    "tests.databases",
    "tests.chromium",
    "tests.serving",
    "tests.service.postbox",
    "tests.silent",
]

# How long an example takes says more about the machine than about the code; CI tries the same ones each time.
# Half as many as usual: what hypothesis looks for here, tables and walks over every state look for too.
settings.register_profile(
    "handrail", max_examples=50, deadline=None, derandomize=os.environ.get("CI") == "true"
)
settings.load_profile("handrail")


MEMORY = Path("/dev/shm")  # noqa: S108 - a file system and no file
ROOM = 2**30


def in_memory():
    """Whether temporary files can lie in memory here: nothing that a test writes has to outlive it."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)):
        return False
    return shutil.disk_usage(MEMORY).free >= ROOM and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC


def pytest_configure(config):
    if "TMPDIR" not in os.environ and in_memory():
        os.environ["TMPDIR"], tempfile.tempdir = str(MEMORY), None
    for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
        del os.environ[name]
    # Nothing that a test signs goes into the log of the machine that it runs on.
    os.environ["HANDRAIL_SYSLOG_SOCKET"] = "/nowhere/log"


def pytest_report_header(config):
    found = {program.name: program.find() for program in (POSTGRES, CHROMIUM)}
    said = [f"{name}: {where or 'not on this machine'}" for name, where in found.items()]
    return [*said, f"temporary files: {tempfile.gettempdir()}"]
