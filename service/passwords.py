"""Passwords: Argon2id, with its cost from the settings."""

from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.settings import Settings

# A password nobody has: checked when the e-mail is unknown, so that both cases take the same time.
_NOBODY = "no account has this password"


_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike on paper: i, l, o, 0, 1."""


def temporary(choose: Callable[[str], str]) -> str:
    """A password to be read out or written down once: four times four letters, 79 bits; `choose` draws one of them."""
    return "-".join("".join(choose(_LETTERS) for _ in range(4)) for _ in range(4))


class Passwords:
    """Hash and check passwords."""

    def __init__(self, settings: Settings) -> None:
        self._hasher = PasswordHasher(
            time_cost=settings.password_time_cost, memory_cost=settings.password_memory_kib, parallelism=1
        )
        self._nobody = self._hasher.hash(_NOBODY)

    def hash(self, password: str) -> str:
        """What is stored of a password."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one; takes as long when there is no stored one."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
