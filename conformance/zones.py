"""Zones of time as they stand after a time of day: “Paris time”, UTC, CEST, GMT+1, +01:00, Europe/Paris. Without one it is Paris."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from conformance.language import Language, paris_names, place_names
from scenarios.instants import PARIS

_LONGEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True)
class Zone:
    """A zone of time, and which of the two times is meant in the hour that comes twice: 0 the first, 1 the second."""

    zone: tzinfo
    folds: tuple[int, ...] = (0, 1)


_SEASONS = {"any": Zone(PARIS), "summer": Zone(PARIS, (0,)), "winter": Zone(PARIS, (1,))}
# Offsets of the American ones are those of RFC 5322. CET is written all the year round where Paris is meant: it tells which of two
# times it is, and shifts none.
_HOURS = {
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "EET": 2,
    "EEST": 3,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
_ABBREVIATIONS: Mapping[str, Zone] = {
    "CEST": _SEASONS["summer"],
    "CET": _SEASONS["winter"],
    **{name: Zone(timezone(timedelta(hours=hours))) for name, hours in _HOURS.items()},
}
_OFFSET = r"(?P<{0}_sign>[+\-−])\s?(?P<{0}_hours>\d{{1,2}})(?::?(?P<{0}_minutes>\d{{2}}))?(?!\d)"
_BARE_OFFSET = r"(?P<sign>[+\-−])(?P<hours>\d{2}):?(?P<minutes>\d{2})(?!\d)"
_UNIVERSAL = rf"(?-i:UTC|GMT|Z)(?!\w)(?:\s?{_OFFSET.format('universal')})?"


def zones_at(text: str, start: int, language: Language) -> tuple[Sequence[Zone], int]:
    """The zones that follow in the text from there, none when it names none, and where they end."""
    zones: list[Zone] = []
    while found := _pattern(language).match(text, start):
        zone = _zone(found, language)
        if zone is None:
            break
        zones.append(zone)
        start = found.end()
    return zones, start


def instants_of(day: date, clock: time, zones: Sequence[Zone]) -> tuple[datetime, ...]:
    """Every instant, in UTC, at which it is that day and time by all of these zones, by Paris when there are none.

    Two in the hour that comes twice; none for a time that the clocks skip, or when the zones contradict each other.
    """
    of_zones = [_instants(day, clock, zone) for zone in zones or [_SEASONS["any"]]]
    return tuple(instant for instant in of_zones[0] if all(instant in others for others in of_zones[1:]))


def _instants(day: date, clock: time, zone: Zone) -> Sequence[datetime]:
    local = (datetime.combine(day, clock.replace(fold=fold), zone.zone) for fold in zone.folds)
    # A time that the clocks skipped does not come back from UTC as it went in. Instants are kept in UTC, where comparing is safe.
    real = (moment for moment in local if moment.astimezone(UTC).astimezone(zone.zone).replace(fold=0) == moment.replace(fold=0))
    return list(dict.fromkeys(moment.astimezone(UTC) for moment in real))


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    names = sorted(map(re.escape, paris_names(language)), key=len, reverse=True)
    places = "|".join(sorted(map(re.escape, _places(language)), key=len, reverse=True))
    of_places = (form.replace("<place>", f"(?P<place_{number}>{places})") for number, form in enumerate(language.place_times))
    kinds = [
        rf"(?P<paris>{'|'.join(names)})",
        rf"(?P<summer>{language.summer})",
        rf"(?P<winter>{language.winter})",
        *of_places,
        rf"(?P<abbreviation>(?-i:{'|'.join(_ABBREVIATIONS)}))(?!\w)",
        rf"(?P<universal>{_UNIVERSAL})",
        rf"(?P<bare>{_BARE_OFFSET})",
        r"(?P<region>(?-i:[A-Z]\w+(?:/[A-Z][\w-]+)+))",
    ]
    return re.compile(rf"[\s,;(/-]*(?:{'|'.join(kinds)})\)?", re.IGNORECASE)


def _zone(found: re.Match[str], language: Language) -> Zone | None:
    named = {name: text for name, text in found.groupdict().items() if text}
    if place := next((text for name, text in named.items() if name.startswith("place_")), None):
        return Zone(ZoneInfo(_places(language)[place.lower()]))
    if "paris" in named:
        return _SEASONS[paris_names(language)[named["paris"].lower()]]
    if season := named.keys() & _SEASONS.keys():
        return _SEASONS[season.pop()]
    if "abbreviation" in named:
        return _ABBREVIATIONS[named["abbreviation"]]
    if "region" in named:
        return Zone(ZoneInfo(named["region"])) if named["region"] in available_timezones() else None
    prefix = "universal_" if "universal" in named else ""
    return _offset(named.get(f"{prefix}sign", "+"), named.get(f"{prefix}hours", "0"), named.get(f"{prefix}minutes", "0"))


def _offset(sign: str, hours: str, minutes: str) -> Zone | None:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return Zone(timezone(offset if sign == "+" else -offset)) if offset <= _LONGEST_OFFSET else None


@cache
def _places(language: Language) -> Mapping[str, str]:
    """The cities by which zones are known, in lower case -> the zone."""
    cities = {
        zone.rpartition("/")[2].replace("_", " ").lower(): zone
        for zone in sorted(available_timezones())
        if "/" in zone and "Etc/" not in zone
    }
    return cities | dict(place_names(language))
