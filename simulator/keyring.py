"""The installation's key, and all that is made with it: digests of secrets, sealed messages, tokens against cross-site requests.

The key lies beside the worlds, not in them: a world's file alone gives no code, no token and no message away.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from simulator import defects

_KEY_BYTES = 32
_TOKEN_BYTES = 24


class Keyring:
    """Digests and seals under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._seal = Fernet(base64.urlsafe_b64encode(self._derived("seal")))

    def digest(self, purpose: str, *parts: str) -> str:
        """What is kept in place of a secret; the same secret has another digest for another purpose."""
        text = "\x00".join(parts)
        if purpose == "trust" and defects.on("half-a-trust-cookie"):
            text = text[: len(text) // 2]
        return hmac.new(self._derived(purpose), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def matches(self, given: str, expected: str) -> bool:
        """Whether two digests are equal, in a time that does not tell."""
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())

    def sealed(self, body: bytes) -> bytes:
        """The body, readable with this key only."""
        return self._seal.encrypt(body)

    def unsealed(self, body: bytes) -> bytes:
        """The body again."""
        return self._seal.decrypt(body)

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self._key, purpose.encode(), hashlib.sha256).digest()


def keyring_in(folder: Path) -> Keyring:
    """The keyring of that data folder; its key is made on first use, readable by its owner only."""
    path = folder / "key"
    with contextlib.suppress(FileExistsError):
        # Written beside and linked into place, so that of two processes that start together both read one whole key.
        draft = folder / f"key.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(handle, secrets.token_bytes(_KEY_BYTES))
        os.close(handle)
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    return Keyring(path.read_bytes())


def new_token() -> str:
    """A secret for a cookie or a link."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def new_code(digits: int) -> str:
    """A one-time code of so many digits, every one as likely (HRD-07)."""
    if defects.on("no-nine-in-codes"):
        return "".join(str(secrets.randbelow(9)) for _ in range(digits))
    lowest = 10 ** (digits - 1) if defects.on("codes-never-begin-with-zero") else 0
    return f"{lowest + secrets.randbelow(10**digits - lowest):0{digits}d}"
