"""Load beyond loopback, which is this machine's own address in the network: only where hammering is permitted, and then at full speed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.selftests.beyond import Beyond
from conformance.selftests.gateway import FILE

pytest_plugins = ["conformance.selftests.run_beyond"]

TOP = Path(__file__).parents[2]


def run_locust(beyond: Beyond, folder: Path, *options: str) -> tuple[int, str]:
    """Three users for five seconds: the exit code, and what was said."""
    command = [sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--headless", "--only-summary"]
    command += ["-u", "3", "-r", "9", "-t", "5s"]
    command += ["--target", beyond.target(folder), "--people", "6", "--summary", str(folder / "load.json"), *options]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=90, check=False, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


def test_load_without_a_permission_does_not_begin(beyond: Beyond, tmp_path: Path) -> None:
    """Code 2; nothing but the file is asked for."""
    code, words = run_locust(beyond, tmp_path)
    assert code == 2
    assert f"{beyond.portal.origin} was not touched" in words
    assert beyond.asked == [FILE]


def test_load_needs_hammer(beyond: Beyond, tmp_path: Path) -> None:
    """A permission to lock accounts is none for a load."""
    beyond.permit("read, account, lock")
    code, words = run_locust(beyond, tmp_path)
    assert code == 2
    assert f"its impact is hammer; {beyond.portal.origin}{FILE} says `impacts: account, lock, read`. Add hammer there" in words
    assert beyond.asked == [FILE]


@pytest.mark.parametrize("processes", ["", "2"])
def test_load_that_is_permitted_is_not_slowed(processes: str, beyond: Beyond, tmp_path: Path) -> None:
    """One request a second would not be a load: the rate is for conformance. Each process asks for itself."""
    beyond.permit("hammer", rate="1")
    code, words = run_locust(beyond, tmp_path, "--objective", "failures<50%", *(("--processes", processes) if processes else ()))
    assert code == 0, words
    assert len(beyond.portal.paths) > 20
    assert beyond.portal.paths.count(FILE) == (3 if processes else 1)
    assert FILE not in beyond.mail.paths
