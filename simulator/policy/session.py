"""How long a visit is worth something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class SessionRules:
    """A visit ends after that long without a request, and after `whole` in any case."""

    idle: timedelta
    whole: timedelta


def is_over(began: datetime, seen: datetime, rules: SessionRules, now: datetime) -> bool:
    """Whether the visit has ended."""
    return now - seen >= rules.idle or now - began >= rules.whole
