"""Dates as French pages give them, in both forms of the source, read as instants of Paris and kept in UTC.

On the day the clocks go back one wall-clock time is two instants: both are given, and the one that fits is accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scenarios.instants import PARIS

_WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_MONTHS = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"]
_UNACCENTED = {"fevrier": 2, "aout": 8, "decembre": 12}
_CLOCK = r"(?P<hour>\d{1,2})\s?(?:h|:|heures?)\s?(?P<minute>\d{2})"
_NUMERIC = re.compile(rf"(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/(?P<year>\d{{4}})[\s,à-]*?{_CLOCK}", re.IGNORECASE)
_DAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)})\s)?(?P<day>\d{{1,2}})(?:er)?"
_LONG = re.compile(
    rf"{_DAY}\s(?P<month>{'|'.join([*_MONTHS, *_UNACCENTED])})\s(?P<year>\d{{4}})[\s,à-]*?{_CLOCK}",
    re.IGNORECASE,
)
# The forms as the source prints them, to the letter; the day of the long form has no leading zero there and may have one.
_NUMERIC_FORM = re.compile(r"\d{2}/\d{2}/\d{4} - \d{2}h\d{2} \(heure de Paris\)", re.IGNORECASE)
_LONG_FORM = re.compile(
    rf"(?:{'|'.join(_WEEKDAYS)}) (?:\d{{1,2}}|1er) (?:{'|'.join(_MONTHS)}) \d{{4}} \d{{2}}:\d{{2}} \(heure de Paris\)", re.IGNORECASE
)
_SUMMER = re.compile(r"heure d'été|\bcest\b", re.IGNORECASE)
_WINTER = re.compile(r"heure d'hiver|\bcet\b(?! \w)", re.IGNORECASE)


@dataclass(frozen=True)
class ShownDate:
    """A date and time as shown. `instants` are all it can mean: two in the hour that comes twice, none for a time that there is not."""

    text: str
    form: str  # numeric, long, or how it differs from both
    instants: tuple[datetime, ...]

    def after(self, now: datetime) -> datetime | None:
        """The meaning that lies after `now` and nearest to it; else the last one."""
        later = [instant for instant in self.instants if instant > now]
        return min(later) if later else max(self.instants, default=None)


def dates(text: str) -> tuple[ShownDate, ...]:
    """Every date with a time of day in the text, in its order."""
    return tuple(_shown(text, match) for match in sorted(_matches(text), key=lambda match: match.start()))


def wall_clock(instant: datetime) -> str:
    """An instant as the report shows it: date and time in Paris, with the offset, which tells the hour that comes twice."""
    return instant.astimezone(PARIS).strftime("%d/%m/%Y %H:%M:%S %z").replace(":00 +", " +")


def rounded_up(instant: datetime) -> datetime:
    """The instant, rounded up to the full minute."""
    instant = instant.astimezone(UTC)
    full = instant.replace(second=0, microsecond=0)
    return (full if full == instant else full + timedelta(minutes=1)).astimezone(PARIS)


def _matches(text: str) -> Iterator[re.Match[str]]:
    yield from _NUMERIC.finditer(text)
    yield from _LONG.finditer(text)


def _shown(text: str, match: re.Match[str]) -> ShownDate:
    following = text[match.end() : match.end() + 25]
    return ShownDate(match[0], _form(text, match), tuple(_meanings(match, following)))


def _form(text: str, match: re.Match[str]) -> str:
    if _NUMERIC_FORM.match(text, match.start()):
        return "numeric"
    if _LONG_FORM.match(text, match.start()):
        return "long" if _weekday_right(match) else f"long, but that day is no {match['weekday'].lower()}"
    zone = text[match.end() : match.end() + 17]
    return f"written “{match[0]}{zone if zone.strip().startswith('(') else ''}”"


def _weekday_right(match: re.Match[str]) -> bool:
    day = _day(match)
    return day is not None and _WEEKDAYS[day.weekday()] == match["weekday"].lower()


def _day(match: re.Match[str]) -> date | None:
    month = match["month"].lower()
    number = int(month) if month.isdigit() else _UNACCENTED.get(month) or _MONTHS.index(month) + 1
    try:
        return date(int(match["year"]), number, int(match["day"]))
    except ValueError:
        return None


def _meanings(match: re.Match[str], following: str) -> Sequence[datetime]:
    day, hour, minute = _day(match), int(match["hour"]), int(match["minute"])
    if day is None or hour > 23 or minute > 59:
        return ()
    folds = (0,) if _SUMMER.search(following) else (1,) if _WINTER.search(following) else (0, 1)
    local = (datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS, fold=fold) for fold in folds)
    # A time that the clocks skipped does not come back from UTC as it went in. Instants are kept in UTC, where comparing is safe.
    real = (instant for instant in local if instant.astimezone(UTC).astimezone(PARIS).replace(fold=0) == instant.replace(fold=0))
    return tuple(dict.fromkeys(instant.astimezone(UTC) for instant in real))
