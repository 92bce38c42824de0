"""Clocks of targets: those that can be set only so finely, and those that cannot be set at all.

What lies between two instants that a clock can be set to cannot be tried, and is not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from conformance.driver import CannotRun, Clock

# No case asks for anything finer, so a clock that can be set to the second needs no watching.
FINEST = timedelta(seconds=1)


@dataclass(frozen=True)
class CoarseClock:
    """A clock that is moved by whole steps of `precision` only; `file` is the target file that says so."""

    clock: Clock
    precision: timedelta
    file: str
    moves: bool = True

    def now(self) -> datetime:
        """The instant it shows."""
        return self.clock.now()

    def move_to(self, instant: datetime) -> None:
        """Move it there. Raises CannotRun for an instant that it cannot be set to."""
        now = self.clock.now()
        if (instant - now) % self.precision:
            raise CannotRun(
                f"{self.file} says that its clock is set to {self.precision} at the finest (timing.clock-precision), "
                f"and {instant.isoformat()} is no whole number of such steps from {now.isoformat()}."
            )
        self.clock.move_to(instant)


def as_precise_as_said(clock: Clock, precision: timedelta, file: str) -> Clock:
    """The clock itself, or one that refuses what is finer than the target file says."""
    return CoarseClock(clock, precision, file) if precision > FINEST else clock


@dataclass(frozen=True)
class RunningClock:
    """The clock of a target that nobody can move: it is taken to go as this machine's does, and is waited for."""

    file: str
    moves: bool = False

    def now(self) -> datetime:
        """The instant it shows."""
        return datetime.now(UTC)  # noqa: TID251 - a target that runs by itself lives in the time of this machine

    def move_to(self, instant: datetime) -> None:
        """CannotRun: it runs by itself."""
        raise CannotRun(f"{self.file} offers no clock that can be moved, to {instant.isoformat()} neither (capabilities.clock).")
