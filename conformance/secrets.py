"""Nothing secret goes into a result: codes, passwords, tokens and NIRs are covered in every text."""

from __future__ import annotations

import re
from collections.abc import Iterable

COVER = "•••"
_MIN_LENGTH = 4

_TOKEN = re.compile(r"(?<=[/=?&;:#])(?=[\w~.-]*[A-Za-z])(?=[\w~.-]*\d)[A-Za-z0-9_~.-]{16,}|(?<=[/=?&;:#])[A-Za-z0-9_~-]{28,}")
# A NIR, as people write it too: sex, year, month, department, municipality, order, and the key when it is given.
_NIR = re.compile(r"(?<![\dA-Za-z])[1-478][ .]?\d\d[ .]?\d\d[ .]?(?:\d\d|2[ABab])[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d\d)?(?![\dA-Za-z])")
_CODE = re.compile(r"(?<![\w.,/+-])(?<!\d )(?:\d{6}|\d(?: \d){5}|\d{3} \d{3})(?![\w/-])(?! \d)(?![.,]\d)")
_CODE_IN_ADDRESS = re.compile(r"(?<=[/=])\d{6}(?=[/&?#\s]|$)")
_COOKIE = re.compile(r"(?i)((?:set-)?cookie: *[^=;\s]+=)[^;\s]+")


class Secrets:
    """What must not be shown, of one case: the patterns of any secret, and the secrets that became known on the way."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        for secret in known:
            self.learn(secret)

    def learn(self, secret: str | None) -> None:
        """Remember a secret that is to be covered wherever it turns up."""
        if secret and len(secret.strip()) >= _MIN_LENGTH:
            self._known.add(secret)

    def covered(self, text: str) -> str:
        """The text with everything secret covered."""
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, COVER)
        for pattern in (_TOKEN, _NIR, _CODE, _CODE_IN_ADDRESS):
            text = pattern.sub(COVER, text)
        return _COOKIE.sub(rf"\1{COVER}", text)
