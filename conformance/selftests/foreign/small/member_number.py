"""The member number: a French social-security number (NIR) of 13 characters, which people also write with its key and with spaces."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"([1-478]\d{4}(?:\d\d|2[AB])\d{6})(\d\d)?")
_SEPARATORS = re.compile(r"[\s.\u00a0\u202f]+")
_CORSICA = {"2A": "19", "2B": "18"}


class TypingError(Exception):
    """What was typed is no member number. The text tells the person what to look at."""


def member_number(typed: str) -> str:
    """The 13 characters that every spelling of a number stands for. Raises TypingError."""
    text = _SEPARATORS.sub("", typed).upper()
    if not text:
        raise TypingError("Enter your member number.")
    shape = _SHAPE.fullmatch(text) if text.isascii() else None
    if shape is None:
        raise TypingError("That is not a member number. It has 13 digits, or 15 with its key.")
    number, key = shape.groups()
    if key is not None and key != key_of(number):
        raise TypingError("There is a slip in this number: its key, the last two digits, does not match.")
    return str(number)


def key_of(number: str) -> str:
    """The key of a number of 13 characters."""
    department = _CORSICA.get(number[5:7], number[5:7])
    return f"{97 - int(number[:5] + department + number[7:]) % 97:02d}"


def spaced(number: str) -> str:
    """The number as a person reads it."""
    return " ".join((number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:]))
