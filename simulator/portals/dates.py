"""Dates as people type them into a French form."""

from __future__ import annotations

import re
from datetime import date

_TYPED = re.compile(r"(\d{1,2})[ /.-](\d{1,2})[ /.-](\d{4})|(\d{2})(\d{2})(\d{4})", re.ASCII)


class MalformedDate(ValueError):
    """What was typed is no date; the text says so in French, for the person who typed it."""


def typed_date(typed: str) -> date:
    """The date written as DD/MM/YYYY, with other separators or none. Raises MalformedDate."""
    if not typed.strip():
        raise MalformedDate("Indiquez votre date de naissance.")
    match = _TYPED.fullmatch(typed.strip())
    if match is not None:
        day, month, year = (int(part) for part in match.groups() if part is not None)
        try:
            return date(year, month, day)
        except ValueError:
            pass
    raise MalformedDate("Cette date n’est pas reconnue : écrivez-la sous la forme JJ/MM/AAAA, par exemple 05/09/1980.")
