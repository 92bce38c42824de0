"""Instants as the portal counts and writes them: Paris time, minutes rounded up, calendar months."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

PARIS = ZoneInfo("Europe/Paris")
UTC = ZoneInfo("UTC")


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
    index = local.year * len(MONTHS) + MONTHS.index(local.month) + months
    year, month = divmod(index, len(MONTHS))
    last = monthrange(year, MONTHS[month])[1]
    return local.replace(year=year, month=MONTHS[month], day=min(local.day, last)).astimezone(UTC)


MONTHS = range(1, 13)


def in_words(duration: timedelta) -> str:
    """A duration as a page says it: `15 minutes`, `1 heure`, `2 heures`."""
    return format_timedelta(duration, threshold=_ALWAYS_SMALLEST_UNIT, locale="fr_FR")


# Babel goes on to the next unit when this share of it is reached; we want 60 minutes to be said as an hour, and 45 as minutes.
_ALWAYS_SMALLEST_UNIT = 1
