"""Time. The one module that may ask the machine what time it is; everything else is told.

A world's clock runs beside the machine's, at a distance, or stands still. It is moved forward, never back.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta


def machine_now() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


def pause(seconds: float) -> None:
    """Let the machine's time pass; for retries and polling, never for a rule."""
    time.sleep(seconds)


class ClockGoesForward(ValueError):
    """Somebody asked for an instant that is past in that world."""


@dataclass(frozen=True)
class WorldClock:
    """What a world's clock showed when it was last set (`shown`), and the machine's time at that moment (`since`)."""

    shown: datetime
    since: datetime
    running: bool

    def now(self, machine: datetime) -> datetime:
        """The world's time when the machine's is `machine`."""
        if not self.running:
            return self.shown
        return self.shown + max(machine - self.since, timedelta(0))

    def moved_to(self, instant: datetime, machine: datetime) -> WorldClock:
        """The clock showing `instant`. Raises ClockGoesForward for an earlier one than it shows."""
        if instant < self.now(machine):
            raise ClockGoesForward
        return replace(self, shown=instant.astimezone(UTC), since=machine)

    def set_running(self, running: bool, machine: datetime) -> WorldClock:
        """The clock from now on running, or standing still."""
        return WorldClock(shown=self.now(machine), since=machine, running=running)


def clock_at(instant: datetime | None, running: bool, machine: datetime) -> WorldClock:
    """A new clock; it starts at the machine's time when no instant is given."""
    return WorldClock(shown=(instant or machine).astimezone(UTC), since=machine, running=running)
