"""Durations and counts as French sentences give them: « 15 minutes », « un quart d'heure », « 6 mois », « trois essais »."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from scenarios.instants import Period

_ONES = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "quarante-cinq": 45, "cinquante": 50, "soixante": 60, "cent": 100}
_NUMBERS = {"une": 1} | {word: number for number, word in enumerate(_ONES.split())} | _TENS
_NUMBER = rf"(?:\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"

_UNITS: dict[str, Period] = {
    "seconde": Period(duration=timedelta(seconds=1)),
    "s": Period(duration=timedelta(seconds=1)),
    "minute": Period(duration=timedelta(minutes=1)),
    "min": Period(duration=timedelta(minutes=1)),
    "mn": Period(duration=timedelta(minutes=1)),
    "heure": Period(duration=timedelta(hours=1)),
    "h": Period(duration=timedelta(hours=1)),
    "jour": Period(duration=timedelta(days=1)),
    "j": Period(duration=timedelta(days=1)),
    "semaine": Period(duration=timedelta(days=7)),
    "mois": Period(months=1),
    "an": Period(months=12),
    "année": Period(months=12),
}
_UNIT = r"(?:secondes?|minutes?|min|mn|heures?|jours?|semaines?|mois|ans?|années?|s|h|j)"
_PART = rf"{_NUMBER}(?:\s?\(\d+\))?\s?{_UNIT}"
# « à 15 h » is a time of day, « 24h/24 » a figure of speech, « 15h05 » the end of something.
_DURATION = re.compile(rf"(?<![\w/:])(?<!\bà )(?<!\bvers ){_PART}(?:(?:\s|,\s|\set\s){_PART})*(?:\set\sdemie)?(?![\w/])", re.IGNORECASE)
_PIECE = re.compile(rf"(?P<count>{_NUMBER})(?:\s?\(\d+\))?\s?(?P<unit>{_UNIT})\b", re.IGNORECASE)
_IDIOMS = {
    "trois quarts d'heure": "45 minutes",
    "un quart d'heure": "15 minutes",
    "quart d'heure": "15 minutes",
    "une demi-heure": "30 minutes",
    "demi-heure": "30 minutes",
    "une demi-journée": "12 heures",
}
_FAILURES = re.compile(
    rf"(?<![\w/:])(?P<count>{_NUMBER})(?:\s?\(\d+\))?\s(?:\w+\s){{0,2}}?(?:essais?|tentatives?|échecs?|erreurs?|saisies?|fois)\b",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(r"\brest(?:e|ent|ant|ants|antes|era)\b", re.IGNORECASE)


def durations(text: str) -> tuple[Period, ...]:
    """Every duration that the text names, each once, in the order of the text."""
    text = text.lower()
    for idiom, meaning in _IDIOMS.items():
        text = text.replace(idiom, meaning)
    return tuple(dict.fromkeys(_period(match[0]) for match in _DURATION.finditer(text)))


def failures(text: str) -> tuple[int, ...]:
    """The numbers of failures that the text speaks of, each once; not how many attempts are left."""
    return tuple(dict.fromkeys(_number(match["count"]) for sentence in _sentences(text) for match in _FAILURES.finditer(sentence)))


def period_text(period: Period) -> str:
    """A duration as cases write it: `15m`, `1h30m`, `6mo`."""
    parts = [f"{period.months}mo"] if period.months else []
    seconds = int(period.duration.total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _sentences(text: str) -> Iterator[str]:
    return (sentence for sentence in re.split(r"(?<=[.!?])\s", text) if not _LEFT_OVER.search(sentence))


def _period(words: str) -> Period:
    total = Period()
    for piece in _PIECE.finditer(words):
        unit = _unit(piece["unit"])
        count = _number(piece["count"])
        total += Period(unit.months * count, unit.duration * count)
    if words.endswith("et demie"):
        total += Period(duration=timedelta(minutes=30))
    return total


def _unit(word: str) -> Period:
    word = word.lower()
    return _UNITS.get(word) or _UNITS[word.removesuffix("s")]


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word.lower()]
