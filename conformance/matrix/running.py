"""Runs the matrix: everything without a defect, then each defect with what consulted it; or the quick form."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
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
    """All that was run: by trial without a defect, and by defect; how long both took, in seconds on the clock.

    `broken_off`: not all was; then only those defects are here with which everything was.
    """

    clean: Clean = field(default_factory=Clean)
    attempts: Mapping[str, tuple[Attempt, ...]] = field(default_factory=dict)
    clean_seconds: float = 0.0
    seconds: float = 0.0
    broken_off: bool = False

    def without(self, trials: Collection[str]) -> Evidence:
        """The same, but for what these trials said with a defect on."""
        kept = {name: tuple(one for one in attempts if one.id not in trials) for name, attempts in self.attempts.items()}
        return replace(self, attempts=kept)


@dataclass(frozen=True)
class _Done:
    """What came of jobs, by defect; of those without one under no name. `left`: the defects whose jobs somebody had no patience for."""

    found: Mapping[str, Sequence[Attempt]] = field(default_factory=dict)
    left: frozenset[str] = frozenset()


def clean_run(checks: Mapping[str, Check], crew: Crew, tallying: Tallying, *, quick: bool = False) -> Evidence:
    """Everything once, with nothing on; `quick`: what is soon done. Broken off, it is worth nothing: raises KeyboardInterrupt."""
    began = time.monotonic()
    done = _done("without a defect", clean_jobs(checks, quick=quick), Clean(), crew, tallying)
    if done.left:
        raise KeyboardInterrupt
    clean = Clean({attempt.id: attempt for attempts in done.found.values() for attempt in attempts})
    return Evidence(clean, clean_seconds=time.monotonic() - began)


def full_run(
    defects: Sequence[Defect], checks: Mapping[str, Check], before: Evidence, crew: Crew, tallying: Tallying, *, everything: bool = False
) -> Evidence:
    """Each defect with all that consulted it `before`; a suite that must notice and did not is given further turns.

    `everything`: what needs a browser to be noticed is tried with one in every case, also in those that it does not name.
    """
    began = time.monotonic()
    done = _done("with defects", defect_jobs(defects, checks, before.clean, everything), before.clean, crew, tallying)
    again = [job for defect in defects for job in _again(defect, checks, done.found.get(defect.name, ()))]
    more = _done("once more", again, before.clean, crew, tallying) if again and not done.left else _Done()
    return _evidence(before, began, done, more)


def quick_run(defects: Sequence[Defect], checks: Mapping[str, Check], before: Evidence, crew: Crew, tallying: Tallying) -> Evidence:
    """Each defect with what it names, up to the first kill; where it is asked after is known from the quick clean run `before`."""
    began = time.monotonic()
    jobs = quick_jobs(defects, checks, before.clean)
    return _evidence(before, began, _done("up to the first kill", jobs, before.clean, crew, tallying))


def _evidence(before: Evidence, began: float, done: _Done, more: _Done | None = None) -> Evidence:
    more = more or _Done()
    left = done.left | more.left
    attempts = {name: (*found, *more.found.get(name, ())) for name, found in done.found.items() if name not in left}
    return replace(before, attempts=attempts, seconds=time.monotonic() - began, broken_off=bool(left))


def _again(defect: Defect, checks: Mapping[str, Check], attempts: Sequence[Attempt]) -> list[Job]:
    suites = [one for one in attempts if one.id in defect.killed_by and one.id in checks and checks[one.id].kind == SUITE]
    missed = {one.id: one.driver for one in suites if not any(other.broken.get(one.id) for other in suites)}
    return [Job((defect.name,), (Try(id, driver),) * (TURNS_OF_A_SUITE - 1), {id: defect.killed_by[id]}) for id, driver in missed.items()]


def _done(title: str, jobs: Sequence[Job], clean: Clean, crew: Crew, tallying: Tallying) -> _Done:
    found: dict[str, list[Attempt]] = defaultdict(list)
    left = Counter(name for job in jobs for name in job.defects or ("",))
    tally = tallying(title, jobs, clean)
    try:
        for job, attempts in crew.done(jobs):
            for attempt in attempts:
                found[attempt.defect or ""].append(attempt)
            left.subtract(job.defects or ("",))
            tally.did(job)
        tally.end()
    except KeyboardInterrupt:
        return _Done(found, frozenset(name for name, number in left.items() if number))
    return _Done(found)
