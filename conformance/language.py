"""What a language is to those who read facts: its words as data, and the names that Unicode's locale data (CLDR) has for it.

Reading itself is the same for every language: `conformance.durations` and `conformance.dates`. A language is one module in
`conformance/languages`; patterns in it are searched for in text as pages are normalised (one line, straight apostrophes, plain
hyphens), upper and lower case alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from babel import Locale
from babel.dates import get_timezone_name
from babel.units import format_unit

UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
# Enough to bring out every plural form of every language.
_COUNTS = (1, 2, 3, 5, 11, 20, 100)
NEVER = r"(?!)"
_SEASONS: Mapping[str, Literal["generic", "daylight", "standard"]] = {"summer": "daylight", "winter": "standard", "any": "generic"}


@dataclass(frozen=True, eq=False, repr=False)
class Language:
    """The words of a language. Mappings go from a word, in lower case, to what it means; the rest are patterns.

    `code` is that of CLDR. `numbers` has the number words, hyphens between their parts; `articles` are those that say 1 of a unit and
    count nothing else, `ambiguous` those that often are no number at all. `sayings` hold a number and state none. `idioms` are put
    into plainer words before a duration is read. `half` says “and a half”, `sum_joins` join the parts of a duration, `range_joins`
    the ends of a range. `unit_words` are names and abbreviations of UNITS beside those of CLDR. So many hours after one of
    `clock_words` are a time of day.

    `failures` are what is counted; `left_over` marks sentences that speak of what is left, `life` those that speak of how long
    something lives.

    In dates, `hour_mark` stands between hour and minute beside the colon, `morning` and `afternoon` after a time of twelve hours.
    `ordinals` follow the number of a day, `day_words` precede it or its month; `time_joins` lead from the day to the time,
    `day_joins` from the time to the day. `place_times` say the time of a `<place>`; `summer` and `winter` which of two times is meant.
    `numeric_form` and `long_form` are the two forms of the source as this language writes them, to the letter; `<weekday>` and
    `<month>` in them stand for the names in full. `month_first` says that 03/04/2026 is the fourth of March, `order_varies` that it
    depends on the region.
    """

    code: str
    numbers: Mapping[str, int]
    articles: frozenset[str]
    ambiguous: frozenset[str]
    sayings: tuple[str, ...]
    idioms: Mapping[str, str]
    half: str
    sum_joins: str
    range_joins: str
    unit_words: Mapping[str, str]
    clock_words: str
    failures: str
    left_over: str
    life: str
    hour_mark: str
    ordinals: str
    day_words: str
    time_joins: str
    day_joins: str
    place_times: tuple[str, ...]
    summer: str
    winter: str
    numeric_form: str
    long_form: str
    morning: str = NEVER
    afternoon: str = NEVER
    month_words: Mapping[str, int] = field(default_factory=dict)
    month_first: bool = False
    order_varies: bool = False

    def __repr__(self) -> str:
        return f"Language({self.code})"

    @property
    def locale(self) -> Locale:
        """What CLDR knows of the language."""
        return Locale.parse(self.code)


def unit_names(language: Language) -> Mapping[str, str]:
    """Every name of a unit of time, in lower case -> the unit, one of UNITS."""
    found = dict(language.unit_words)
    for unit in UNITS:
        for count in _COUNTS:
            written = format_unit(count, f"duration-{unit}", length="long", locale=language.locale)
            found[written.replace(str(count), "").strip().lower()] = unit
    return found


def month_names(language: Language) -> Mapping[str, int]:
    """Every name of a month, short or long, with or without its accents -> its number."""
    return _with_bare({**_names(language, "months"), **language.month_words})


def weekday_names(language: Language) -> Mapping[str, int]:
    """Every name of a weekday, short or long, with or without its accents -> its number, 0 for Monday."""
    return _with_bare(_names(language, "days"))


def full_names(language: Language, kind: str) -> tuple[str, ...]:
    """The names of `months` or `days` as they are written in full."""
    return tuple(name.lower() for _, name in sorted(getattr(language.locale, kind)["format"]["wide"].items()))


def paris_names(language: Language) -> Mapping[str, str]:
    """What CLDR calls the time of Paris -> `summer`, `winter`, or `any`."""
    names = {
        season: get_timezone_name("Europe/Paris", zone_variant=variant, locale=language.locale) for season, variant in _SEASONS.items()
    }
    return {name.replace("’", "'").lower(): season for season, name in names.items()}


def place_names(language: Language) -> Mapping[str, str]:
    """What the language calls a city by which a zone of time is known, where that is not the zone's own name -> the zone."""
    cities = {zone: known.get("city") for zone, known in language.locale.time_zones.items()}
    return {city.lower(): zone for zone, city in cities.items() if city}


def _names(language: Language, kind: str) -> dict[str, int]:
    return {name.lower().rstrip("."): number for number, name in _written(language, kind)}


def _written(language: Language, kind: str) -> Iterator[tuple[int, str]]:
    for context in getattr(language.locale, kind).values():
        for width in ("wide", "abbreviated"):
            yield from context.get(width, {}).items()


def _with_bare(names: Mapping[str, int]) -> Mapping[str, int]:
    return {_bare(name): number for name, number in names.items()} | dict(names)


def _bare(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))
