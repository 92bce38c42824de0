"""Secret links: once, the newest only, and not for long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class LinkRules:
    """What a link is for, in the words that staff read, and how long it lives."""

    purpose: str
    lifetime: timedelta


class LinkState(StrEnum):
    """What a link is worth now."""

    LIVE = "live"
    EXPIRED = "expired"
    USED = "used"
    SUPERSEDED = "superseded"


def judged(sent: datetime, is_used: bool, is_newest: bool, rules: LinkRules, now: datetime) -> LinkState:
    """A used or superseded link is dead for good; a living one dies at the end of its life (HRD-60)."""
    if is_used:
        return LinkState.USED
    if not is_newest:
        return LinkState.SUPERSEDED
    return LinkState.EXPIRED if now >= sent + rules.lifetime else LinkState.LIVE
