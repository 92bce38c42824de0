"""Instants and durations as the testability API writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from simulator.mistakes import Mistake

# Portals count in calendar months from these instants; far outside, the calendar itself ends.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)
_NUMBER = r"\d{1,9}"
_ISO = re.compile(
    rf"P(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_NUMBER}(?:\.\d{{1,6}})?)S)?)?"
)
_SHORT = re.compile(
    rf"(?:(?P<weeks>{_NUMBER})w)?\s?(?:(?P<days>{_NUMBER})d)?\s?(?:(?P<hours>{_NUMBER})h)?\s?"
    rf"(?:(?P<minutes>{_NUMBER})m)?\s?(?:(?P<seconds>{_NUMBER}(?:\.\d{{1,6}})?)s)?"
)


def read_instant(text: str, field: str) -> datetime:
    """An instant with its offset. Raises Mistake."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake(400, field, f"{text!r} is no instant.", _INSTANT_WAY_ON) from None
    if instant.tzinfo is None:
        raise Mistake(400, field, f"{text!r} has no offset, so it could be any of many instants.", _INSTANT_WAY_ON)
    return within_calendar(instant, field)


def within_calendar(instant: datetime, field: str) -> datetime:
    """The instant, when a world's clock may show it. Raises Mistake."""
    if not _FIRST <= instant <= _LAST:
        raise Mistake(400, field, "The clock goes from 1970 to 2999.", "Give an instant between them.")
    return instant


def read_duration(text: str, field: str) -> timedelta:
    """A duration, `PT14M59S` or `14m59s`. Raises Mistake."""
    match = _ISO.fullmatch(text) or _SHORT.fullmatch(text)
    parts = {name: float(value) for name, value in match.groupdict().items() if value} if match else {}
    if not parts:
        raise Mistake(
            400, field, f"{text!r} is no duration.", "Write it as PT14M59S or P7D, or as 14m59s or 7d (w, d, h, m, s in that order)."
        )
    try:
        return timedelta(**parts)
    except OverflowError:
        raise Mistake(400, field, f"{text!r} is longer than any calendar.", "Give a shorter one.") from None


def later(now: datetime, duration: timedelta, field: str) -> datetime:
    """The instant after that duration. Raises Mistake when no clock goes there."""
    try:
        return within_calendar(now + duration, field)
    except OverflowError:
        return within_calendar(datetime.max.replace(tzinfo=UTC), field)


_INSTANT_WAY_ON = "Write it as 2026-03-10T10:00:20+01:00, with its offset."
