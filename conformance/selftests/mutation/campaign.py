"""Trying all mutants of a session: several side by side, each in a process of its own with a simulator of its own."""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conformance.selftests.mutation.coverage_map import CoverageMap, Statements
from conformance.selftests.mutation.fates import Fate, Kind
from conformance.selftests.mutation.folding import whole_of
from conformance.selftests.mutation.mutants import Mutant
from conformance.selftests.mutation.order import Order
from conformance.selftests.mutation.sameness import program
from conformance.selftests.mutation.trying import Bench, Job, copied, fate

Told = Callable[[Mutant, Fate], None]


@dataclass(frozen=True)
class Limits:
    """How many are tried side by side; after how many seconds no further mutant is begun; how many seconds one may take."""

    workers: int
    seconds: float
    patience: float


def without_those_left_out(mutants: Sequence[Mutant], root: Path, told: Told) -> list[Mutant]:
    """The mutants that are to be tried; of the others it is told why not."""
    whole = whole_of(_texts(root, "*.py"), [*_texts(root, "*.html"), *_texts(root, "*.txt"), *_texts(root, "*.j2")])
    programs = {file: program((root / file).read_text(encoding="utf-8"), whole) for file in {mutant.key.file for mutant in mutants}}
    wanted = []
    for mutant in mutants:
        if why := programs[mutant.key.file].why_left_out(mutant.begins, mutant.piece):
            told(mutant, Fate(Kind.LEFT_OUT, reason=why))
        else:
            wanted.append(mutant)
    return wanted


@dataclass(frozen=True)
class Campaign:
    """What mutants are tried with: the simulator under `root`, the trials of `bench`, which of them execute what, and in which order."""

    root: Path
    bench: Bench
    map: CoverageMap
    order: Order

    def tried(self, mutants: Sequence[Mutant], limits: Limits, told: Told) -> None:
        """Try them, and tell of each what became of it. What the time did not suffice for is told of by nobody."""
        jobs = deque((mutant, self._trials(mutant)) for mutant in mutants)
        until = time.monotonic() + limits.seconds
        running: dict[Future[Fate], Mutant] = {}
        with _workers(limits.workers, self.bench, self.root) as pool:
            while running or (jobs and time.monotonic() < until):
                while jobs and len(running) < limits.workers and time.monotonic() < until:
                    mutant, trials = jobs.popleft()
                    if not trials:
                        told(mutant, Fate(Kind.NOT_REACHED))
                        continue
                    ordered = self.order.of(mutant.key, trials, self._likely(mutant))
                    running[pool.submit(_fate, Job(mutant.key.file, mutant.source, ordered, limits.patience))] = mutant
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    self._ended(running.pop(future), future.result(), told)

    def _trials(self, mutant: Mutant) -> frozenset[str]:
        return self.map.trials(mutant.key.file, _statements(self.root / mutant.key.file).around(mutant.row))

    def _likely(self, mutant: Mutant) -> frozenset[str]:
        return self.map.trials(mutant.key.file, _statements(self.root / mutant.key.file).users(mutant.row))

    def _ended(self, mutant: Mutant, what: Fate, told: Told) -> None:
        if what.killer:
            self.order.killed(mutant.key, what.killer)
        told(mutant, what)


@contextmanager
def _workers(number: int, bench: Bench, root: Path) -> Iterator[ProcessPoolExecutor]:
    with tempfile.TemporaryDirectory(prefix="heurtoir-mutants-", ignore_cleanup_errors=True) as folder:
        pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), _begin, (bench, root, Path(folder)))
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def _texts(root: Path, pattern: str) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in sorted((root / "simulator").rglob(pattern))]


@cache
def _statements(file: Path) -> Statements:
    return Statements(file.read_text(encoding="utf-8"))


# -- in a worker

_own: dict[str, tuple[Bench, Path]] = {}


def _begin(bench: Bench, root: Path, folder: Path) -> None:
    # A ctrl-C is for the one who hands out the work: the mutant under way is tried to its end, and its simulator stopped.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _own["bench"] = bench, copied(root, Path(tempfile.mkdtemp(dir=folder)))


def _fate(job: Job) -> Fate:
    return fate(job, *_own["bench"])
