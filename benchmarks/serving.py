"""Handrail behind gunicorn for as long as something is measured, started as its own command starts it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path

LONGEST_START = 60


@contextmanager
def serving(command: Sequence[str], told: Mapping[str, str], folder: Path) -> Iterator[int]:
    """Handrail as `handrail serve` (or demo) runs it, on a free port, until the block ends."""
    port = _free_port()
    environ = {**os.environ, **told, "HANDRAIL_DATA_DIR": str(folder)}
    start = [sys.executable, "-c", "from service.cli import main; main()", *command, "--port", str(port)]
    with subprocess.Popen(start, env=environ, stdout=subprocess.DEVNULL) as process:  # noqa: S603  our own program
        try:
            _await(port, process)
            yield port
        finally:
            process.terminate()


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/health")
            assert connection.getresponse().status == HTTPStatus.OK
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("Handrail did not start")
