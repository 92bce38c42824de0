"""Nothing secret goes into a result: codes, passwords, tokens, NIRs and IBANs are covered in every text."""

from __future__ import annotations

import re
from collections.abc import Iterable

COVER = "•••"
_MIN_LENGTH = 4

# A file of ours, such as a target's, is no token, however long its name; nor is a host.
_TOKEN = re.compile(
    r"(?<!://)(?<=[/=?&;:#])(?![\w~.-]+\.(?:toml|yaml|csv|py|zip)\b)(?=[\w~.-]*[A-Za-z])(?=[\w~.-]*\d)[A-Za-z0-9_~.-]{16,}"
    r"|(?<!://)(?<=[/=?&;:#])(?![\w~.-]+\.(?:toml|yaml|csv|py|zip)\b)[A-Za-z0-9_~-]{28,}"
)
# What people put between the groups of a number, in an address too.
_BETWEEN = "(?:[ .\u00a0\u202f-]|%20|[+])?"
# A NIR, as people write it too: sex, year, month, department, municipality, order, and the key when it is given.
_NIR_PARTS = (r"(?<![\dA-Za-z])[1-478]", r"\d\d", r"\d\d", r"(?:\d\d|2[ABab])", r"\d{3}", r"\d{3}")
_NIR = re.compile(rf"{_BETWEEN.join(_NIR_PARTS)}(?:{_BETWEEN}\d\d)?(?![\dA-Za-z])")
# An IBAN in groups of four, as it is printed; or in one word with many digits, as it is typed.
_IBAN = re.compile(
    rf"(?<![A-Za-z0-9])(?:[A-Z]{{2}}\d\d(?:{_BETWEEN}[A-Z0-9]{{4}}){{2,7}}(?:{_BETWEEN}[A-Z0-9]{{1,3}})?"
    r"|[A-Za-z]{2}\d\d(?=[A-Za-z0-9]*\d{8})[A-Za-z0-9]{11,30})(?![A-Za-z0-9])"
)
_CODE = re.compile(r"(?<![\w.,/+-])(?<!\d )(?:\d{6}|\d(?: \d){5}|\d{3} \d{3})(?![\w/-])(?! \d)(?![.,]\d)")
_CODE_IN_ADDRESS = re.compile(r"(?<=[/=])\d{6}(?=[/&?#\s]|$)")
_WHO_IN_ADDRESS = re.compile(r"(?<=://)[^\s/?#@]+(?=@)")
_NAMED = re.compile(
    r"(?i)(\b(?:password|passwd|pwd|mot[ _-]?de[ _-]?passe|mdp|secret|token|jeton|api[_-]?key)(?:=|[\"'] *[:=] *[\"']))[^\s&\"';,]+"
    r"|(\bauthorization: *(?:basic|bearer|digest) +)\S+"
)
_COOKIES = re.compile(r"(?i)((?<!set-)\bcookie: *)([^\r\n]+)")
_COOKIE_SET = re.compile(r"(?i)(set-cookie: *[^=;\s]+=)[^;\s]+")
_PAIR = re.compile(r"([^=;\s]+=)[^;\s]+")


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
        return self.covered_name(_TOKEN.sub(COVER, self._without_known(text)))

    def covered_name(self, text: str) -> str:
        """A name of our own making, such as an id, a path or a command, with everything secret covered: a long word is none as such."""
        text = self._without_known(text)
        for pattern in (_WHO_IN_ADDRESS, _IBAN, _NIR, _CODE, _CODE_IN_ADDRESS):
            text = pattern.sub(COVER, text)
        text = _NAMED.sub(lambda found: f"{found[1] or found[2]}{COVER}", text)
        text = _COOKIES.sub(lambda found: found[1] + _PAIR.sub(rf"\1{COVER}", found[2]), text)
        return _COOKIE_SET.sub(rf"\1{COVER}", text)

    def _without_known(self, text: str) -> str:
        for secret in sorted(self._known, key=len, reverse=True):
            text = text.replace(secret, COVER)
        return text
