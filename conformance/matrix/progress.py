"""How far the matrix has come: counts and time left, on one line of a terminal, or a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TextIO

from conformance.matrix.jobs import Job
from conformance.matrix.pairs import Clean
from conformance.report.page import duration

_SECONDS_BETWEEN_LINES = 10.0
_SOON = 10.0
_CLEAR = "\r\x1b[K"


class Progress:
    """Of one part of a run. What is left is judged by how long each took without a defect."""

    def __init__(self, title: str, jobs: Sequence[Job], clean: Clean, out: TextIO | None = None) -> None:
        self._title = title
        self._clean = clean
        self._out = out or sys.stderr
        self._all = sum(map(_runs, jobs))
        self._work = sum(map(self._weight, jobs))
        self._done, self._worked = 0, 0.0
        self._began = self._told = time.monotonic()

    def did(self, job: Job) -> None:
        """Count a job, and tell."""
        self._done += _runs(job)
        self._worked += self._weight(job)
        now = time.monotonic()
        if self._out.isatty():
            print(f"{_CLEAR}{self._line(now)}", end="", file=self._out, flush=True)
        elif now - self._told >= _SECONDS_BETWEEN_LINES:
            self._told = now
            print(self._line(now), file=self._out, flush=True)

    def end(self) -> None:
        """Tell how long it took."""
        start = _CLEAR if self._out.isatty() else ""
        print(f"{start}{self._title}: {self._done} runs in {duration(time.monotonic() - self._began)}", file=self._out, flush=True)

    def _weight(self, job: Job) -> float:
        return sum(self._clean.seconds(one) + 0.01 for one in job.tries[: _runs(job)])

    def _line(self, now: float) -> str:
        spent = now - self._began
        left = spent * (self._work - self._worked) / self._worked if self._worked else 0.0
        told = f"about {duration(left)} left" if left >= _SOON else "nearly done"
        return f"{self._title}: {self._done} of {self._all}, {duration(spent)}, {told}"


def _runs(job: Job) -> int:
    """How many runs a job comes to, as far as one can tell: what is sought is nearly always found by the first."""
    return len(job.tries) if job.until is None else 1
