"""Passwords: Argon2id, with its cost from the settings."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.settings import Settings

# A password nobody has: checked when the e-mail is unknown, so that both cases take the same time.
_NOBODY = "no account has this password"


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
