"""Places outside that keep checkpoints: a file that only grows, a log, a web address, a witness.

A checkpoint holds no name and nothing about a person: whose trail by id, how many events, a digest, signatures. What
is sent twice does no harm. Where each place has got to is kept by the store.
"""

import json
import os
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from service.notify.posting import SECONDS, NotTaken, Posted, post

LARGEST_PORT = 65_535
SYSLOG_PORT = 601
"""Syslog over TCP (RFC 3195 and 6587 use it)."""

NOTICE_OF_AUDIT = 13 * 8 + 5
"""Facility 13 (log audit), severity 5 (notice), of RFC 5424."""

ACCEPTED = range(200, 300)


class BadPlace(Exception):
    """A place is written in a way that cannot be; says what was found and what is allowed."""


@dataclass(frozen=True, slots=True)
class CheckpointPlace:
    """Somewhere that checkpoints are sent to, under a name that holds no secret."""

    name: str
    send: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class WitnessPlace:
    """Another organisation that is asked to cosign (C2SP tlog-witness): what it is sent, and what it answers."""

    name: str
    ask: Callable[[str], Posted]


Place = CheckpointPlace | WitnessPlace


def read_places(text: str) -> tuple[Place, ...]:
    """The places of a setting, separated by commas: `file:`, `syslog:`, `https:`, `witness:https:`. Raises BadPlace.

    One named twice is one place, so it is refused.
    """
    found = tuple(_place(each.strip()) for each in text.split(",") if each.strip())
    names = [place.name for place in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise BadPlace(f"place for checkpoints: found {twice} twice; allowed: each place once")
    return found


def names_of(text: str) -> Sequence[str]:
    """The names of the places of a setting. Raises BadPlace."""
    return [place.name for place in read_places(text)]


def _place(text: str) -> Place:
    kind, _colon, rest = text.partition(":")
    make = _KINDS.get(kind)
    if make is None:
        raise BadPlace(
            f"place for checkpoints: found {kind!r}; allowed: file:/path, syslog:/dev/log, syslog:host:port, "
            "https://..., witness:https://..."
        )
    return make(rest)


def _file(rest: str) -> CheckpointPlace:
    path = Path(rest)
    if not path.is_absolute():
        raise BadPlace(f"place for checkpoints: found file:{rest}; allowed: file: and a path from the root")
    return CheckpointPlace(f"file:{path}", lambda note: _append(path, note))


def _syslog(rest: str) -> CheckpointPlace:
    """A log: of this machine where a socket is named, of another one where a host is."""
    if rest.startswith("/"):
        return CheckpointPlace(f"syslog:{rest}", partial(_tell_own_log, rest))
    host, _colon, port = rest.partition(":")
    if not host or not re.fullmatch(r"[0-9]{0,5}", port) or int(port or SYSLOG_PORT) > LARGEST_PORT:
        raise BadPlace(
            f"place for checkpoints: found syslog:{rest}; allowed: syslog:host, syslog:host:port or syslog:/dev/log"
        )
    address = (host, int(port or SYSLOG_PORT))
    return CheckpointPlace(f"syslog:{host}:{address[1]}", lambda note: _tell_syslog(address, note))


def _web(scheme: str, rest: str) -> CheckpointPlace:
    address = _address(scheme, rest)
    return CheckpointPlace(_shown(address), lambda note: _tell_web(address, note))


def _witness(rest: str) -> WitnessPlace:
    """A witness is named by the address before `/add-checkpoint`."""
    scheme, _colon, behind = rest.partition(":")
    if scheme not in {"http", "https"}:
        raise BadPlace(f"place for checkpoints: found witness:{scheme!r}; allowed: witness:https://host/path")
    prefix = _address(scheme, behind.rstrip("/"))
    address = prefix._replace(path=f"{prefix.path}/add-checkpoint")
    return WitnessPlace(f"witness:{_shown(prefix)}", partial(post, address))


def _address(scheme: str, rest: str) -> SplitResult:
    """A web address whose port is one, if it has any. The message does not repeat it: it may hold a secret."""
    address = _parsed(f"{scheme}:{rest}")
    if address is None:
        raise BadPlace(
            f"place for checkpoints: found {scheme}: with a host or port that is none; allowed: {scheme}://host:port/path"
        )
    if scheme == "http" and address.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise BadPlace("place for checkpoints: http: is allowed on this machine only; elsewhere https:")
    return address


def _parsed(text: str) -> SplitResult | None:
    try:
        address = urlsplit(text)
        usable = bool(address.hostname) and address.port != 0
    except ValueError:
        return None
    return address if usable else None


def _shown(address: SplitResult) -> str:
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"


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


def _tell_own_log(path: str, note: str) -> None:
    """One datagram as every program on this machine logs: journald and rsyslog read it alike, and set the time."""
    message = f"<{NOTICE_OF_AUDIT}>handrail: checkpoint {json.dumps(note)}".encode()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
            connection.settimeout(SECONDS)
            connection.connect(path)
            connection.send(message)
    except OSError as error:
        raise NotTaken(type(error).__name__) from None


def _tell_web(address: SplitResult, note: str) -> None:
    answer = post(address, note)
    if answer.status not in ACCEPTED:
        raise NotTaken(f"answered {answer.status}")


_KINDS: Mapping[str, Callable[[str], Place]] = {
    "file": _file,
    "syslog": _syslog,
    "https": partial(_web, "https"),
    "http": partial(_web, "http"),
    "witness": _witness,
}
