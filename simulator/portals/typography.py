"""French typography: the spaces that must not break, and the curved apostrophe."""

from __future__ import annotations

import re

_NARROW = "\u202f"
_WIDE = "\u00a0"

_RULES = (
    (re.compile(r" (?=[;!?])"), _NARROW),
    (re.compile(r" (?=[:»])"), _WIDE),
    (re.compile(r"(?<=«) "), _WIDE),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=\d) (?=(?:minutes?|heures?|mois|jours?|caractères|chiffres|essais)\b)"), _WIDE),
)


def french(text: str) -> str:
    """The text with non-breaking spaces before `: ; ! ? »`, after `«` and between a figure and its unit, and curved apostrophes."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
