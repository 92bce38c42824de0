"""A mail address that waits to be validated: its link is active for days, and then the address is remembered for some more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.policy.link import LinkRules


@dataclass(frozen=True)
class ValidationRules:
    """The life of the link, and how long the address is remembered: hours that pass, not days of a calendar (AME-53, AME-55)."""

    link: LinkRules
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
    return Waiting.INACTIVE if now >= sent + rules.link.lifetime else Waiting.ACTIVE
