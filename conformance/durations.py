"""Durations and counts as sentences give them: “15 minutes”, “an hour and a half”, « un quart d'heure », « trois essais ».

One reading for every language; the words are those of the `Language`. Text is expected as pages are normalised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cache

from babel.numbers import get_decimal_symbol, get_group_symbol

from conformance.language import UNITS, Language, unit_names
from scenarios.instants import Period

_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "year": 12}
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s")
# What stands where a saying was: no number, and nothing that joins what is before it to what is after it.
_GAP = "…"
_HALF_SIGN = "½|1/2"


def durations(text: str, language: Language) -> tuple[Period, ...]:
    """Every duration that the text names, each once, in the order of the text; both ends of a range."""
    words = _words(language)
    plain = words.plain(text)
    return tuple(dict.fromkeys(period for match in words.duration.finditer(plain) for period in _periods(match, words)))


def lifetimes(text: str, language: Language) -> tuple[Period, ...]:
    """The durations that a text gives as the life of something; any duration when no sentence speaks of a life."""
    sentences = _SENTENCE_ENDS.split(text)
    telling = [sentence for sentence in sentences if _words(language).life.search(sentence)]
    return durations(" ".join(telling), language) or durations(" ".join(sentences), language)


def failures(text: str, language: Language) -> tuple[int, ...]:
    """The numbers of failures that the text speaks of, each once; not how many attempts are left."""
    words = _words(language)
    sentences = (sentence for sentence in _SENTENCE_ENDS.split(text) if not words.left_over.search(sentence))
    matches = (match for sentence in sentences for match in words.failures.finditer(words.plain(sentence)))
    return tuple(dict.fromkeys(int(words.number(match["count"])) for match in matches))


def number_word(text: str, language: Language) -> str | None:
    """The first word of the text that is a number and cannot be anything else."""
    words = _words(language)
    found = words.certain_number.search(words.sayings.sub(_GAP, text))
    return found[0] if found else None


@dataclass(frozen=True)
class _Words:
    """The patterns of one language, made ready."""

    language: Language
    units: Mapping[str, str]
    sayings: re.Pattern[str]
    idioms: Iterable[tuple[re.Pattern[str], str]]
    duration: re.Pattern[str]
    piece: re.Pattern[str]
    clock_words: re.Pattern[str]
    failures: re.Pattern[str]
    left_over: re.Pattern[str]
    life: re.Pattern[str]
    certain_number: re.Pattern[str]

    def plain(self, text: str) -> str:
        """The text in lower case, without sayings, its idioms put into plainer words."""
        text = self.sayings.sub(_GAP, text.lower())
        for idiom, meaning in self.idioms:
            text = idiom.sub(meaning, text)
        return text

    def number(self, written: str) -> Fraction:
        """What a number is, in figures or in letters."""
        if not written[0].isdigit():
            return Fraction(self.language.numbers[re.sub(r"[\s-]+", "-", written)])
        return Fraction(written.replace(_group(self.language), "").replace(get_decimal_symbol(self.language.locale), "."))


@cache
def _words(language: Language) -> _Words:
    units = unit_names(language)
    counted = [word for word in language.numbers if word not in language.articles]
    unit, number, count = _any_of(units), _number(language, language.numbers), _number(language, counted)
    half = rf"(?:\s?(?:{_HALF_SIGN})|\s{language.half})"
    part = rf"{number}(?:\s?\((?:{number})\))?{half}?[\s-]?{unit}"
    joined = rf"(?:,\s|\s)(?:{language.sum_joins}\s)?"
    low_end = rf"(?:(?P<low>{number})\s?(?:-\s?|(?:{language.range_joins})\s)(?={number}))?"
    # “24h/24” is a figure of speech, « 15h05 » the end of something.
    duration = rf"(?<![\w/:.,]){low_end}(?P<pieces>{part}(?:{joined}{part})*(?:\s{language.half})?)(?![\w/])"
    filler = rf"(?!(?:{_any_of(units)}|{_any_of(language.numbers)})\b)[^\W\d][\w-]*\s"
    certain = [word for word in counted if word not in language.ambiguous]
    return _Words(
        language,
        units,
        _pattern("|".join(language.sayings)),
        [(_pattern(idiom), meaning) for idiom, meaning in language.idioms.items()],
        _pattern(duration),
        _pattern(
            rf"(?P<count>{number})(?:\s?\((?:{number})\))?(?P<half>{half})?[\s-]?(?P<unit>{unit})\b(?P<half_after>\s{language.half})?"
        ),
        _pattern(rf"\b(?:{language.clock_words})\s$"),
        _pattern(rf"(?<![\w/:.,-])(?P<count>{count})(?:\s?\((?:{number})\))?\s(?:{filler}){{0,2}}?(?:{language.failures})\b"),
        _pattern(language.left_over),
        _pattern(language.life),
        _pattern(rf"\b{_any_of(certain)}\b"),
    )


def _periods(match: re.Match[str], words: _Words) -> Iterator[Period]:
    """The periods of one place in the text. Parts go from long units to short ones: what does not is another duration."""
    pieces = list(words.piece.finditer(match["pieces"]))
    first = words.units[pieces[0]["unit"]]
    if first == "hour" and (match["low"] or words.clock_words.search(match.string, 0, match.start())):
        return  # « à 15 h », “8 to 18 h” are times of day
    if match["low"]:
        yield _period(words.number(match["low"]), first)
    total, shortest = None, len(UNITS)
    for piece in pieces:
        unit = words.units[piece["unit"]]
        period = _period(words.number(piece["count"]) + Fraction(bool(piece["half"]) + bool(piece["half_after"]), 2), unit)
        if total and UNITS.index(unit) >= shortest:
            yield total
            total = None
        shortest = UNITS.index(unit)
        total = total + period if total else period
    if total:
        yield total


def _period(count: Fraction, unit: str) -> Period:
    """The period of so many units; half a month is 15 days, as nothing else is meant by it."""
    if unit in _SECONDS:
        return Period(duration=timedelta(seconds=float(count * _SECONDS[unit])))
    months = count * _MONTHS[unit]
    return Period(int(months), timedelta(days=float((months - int(months)) * 30)))


def _number(language: Language, words: Iterable[str]) -> str:
    group, decimal = re.escape(_group(language)), re.escape(get_decimal_symbol(language.locale))
    # Taken whole or not at all: “twenty-four” is no range from twenty to four.
    return rf"(?>\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+(?:{decimal}\d+)?|{_any_of(words)}\b)"


def _group(language: Language) -> str:
    """What groups thousands, as pages are normalised."""
    sign: str = get_group_symbol(language.locale)
    return " " if sign.isspace() else sign


def _any_of(words: Iterable[str]) -> str:
    """Any of the words, the longest first; hyphens may be spaces."""
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word).replace(re.escape('-'), '[ -]') for word in longest_first)})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
