"""A run that is broken off, through the front door: it stops at once, tells what it knows, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from conformance.selftests.fake_runs import ROOT, environment
from conformance.selftests.front_door import Told, cases, words
from conformance.selftests.lies import after
from conformance.selftests.lying_doors import Answer, Asked, Doors, Lie, lying
from conformance.target import Target

pytest_plugins = ["conformance.selftests.run_beyond"]

CHOSEN = cases("announcement.*", "code-page.*", "counts.apart*", "session.*")
# On a machine that has nothing else to do; a busy one takes as much longer as it has more to do than processors.
STOPS_WITHIN_SECONDS = 3.0 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
# Announces the doors as a target of its own, and notes who it is and where its data are.
ANNOUNCER = """
import os, pathlib, sys, time
pathlib.Path("data").write_text(sys.argv[1])
pathlib.Path(sys.argv[1], "state").write_text("x")
print({told!r}, flush=True)
time.sleep(120)
"""
START = '[start]\ncommand = ["{python}", "announcer.py", "{data}"]\n'


@dataclass(frozen=True)
class Row:
    """How a run is made, in the middle of what, and how it is broken off: Ctrl-C reaches all processes, SIGTERM the first alone."""

    name: str
    how: signal.Signals
    options: tuple[str, ...] = ()
    driver: str = "forms"
    waiting: bool = False


ROWS = (
    Row("Ctrl-C", signal.SIGINT),
    Row("SIGTERM", signal.SIGTERM),
    Row("Ctrl-C, workers", signal.SIGINT, ("-n", "2")),
    Row("SIGTERM, workers", signal.SIGTERM, ("-n", "2")),
    Row("Ctrl-C, waiting", signal.SIGINT, ("--max-wait", "2m"), waiting=True),
    Row("SIGTERM, waiting, workers", signal.SIGTERM, ("--max-wait", "2m", "-n", "2"), waiting=True),
    Row("Ctrl-C, a browser", signal.SIGINT, driver="browser"),
)


def told_when_busy(row: Row, busy: threading.Event) -> Lie:
    """The truth, until the run is in the middle of it: then nothing answers any more, or nobody asks, as all wait."""

    def silent(_: Asked, doors: Doors) -> Answer:
        busy.set()
        return doors.hang()

    def noticed(asked: Asked, doors: Doors) -> Answer:
        if asked.page == "demande":
            busy.set()
        return doors.truth(asked)

    return noticed if row.waiting else after(30, silent)


def target_file(row: Row, doors: Doors, folder: Path) -> str:
    """A target that is started by the run, or, for one that waits, one with limits of its own and prepared people."""
    told = json.dumps({"portal": doors.origins["portal"], "control": doors.origins["control"], "mail": doors.origins["mail"]})
    (folder / "announcer.py").write_text(ANNOUNCER.format(told=told))
    if not row.waiting:
        return doors.target(folder, START)
    world = f"waits{len(row.options)}"
    doors.prepare(folder, world, count=3)
    return doors.target(folder, f'[limits]\n"15m" = "60s"\n{START}', world=world)


def broken_off(row: Row, doors: Doors, busy: threading.Event, folder: Path) -> tuple[Told, list[psutil.Process]]:
    """The run, ended by a signal in its middle, and every process that it had started by then."""
    (folder / "tmp").mkdir()
    chosen = cases("code.new-one-after-expiry", "code.expiry-counts-not[1]", "announcement.lost-mailbox") if row.waiting else CHOSEN
    process = subprocess.Popen(
        words(target_file(row, doors, folder), folder / "report", *chosen, *row.options, driver=row.driver),
        cwd=ROOT,
        env=environment(TMPDIR=str(folder / "tmp")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert busy.wait(60)
        time.sleep(0.3)
        children = psutil.Process(process.pid).children(recursive=True)
        began = time.monotonic()
        os.killpg(process.pid, row.how) if row.how is signal.SIGINT else process.send_signal(row.how)
        output, _ = process.communicate(timeout=60)
        return Told(process.returncode, output, folder / "report", time.monotonic() - began), children
    finally:
        process.kill()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_run_that_is_broken_off_stops_reports_and_leaves_nothing(row: Row, running_simulator: Target, tmp_path: Path) -> None:
    """Within three seconds: code 2, the whole report, what was not reached, no process of ours, no folder of ours."""
    busy = threading.Event()
    with lying(running_simulator, told_when_busy(row, busy)) as doors:
        told, children = broken_off(row, doors, busy, tmp_path)
    assert told.seconds < STOPS_WITHIN_SECONDS, told.output
    assert told.status == 2
    document = told.document
    assert document.interrupted
    assert document.verdict == "incomplete"
    assert document.selection.not_reached
    assert len(document.cases) + len(document.selection.not_reached) == document.selection.selected
    assert "broken off" in told.output
    assert " not reached" in told.output
    for name in ("index.html", "junit.xml", "summary.md", "badge.svg", "traceability.csv"):
        assert (told.report / name).exists()
    assert "Traceback" not in told.output
    assert children
    assert [process for process in psutil.wait_procs(children, timeout=1)[1] if process.status() != psutil.STATUS_ZOMBIE] == []
    assert [file.name for file in (tmp_path / "tmp").iterdir() if not file.name.startswith("pytest-of-")] == []
