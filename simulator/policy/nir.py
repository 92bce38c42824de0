"""The social-security number (NIR) as people type it, and the one spelling under which it is counted."""

from __future__ import annotations

import re

_TYPED = re.compile(r"(?P<number>(?P<before>\d{5})(?P<department>\d{2}|2[AB])(?P<after>\d{6}))(?P<key>\d{2})?")
_MODULUS = 97
_KEY_DIGITS = 2

# What stands for the letters of Corsica when the key is worked out.
_CORSICA = {"2A": "19", "2B": "18"}


class MalformedNir(ValueError):
    """What was typed is no NIR; the text says in which way, in French, for the person who typed it."""


def key_of(number: str) -> str:
    """The two digits that check a NIR of 13 characters: the complement to 97 of its remainder. Raises MalformedNir."""
    return _key(_parts(number))


def normalised(typed: str) -> str:
    """The 13 characters under which a NIR is known, whatever its spelling (AMC-01, HRD-22).

    Takes 13 characters, or 15 with the key, with or without spaces, 2A and 2B in either case. Raises MalformedNir.
    """
    compact = "".join(typed.split()).upper()
    if not compact:
        raise MalformedNir("Indiquez votre numéro de sécurité sociale.")
    parts = _parts(compact)
    if parts["key"] is not None and parts["key"] != _key(parts):
        raise MalformedNir("La clé, c’est-à-dire les deux derniers chiffres, ne correspond pas au numéro : vérifiez votre saisie.")
    return parts["number"]


def _parts(compact: str) -> re.Match[str]:
    match = _TYPED.fullmatch(compact) if compact.isascii() else None
    if match is None:
        raise MalformedNir(
            "Ce numéro n’a pas la forme attendue : recopiez-le de votre carte Vitale, avec ou sans la clé, avec ou sans espaces."
        )
    return match


def _key(parts: re.Match[str]) -> str:
    department = _CORSICA.get(parts["department"], parts["department"])
    return str(_MODULUS - int(parts["before"] + department + parts["after"]) % _MODULUS).zfill(_KEY_DIGITS)
