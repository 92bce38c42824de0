"""The rules of the personal code, and which of them a choice does not meet."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# The Latin letters of Unicode's Basic Latin and Latin-1 Supplement (AME-33).
_LATIN = frozenset(string.ascii_letters + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ")
_SPECIAL = frozenset(string.punctuation)
_DIGITS = frozenset(string.digits)
# Signs of a code that is hard to guess, read alike by Python and by a browser's script (AME-35), and how many of them make a level.
LEVEL_SIGNS = ("^.{12}", "^.{16}", "[0-9]", "[^A-Za-z0-9]", "[a-z].*[A-Z]|[A-Z].*[a-z]", r"^(?!.*(.)\1\1).{8}")
_DATE_FORMS = ("%d%m%Y", "%d%m%y", "%Y%m%d", "%y%m%d")
_SEPARATORS = str.maketrans("", "", ".-/")


class Level(StrEnum):
    """How hard a choice is to guess, roughly."""

    WEAK = "weak"
    MIDDLING = "middling"
    STRONG = "strong"


LEVELS = ((Level.STRONG, 5), (Level.MIDDLING, 4), (Level.WEAK, 0))


class Unmet(StrEnum):
    """A rule that a choice does not meet."""

    LENGTH = "length"
    LOWER_CASE = "lower-case"
    UPPER_CASE = "upper-case"
    DIGIT = "digit"
    SPECIAL = "special"
    DIGIT_OR_SPECIAL = "digit-or-special"
    ALLOWED_CHARACTERS = "allowed-characters"
    PERSONAL_DETAILS = "personal-details"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True)
class PasswordRules:
    """Shortest and longest length, which rules are demanded, in the order in which they are told, and how many digits of a birth date in a
    row give it away."""

    shortest: int
    longest: int
    demanded: tuple[Unmet, ...]
    telling_digits: int = 0


def unmet_rules(choice: str, confirmation: str, nirs: tuple[str, ...], birth_date: date, rules: PasswordRules) -> tuple[Unmet, ...]:
    """All rules demanded that are not met, in their order (AME-30 to AME-36, FMU-05). `nirs` are the spellings of the NIR."""
    met = {
        Unmet.LENGTH: rules.shortest <= len(choice) <= rules.longest,
        Unmet.LOWER_CASE: any(character in _LATIN and character.islower() for character in choice),
        Unmet.UPPER_CASE: any(character in _LATIN and character.isupper() for character in choice),
        Unmet.DIGIT: any(character in _DIGITS for character in choice),
        Unmet.SPECIAL: any(character in _SPECIAL for character in choice),
        Unmet.DIGIT_OR_SPECIAL: any(character in _DIGITS or character in _SPECIAL for character in choice),
        Unmet.ALLOWED_CHARACTERS: not characters_not_allowed(choice),
        Unmet.PERSONAL_DETAILS: not _tells_details(choice, nirs, birth_date, rules.telling_digits),
        Unmet.CONFIRMATION: choice == confirmation,
    }
    return tuple(rule for rule in rules.demanded if not met[rule])


def level(choice: str) -> Level:
    """The indicative level of security of a choice (AME-35): how many signs of it there are. A page's script counts the same signs."""
    signs = sum(re.search(sign, choice) is not None for sign in LEVEL_SIGNS)
    return next(level for level, needed in LEVELS if signs >= needed)


def characters_not_allowed(choice: str) -> tuple[str, ...]:
    """The characters outside the allowed set, each once, in their order (AME-33)."""
    return tuple(dict.fromkeys(c for c in choice if c not in _LATIN and c not in _DIGITS and c not in _SPECIAL))


def _tells_details(choice: str, nirs: tuple[str, ...], birth_date: date, telling: int) -> bool:
    if any(nir in choice.upper() for nir in nirs):
        return True
    digits = choice.translate(_SEPARATORS)
    written = (birth_date.strftime(form) for form in _DATE_FORMS)
    runs = (form[start : start + telling] for form in written for start in range(len(form)))
    return any(run in digits for run in runs if len(run) == telling)
