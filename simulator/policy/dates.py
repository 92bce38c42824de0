"""Instants as the portal counts and writes them: Paris time, minutes rounded up, calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from math import inf
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

PARIS = ZoneInfo("Europe/Paris")
UTC = ZoneInfo("UTC")
_MONTHS = range(1, 13)


def rounded_up_to_the_minute(instant: datetime) -> datetime:
    """The instant itself when it is a full minute, else the next full minute (AMC-71)."""
    full = instant.replace(second=0, microsecond=0)
    return full if full == instant else full + timedelta(minutes=1)


def numeric_form(instant: datetime) -> str:
    """`05/01/2023 - 15h05 (heure de Paris)`, as the ends of AMC-40 and AMC-60 are written."""
    return instant.astimezone(PARIS).strftime("%d/%m/%Y - %Hh%M (heure de Paris)")


def long_form(instant: datetime) -> str:
    """`mercredi 4 janvier 2023 15:47 (heure de Paris)`, as the end of AMC-70 is written."""
    words = format_datetime(instant.astimezone(PARIS), "EEEE d MMMM y HH:mm", locale="fr_FR")
    return f"{words} (heure de Paris)"


def months_later(instant: datetime, months: int) -> datetime:
    """The same time of day in Paris, that many calendar months later, on the month's last day where the day is missing (AMC-10)."""
    local = instant.astimezone(PARIS)
    index = local.year * len(_MONTHS) + _MONTHS.index(local.month) + months
    year, month = divmod(index, len(_MONTHS))
    _, last = monthrange(year, _MONTHS[month])
    return local.replace(year=year, month=_MONTHS[month], day=min(local.day, last)).astimezone(UTC)


def in_words(duration: timedelta) -> str:
    """A duration as a page says it, in whole minutes: `15 minutes`, `60 minutes`."""
    return format_timedelta(duration, granularity="minute", threshold=inf, locale="fr_FR")


def in_days(duration: timedelta) -> str:
    """A duration of whole days as a page says it: `7 jours`."""
    return format_timedelta(duration, granularity="day", threshold=inf, locale="fr_FR")
