"""How long things last here: each limit is a setting, so that a test needs not wait for a quarter of an hour."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_SPAN = re.compile(r"(\d+)(mo|d|h|m|s)")
_UNITS = {"d": ("day", 86_400), "h": ("hour", 3_600), "m": ("minute", 60), "s": ("second", 1)}


@dataclass(frozen=True)
class Span:
    """A length of time: calendar months, or seconds."""

    months: int = 0
    seconds: int = 0

    @classmethod
    def parse(cls, text: str) -> Span:
        """A span written `90s`, `15m`, `1h`, `7d` or `6mo`. Raises ValueError with a message for the user."""
        written = _SPAN.fullmatch(text.strip())
        if written is None or int(written[1]) == 0:
            raise ValueError(f"“{text}” is no length of time: write 90s, 15m, 1h, 7d or 6mo")
        count, unit = int(written[1]), written[2]
        return cls(months=count) if unit == "mo" else cls(seconds=count * _UNITS[unit][1])

    def after(self, instant: datetime) -> datetime:
        """The instant this much later; months are those of the calendar in Paris, cut to the last day of a shorter one."""
        if not self.months:
            return instant + timedelta(seconds=self.seconds)
        local = instant.astimezone(PARIS)
        years, month = divmod(local.month - 1 + self.months, 12)
        year, month = local.year + years, month + 1
        day = min(local.day, calendar.monthrange(year, month)[1])
        return local.replace(year=year, month=month, day=day).astimezone(UTC)

    def __str__(self) -> str:
        """In English words: `15 minutes`, `6 months`, `90 seconds`."""
        if self.months:
            return _counted(self.months, "month")
        name, length = next((name, length) for name, length in _UNITS.values() if self.seconds % length == 0)
        return _counted(self.seconds // length, name)


@dataclass(frozen=True)
class Limits:
    """The limits in force. The documented ones are 15m, 15m, 1h, 1h, 30m and 6mo."""

    code: Span
    block: Span
    quota_window: Span
    quota_block: Span
    link: Span
    trust: Span


def full_minute(instant: datetime) -> datetime:
    """The instant, rounded up to the minute that a message can show."""
    full = instant.replace(second=0, microsecond=0)
    return full if full == instant else full + timedelta(minutes=1)


def in_figures(instant: datetime) -> str:
    """`05/01/2023 - 14h45 (Paris time)`."""
    return instant.astimezone(PARIS).strftime("%d/%m/%Y - %Hh%M (Paris time)")


def in_words(instant: datetime) -> str:
    """`Wednesday 4 January 2023 15:47 (Paris time)`."""
    local = instant.astimezone(PARIS)
    weekday, month = calendar.day_name[local.weekday()], calendar.month_name[local.month]
    return f"{weekday} {local.day} {month} {local.year} {local:%H:%M} (Paris time)"


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
