"""Dates with a time of day as pages give them, read as instants and kept in UTC.

One reading for every language; the words are those of the `Language`. Without a zone it is the time of Paris. On the day the clocks go back
one wall-clock time is two instants: both are given, and the one that fits is accepted. Which of day and month comes first in 03/04/2026
is never left open: the language says it, and a date for which that makes a difference says how it was read (`doubt`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

from conformance.language import Language, full_names, month_names, unit_names, weekday_names
from conformance.zones import instants_of, zones_at

_BRACKET = re.compile(r"\s?\([^()]{1,40}\)")
_CENTURY = 2000


@dataclass(frozen=True)
class ShownDate:
    """A date and time as shown. `instants` are all it can mean: two in the hour that comes twice, none for a time that there is not.

    `doubt` tells how day and month were read, where they could be read the other way round.
    """

    text: str
    form: str  # numeric, long, or how it differs from both
    instants: tuple[datetime, ...]
    doubt: str = ""

    def after(self, now: datetime) -> datetime | None:
        """The meaning that lies after `now` and nearest to it; else the last one."""
        later = [instant for instant in self.instants if instant > now]
        return min(later) if later else max(self.instants, default=None)


def dates(text: str, language: Language) -> tuple[ShownDate, ...]:
    """Every date with a time of day in the text, in its order."""
    words = _words(language)
    found = list(_apart(_day_first(text, words)))
    found += [other for other in _apart(_time_first(text, words)) if not any(other.overlaps(one) for one in found)]
    return tuple(_shown(text, each, words) for each in sorted(found, key=lambda each: each.start))


@dataclass(frozen=True)
class _Words:
    """The patterns of one language, made ready."""

    language: Language
    months: dict[str, int]
    weekdays: dict[str, int]
    days: Sequence[re.Pattern[str]]
    time: re.Pattern[str]
    to_time: re.Pattern[str]
    to_day: re.Pattern[str]
    morning: re.Pattern[str]
    numeric_form: re.Pattern[str]
    long_form: re.Pattern[str]


@dataclass(frozen=True)
class _Found:
    """A day and a time that belong together."""

    day: re.Match[str]
    time: re.Match[str]

    @property
    def start(self) -> int:
        """Where they begin."""
        return min(self.day.start(), self.time.start())

    @property
    def end(self) -> int:
        """Where they end."""
        return max(self.day.end(), self.time.end())

    def overlaps(self, other: _Found) -> bool:
        """Whether they have a part of the text in common."""
        return self.start < other.end and other.start < self.end


@cache
def _words(language: Language) -> _Words:
    months, weekdays = month_names(language), weekday_names(language)
    of_forms = {"<weekday>": _any_of(full_names(language, "days")), "<month>": _any_of(full_names(language, "months"))}
    return _Words(
        language,
        dict(months),
        dict(weekdays),
        [_pattern(style) for style in _styles(language, _any_of(months), _any_of(weekdays))],
        _pattern(_clock(language)),
        _pattern(rf"t(?=\d)|[\s,(-]*(?:(?:{language.time_joins})\s)?[\s,-]*"),
        _pattern(rf"[\s,)-]*(?:(?:{language.day_joins})\s)?(?:(?:{language.day_words})\s)?"),
        _pattern(language.morning),
        _pattern(_filled(language.numeric_form, of_forms)),
        _pattern(_filled(language.long_form, of_forms)),
    )


def _clock(language: Language) -> str:
    """The ways of writing a time of day."""
    mark, halves = language.hour_mark, f"{language.morning}|{language.afternoon}"
    minute, second = (_any_of(word for word, unit in unit_names(language).items() if unit == wanted) for wanted in ("minute", "second"))
    spelt = rf"\s?{minute}(?!\w)(?:\s?(?P<seconds>\d{{2}})\s?{second}(?!\w))?"
    minutes = rf"(?:\s?(?:{mark}|:)\s?|\.)(?P<minute>\d{{2}})(?::(?P<second>\d{{2}})|{spelt})?(?:\s?(?P<half>{halves}))?"
    alone = rf"\s?(?:(?P<half_alone>{halves})|(?:{mark})(?!\w))"
    return rf"(?<![\d:.,/])(?P<hour>\d{{1,2}})(?:{minutes}|{alone})(?!\d)"


def _styles(language: Language, month: str, weekday: str) -> Iterator[str]:
    """The ways of writing a day."""
    article = rf"(?:(?:{language.day_words})\s)?"
    weekday = rf"(?<!\w)(?:(?P<weekday>{weekday})\.?[\s,]+{article})?"
    day = rf"(?<!\d)(?P<day>\d{{1,2}})(?:{language.ordinals})?"
    month = rf"(?P<month>{month})\.?"
    yield rf"{weekday}{day}\.?[\s-]{article}{month},?[\s-](?P<year>\d{{4}})(?!\d)"
    yield rf"{weekday}{month}\s{article}{day},?\s(?P<year>\d{{4}})(?!\d)"
    yield r"(?<![\d/.-])(?P<first>\d{1,2})(?P<sign>[/.-])(?P<other>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})(?!\d)"
    yield r"(?<![\d/.-])(?P<year>\d{4})(?P<sign>[/.-])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})(?!\d)"


def _day_first(text: str, words: _Words) -> Iterator[_Found]:
    for style in words.days:
        for day in style.finditer(text):
            between = words.to_time.match(text, day.end())
            if between and (clock := words.time.match(text, between.end())):
                yield _Found(day, clock)


def _time_first(text: str, words: _Words) -> Iterator[_Found]:
    for clock in words.time.finditer(text):
        _, end = zones_at(text, clock.end(), words.language)
        between = words.to_day.match(text, end)
        for style in words.days:
            if between and (day := style.match(text, between.end())):
                yield _Found(day, clock)


def _apart(found: Iterable[_Found]) -> Iterator[_Found]:
    """Those that do not overlap; of two that do, the one that begins first."""
    end = 0
    for each in sorted(found, key=lambda each: (each.start, -each.end)):
        if each.start >= end:
            end = each.end
            yield each


def _shown(text: str, found: _Found, words: _Words) -> ShownDate:
    zones, _ = zones_at(text, found.end, words.language)
    if found.time.start() < found.day.start():
        zones = [*zones_at(text, found.time.end(), words.language)[0], *zones]
    day, clock = _day(found.day, words), _time(found.time, words)
    instants = instants_of(day, clock, zones) if day is not None and clock is not None else ()
    return ShownDate(text[found.start : found.end], _form(text, found, words), instants, _doubt(found.day, words))


def _form(text: str, found: _Found, words: _Words) -> str:
    if words.numeric_form.match(text, found.start):
        return "numeric"
    if words.long_form.match(text, found.start):
        day, weekday = _day(found.day, words), found.day["weekday"].lower()
        right = day is not None and day.weekday() == words.weekdays[weekday]
        return "long" if right else f"long, but that day is no {found.day['weekday']}"
    bracket = _BRACKET.match(text, found.end)
    _, end = zones_at(text, found.end, words.language)
    return f"written “{text[found.start : max(end, bracket.end() if bracket else 0)]}”"


def _day(match: re.Match[str], words: _Words) -> date | None:
    parts = match.groupdict()
    year = int(parts["year"]) + (_CENTURY if len(parts["year"]) == 2 else 0)
    if "first" in parts:
        first, other = int(parts["first"]), int(parts["other"])
        return _date(year, first, other) if _month_first(match, words) else _date(year, other, first)
    month = parts["month"].lower()
    return _date(year, int(month) if month.isdigit() else words.months[month], int(parts["day"]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_first(match: re.Match[str], words: _Words) -> bool:
    """Points stand between day, month and year in that order everywhere."""
    return words.language.month_first and match["sign"] != "."


def _doubt(match: re.Match[str], words: _Words) -> str:
    if not words.language.order_varies or "first" not in match.groupdict() or match["first"] == match["other"]:
        return ""
    swapped = _date(2000, int(match["first"]), int(match["other"]))  # a leap year
    if swapped is None or match["sign"] == ".":
        return ""
    first = "month" if words.language.month_first else "day"
    return f"read with the {first} first; a region in the target file's language tells the order, such as {words.language.code}-US"


def _time(match: re.Match[str], words: _Words) -> time | None:
    """The time of day; None for a time of day that there is not."""
    hour, half = int(match["hour"]), match["half"] or match["half_alone"]
    minute, second = int(match["minute"] or 0), int(match["second"] or match["seconds"] or 0)
    if half and hour <= 12:
        if hour == 0 and not words.morning.match(half):
            return None
        hour = hour % 12 + (0 if words.morning.match(half) else 12)
    elif half and words.morning.match(half):
        return None
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _filled(form: str, names: dict[str, str]) -> str:
    for place, pattern in names.items():
        form = form.replace(place, pattern)
    return form


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
