"""What a world of a target has whose time is ours: a clock that nobody sets, and mails that are waited for."""

from __future__ import annotations

import time
from dataclasses import dataclass

from conformance.driver import CannotRun
from conformance.target import Target


@dataclass(frozen=True)
class MailSettled:
    """Waits as long as the target file says that it takes until no mail means none (timing.mail-settle)."""

    seconds: float

    def __call__(self) -> None:
        """In real time."""
        time.sleep(self.seconds)


def check_clock(clock: str | None, target: Target) -> None:
    """Raises CannotRun for a case that begins at an instant of its own: no waiting leads there."""
    if clock is not None:
        raise CannotRun(f"begins at {clock} (given.clock), and {target.file} offers no clock that can be set (capabilities.clock).")
