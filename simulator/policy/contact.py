"""Mail addresses and French phone numbers as people type them."""

from __future__ import annotations

import re

_LONGEST_ADDRESS, _LONGEST_LOCAL_PART = 254, 64
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])")
_SEPARATORS = re.compile(r"[ \u00a0\u202f.\-/]")
_NATIONAL = re.compile(r"0[1-9]\d{8}")
_MOBILE = ("6", "7")


class MalformedAddress(ValueError):
    """What was typed is no mail address."""


class MalformedNumber(ValueError):
    """What was typed is no French phone number."""


def normalised_address(typed: str) -> str:
    """The address without what surrounds it, as it was typed otherwise (AME-40). Raises MalformedAddress."""
    address = typed.strip()
    local, _, domain = address.rpartition("@")
    fits = len(address) <= _LONGEST_ADDRESS and len(local) <= _LONGEST_LOCAL_PART
    if not (fits and _LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise MalformedAddress(typed)
    return address


def same_address(address: str) -> str:
    """Under what an address is compared: its case tells nobody apart (AME-43)."""
    return address.casefold()


def normalised_number(typed: str) -> str:
    """The ten digits of a French number, written with or without separators, or with +33 or 0033 (AME-41). Raises MalformedNumber."""
    compact = _SEPARATORS.sub("", typed.strip())
    for prefix in ("+33", "0033"):
        if compact.startswith(prefix):
            rest = compact.removeprefix(prefix).removeprefix("(0)")
            compact = rest if rest.startswith("0") else f"0{rest}"
    if not (compact.isascii() and _NATIONAL.fullmatch(compact)):
        raise MalformedNumber(typed)
    return compact


def is_mobile(number: str) -> bool:
    """Whether ten digits are those of a mobile."""
    return number[1] in _MOBILE
