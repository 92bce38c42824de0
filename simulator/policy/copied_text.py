"""The text to copy: how long there is for it, and that it is worth one answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class CopiedTextRules:
    """So many digits, and so much time to read or hear them and enter them (AME-11)."""

    digits: int
    lifetime: timedelta


class Copy(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"


def judged(drawn: datetime, answered: bool, is_same: bool, rules: CopiedTextRules, now: datetime) -> Copy:
    """Answered once, right or wrong, a text is worth nothing any more (AME-12, HRD-80); the end of its life is told first (AME-11)."""
    if now >= drawn + rules.lifetime:
        return Copy.EXPIRED
    return Copy.RIGHT if is_same and not answered else Copy.WRONG
