"""Strangers: an identifier that is well formed and belongs to nobody, and a password."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from string import ascii_lowercase, ascii_uppercase, digits

from conformance.driver import Credentials
from conformance.people.accounts import is_nir
from conformance.values import nir_key

_ALIKE = (digits, ascii_lowercase, ascii_uppercase)


def stranger(key: str, kind: str, identifiers: Collection[str]) -> Credentials:
    """Somebody who is none of those with these identifiers, and signs in with one of the same make; another one at each call."""
    known = {identifier.casefold() for identifier in identifiers}
    like = next(iter(identifiers), "")
    made = next((one for one in (_like(like) for _ in range(99)) if one.casefold() not in known), f"{like}{secrets.token_hex(4)}")
    return Credentials(key, kind, made, f"Inconnu-{secrets.token_hex(4)}-7")


def _like(identifier: str) -> str:
    """A NIR with its key, or when the others sign in with something else, that: mail addresses, or numbers and names of the same length."""
    if not identifier or is_nir(identifier):
        number = f"{_one_of('12')}{_number(30, 99)}{_number(1, 12)}{_number(1, 19)}{_number(1, 400, 3)}{_number(1, 999, 3)}"
        return number + nir_key(number)
    name, at, domain = identifier.partition("@")
    if at:
        return f"nobody-{secrets.token_hex(5)}@{domain}"
    return "".join(next((_one_of(alike) for alike in _ALIKE if character in alike), character) for character in name)


def _number(least: int, most: int, length: int = 2) -> str:
    return f"{least + secrets.randbelow(most - least + 1):0{length}d}"


def _one_of(characters: str) -> str:
    return secrets.choice(characters)
