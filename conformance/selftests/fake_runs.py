"""Runs pytest as a user does, on the fake portal, and reads what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from conformance.report.document import Document, read

ROOT = Path(__file__).parents[2]
OF_A_SURROUNDING_RUN = ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_CURRENT_TEST", "HEURTOIR_ADDRESSES")
ARGUMENTS = ("-p", "conformance.selftests.fake_portal", "-p", "no:cacheprovider", "conformance/test_cases.py")


@dataclass(frozen=True)
class Ended:
    """A run of pytest that ended."""

    status: int
    output: str
    report: Path

    @property
    def document(self) -> Document:
        """The report's document."""
        return read(self.report / "report.json")

    @property
    def results(self) -> dict[str, str]:
        """What follows `ameli-connect.fake.` in the ids of the cases -> their results."""
        return {case.id.rpartition("fake.")[2]: case.result.value for case in self.document.cases}

    @property
    def summary(self) -> list[str]:
        """The lines from the heading with the verdict to the end."""
        lines = self.output.rstrip().splitlines()
        starts = [index for index, line in enumerate(lines) if line.startswith("=") and " fake: " in line]
        return lines[starts[-1] :] if starts else []


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what a surrounding run of pytest put there, and with more."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_A_SURROUNDING_RUN}
    return {**kept, "COLUMNS": "140", "PYTHONDONTWRITEBYTECODE": "1", **more}


def command(report: Path, *options: str, driver: str = "forms") -> list[str]:
    """The arguments of pytest that try the fake cases and put the report there."""
    return [*ARGUMENTS, "--target", "fake", "--driver", driver, "--report", str(report), *options]


@dataclass(frozen=True)
class FakeRuns:
    """Runs pytest in this process, which takes a tenth of the time of a process of its own."""

    pytester: pytest.Pytester
    environment: pytest.MonkeyPatch

    def __call__(self, cases: str, *options: str, driver: str = "forms", **more: str) -> Ended:
        """Run these fake cases with these options."""
        report = self.pytester.path / "report"
        # pytest-playwright's scope of soft assertions does not nest; hypothesis imports itself anew for a second at the end of each run.
        without = ("-p", "no:playwright", "-p", "no:hypothesispytest")
        for name, value in {"FAKE_CASES": cases, **more}.items():
            self.environment.setenv(name, value)
        with self.environment.context() as patch:
            patch.chdir(ROOT)
            ended = self.pytester.runpytest_inprocess(*without, *command(report, *options, driver=driver))
        return Ended(int(ended.ret), ended.stdout.str() + ended.stderr.str(), report)


def run_pytest(*arguments: str, **more: str) -> Ended:
    """Run pytest in a process of its own, with nothing of ours but what stands in the repository."""
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    ended = subprocess.run(words, cwd=ROOT, env=environment(**more), capture_output=True, text=True, timeout=120, check=False)
    return Ended(ended.returncode, ended.stdout + ended.stderr, ROOT / "report")
