"""What a member of a mutual insurer types to be known by: the generated identifier, matched exactly, and the membership number."""

from __future__ import annotations

import re

# Letters and figures that are taken for one another: the generated identifier holds some of each group (FMU-10).
LOOK_ALIKES = ("O0", "Il1")
IDENTIFIER_LENGTH = 10
MEMBERSHIP_DIGITS = 8
_MEMBERSHIP = re.compile(rf"[0-9]{{{MEMBERSHIP_DIGITS}}}")
_IDENTIFIER = re.compile(rf"[A-Za-z0-9]{{{IDENTIFIER_LENGTH}}}")


class MalformedIdentifier(ValueError):
    """What was typed is no identifier; the text says in which way, in French, for the person who typed it."""


class MalformedMembership(ValueError):
    """What was typed is no membership number; the text says in which way, in French, for the person who typed it."""


def entered(typed: str) -> str:
    """The identifier as it is matched: exactly as typed, but for spaces around it (FMU-10, FMU-11). Raises MalformedIdentifier."""
    identifier = typed.strip()
    if not identifier:
        raise MalformedIdentifier("Indiquez votre identifiant.")
    if any(character.isspace() for character in identifier):
        raise MalformedIdentifier("Un identifiant ne contient aucun espace : retirez ceux qui se trouvent à l’intérieur.")
    return identifier


def is_identifier(text: str) -> bool:
    """Whether it could have been generated, in its form."""
    return _IDENTIFIER.fullmatch(text) is not None


def is_membership(text: str) -> bool:
    """Whether it is a well-formed membership number: what one signed in with before January 2021 (FMU-12)."""
    return _MEMBERSHIP.fullmatch(text) is not None


def membership(typed: str) -> str:
    """The membership number, spaces left out. Raises MalformedMembership."""
    number = "".join(typed.split())
    if not number:
        raise MalformedMembership("Indiquez votre numéro d’adhérent.")
    if not is_membership(number):
        raise MalformedMembership(f"Ce numéro n’a pas la forme attendue : il comporte {MEMBERSHIP_DIGITS} chiffres.")
    return number
