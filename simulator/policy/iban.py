"""The number of a bank account (IBAN) as people type it."""

from __future__ import annotations

import re

_FORM = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_MODULUS, _REMAINDER = 97, 1


class MalformedIban(ValueError):
    """What was typed is no IBAN."""


def normalised_iban(typed: str) -> str:
    """The IBAN without spaces, in capitals, its two check digits right (ISO 13616). Raises MalformedIban."""
    compact = "".join(typed.split()).upper()
    if not (compact.isascii() and _FORM.fullmatch(compact)) or int(_digits(compact[4:] + compact[:4])) % _MODULUS != _REMAINDER:
        raise MalformedIban(typed)
    return compact


def _digits(text: str) -> str:
    return "".join(str(int(letter, 36)) for letter in text)
