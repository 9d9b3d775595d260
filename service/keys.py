"""The keys that sign checkpoints: a file outside the database, one secret a line, two lines while keys change."""

from collections.abc import Sequence
from pathlib import Path

from referral.notes import BadKey, KeyKind, SecretKey, new_key, read_secret_key

OWNER_ONLY = 0o400


class NoKeys(Exception):
    """The file of keys is not there or cannot be used; says which and why, never what is in it."""


def load_keys(file: Path) -> Sequence[SecretKey]:
    """The keys of a file, the oldest first. Raises NoKeys."""
    try:
        lines = file.read_text(encoding="ascii").split("\n")
        keys = [read_secret_key(line) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise NoKeys(f"the file of keys {file} cannot be read ({type(error).__name__})") from None
    except BadKey as error:
        raise NoKeys(f"the file of keys {file}: {error}") from None
    if not keys:
        raise NoKeys(f"the file of keys {file} holds no key")
    return keys


def add_key(file: Path, name: str, seed: bytes) -> SecretKey:
    """Write a new key behind those of a file, which only its owner may read. Raises NoKeys."""
    before = load_keys(file) if file.exists() else ()
    try:
        key = new_key(name, KeyKind.LOG, seed)
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text("".join(f"{each.text}\n" for each in (*before, key)), encoding="ascii")
        fresh.chmod(OWNER_ONLY)
        fresh.replace(file)
    except OSError as error:
        raise NoKeys(f"the file of keys {file} cannot be written ({type(error).__name__})") from None
    except BadKey as error:
        raise NoKeys(str(error)) from None
    return key
