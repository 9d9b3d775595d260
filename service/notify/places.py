"""Places outside that keep checkpoints: a file that only grows, a syslog server, a web address.

A checkpoint holds no name and nothing about a person: whose trail by id, how many events, a digest, signatures. What
is sent twice does no harm. Where each place has got to is kept by the store.
"""

import http.client
import json
import os
import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

SECONDS = 10
LARGEST_PORT = 65_535
SYSLOG_PORT = 601
"""Syslog over TCP (RFC 3195 and 6587 use it)."""

NOTICE_OF_AUDIT = 13 * 8 + 5
"""Facility 13 (log audit), severity 5 (notice), of RFC 5424."""

ACCEPTED = range(200, 300)


class BadPlace(Exception):
    """A place is written in a way that cannot be; says what was found and what is allowed."""


class NotTaken(Exception):
    """The place did not take the checkpoint; says the kind of trouble only."""


@dataclass(frozen=True, slots=True)
class CheckpointPlace:
    """Somewhere that checkpoints are sent to, under a name that holds no secret."""

    name: str
    send: Callable[[str], None]


def read_places(text: str) -> tuple[CheckpointPlace, ...]:
    """The places of a setting, separated by commas: `file:...`, `syslog:...`, `https:...`. Raises BadPlace."""
    return tuple(_place(each.strip()) for each in text.split(",") if each.strip())


def _place(text: str) -> CheckpointPlace:
    kind, _colon, rest = text.partition(":")
    make = _KINDS.get(kind)
    if make is None:
        raise BadPlace(
            f"place for checkpoints: found {kind!r}; allowed: file:/path, syslog:host:port, https://..."
        )
    return make(rest)


def _file(rest: str) -> CheckpointPlace:
    path = Path(rest)
    if not path.is_absolute():
        raise BadPlace(f"place for checkpoints: found file:{rest}; allowed: file: and a path from the root")
    return CheckpointPlace(f"file:{path}", lambda note: _append(path, note))


def _syslog(rest: str) -> CheckpointPlace:
    host, _colon, port = rest.partition(":")
    if not host or not re.fullmatch(r"[0-9]{0,5}", port) or int(port or SYSLOG_PORT) > LARGEST_PORT:
        raise BadPlace(
            f"place for checkpoints: found syslog:{rest}; allowed: syslog:host or syslog:host:port"
        )
    address = (host, int(port or SYSLOG_PORT))
    return CheckpointPlace(f"syslog:{host}:{address[1]}", lambda note: _tell_syslog(address, note))


def _web(scheme: str) -> Callable[[str], CheckpointPlace]:
    def make(rest: str) -> CheckpointPlace:
        address = _address(f"{scheme}:{rest}")
        if not address.hostname:
            raise BadPlace(
                f"place for checkpoints: found {scheme}: without a host; allowed: {scheme}://host/path"
            )
        if scheme == "http" and address.hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise BadPlace("place for checkpoints: http: is allowed on this machine only; elsewhere https:")
        name = f"{scheme}://{address.netloc.rpartition('@')[2]}{address.path}"
        return CheckpointPlace(name, lambda note: _post(address, note))

    return make


def _address(text: str) -> SplitResult:
    """A web address whose port is one, if it has any. The message does not repeat it: it may hold a secret."""
    try:
        address = urlsplit(text)
        _ = address.port
    except ValueError:
        kind = text.partition(":")[0]
        raise BadPlace(
            f"place for checkpoints: found {kind}: with a host or port that is none; allowed: {kind}://host:port/path"
        ) from None
    return address


def _append(path: Path, note: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _write_whole(handle, f"{note}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise NotTaken(type(error).__name__) from None


def _write_whole(handle: int, raw: bytes) -> None:
    """All of it or nothing: half a note would spoil every note behind it. Raises OSError."""
    before = os.fstat(handle).st_size
    if os.write(handle, raw) != len(raw):
        os.ftruncate(handle, before)
        raise OSError


def _tell_syslog(address: tuple[str, int], note: str) -> None:
    """One message of RFC 5424 in a frame of RFC 6587; the note stands in it as a JSON string, so it is one line."""
    message = f"<{NOTICE_OF_AUDIT}>1 - - handrail - checkpoint - {json.dumps(note)}".encode()
    try:
        with socket.create_connection(address, timeout=SECONDS) as connection:
            connection.sendall(f"{len(message)} ".encode() + message)
    except OSError as error:
        raise NotTaken(type(error).__name__) from None


def _post(address: SplitResult, note: str) -> None:
    """Redirects are not followed: what takes checkpoints is named in the settings and nowhere else."""
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    connection = kind(address.hostname or "", address.port, timeout=SECONDS)
    try:
        connection.request("POST", path, note.encode(), {"Content-Type": "text/plain; charset=utf-8"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NotTaken(type(error).__name__) from None
    finally:
        connection.close()
    if status not in ACCEPTED:
        raise NotTaken(f"answered {status}")


_KINDS: Mapping[str, Callable[[str], CheckpointPlace]] = {
    "file": _file,
    "syslog": _syslog,
    "https": _web("https"),
    "http": _web("http"),
}
