"""Permissions: what /.well-known/heurtoir.txt of an origin says. Pure; anything in it that is not understood means no permission."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from conformance.origins import NoOrigin, Origin, origin_of, refused_domain
from scenarios.mistakes import suggestion
from scenarios.model import IMPACTS

PLACE = "/.well-known/heurtoir.txt"
_USUAL_RATE = 5.0
_MOST_A_SECOND = 10_000.0
_PROPOSED_DAYS = 30
_LONGEST = 60


class NoPermission(ValueError):
    """What was served gives no permission; as text, every mistake with its line, or what is missing."""


@dataclass(frozen=True)
class Permission:
    """What may be done to an origin, and up to which day. `file` is the address of the file that says so.

    `origins` are further ones of the same owner. `rate` is in requests a second, all processes of a run together.
    """

    file: str
    impacts: frozenset[str]
    until: date
    origins: tuple[Origin, ...] = ()
    rate: float = _USUAL_RATE
    contact: str = ""


def read_permission(text: str, file: str, today: date) -> Permission:
    """The permission that a text gives today: lines `key: value`; `#` and what follows it are a comment.

    Raises:
        NoPermission: when it is no such text, has keys or values that are not known, or is past its date.
    """
    entries, mistakes = _entries(text)
    values: dict[str, Any] = {}
    for key, (number, written) in entries.items():
        try:
            values[key] = _READERS[key](written)
        except ValueError as error:
            mistakes.append(f"line {number}: {key}: {error}")
    mistakes += [f"{key} is missing, such as `{key}: {_EXAMPLES[key]}`" for key in _EXAMPLES if key not in entries]
    if mistakes:
        raise NoPermission("; ".join(mistakes))
    if values["until"] < today:
        raise NoPermission(f"it ended on {values['until']}: `until` is past")
    values.pop("heurtoir")
    return Permission(file, **values)


def proposal(impacts: str, today: date) -> str:
    """A file that gives permission for a month, to be served by whoever may decide it."""
    return f"heurtoir: 1\nimpacts: {impacts}\nuntil: {today + timedelta(days=_PROPOSED_DAYS)}"


def _entries(text: str) -> tuple[dict[str, tuple[int, str]], list[str]]:
    """What is written, by key with its line, and what is none of it. A page of another kind is told by its first line."""
    entries: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        written = re.sub(r"(^|\s)#.*", "", line).strip()
        if not written:
            continue
        key, colon, value = (part.strip() for part in written.partition(":"))
        if not colon or not re.fullmatch(r"[A-Za-z-]+", key):
            return entries, [f"line {number}: {written[:_LONGEST]!r} is no line `key: value`"]
        key = key.lower()
        if key not in _READERS:
            return entries, [f"line {number}: {key} is no key of a permission{suggestion(key, _READERS)}"]
        if key in entries:
            return entries, [f"line {number}: {key} stands there twice"]
        entries[key] = number, value
    return entries, []


def _version(written: str) -> int:
    if written != "1":
        raise ValueError(f"{written!r} is no version that is known here; it is 1")
    return 1


def _impacts(written: str) -> frozenset[str]:
    named = _parts(written)
    for name in named:
        if name not in IMPACTS:
            raise ValueError(f"{name!r} is no impact{suggestion(name, IMPACTS)}")
    if not named:
        raise ValueError(f"name at least one of {', '.join(IMPACTS)}")
    return frozenset(named)


def _until(written: str) -> date:
    try:
        return date.fromisoformat(written) if re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII) else date.fromisoformat("")
    except ValueError:
        raise ValueError(f"{written[:_LONGEST]!r} is no day such as 2026-12-31") from None


def _origins(written: str) -> tuple[Origin, ...]:
    return tuple(_origin(part) for part in _parts(written))


def _origin(written: str) -> Origin:
    try:
        origin = origin_of(written)
    except NoOrigin as error:
        raise ValueError(str(error)) from None
    if domain := refused_domain(origin):
        raise ValueError(f"{origin} belongs to {domain}, which is refused whatever it or others serve")
    if re.search(r"[/?#@]", written.partition("://")[2].removesuffix("/")):
        raise ValueError(f"{written[:_LONGEST]!r} is more than an origin: write {origin}")
    return origin


def _rate(written: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", written, re.ASCII) or not 0 < float(written) <= _MOST_A_SECOND:
        raise ValueError(f"{written[:_LONGEST]!r} is no number of requests a second, such as 5 or 0.5, at most {_MOST_A_SECOND:.0f}")
    return float(written)


def _parts(written: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", written) if part]


_READERS: Mapping[str, Callable[[str], object]] = {
    "heurtoir": _version,
    "impacts": _impacts,
    "until": _until,
    "origins": _origins,
    "rate": _rate,
    "contact": str,
}
# The keys that must be there, with what stands behind them in a message about one that is not.
_EXAMPLES = {"heurtoir": "1", "impacts": "read, account", "until": "2026-12-31"}
