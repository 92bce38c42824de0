"""Passwords, hashed with argon2; slow on purpose, so never inside a transaction."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from simulator import defects

_COUNTED = 20


class PasswordCost(StrEnum):
    """How much work a hash is. `fast` takes about a millisecond and is for a sandbox of made-up people; `standard` is argon2's own."""

    FAST = "fast"
    STANDARD = "standard"


class Passwords:
    """Hashes passwords, and tells whether one fits."""

    def __init__(self, cost: PasswordCost) -> None:
        self._hasher = PasswordHasher() if cost is PasswordCost.STANDARD else PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)

    def hashed(self, password: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(_as_bytes(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether the password is the one; for nobody (None) it takes as long and never is (HRD-31)."""
        try:
            return self._hasher.verify(kept or self._of_nobody, _as_bytes(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _of_nobody(self) -> str:
        return self._hasher.hash("the password of nobody")


def _as_bytes(password: str) -> bytes:
    """All of it: none is ever cut (HRD-70)."""
    counted = password[:_COUNTED] if len(password) > _COUNTED and defects.on("only-twenty-characters-count") else password
    return counted.encode("utf-8", "surrogatepass")
