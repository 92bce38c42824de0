"""A target as a process: started once, ready when it says so, explained when it fails, and gone at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.process import ADDRESSES_VARIABLE, environment, running, started, told_addresses
from conformance.target import Addresses, StartCommand, load_target
from conformance.target_file import TargetError

READY = """
import json, os, pathlib, sys, time
pathlib.Path(sys.argv[1], "pid").write_text(str(os.getpid()))
print(json.dumps({"portal": "http://127.0.0.1:1", "control": "http://127.0.0.1:2", "data": sys.argv[1]}))
print("x" * 200_000)
pathlib.Path(sys.argv[2]).write_text(f"{os.getpid()} {sys.argv[1]}")
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def nobody_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No addresses in the environment, whatever the run itself uses."""
    monkeypatch.delenv(ADDRESSES_VARIABLE, raising=False)


def command(program: str, *arguments: str, ready_seconds: float = 10.0) -> StartCommand:
    """A start command that runs a program of Python."""
    return StartCommand(("{python}", "-c", program, *arguments), str(Path(__file__).parent), ready_seconds)


def alive(pid: int) -> bool:
    """Whether a process of that number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it holds, ten seconds at most."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_process_is_started_and_stopped(tmp_path: Path) -> None:
    """Its addresses are read, it may print more than a pipe holds, and at the end it is gone with its data."""
    note = tmp_path / "note"
    with started(command(READY, "{data}", str(note)), "mine.toml") as addresses:
        assert addresses == Addresses("http://127.0.0.1:1", "http://127.0.0.1:2", None)
        wait_for(lambda: note.exists() and note.read_text() != "")
        pid, data = note.read_text().split()
        assert alive(int(pid))
        assert Path(data, "pid").exists()
    assert not alive(int(pid))
    assert not Path(data).exists()


def test_a_process_that_will_not_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ignores being asked to end is ended all the same."""
    monkeypatch.setattr("conformance.process._STOP_SECONDS", 0.2)
    note = tmp_path / "note"
    with started(command(f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{READY}", "{data}", str(note)), "mine.toml"):
        wait_for(lambda: note.exists() and note.read_text() != "")
        pid = int(note.read_text().split()[0])
    assert not alive(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with the one that started it")
def test_a_process_does_not_outlive_whoever_started_it(tmp_path: Path) -> None:
    """A run that is killed without a chance to stop anything leaves no target behind."""
    note = tmp_path / "note"
    program = f"""
import sys, time
from conformance.process import started
from conformance.target import StartCommand
with started(StartCommand(("{{python}}", "-c", {READY!r}, "{{data}}", {str(note)!r}), "."), "mine.toml"):
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=Path(__file__).parents[2]) as run:
        wait_for(lambda: note.exists() and note.read_text() != "")
        pid = int(note.read_text().split()[0])
        assert alive(pid)
        run.kill()
        run.wait()
    wait_for(lambda: not alive(pid))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (
            "import sys; print('no such port', file=sys.stderr); sys.exit(3)",
            r"mine\.toml: start\.command ended with status 3.*\n  no such port",
        ),
        ("print('Listening')\nimport time; time.sleep(9)", r"start\.command gives 'Listening'; wanted is one line"),
        ("print('{}')\nimport time; time.sleep(9)", "wanted is one line"),
        ("import sys, time; print('thinking', file=sys.stderr, flush=True); time.sleep(9)", r"no addresses within 1 s.*\n  thinking"),
    ],
)
def test_a_process_that_fails_is_explained(program: str, said: str) -> None:
    """A process that dies, says something else or nothing at all is told with its last words."""
    with pytest.raises(TargetError, match=said), started(command(program, ready_seconds=1.0), "mine.toml"):
        pass


def test_a_program_that_is_not_there_is_told() -> None:
    """A command that cannot be run is an error that names it."""
    missing = StartCommand(("no-such-program-here",), ".")
    with pytest.raises(TargetError, match=r"mine\.toml: start\.command: no-such-program-here cannot be run"), started(missing, "mine.toml"):
        pass


def test_addresses_that_are_told_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment tells addresses, nothing is started: so many processes share one target."""
    told = Addresses("http://127.0.0.1:11", "http://127.0.0.1:12", "http://127.0.0.1:13", "http://127.0.0.1:14")
    for name, value in environment(told).items():
        monkeypatch.setenv(name, value)
    assert told_addresses() == told
    with running(load_target("simulator")) as target:
        assert target.address == "http://127.0.0.1:11/ameli"
        assert target.mail == "http://127.0.0.1:13"
        assert target.sms == "http://127.0.0.1:14"


@pytest.mark.parametrize("told", ["nonsense", "{}", json.dumps({"portal": 1})])
def test_addresses_that_cannot_be_read_are_told(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    """A wrong value in the environment is named with the variable."""
    monkeypatch.setenv(ADDRESSES_VARIABLE, told)
    with pytest.raises(TargetError, match=ADDRESSES_VARIABLE):
        told_addresses()
