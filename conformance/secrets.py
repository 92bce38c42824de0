"""Nothing secret goes into a result: codes, passwords, tokens, NIRs and IBANs are covered in every text."""

from __future__ import annotations

import html
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from conformance.visible import normalise

COVER = "•••"
_MIN_LENGTH = 4
_NUMBER = re.compile(r"\d[\dABab]{2,}\d")
_NO_NUMBER = re.compile(r"[^\dABab]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")

# A file of ours, such as a target's, is no token, however long its name; nor is a host.
_TOKEN = re.compile(
    r"(?<!://)(?<=[/=?&;:#])(?![\w~.-]+\.(?:toml|yaml|csv|py|zip)\b)(?=[\w~.-]*[A-Za-z])(?=[\w~.-]*\d)[A-Za-z0-9_~.-]{16,}"
    r"|(?<!://)(?<=[/=?&;:#])(?![\w~.-]+\.(?:toml|yaml|csv|py|zip)\b)[A-Za-z0-9_~-]{28,}"
)
# What people put between the groups of a number; in an address, in HTML and in JSON too.
_SPACE = "[ \u00a0\u2009\u202f]"
_BETWEEN = (
    "(?:[ .\u00a0\u2009\u202f-]|%20|[+]|(?i:%c2%a0|%e2%80%(?:89|af)|&nbsp;|&thinsp;|&#(?:32|160|8201|8239);|&#x(?:20|a0|2009|202f);"
    r"|\\u(?:00a0|2009|202f)))?"
)
# A NIR, as people write it too: sex, year, month, department, municipality, order, and the key when it is given.
_NIR_PARTS = (r"(?<![\dA-Za-z])[1-478]", r"\d\d", r"\d\d", r"(?:\d\d|2[ABab])", r"\d{3}", r"\d{3}")
_NIR = re.compile(rf"{_BETWEEN.join(_NIR_PARTS)}(?:{_BETWEEN}\d\d)?(?![\dA-Za-z])")
# An IBAN in groups of four, as it is printed; or in one word with many digits, as it is typed.
_IBAN = re.compile(
    rf"(?<![A-Za-z0-9])(?:[A-Z]{{2}}\d\d(?:{_BETWEEN}[A-Z0-9]{{4}}){{2,7}}(?:{_BETWEEN}[A-Z0-9]{{1,3}})?"
    r"|[A-Za-z]{2}\d\d(?=[A-Za-z0-9]*\d{8})[A-Za-z0-9]{11,30})(?![A-Za-z0-9])"
)
_CODE = re.compile(
    rf"(?<![\w.,/+-])(?<!\d{_SPACE})(?:\d{{6}}|\d(?:{_SPACE}\d){{5}}|\d{{3}}{_SPACE}\d{{3}})(?![\w/-])(?!{_SPACE}\d)(?![.,]\d)"
)
_CODE_IN_ADDRESS = re.compile(rf"(?<=[/=])\d(?:(?:{_SPACE}|%20|[+]|(?i:%c2%a0|%e2%80%(?:89|af)))?\d){{5}}(?=[/&?#\s]|$)")
_WHO_IN_ADDRESS = re.compile(r"(?<=://)[^\s/?#@]+(?=@)")
_NAMED = re.compile(
    r"(?i)(\b(?:password|passwd|pwd|mot[ _-]?de[ _-]?passe|mdp|secret|token|jeton|api[_-]?key)(?:=|\\?[\"']\s*[:=]\s*\\?[\"']))"
    r"(?:(?<=\")(?:[^\"\\\r\n]|\\.)+|(?<=')(?:[^'\\\r\n]|\\.)+|[^\s&\"';,]+)"
    r"|(\bauthorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer|digest)\s+|\b(?:basic|bearer)\s+(?=[A-Za-z]*[\d+/=])(?=\S{8}))[^\s\"'&<>;,]+"
)
_COOKIES = re.compile(r"(?i)((?<!set-)\bcookie: *)([^\r\n]+)")
_COOKIE_SET = re.compile(r"(?i)(set-cookie: *[^=;\s]+=)[^;\s]+")
_PAIR = re.compile(r"([^=;\s]+=)[^;\s]+")


class Secrets:
    """What must not be shown, of one case: the patterns of any secret, and the secrets that became known on the way."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._numbers: list[str] = []
        # Spellings by how they begin, in lower case: a run may know thousands, and a text holds few.
        self._written: dict[str, set[str]] = {}
        self._sent: dict[str, set[str]] = {}
        # The same address or heading stands in a record many times over.
        self._shown: dict[tuple[str, bool], str] = {}
        for secret in known:
            self.learn(secret)

    def learn(self, secret: str | None) -> None:
        """Remember a secret that is to be covered wherever it turns up, and however it is written there."""
        if not secret or len(secret.strip()) < _MIN_LENGTH or secret in self._known:
            return
        self._known.add(secret)
        self._shown.clear()
        if _NUMBER.fullmatch(secret):
            self._numbers.append(secret)
        else:
            _index(self._written, _written(secret))
            _index(self._sent, {text.lower() for text in (quote(secret, safe=""), quote(secret), quote_plus(secret))})

    def covered(self, text: str) -> str:
        """The text with everything secret covered."""
        return self._remembered(text, tokens=True)

    def covered_name(self, text: str) -> str:
        """A name of our own making, such as an id, a path or a command, with everything secret covered: a long word is none as such."""
        return self._remembered(text, tokens=False)

    def _remembered(self, text: str, tokens: bool) -> str:
        known = self._shown.get((text, tokens))
        if known is None:
            known = self._shown[text, tokens] = self._covered(text, tokens)
        return known

    def _covered(self, text: str, tokens: bool) -> str:
        text = self._without_known(text)
        if tokens:
            text = _TOKEN.sub(COVER, text)
        for pattern in (_WHO_IN_ADDRESS, _IBAN, _NIR, _CODE, _CODE_IN_ADDRESS):
            text = pattern.sub(COVER, text)
        text = _NAMED.sub(lambda found: f"{found[1] or found[2]}{COVER}", text)
        text = _COOKIES.sub(lambda found: found[1] + _PAIR.sub(rf"\1{COVER}", found[2]), text)
        return _COOKIE_SET.sub(rf"\1{COVER}", text)

    def _without_known(self, text: str) -> str:
        """Those that may be there are looked for one by one, longest first: there are many spellings and few finds."""
        if not self._known:
            return text
        for spelling in _beginning_in(text, self._written):
            text = text.replace(spelling, COVER)
        for spelling in _beginning_in(text, self._sent):
            text = re.sub(re.escape(spelling), COVER, text, flags=re.IGNORECASE)
        text = _BASE64.sub(self._covered_credentials, text)
        digits = _NO_NUMBER.sub("", text) if self._numbers else ""
        for number in self._numbers:
            if number in digits or "&#" in text:  # an entity has digits of its own
                text = re.sub(_BETWEEN.join(number), COVER, text)
        return text

    def _covered_credentials(self, word: re.Match[str]) -> str:
        """Identifier and password as whoever signs in by HTTP's own way sends them, in Base64."""
        try:
            who, colon, what = b64decode(word[0] + "=" * (-len(word[0]) % 4), validate=True).decode().partition(":")
        except ValueError:
            return word[0]
        return COVER if colon and (who in self._known or what in self._known) else word[0]


def _index(spellings: dict[str, set[str]], more: Iterable[str]) -> None:
    for spelling in more:
        spellings.setdefault(spelling[:_MIN_LENGTH].lower(), set()).add(spelling)


def _beginning_in(text: str, spellings: Mapping[str, Iterable[str]]) -> list[str]:
    """Those whose first letters stand somewhere in the text, the longest first."""
    small = text.lower()
    there = {small[index : index + _MIN_LENGTH] for index in range(len(small) - _MIN_LENGTH + 1)}
    return sorted((spelling for start in there & spellings.keys() for spelling in spellings[start]), key=len, reverse=True)


def _written(secret: str) -> set[str]:
    """A secret as texts, HTML and JSON write it."""
    plain = {secret, normalise(secret)}
    written = {spelling for text in plain for spelling in (text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])}
    written |= {html.escape(text) for text in written} | {html.escape(text, quote=False) for text in written}
    return written | {text.replace("&#x27;", "&#39;").replace("&quot;", "&#34;") for text in written}
