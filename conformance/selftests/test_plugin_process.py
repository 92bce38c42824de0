"""The target's own process: started once, and gone when the run has ended, however it ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.report.writing import MADE
from conformance.selftests.fake_runs import ROOT, Ended, FakeRuns, command, environment

pytest_plugins = ["pytester", "conformance.selftests.run_fake"]

ANNOUNCER = """
import json, os, pathlib, signal, sys, time
here = pathlib.Path(__file__).parent
with (here / "started").open("a") as log:
    log.write(f"{os.getpid()}\\n")
print(json.dumps({"portal": "http://127.0.0.1:9"}), flush=True)
time.sleep(60)
"""


def started_by(folder: Path) -> list[int]:
    """The processes that the announcer was started as."""
    return [int(line) for line in (folder / "started").read_text().split()]


def lives(process: int) -> bool:
    """Whether there is such a process."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_the_target_is_started_once_and_stopped(options: tuple[str, ...], run_fake: FakeRuns, tmp_path: Path) -> None:
    """One process for all workers, whose addresses the report names, gone when the run has ended."""
    announcer = tmp_path / "announcer.py"
    announcer.write_text(ANNOUNCER)
    ended = run_fake("passed[1],passed[2],failed", *options, FAKE_START=str(announcer))
    assert ended.status == 10
    (process,) = started_by(tmp_path)
    assert not lives(process)
    assert ended.document.target.addresses == {"ameli-connect": "http://127.0.0.1:9/ameli"}


def test_a_target_that_does_not_start_is_told_with_its_last_words(run_fake: FakeRuns, tmp_path: Path) -> None:
    """Code 13, and no case runs."""
    announcer = tmp_path / "announcer.py"
    announcer.write_text("raise SystemExit('no port was free')")
    ended = run_fake("passed", FAKE_START=str(announcer))
    assert ended.status == 13
    assert "no port was free" in ended.output
    assert "Traceback" not in ended.output


def broken_off(folder: Path, how: signal.Signals, *options: str) -> Ended:
    """A run of six cases, of which the third and fourth take long, that gets a signal while it waits for them."""
    announcer, began = folder / "announcer.py", folder / "began"
    announcer.write_text(ANNOUNCER)
    cases = {"FAKE_CASES": "passed[1],passed[2],slow[1],slow[2],passed[3],passed[4]", "FAKE_SLOW_BEGAN": str(began)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *command(folder / "report", *options)],
        cwd=ROOT,
        env=environment(**cases, FAKE_START=str(announcer)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 60
        while not began.exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        # Ctrl-C reaches all processes of a terminal; a CI server ends the one that it started.
        os.killpg(process.pid, how) if how is signal.SIGINT else process.send_signal(how)
        output, _ = process.communicate(timeout=90)
    finally:
        process.kill()
    return Ended(process.returncode, output, folder / "report")


@pytest.mark.parametrize(("how", "options"), [(signal.SIGINT, ()), (signal.SIGINT, ("-n", "2")), (signal.SIGTERM, ())])
def test_a_run_broken_off_still_reports_and_stops_its_target(how: signal.Signals, options: tuple[str, ...], tmp_path: Path) -> None:
    """Ctrl-C in the middle: what was tried stands in the report, the rest as not reached, and nothing is left running."""
    ended = broken_off(tmp_path, how, *options)
    assert ended.status == 2
    assert ended.document.interrupted
    assert ended.document.verdict == "incomplete"
    assert {"passed[1]", "passed[2]"} <= set(ended.results)
    assert "ameli-connect.fake.slow[1]" in ended.document.selection.not_reached
    assert "broken off" in ended.output
    (target,) = started_by(tmp_path)
    assert not lives(target)


def test_the_report_of_an_earlier_run_is_gone_when_a_run_begins(run_fake: FakeRuns) -> None:
    """A run that does not come to any case leaves no report that could be taken for one of cases; other files stay."""
    folder = run_fake.pytester.path
    report = folder / "report"
    report.mkdir()
    for name in ("report.json", "index.html", "junit.xml", "mine.txt"):
        (report / name).write_text("{}")
    announcer = folder / "announcer.py"
    announcer.write_text("raise SystemExit(1)")
    ended = run_fake("passed", FAKE_START=str(announcer))
    assert {file.name for file in report.iterdir()} == {"mine.txt", "report.json", *MADE}
    assert "{}" not in {(report / name).read_text() for name in MADE}
    assert (ended.document.verdict, ended.document.cases) == ("error", ())
