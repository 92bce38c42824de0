"""How far the matrix has come: counts and time left, on one line of a terminal, or a line now and then elsewhere."""

from __future__ import annotations

import io
import re

import pytest

from conformance.matrix.jobs import Job, Try
from conformance.matrix.pairs import Clean
from conformance.matrix.progress import Progress
from conformance.selftests.made_defects import EXPIRED, RACE, made_attempt

CLEAN = Clean({RACE: made_attempt(RACE, seconds=60.0), EXPIRED: made_attempt(EXPIRED, seconds=0.1)})
JOBS = [Job(("a-defect",), (Try(RACE, "forms"),)), Job(("a-defect",), (Try(EXPIRED, "forms"),) * 8)]


class Terminal(io.StringIO):
    """A terminal that keeps what was written."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_a_terminal_sees_one_line_that_changes() -> None:
    """Each job is counted by its runs; what is left is judged by how long each took without a defect."""
    terminal = Terminal()
    told = Progress("with defects", JOBS, CLEAN, terminal)
    told.did(JOBS[0])
    assert terminal.getvalue().startswith("\r\x1b[Kwith defects: 1 of 9, ")
    assert terminal.getvalue().endswith("nearly done")  # the race was nearly all of it
    told.did(JOBS[1])
    told.end()
    assert terminal.getvalue().count("\n") == 1
    assert re.search(r"with defects: 9 runs in [\d.]+ s\n$", terminal.getvalue())


def test_what_is_left_is_told_by_its_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight short runs in two seconds leave the long one, some two minutes of it."""
    now = [100.0]
    monkeypatch.setattr("conformance.matrix.progress.time.monotonic", lambda: now[0])
    terminal = Terminal()
    told = Progress("with defects", JOBS, CLEAN, terminal)
    now[0] += 2.0
    told.did(JOBS[1])
    assert "8 of 9, 2.00 s, about 2 min 16 s left" in terminal.getvalue()


def test_a_file_gets_a_line_now_and_then() -> None:
    """Not one for each of thousands of runs."""
    file = io.StringIO()
    told = Progress("with defects", JOBS, CLEAN, file)
    for job in JOBS:
        told.did(job)
    assert file.getvalue() == ""
    told.end()
    assert file.getvalue().startswith("with defects: 9 runs in")
