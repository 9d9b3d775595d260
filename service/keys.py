"""The keys of checkpoints, our own and others', and those that wrap clients' keys, in files outside the database.

One a line, two while they change.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from referral.notes import BadKey, KeyKind, PublicKey, SecretKey, new_key, read_public_key, read_secret_key
from referral.payloads import BadWrappingKey, WrappingKey, read_wrapping_key, wrapping_key

OWNER_ONLY = 0o400
_Key = TypeVar("_Key", SecretKey, PublicKey, WrappingKey)
_Signing = TypeVar("_Signing", SecretKey, PublicKey)


class NoKeys(Exception):
    """The file of keys is not there or cannot be used; says which and why, never what is in it."""


def load_keys(file: Path, kind: KeyKind = KeyKind.LOG) -> Sequence[SecretKey]:
    """The secret keys of a file, the oldest first. Raises NoKeys."""
    return _of_kind(file, _read(file, read_secret_key), kind)


def load_public_keys(file: Path, kind: KeyKind) -> Sequence[PublicKey]:
    """The public keys of a file: of logs that we witness, or of witnesses that we trust. Raises NoKeys."""
    return _of_kind(file, _read(file, read_public_key), kind)


def own_public_keys(file: Path | None) -> Sequence[PublicKey]:
    """The public halves of our own keys, as far as this program may read them: it need not be the one that signs."""
    try:
        return [] if file is None else [key.public for key in load_keys(file)]
    except NoKeys:
        return []


def _read(file: Path, read: Callable[[str], _Key]) -> Sequence[_Key]:
    try:
        lines = file.read_text(encoding="ascii").split("\n")
        keys = [read(line) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise NoKeys(f"the file of keys {file} cannot be read ({type(error).__name__})") from None
    except (BadKey, BadWrappingKey) as error:
        raise NoKeys(f"the file of keys {file}: {error}") from None
    if not keys:
        raise NoKeys(f"the file of keys {file} holds no key")
    return keys


def load_wrapping_keys(file: Path) -> Sequence[WrappingKey]:
    """The keys that wrap clients' keys, the oldest first: the last one wraps what is new. Raises NoKeys."""
    return _read(file, read_wrapping_key)


def add_wrapping_key(file: Path, secret: bytes) -> WrappingKey:
    """Write a new wrapping key behind those of a file, which only its owner may read. Raises NoKeys."""
    before = load_wrapping_keys(file) if file.exists() else ()
    key = wrapping_key(secret)
    _write(file, [each.text for each in (*before, key)])
    return key


def drop_wrapping_keys(file: Path) -> int:
    """Leave only the newest wrapping key in the file; how many went. Raises NoKeys."""
    keys = load_wrapping_keys(file)
    if len(keys) > 1:
        _write(file, [keys[-1].text])
    return len(keys) - 1


def ready_wrapping_keys(file: Path, in_use: Sequence[str], secret: Callable[[], bytes]) -> bool:
    """Make a first wrapping key where nothing was wrapped yet; whether one was made.

    `in_use`: the ids of the keys that something in the database is wrapped with. Raises NoKeys when one is missing.
    """
    if not in_use and not file.exists():
        add_wrapping_key(file, secret())
        return True
    missing = set(in_use) - {key.id for key in load_wrapping_keys(file)}
    if missing:
        raise NoKeys(
            f"the file of keys {file} lacks {', '.join(sorted(missing))}, with which keys of clients are wrapped; "
            "nothing starts without it: put the right file there"
        )
    return False


def _of_kind(file: Path, keys: Sequence[_Signing], kind: KeyKind) -> Sequence[_Signing]:
    for key in keys:
        if key.kind is not kind:
            raise NoKeys(f"the file of keys {file}: {key.name} is a key of kind {key.kind}; allowed: {kind}")
    return keys


def add_key(file: Path, name: str, seed: bytes, kind: KeyKind = KeyKind.LOG) -> SecretKey:
    """Write a new key behind those of a file, which only its owner may read. Raises NoKeys."""
    before = load_keys(file, kind) if file.exists() else ()
    try:
        key = new_key(name, kind, seed)
    except BadKey as error:
        raise NoKeys(str(error)) from None
    _write(file, [each.text for each in (*before, key)])
    return key


def _write(file: Path, lines: Sequence[str]) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
        fresh.chmod(OWNER_ONLY)
        fresh.replace(file)
    except OSError as error:
        raise NoKeys(f"the file of keys {file} cannot be written ({type(error).__name__})") from None
