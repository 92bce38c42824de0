"""What an attacker knows of the blocks they ran into: whose end is when, and whether a block that was met is one more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


@dataclass
class Blocks:
    """By spelling of the identifier: a portal that counts by spelling blocks by it, too. An end is None where none was told."""

    running: dict[str, datetime | None] = field(default_factory=dict)
    known: set[datetime] = field(default_factory=set)
    number: int = 0

    def met(self, spelling: str, end: datetime | None, now: datetime) -> bool:
        """Note a block that was met; whether it is a new one, and not one that was known, or had its end moved."""
        before = self.running.get(spelling)
        held_on = spelling in self.running and (before is None or now < before)
        new = not held_on and (end is None or end not in self.known)
        self.number += new
        # A block that is there still when its end was told to have come has an end that nobody knows.
        self.running[spelling] = end if end is None or end > now else None
        if end is not None:
            self.known.add(end)
        return new

    def over(self, spelling: str) -> None:
        """What was entered in that spelling was judged: it is not blocked."""
        self.running.pop(spelling, None)

    def free(self, spellings: Sequence[str], now: datetime) -> list[str]:
        """The spellings of which no block is known that has not ended."""
        return [one for one in spellings if one not in self.running or ((end := self.running[one]) is not None and end <= now)]

    def next_end(self, now: datetime) -> datetime:
        """When the first of them ends, as far as was told; else in a minute."""
        return min((end for end in self.running.values() if end is not None and end > now), default=now + _MINUTE)
