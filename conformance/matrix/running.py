"""Runs the matrix: everything without a defect, then each defect with what consulted it; or the quick form."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from conformance.matrix.attempt import Attempt
from conformance.matrix.gallery import Defect
from conformance.matrix.jobs import Crew, Job, Try
from conformance.matrix.pairs import TURNS_OF_A_SUITE, Check, Clean, clean_jobs, defect_jobs, quick_jobs
from conformance.plan import SUITE


class Tally(Protocol):
    """Is told of each job that was done, and of the end."""

    def did(self, job: Job) -> None:
        """A job was done."""
        ...

    def end(self) -> None:
        """All were."""
        ...


# Begins a tally: its title, the jobs, and the clean run, which tells how long they will take.
Tallying = Callable[[str, Sequence[Job], Clean], Tally]


@dataclass(frozen=True)
class Evidence:
    """All that was run: by trial without a defect, and by defect; how long both took, in seconds on the clock."""

    clean: Clean = field(default_factory=Clean)
    attempts: Mapping[str, tuple[Attempt, ...]] = field(default_factory=dict)
    clean_seconds: float = 0.0
    seconds: float = 0.0

    def without(self, trials: Collection[str]) -> Evidence:
        """The same, but for what these trials said with a defect on."""
        kept = {name: tuple(one for one in attempts if one.id not in trials) for name, attempts in self.attempts.items()}
        return replace(self, attempts=kept)


def clean_run(checks: Mapping[str, Check], crew: Crew, tallying: Tallying) -> Evidence:
    """Everything once, with nothing on."""
    began = time.monotonic()
    found = _done("without a defect", clean_jobs(checks), Clean(), crew, tallying)
    clean = Clean({attempt.id: attempt for attempts in found.values() for attempt in attempts})
    return Evidence(clean, clean_seconds=time.monotonic() - began)


def full_run(
    defects: Sequence[Defect], checks: Mapping[str, Check], before: Evidence, crew: Crew, tallying: Tallying, *, everything: bool = False
) -> Evidence:
    """Each defect with all that consulted it `before`; a suite that must notice and did not is given further turns.

    `everything`: what needs a browser to be noticed is tried with one in every case, also in those that it does not name.
    """
    began = time.monotonic()
    found = _done("with defects", defect_jobs(defects, checks, before.clean, everything), before.clean, crew, tallying)
    if again := [job for defect in defects for job in _again(defect, checks, found[defect.name])]:
        for name, attempts in _done("once more", again, before.clean, crew, tallying).items():
            found[name] += attempts
    return replace(before, attempts={name: tuple(attempts) for name, attempts in found.items()}, seconds=time.monotonic() - began)


def quick_run(defects: Sequence[Defect], checks: Mapping[str, Check], crew: Crew, tallying: Tallying) -> Evidence:
    """Each defect with what it names, up to the first kill."""
    began = time.monotonic()
    found = _done("up to the first kill", quick_jobs(defects, checks), Clean(), crew, tallying)
    return Evidence(attempts={name: tuple(attempts) for name, attempts in found.items()}, seconds=time.monotonic() - began)


def _again(defect: Defect, checks: Mapping[str, Check], attempts: Sequence[Attempt]) -> list[Job]:
    suites = [one for one in attempts if one.id in defect.killed_by and one.id in checks and checks[one.id].kind == SUITE]
    missed = {one.id: one.driver for one in suites if not any(other.broken.get(one.id) for other in suites)}
    return [Job(defect.name, (Try(id, driver),) * (TURNS_OF_A_SUITE - 1), {id: defect.killed_by[id]}) for id, driver in missed.items()]


def _done(title: str, jobs: Sequence[Job], clean: Clean, crew: Crew, tallying: Tallying) -> dict[str, list[Attempt]]:
    """What came of jobs, by defect; of those without one under no name."""
    found: dict[str, list[Attempt]] = defaultdict(list)
    tally = tallying(title, jobs, clean)
    for job, attempts in crew.done(jobs):
        found[job.defect or ""] += attempts
        tally.did(job)
    tally.end()
    return found
