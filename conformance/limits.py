"""Documented durations and those in force on a target: shortened, or as documented. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scenarios.instants import Period, period_text

# A case's instant this near to a documented limit (a fiftieth of it) means its edge: just before it, or at it.
_NEAR = 50
_MONTH = timedelta(days=365.2425) / 12
_NOTHING = timedelta()


@dataclass(frozen=True)
class Limits:
    """`shortened`: documented duration -> the one in force. Other durations are shortened in the same proportion as those around them.

    `precision` is how far from an edge one must keep for it to be sure on which side of it one is.
    """

    shortened: Mapping[timedelta, timedelta] = field(default_factory=dict)
    precision: timedelta = timedelta(seconds=1)

    def in_force(self, documented: Period) -> Period:
        """What a documented duration is on this target."""
        return Period(duration=self._proportional(length(documented))) if self.shortened else documented

    def reached(self, offset: Period, event: datetime) -> datetime:
        """When to act for an instant that a case counts from an event: by the edge of a limit, on the side that the case means."""
        if not self.shortened:
            return offset.after(event)
        wanted = length(offset)
        for documented in (_NOTHING, *self.shortened):
            if abs(wanted - documented) <= max(documented, min(self.shortened)) / _NEAR:
                in_force = self.shortened.get(documented, _NOTHING)
                return event + (in_force + self.precision if wanted >= documented else in_force - self.precision)
        return event + self._proportional(wanted)

    def _proportional(self, documented: timedelta) -> timedelta:
        if documented < _NOTHING:
            return -self._proportional(-documented)
        points = [(_NOTHING, _NOTHING), *sorted(self.shortened.items())]
        below = max(point for point in points if point[0] <= documented)
        above = min((point for point in points if point[0] > documented), default=None)
        if above is None:
            return below[1] * (documented / below[0])
        return below[1] + (above[1] - below[1]) * ((documented - below[0]) / (above[0] - below[0]))


def as_written(duration: timedelta) -> str:
    """A duration as target files write it: `15m`, `6mo`, and a part of a second too."""
    if duration and not duration % _MONTH:
        return f"{duration // _MONTH}mo"
    seconds = round(duration.total_seconds(), 1)
    return f"{seconds:g}s" if seconds % 1 and seconds < 60 else period_text(Period(duration=timedelta(seconds=round(seconds))))


def length(period: Period) -> timedelta:
    """How long a period is, months counted with their mean length."""
    return period.duration + period.months * _MONTH
