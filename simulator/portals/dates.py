"""Dates as people type them into a French form, and the ends of blocks as pages show them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from math import inf
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta

from simulator import defects
from simulator.policy.dates import PARIS, in_words, long_form, numeric_form

_WINTER = timezone(timedelta(hours=1))
_PARIS_TIME = " (heure de Paris)"
_SAID_IN_HOURS = timedelta(hours=2)
_TYPED = re.compile(r"(\d{1,2})[ /.-](\d{1,2})[ /.-](\d{4})|(\d{2})(\d{2})(\d{4})", re.ASCII)


class MalformedDate(ValueError):
    """What was typed is no date; the text says so in French, for the person who typed it."""


def typed_date(typed: str) -> date:
    """The date written as DD/MM/YYYY, with other separators or none. Raises MalformedDate."""
    if not typed.strip():
        raise MalformedDate("Indiquez votre date de naissance.")
    match = _TYPED.fullmatch(typed.strip())
    if match is not None:
        day, month, year = (int(part) for part in match.groups() if part is not None)
        try:
            return date(year, month, day)
        except ValueError:
            pass
    raise MalformedDate("Cette date n’est pas reconnue : écrivez-la sous la forme JJ/MM/AAAA, par exemple 05/09/1980.")


def duration_in_words(duration: timedelta) -> str:
    """A duration as a page says it: `15 minutes`, `60 minutes`; whole hours from two on: `12 heures`."""
    if duration < _SAID_IN_HOURS or duration % timedelta(hours=1):
        return in_words(duration)
    return format_timedelta(duration, granularity="hour", threshold=inf, locale="fr_FR")


def shown_in_figures(instant: datetime, zone: str = PARIS.key) -> str:
    """An instant in the numeric form of AMC-40 and AMC-60; the time of day is that of the zone."""
    return _with_zone(numeric_form(_in_paris(instant) if zone == PARIS.key else instant.astimezone(ZoneInfo(zone)).replace(tzinfo=PARIS)))


def shown_in_words(instant: datetime) -> str:
    """An instant in the long form of AMC-70."""
    return _with_zone(long_form(_in_paris(instant)))


def _in_paris(instant: datetime) -> datetime:
    local = instant.astimezone(PARIS)
    if local.dst() and defects.on("winter-time-all-year"):
        return instant.astimezone(_WINTER).replace(tzinfo=PARIS)
    return local


def _with_zone(written: str) -> str:
    return written.removesuffix(_PARIS_TIME) if defects.on("zone-not-named") else written
