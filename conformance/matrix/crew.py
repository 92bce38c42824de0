"""Processes that do the jobs of the matrix side by side, each on a target of its own where the harness starts it."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event

from conformance.driver import CannotRun
from conformance.matrix.attempt import Attempt
from conformance.matrix.jobs import Job, Try
from conformance.matrix.workbench import Workbench
from conformance.plan import Options, load_material, make_plan
from conformance.process import admitted, end_with_parent, started, told_addresses
from conformance.results import Result
from conformance.target import Addresses, Target


class CrewLost(Exception):
    """A process of the matrix died: what it was doing is not known."""


@contextmanager
def targets_for(target: Target, workers: int) -> Iterator[tuple[Addresses, ...]]:
    """Where each worker finds the target: one started for each, or the one that runs. Raises TargetError, NotPermitted."""
    told = told_addresses()
    if told is None and target.start is not None:
        with ExitStack() as running:
            yield tuple(running.enter_context(started(target.start, target.file)) for _ in range(workers))
    else:
        yield (told or Addresses(""),) * workers


@dataclass(frozen=True)
class Processes:
    """A crew of processes. To be had from `crew`."""

    pool: ProcessPoolExecutor
    stop: Event

    def done(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, tuple[Attempt, ...]]]:
        """What came of each job, as it becomes known. Raises CrewLost."""
        asked: dict[Future[tuple[Attempt, ...]], Job] = {self.pool.submit(_do, job): job for job in jobs}
        try:
            for future in as_completed(asked):
                yield asked[future], future.result()
        except BrokenProcessPool:
            raise CrewLost("A process that tried the checks died: was it ended from outside, or short of memory?") from None


@contextmanager
def crew(options: Options, addresses: tuple[Addresses, ...]) -> Iterator[Processes]:
    """As many processes as there are addresses, each on one of them.

    At an interrupt what is under way is finished, and the rest is not begun.
    """
    context = multiprocessing.get_context("spawn")
    places: Queue[Addresses] = context.Queue()
    for place in addresses:
        places.put(place)
    stop = context.Event()
    pool = ProcessPoolExecutor(len(addresses), context, _begin, (options, places, stop))
    try:
        yield Processes(pool, stop)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


# -- in the process

_here: list[tuple[Workbench, Event]] = []


def _begin(options: Options, places: Queue[Addresses], stop: Event) -> None:
    # What is loaded by now stays to the end, and what comes is small: collecting it over and over takes a twentieth of the time.
    gc.freeze()
    gc.set_threshold(50_000)
    os.setpgid(0, 0)  # Ctrl-C is for whoever started the crew; it says when to stop
    end_with_parent()
    plan = make_plan(options, load_material(options.target))
    bench = Workbench(plan, admitted(plan.material.target.at(places.get())))
    _here.append((bench, stop))
    atexit.register(bench.close)


def _do(job: Job) -> tuple[Attempt, ...]:
    bench, stop = _here[0]
    found: list[Attempt] = []
    for one in job.tries:
        if stop.is_set():
            break
        found += _attempts(bench, one, job.defects, stop)
        if found and job.ends_with(found[-1]):
            break
    return tuple(found)


def _attempts(bench: Workbench, one: Try, defects: tuple[str, ...], stop: Event) -> tuple[Attempt, ...]:
    """With several defects: all at once. If something is noticed, each alone; those that were hidden by the others, once more together."""
    attempt = _attempt(bench, one, defects)
    if len(defects) <= 1:
        return (attempt,)
    asked = tuple(defect for defect in defects if attempt.came_to(defect))
    if not attempt.green or not asked:
        return tuple(_attempt(bench, one, (defect,)) for defect in defects if not stop.is_set())
    hidden = tuple(defect for defect in defects if defect not in asked)
    return attempt.of_each(asked) + (_attempts(bench, one, hidden, stop) if hidden and not stop.is_set() else ())


def _attempt(bench: Workbench, one: Try, defects: tuple[str, ...]) -> Attempt:
    try:
        return bench.attempt(one.id, one.driver, defects)
    except CannotRun as lacking:  # no browser
        return Attempt(one.id, ", ".join(defects) or None, one.driver, Result.COULD_NOT_RUN, str(lacking), 0.0)
