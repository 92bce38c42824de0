"""What a process of the matrix is given to do at a time: some trials or suites with one defect on, or with none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from conformance.matrix.attempt import Attempt


@dataclass(frozen=True)
class Try:
    """A trial or suite, and the driver that it is run with."""

    id: str
    driver: str


@dataclass(frozen=True)
class Job:
    """Tries in their order, with defects on or with none. With `until` they end at the first that breaks one of these facts of a check.

    Several defects are on at once as long as nothing is noticed, and each alone after that.
    """

    defects: tuple[str, ...]
    tries: tuple[Try, ...]
    until: Mapping[str, tuple[str, ...]] | None = None

    def ends_with(self, attempt: Attempt) -> bool:
        """Whether what was sought was found."""
        if self.until is None:
            return False
        return any(set(facts) & set(self.until.get(check, ())) for check, facts in attempt.broken.items())


class Crew(Protocol):
    """Whoever does jobs."""

    def done(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, tuple[Attempt, ...]]]:
        """What came of each job, as it becomes known, in any order."""
        ...
