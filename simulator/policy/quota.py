"""How many one-time codes may be asked for in a sliding window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class QuotaRules:
    """So many codes in any window of that length; one more blocks for a while (AMC-40)."""

    codes: int
    window: timedelta
    block: timedelta


Requests = tuple[datetime, ...]


def within_window(requests: Requests, rules: QuotaRules, now: datetime) -> Requests:
    """The requests that still count: one made exactly a window ago no longer does (AMC-41)."""
    return tuple(asked for asked in requests if now - asked < rules.window)


def exhausted(requests: Requests, rules: QuotaRules, now: datetime) -> bool:
    """Whether one more code would be too many."""
    return len(within_window(requests, rules, now)) >= rules.codes


def with_request(requests: Requests, rules: QuotaRules, now: datetime) -> Requests:
    """One code more was asked for; those that no longer count are forgotten."""
    return (*within_window(requests, rules, now), now)
