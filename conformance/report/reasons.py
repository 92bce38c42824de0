"""Why cases were not run: reasons of one kind told once, and durations in words that people use. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What is to be typed stays as it is typed.
_DURATION = re.compile(r"(?<!--max-wait )\b(?:\d+(?:\.\d+)?(?:mo|[dhms]))+\b")
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(mo|[dhms])")
_SECONDS = {"mo": 30 * 86_400, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
_SHOWN = 2


def kind_of(reason: str) -> str:
    """The same text for all reasons that differ in durations only."""
    return _DURATION.sub("…", reason)


def all_in_one(reasons: Iterable[str]) -> str:
    """Reasons of one kind as one text: where they differ, from the shortest to the longest."""
    told = list(dict.fromkeys(reasons))
    found = [_DURATION.findall(reason) for reason in told]
    spans = iter([_span({one[place] for one in found}) for place in range(len(found[0]))])
    return _DURATION.sub(lambda _: next(spans), told[0])


def in_words(text: str) -> str:
    """The text with its durations as people say them: `105766s` -> `1 d 5 h`."""
    return _DURATION.sub(lambda match: _said(_seconds(match[0])), text)


def _span(durations: set[str]) -> str:
    ordered = sorted(map(_seconds, durations))
    shortest, longest = _said(ordered[0]), _said(ordered[-1])
    return shortest if shortest == longest else f"{shortest} to {longest}"


def _seconds(duration: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in _PARTS.findall(duration))


def _said(seconds: float) -> str:
    """Its two largest units."""
    left, parts = round(seconds), []
    for name, size in _UNITS:
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {name}")
    return " ".join(parts[:_SHOWN]) or "0 s"
