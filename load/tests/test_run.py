"""A whole run, from the command line: right journeys count, wrong pages fail however fast they are, and objectives decide how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).parents[2]
SMALL_PORTAL = Path(__file__).with_name("small_portal.py")


@dataclass(frozen=True)
class Run:
    """How a run ended, what it said, and its summary."""

    code: int
    words: str
    summary: dict[str, Any]

    @property
    def failures(self) -> dict[str, str]:
        """By sample, what went wrong with it."""
        return {failure["name"]: failure["what"] for failure in self.summary["failures"]}


def small_target(folder: Path, mistake: str = "", mail_wait: str = "2s") -> str:
    """A target file for the small portal, with one of its mistakes."""
    command = json.dumps(["{python}", str(SMALL_PORTAL), mistake])
    file = folder / "small.toml"
    file.write_text(
        'portal = "ameli-connect"\naddress = "{portal}/p"\ncontrol = "{control}"\nmail = "{mail}"\n'
        f'pages = {{ account = "account" }}\nstart = {{ command = {command} }}\ntiming = {{ mail-wait = "{mail_wait}" }}\n'
    )
    return str(file)


def run_locust(folder: Path, *options: str, target: str, seconds: int = 2) -> Run:
    """Locust without a page of its own, for so many seconds."""
    summary = folder / "load.json"
    command = [sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--headless", "--only-summary", "-u", "3", "-r", "10"]
    command += ["-t", f"{seconds}s", "--target", target, "--summary", str(summary), *options]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    words = done.stdout + done.stderr
    return Run(done.returncode, words, json.loads(summary.read_text()) if summary.exists() else {})


def test_right_journeys_are_counted(tmp_path: Path) -> None:
    """Every step of the way is a sample, the mail one too, none fails, and what was asked for is held."""
    run = run_locust(tmp_path, "--objective", "failures<0.1%", "--objective", "journeys>1/s", target=small_target(tmp_path))
    assert run.code == 0, run.words
    assert run.failures == {}
    samples = {sample["name"]: sample for sample in run.summary["samples"]}
    assert list(samples) == ["sign-in form", "password", "ask for code", "code by mail", "code", "account page", "sign-out"]
    assert run.summary["journeys"] == samples["sign-out"]["count"] > 2
    assert [objective["held"] for objective in run.summary["objectives"]] == [True, True]
    assert "all objectives held" in run.words


@pytest.mark.parametrize(
    ("mistake", "sample", "says"),
    [
        ("maintenance", "password", "Service en maintenance"),
        ("server-error", "password", "server-error"),
        ("leads-away", "password", "not followed"),
        ("other-world", "sign-in form", "http://portal.elsewhere.test leads away from the target"),
        ("no-button", "ask for code", "No action whose label"),
        ("two-codes", "code by mail", "2 codes, not one"),
        ("no-mail", "code by mail", "no mail came in time"),
        ("mixed-up", "code", "does not show the name of the person who signed in"),
        ("stays-signed-in", "sign-out", "expected done or sign-in-asked"),
    ],
)
def test_a_wrong_page_is_a_failure_however_fast(tmp_path: Path, mistake: str, sample: str, says: str) -> None:
    """What is not what it should be is counted as failed under its own name, with the reason, and the run ends non-zero."""
    run = run_locust(tmp_path, "--people", "6", target=small_target(tmp_path, mistake, mail_wait="0.5s"))
    assert says in run.failures[sample]
    assert set(run.failures) == {sample}
    assert run.code == 1


def test_a_missed_objective_ends_non_zero(tmp_path: Path) -> None:
    """A bound that cannot be held is shown as missed beside one that is, and the exit code is 1 though no sample failed."""
    run = run_locust(tmp_path, "--objective", "p50<0.001ms", "--objective", "failures<1%", target=small_target(tmp_path))
    assert run.code == 1
    assert run.failures == {}
    assert "1 of 2 objectives missed" in run.words


def test_a_run_without_a_complete_journey_is_never_green(tmp_path: Path) -> None:
    """Tolerating every failure does not make a run that got nowhere a good one."""
    run = run_locust(tmp_path, "--objective", "failures<=100%", target=small_target(tmp_path, "maintenance"))
    assert run.code == 1
    assert "Not one journey was completed" in run.words


def test_failures_that_an_objective_tolerates_end_green(tmp_path: Path) -> None:
    """With two people of whom one always meets a wrong page, an objective that allows it decides, not Locust's own count."""
    run = run_locust(tmp_path, "--people", "3", "--objective", "failures<60%", target=small_target(tmp_path, "mixed-up"))
    assert run.failures
    assert run.summary["journeys"] > 0
    assert run.code == 0, run.words


def test_several_processes_share_the_people(tmp_path: Path) -> None:
    """Two workers of Locust's own sign in with people of their share, and the master counts all of them."""
    options = ("--processes", "2", "--people", "7", "--objective", "failures<0.1%")
    run = run_locust(tmp_path, *options, target=small_target(tmp_path), seconds=3)
    assert run.code == 0, run.words
    assert run.summary["journeys"] > 2


def test_the_simulator_bears_a_short_run(tmp_path: Path) -> None:
    """On the simulator, reached over its ports alone, whole journeys succeed and nothing fails."""
    run = run_locust(tmp_path, "--people", "8", "--objective", "failures<0.1%", target="simulator", seconds=4)
    assert run.code == 0, run.words
    assert run.failures == {}
    assert run.summary["journeys"] > 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--objective", "fast"), "not understood"),
        (("--objective", "p95<3%"), "p95 is counted in ms or s, not in %."),
        (("--people", "none"), "give a number of people"),
        (("--people", "2"), "fewer than the 3 users"),
        (("--target", "nonsense"), "There is no target"),
    ],
)
def test_a_wrong_command_line_is_explained(tmp_path: Path, options: tuple[str, str], says: str) -> None:
    """A wrong option ends before anything runs, with a sentence that names it and without a traceback."""
    run = run_locust(tmp_path, *options, target=small_target(tmp_path))
    assert run.code == 2
    assert says in run.words
    assert "Traceback" not in run.words


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("exit(3)", "ended with status 3"),
        ("print('nonsense')", "wanted is one line"),
        (
            'print(\'{"portal": "http://127.0.0.1:9", "control": "http://127.0.0.1:9", "mail": "http://127.0.0.1:9"}\'); input()',
            "nobody listens",
        ),
    ],
)
def test_a_target_that_is_not_there_is_explained(tmp_path: Path, command: str, says: str) -> None:
    """A target that dies, says nonsense or does not answer ends the run with the reason and without a traceback."""
    file = tmp_path / "broken.toml"
    start = json.dumps(["{python}", "-c", command])
    file.write_text(
        'portal = "ameli-connect"\naddress = "{portal}"\ncontrol = "{control}"\nmail = "{mail}"\n'
        f'pages = {{ account = "a" }}\nstart = {{ command = {start} }}\n'
    )
    run = run_locust(tmp_path, target=str(file))
    assert run.code == 2
    assert says in run.words
    assert "Traceback" not in run.words
