"""Passwords: how they are kept, and which may be chosen."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import date

SHORTEST, LONGEST = 8, 50
_SMALL = re.compile(r"[a-zß-öø-ÿ]")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_OTHER = re.compile(r"[0-9!-/:-@\[-`{-~]")
_ALLOWED = re.compile(r"[!-~ªºÀ-ÖØ-öø-ÿ]")
_DIGITS_IN_A_ROW = 4


def kept(password: str, cost: int) -> str:
    """A password in the form that it is kept in; `cost` is scrypt's n, a power of two."""
    salt = secrets.token_bytes(16)
    return f"{cost}${salt.hex()}${_derived(password, salt, cost).hex()}"


def same(password: str, stored: str) -> bool:
    """Whether this is the password that was kept."""
    cost, salt, derived = stored.split("$")
    return hmac.compare_digest(_derived(password, bytes.fromhex(salt), int(cost)), bytes.fromhex(derived))


def unmet(password: str, number: str, born: date) -> list[str]:
    """Every rule that a new password breaks, each as a sentence."""
    found = []
    if not SHORTEST <= len(password) <= LONGEST:
        found.append(f"Use {SHORTEST} to {LONGEST} characters.")
    if not (_SMALL.search(password) and _CAPITAL.search(password)):
        found.append("Use both a small and a capital letter.")
    if not _OTHER.search(password):
        found.append("Use at least one digit or special sign.")
    if stray := next((sign for sign in password if not _ALLOWED.match(sign)), None):
        found.append(f"The sign “{stray}” cannot be used." if stray.isprintable() and stray != " " else "Blanks cannot be used.")
    if _personal(password, number, born):
        found.append("Leave out your member number and your date of birth.")
    return found


def _personal(password: str, number: str, born: date) -> bool:
    written = {born.strftime(form) for form in ("%d%m%Y", "%d%m%y", "%Y%m%d", "%y%m%d")}
    telling = {text[at : at + _DIGITS_IN_A_ROW] for text in written for at in range(len(text) - _DIGITS_IN_A_ROW + 1)}
    spellings = (password.upper(), re.sub(r"[./-]", "", password).upper())
    return any(part in spelling for part in (*telling, number) for spelling in spellings)


def _derived(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=8, p=1)
