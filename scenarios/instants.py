"""Instants and durations as cases write them: `code-sent + 14m59s`, `+10m`, `until - 1s`, `ticked + 6mo - 1d`, or ISO 8601."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# The rules count months and show hours as the people of the portals do.
PARIS = ZoneInfo("Europe/Paris")

_TERM = r"(?:[0-9]+(?:mo|d|h|m|s))+"
_PART = re.compile(r"([0-9]+)(mo|d|h|m|s)")
_DURATION = re.compile(_TERM)
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_OFFSET = re.compile(rf"\s*([+-])\s*({_TERM})")
_SECONDS = {"mo": 0, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST_FIRST = list(_SECONDS)


@dataclass(frozen=True)
class Period:
    """A stretch of time: calendar months, and what is added to them. A day is 24 hours."""

    months: int = 0
    duration: timedelta = timedelta()

    def __neg__(self) -> Period:
        return Period(-self.months, -self.duration)

    def __add__(self, other: Period) -> Period:
        return Period(self.months + other.months, self.duration + other.duration)

    def after(self, instant: datetime) -> datetime:
        """The instant this much later: months first, by the calendar of Paris and never past the end of the month, then the rest."""
        if self.months:
            instant = _months_later(instant, self.months)
        # Adding in UTC: an aware datetime of Paris would be moved by its wall clock.
        return (instant.astimezone(ZoneInfo("UTC")) + self.duration).astimezone(PARIS)


@dataclass(frozen=True)
class InstantExpression:
    """Either `absolute`, or `offset` counted from the event `base` (started, code-sent, until, now, or a label)."""

    base: str | None = None
    offset: Period = Period()
    absolute: datetime | None = None

    def resolve(self, events: Mapping[str, datetime]) -> datetime:
        """The instant meant, given when the events were; KeyError for an event that has not been."""
        if self.absolute is not None:
            return self.absolute
        return self.offset.after(events[self.base or "now"])


def _months_later(instant: datetime, months: int) -> datetime:
    local = instant.astimezone(PARIS)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def parse_period(text: str) -> Period:
    """Read `6mo`, `7d`, `1h30m`, `14m59s`; ValueError for anything else."""
    if not _DURATION.fullmatch(text):
        raise ValueError(f"`{text}` is no duration: write it like 15m, 14m59s, 1h30m, 7d or 6mo")
    months, seconds, seen = 0, 0, []
    for count, unit in _PART.findall(text):
        seen.append(unit)
        if unit == "mo":
            months += int(count)
        else:
            seconds += int(count) * _SECONDS[unit]
    if sorted(set(seen), key=_LONGEST_FIRST.index) != seen:
        raise ValueError(f"`{text}` is no duration: each unit once, the longest first, like 1h30m")
    return Period(months, timedelta(seconds=seconds))


def period_text(period: Period) -> str:
    """A duration as cases write it: `15m`, `1h30m`, `6mo`."""
    parts = [f"{period.months}mo"] if period.months else []
    seconds = int(period.duration.total_seconds())
    for unit in ("d", "h", "m", "s"):
        count, seconds = divmod(seconds, _SECONDS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def parse_duration(text: str) -> timedelta:
    """Read a duration of days, hours, minutes and seconds; ValueError for anything else, calendar months included."""
    period = parse_period(text)
    if period.months:
        raise ValueError(f"`{text}` has calendar months, which have no fixed length; days, hours, minutes and seconds are possible here")
    return period.duration


def parse_instant(text: str) -> InstantExpression:
    """Read an instant as a case writes it; ValueError says what was expected."""
    text = text.strip()
    if text[:1].isdigit():
        return InstantExpression(absolute=_absolute(text))
    name = _NAME.match(text)
    rest = text[name.end() :] if name else text
    offset, position = Period(), 0
    while position < len(rest):
        term = _OFFSET.match(rest, position)
        if term is None:
            raise ValueError(
                f"`{text}` is no instant: write it like `code-sent + 14m59s`, `+10m`, `until - 1s`, `now` or `2026-10-25T02:50:00+02:00`"
            )
        period = parse_period(term[2])
        offset += period if term[1] == "+" else -period
        position = term.end()
    if name is None and not rest:
        raise ValueError("an instant is missing: write it like `code-sent + 14m59s` or `now`")
    return InstantExpression(base=name[0] if name else "now", offset=offset)


def _absolute(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is no instant: write the date and time like 2026-10-25T02:50:00+02:00") from None
    if instant.tzinfo is None:
        raise ValueError(f"`{text}` has no offset: write it like {text}+01:00")
    return instant
