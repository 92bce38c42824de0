"""Runs pytest as a user does, on the fake portal, and reads what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conformance.report.document import Document, read

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "pytest", "-p", "conformance.selftests.fake_portal", "-p", "no:cacheprovider", "conformance")


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
    without = {"PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "HEURTOIR_ADDRESSES", "PYTEST_XDIST_WORKER_COUNT"}
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return {**kept, "COLUMNS": "140", "PYTHONDONTWRITEBYTECODE": "1", **more}


def run_fake(folder: Path, cases: str, *options: str, driver: str = "forms", **more: str) -> Ended:
    """Run these fake cases with these options; the report goes into `folder`."""
    report = folder / "report"
    command = [*COMMAND, "--target", "fake", "--driver", driver, "--report", str(report), *options]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment(FAKE_CASES=cases, **more), capture_output=True, text=True, timeout=120, check=False
    )
    return Ended(ended.returncode, ended.stdout + ended.stderr, report)
