"""A mail address that waits to be validated: its link is active for days, and then the address is remembered for some more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class ValidationRules:
    """Both counted from the sending, in hours that pass and not in days of a calendar (AME-53, AME-55)."""

    active: timedelta
    remembered: timedelta


class Waiting(StrEnum):
    """Where an address stands."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    FORGOTTEN = "forgotten"


def waiting(sent: datetime, rules: ValidationRules, now: datetime) -> Waiting:
    """Active to its last second; then two ways on; then the address is forgotten (AME-53 to AME-55)."""
    if now >= sent + rules.remembered:
        return Waiting.FORGOTTEN
    return Waiting.INACTIVE if now >= sent + rules.active else Waiting.ACTIVE
