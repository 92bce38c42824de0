"""Trying mutants: the simulator is started from a copy with one file changed, and trials are run until one notices."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.driver import Provisioner
from conformance.drivers.forms import FormsBrowsers
from conformance.plan import Plan
from conformance.process import started
from conformance.results import CaseResult, Result
from conformance.runner import RunOptions, run_trial
from conformance.selftests.mutation.fates import Fate, Kind, noticed
from conformance.suites.registry import SUITES
from conformance.suites.stage import performed
from conformance.target import StartCommand, Target
from conformance.target_file import TargetError
from conformance.testability import TestabilityProvisioner
from scenarios.model import Requirement, Trial

# A mail that is due comes in milliseconds; a mutant may have swallowed it.
_MAIL_PATIENCE_SECONDS = 2.0
_ERRORS_KEPT = 3
_RACES = "suite.races."
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "tests")


@dataclass(frozen=True)
class Bench:
    """What trials are run with, on one running simulator or another."""

    target: Target
    requirements: Mapping[str, Requirement]
    trials: Mapping[str, Trial]
    suites: frozenset[str] = frozenset()

    @classmethod
    def of(cls, plan: Plan) -> Bench:
        """The bench for the chosen trials of a plan, and its races: what happens at the same moment is not for cases to say."""
        races = frozenset(suite for suite in plan.suites if suite in SUITES and suite.startswith(_RACES))
        return cls(plan.material.target, plan.material.register.requirements, plan.trials, races)

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of all trials, and behind them of all suites."""
        return (*self.trials, *sorted(self.suites))

    def run(self, check: str, target: Target, provisioner: Provisioner) -> CaseResult:
        """Run one trial, or one suite, with the forms driver."""
        if check in self.suites:
            return performed(SUITES[check], check, (target, provisioner, FormsBrowsers()))
        options = RunOptions("forms", mail_patience_seconds=_MAIL_PATIENCE_SECONDS)
        return run_trial(self.trials[check], self.requirements, target, provisioner, FormsBrowsers(), options)

    @contextmanager
    def simulator(self, copy: Path, before: Sequence[str] = ()) -> Iterator[Target]:
        """The simulator of that copy, running, as a target; `before` are arguments for Python, ahead of `-m`. Raises TargetError."""
        start = self.target.start
        assert start is not None  # it is the simulator's own target file
        python, *rest = start.command
        command = StartCommand((python, *before, *rest), str(copy), start.ready_seconds)
        with started(command, self.target.file) as addresses:
            yield self.target.at(addresses)


@dataclass(frozen=True)
class Job:
    """A mutant to be tried: the changed file, and the trials in their order. After `patience` seconds no further trial is begun."""

    file: str
    source: str
    trials: tuple[str, ...]
    patience: float


def copied(root: Path, folder: Path) -> Path:
    """A copy of the simulator under `root` in that folder, without its tests."""
    shutil.copytree(root / "simulator", folder / "simulator", ignore=_NOT_COPIED)
    return folder


def fate(job: Job, bench: Bench, copy: Path) -> Fate:
    """Try a mutant in that copy, which is as before afterwards."""
    began = time.monotonic()
    try:
        with _changed(copy / job.file, job.source), bench.simulator(copy) as target:
            found = _tried(job, bench, target, began + job.patience)
    except TargetError as error:
        found = Fate(Kind.DOES_NOT_START, reason=str(error).splitlines()[-1].strip())
    return replace(found, seconds=round(time.monotonic() - began, 2))


def _tried(job: Job, bench: Bench, target: Target, until: float) -> Fate:
    provisioner = TestabilityProvisioner(target)
    errors: list[str] = []
    for number, trial in enumerate(job.trials, start=1):
        result = bench.run(trial, target, provisioner)
        seen = noticed(result)
        # What is seen once may be the machine's doing.
        if seen and noticed(bench.run(trial, target, provisioner)):
            return Fate(Kind.BY_SUITE if trial in bench.suites else Kind.KILLED, trial, seen.fact, seen.reason, number, tuple(errors))
        if result.result is Result.ERROR and len(errors) < _ERRORS_KEPT:
            errors.append(f"{trial}: {result.reason}")
        if time.monotonic() > until:
            return Fate(Kind.TOO_SLOW, tried=number, errors=tuple(errors), reason=f"{len(job.trials) - number} trials were left")
    return Fate(Kind.BROKE if errors else Kind.SURVIVED, tried=len(job.trials), errors=tuple(errors))


@contextmanager
def _changed(file: Path, source: str) -> Iterator[None]:
    """The file with other content; what Python compiled of it is removed, or it would be taken for the same within one second."""
    original = file.read_bytes()
    _write(file, source.encode())
    try:
        yield
    finally:
        _write(file, original)


def _write(file: Path, content: bytes) -> None:
    for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        compiled.unlink(missing_ok=True)
    file.write_bytes(content)
