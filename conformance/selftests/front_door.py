"""Runs the suite as a user does, `python -m pytest conformance --target FILE …` in a process of its own, and reads what came of it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from conformance.report.document import Document, read
from conformance.results import CaseResult
from conformance.selftests.fake_runs import ROOT, environment
from scenarios.loader import load_cases, trials

# Plugins of pytest that no such run needs, and that take a second of each to load.
LIGHT = ("-p", "no:playwright", "-p", "no:hypothesispytest")


@dataclass(frozen=True)
class Told:
    """A run that ended: its exit code, what stood on the terminal, the folder of its report, and how long it took."""

    status: int
    output: str
    report: Path
    seconds: float

    @property
    def document(self) -> Document:
        """The report's document."""
        return read(self.report / "report.json")

    @property
    def cases(self) -> dict[str, CaseResult]:
        """Results by what follows `ameli-connect.` in the ids of the cases."""
        return {case.id.removeprefix("ameli-connect."): case for case in self.document.cases}

    @property
    def results(self) -> dict[str, str]:
        """What the report calls each of them."""
        return {name: case.kind for name, case in self.cases.items()}

    @property
    def reasons(self) -> str:
        """Every reason, and the problems of the run."""
        return "\n".join((*self.document.problems, *(case.reason for case in self.document.cases)))


def words(target: str, report: Path, *options: str, driver: str = "forms") -> list[str]:
    """The command line. Cases in the options are `--case` with their ids after `ameli-connect.`; a browser needs its plugin."""
    light = LIGHT if driver == "forms" else LIGHT[2:]
    chosen = ["--target", target, "--driver", driver, "--report", str(report)]
    return [sys.executable, "-m", "pytest", "conformance", "-p", "no:cacheprovider", *light, *chosen, *options]


def cases(*names: str) -> tuple[str, ...]:
    """The option that chooses these."""
    return ("--case", ",".join(name if name.startswith("suite.") else f"ameli-connect.{name}" for name in names))


def in_order(names: Iterable[str]) -> list[str]:
    """As a run tries them without workers, and so as it asks for their worlds."""
    order = [trial.id.removeprefix("ameli-connect.") for case in load_cases() for trial in trials(case)]
    return sorted(names, key=order.index)


def run(target: str, folder: Path, *options: str, driver: str = "forms", patience: float = 90, **variables: str) -> Told:
    """Run it to its end; `patience`: seconds after which it is given up."""
    report, began = folder / "report", time.monotonic()
    command = words(target, report, *options, driver=driver)
    ended = subprocess.run(command, cwd=ROOT, env=environment(**variables), capture_output=True, text=True, timeout=patience, check=False)
    return Told(ended.returncode, ended.stdout + ended.stderr, report, time.monotonic() - began)
