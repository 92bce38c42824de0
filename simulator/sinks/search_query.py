"""What somebody searches for: Mailpit's search language, the part of it that is documented in `FILTERS`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FILTERS = {
    "from": "the sender's name or address",
    "to": "a name or address of To",
    "cc": "a name or address of Cc",
    "bcc": "a recipient whom no header names, or a name or address of Bcc",
    "reply-to": "a name or address of Reply-To",
    "addressed": "any of the five",
    "subject": "words of the subject",
    "message-id": "the Message-ID",
    "before": "received at that date or time, or earlier",
    "after": "received at that date or time, or later",
    "larger": "bigger than that size, such as 200k or 2M",
    "smaller": "smaller than that size",
    "is": "read or unread",
    "has": "attachment or inline",
}
STATES = {"is:read", "is:unread", "has:attachment", "has:inline"}

# SQLite takes a thousand conditions; nobody means so many.
_MOST_TERMS = 100

_UNWANTED = re.compile(r"[\x00-\x1f\x7f\ufeff<>\",;()]+")
_FILTER = re.compile(r"([A-Za-z][A-Za-z-]*):(?!//)(.*)", re.DOTALL)
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s?(k|kb|m|mb)?")
_UNITS = {"": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2}


class SearchError(ValueError):
    """The query says something that cannot be searched for; the text says what, and what can be."""


@dataclass(frozen=True)
class Term:
    """One condition. `filter` is one of FILTERS or `text`; `value` is folded text, bytes, or microseconds since 1970."""

    filter: str
    value: str | int
    negated: bool = False


def folded(text: str) -> str:
    """Text as it is compared: without case, and with the signs that separate words as spaces."""
    return " ".join(_UNWANTED.sub(" ", text).casefold().split())


def microseconds(instant: datetime) -> int:
    """An instant as it is stored and compared."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def parse_query(text: str, zone: str | None = None) -> tuple[Term, ...]:
    """The terms of a query, all of which must hold. Dates without a zone are in `zone`, else Paris time.

    Raises SearchError for an unknown filter, date, size or zone, and for a query that asks for nothing, or for too much at once.
    """
    try:
        where = ZoneInfo(zone) if zone else PARIS
    except (ValueError, OSError, LookupError) as problem:
        raise SearchError(f"tz: “{zone}” is not a known time zone; write one such as Europe/Paris") from problem
    terms = tuple(term for word, quoted in _words(text) if (term := _term(word, quoted, where)))
    if not terms:
        raise SearchError("no search query")
    if len(terms) > _MOST_TERMS:
        raise SearchError(f"a search has {_MOST_TERMS} words and filters at most, and this one {len(terms)}")
    return terms


def _words(text: str) -> list[tuple[str, bool]]:
    """Words parted by spaces outside quotes, without the quotes, and whether they begin with one."""
    words: list[tuple[str, bool]] = []
    word, inside, quoted = "", False, False
    for sign in f"{text} ":
        if sign == '"':
            quoted = quoted or word in ("", "-", "!")
            inside = not inside
        elif sign.isspace() and not inside:
            words.append((word, quoted))
            word, quoted = "", False
        else:
            word += sign
    # An open quote at the end is a phrase that was not finished; it is searched for as it stands.
    return [*words, (word, quoted)] if inside else words


def _term(word: str, quoted: bool, zone: tzinfo) -> Term | None:
    negated = len(word) > 1 and word[0] in "-!"
    word = word[1:] if negated else word
    if not any(sign.isalnum() for sign in word):
        return None
    match = None if quoted else _FILTER.fullmatch(word)
    if match is None:
        return Term("text", folded(word), negated)
    name, value = match[1].lower(), match[2].strip()
    if name not in FILTERS and not value:
        return Term("text", folded(word), negated)
    if name not in FILTERS:
        known = ", ".join(f"{known}:" for known in FILTERS)
        raise SearchError(f'“{name}:” is not a filter of this sink. It knows {known} — or put "{word}" in quotes to search for the words')
    return Term(name, _value(name, value, zone), negated)


def _value(name: str, value: str, zone: tzinfo) -> str | int:
    if name in ("before", "after"):
        return _instant(name, value, zone)
    if name in ("larger", "smaller"):
        return _size(name, value)
    if name in ("is", "has"):
        return _state(name, value)
    if not folded(value):
        raise SearchError(f'“{name}:” has nothing after it; write {name}:words or {name}:"several words"')
    return folded(value)


def _state(name: str, value: str) -> str:
    state = f"{name}:{value.lower()}".removesuffix("s")
    if state not in STATES:
        raise SearchError(f"“{name}:{value}” is not known; this sink knows {', '.join(sorted(STATES))}")
    return state


def _size(name: str, value: str) -> int:
    match = _SIZE.fullmatch(value.lower())
    if match is None:
        raise SearchError(f"“{name}:{value}” is not a size; write one such as {name}:200k or {name}:2M")
    return int(float(match[1]) * _UNITS[match[2] or ""])


def _instant(name: str, value: str, zone: tzinfo) -> int:
    try:
        instant = datetime.fromisoformat(value.replace("/", "-"))
        return microseconds(instant if instant.tzinfo else instant.replace(tzinfo=zone))
    except (ValueError, OverflowError) as problem:
        raise SearchError(f'“{name}:{value}” is not a date; write {name}:2026-03-10 or {name}:"2026-03-10 10:00"') from problem
