"""What the register allows who guesses, in figures, by portal: double entry, as everywhere in the harness. Suites judge by these alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from conformance.driver import CannotRun
from scenarios.instants import Period


@dataclass(frozen=True)
class Figures:
    """The figures of one portal: failures of one kind that block, and for how long; codes in a window, and how long one more blocks;
    how long a code is, and how long it lives; for how long a browser is trusted. `sources` names the requirements that they stand in.
    A portal without codes and trusted browsers has none of their figures.
    """

    attempts: int
    block: timedelta
    sources: tuple[str, ...]
    quota: int = 0
    window: timedelta = timedelta()
    quota_block: timedelta = timedelta()
    code_digits: int = 0
    code_lifetime: timedelta = timedelta()
    trust: Period | None = None

    def guesses(self, time: timedelta) -> int:
        """How many guesses of one kind may be judged in any stretch of that time: as many as block, once for each block that fits in."""
        return self.attempts * ceil(time / self.block)

    def codes(self, time: timedelta) -> int:
        """How many codes may be sent in any stretch of that time; none where there are none."""
        if not self.quota:
            return 0
        return self.quota * ceil(time / self.window)


FIGURES: Mapping[str, Figures] = {
    "ameli-connect": Figures(
        attempts=3,
        block=timedelta(minutes=15),
        quota=5,
        window=timedelta(minutes=60),
        quota_block=timedelta(minutes=60),
        code_digits=6,
        code_lifetime=timedelta(minutes=15),
        trust=Period(months=6),
        sources=("AMC-06", "AMC-10", "AMC-30", "AMC-40", "AMC-41", "AMC-60", "AMC-70", "AMC-71"),
    ),
    # The source gives none (FMU-30): these are our reading of HRD-20, which every portal owes.
    "france-mutuelle": Figures(attempts=5, block=timedelta(minutes=15), sources=("HRD-20",)),
}


def figures_of(portal: str) -> Figures:
    """The figures of a portal. Raises CannotRun for one whose figures are not entered yet."""
    if portal not in FIGURES:
        raise CannotRun(f"what {portal} allows who guesses is not entered in conformance/suites/figures.py")
    return FIGURES[portal]
