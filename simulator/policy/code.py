"""One-time codes: their form, their life, and what an entry is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class CodeRules:
    """So many digits, alive for so long (AMC-06, AMC-30)."""

    digits: int
    lifetime: timedelta


@dataclass(frozen=True)
class Code:
    """The newest code of an account, as kept: its digest, never itself."""

    digest: str
    sent: datetime
    used: bool = False


class Entry(StrEnum):
    """What an entry is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    MALFORMED = "malformed"


def well_formed(entered: str, rules: CodeRules) -> bool:
    """Whether this is a code at all: so many digits of the ASCII kind."""
    return len(entered) == rules.digits and entered.isascii() and entered.isdigit()


def expires(code: Code, rules: CodeRules) -> datetime:
    """The first instant at which the code no longer works."""
    return code.sent + rules.lifetime


def judged(code: Code | None, entered: str, entered_digest: str, rules: CodeRules, now: datetime) -> Entry:
    """Expiry is said before anything else; then the form; a superseded or used code is a wrong one (AMC-30)."""
    if code is not None and now >= expires(code, rules):
        return Entry.EXPIRED
    if not well_formed(entered, rules):
        return Entry.MALFORMED
    if code is None or code.used or code.digest != entered_digest:
        return Entry.WRONG
    return Entry.RIGHT


def used(code: Code) -> Code:
    """The code as it stands after it opened a session: it opens no other (HRD-01)."""
    return replace(code, used=True)
