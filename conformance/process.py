"""A target started as a process of its own: once, on free ports, and stopped at the end."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from conformance.gate import GATE
from conformance.target import Addresses, StartCommand, Target
from conformance.target_file import TargetError

# Set by whoever started the target: others, such as the workers of xdist, use it and start none.
ADDRESSES_VARIABLE = "HEURTOIR_ADDRESSES"
_STOP_SECONDS = 5.0
_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None
_SIGNAL_OF_PARENTS_DEATH = 1
_LAST_LINES = 15


@contextmanager
def running(target: Target) -> Iterator[Target]:
    """The target with real addresses: those that the environment tells, or those of a process started for it and stopped at the end.

    The gate of this process is open to it, and to nothing else beyond this machine.

    Raises:
        TargetError: when the process dies, does not announce its addresses in time, or announces what cannot be used.
        NotPermitted: when it does not permit to be touched.
    """
    told = told_addresses()
    if told is None and target.start is not None:
        with started(target.start, target.file) as addresses:
            yield admitted(target.at(addresses))
    else:
        yield admitted(target.at(told or Addresses("")))


def admitted(target: Target) -> Target:
    """The same target, when it permits to be touched. Raises NotPermitted."""
    GATE.admit(target.touched)
    return target


@contextmanager
def started(start: StartCommand, file: str, said: Path | None = None) -> Iterator[Addresses]:
    """Start a process, wait for the addresses that it announces, and stop it at the end; `file` is named in errors.

    What it says on its standard error goes to the file `said`, for whoever wants to read along.
    """
    with tempfile.TemporaryDirectory(prefix="heurtoir-", ignore_cleanup_errors=True) as folder:
        data = Path(folder, "data")
        data.mkdir()
        with (said or Path(folder, "errors.txt")).open("w+b") as errors:
            process = _spawn(start, file, data, errors)
            try:
                yield _announced(process, start, file, errors)
            finally:
                _stop(process)


def told_addresses() -> Addresses | None:
    """The addresses that the environment tells, or None. Raises TargetError when they cannot be read."""
    told = os.environ.get(ADDRESSES_VARIABLE)
    return _read(told, f"the environment variable {ADDRESSES_VARIABLE}") if told else None


def environment(addresses: Addresses) -> Mapping[str, str]:
    """What to put into the environment of other processes, so that they use these addresses."""
    told = {"portal": addresses.portal, "control": addresses.control, "mail": addresses.mail, "sms": addresses.sms}
    return {ADDRESSES_VARIABLE: json.dumps({name: address for name, address in told.items() if address})}


def _spawn(start: StartCommand, file: str, data: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    places = {"{python}": sys.executable, "{data}": str(data)}
    command = [_filled(part, places) for part in start.command]
    try:
        return subprocess.Popen(
            command,
            cwd=start.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            # A ctrl-C is for whoever runs the tests; the target is stopped by them, when the last request has been answered.
            process_group=0,
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )
    except OSError as error:
        raise TargetError(f"{file}: start.command: {command[0]} cannot be run in {start.directory}: {error.strerror}.") from None


def end_with_parent() -> None:
    """In a new process: Linux ends it when whoever started it is killed without a chance to stop it; elsewhere one does so by hand."""
    if _LIBRARY is not None:
        _LIBRARY.prctl(_SIGNAL_OF_PARENTS_DEATH, signal.SIGTERM)


def _announced(process: subprocess.Popen[bytes], start: StartCommand, file: str, errors: IO[bytes]) -> Addresses:
    lines: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_drain, args=(process, lines), daemon=True).start()
    try:
        line = lines.get(timeout=start.ready_seconds)
    except Empty:
        said = f"announced no addresses within {start.ready_seconds:.0f} s"
        raise TargetError(f"{file}: start.command {said}; it shall print one line of JSON when it is ready. {_tail(errors)}") from None
    if not line:
        code = process.wait()
        raise TargetError(f"{file}: start.command ended with status {code} before it was ready. {_tail(errors)}")
    return _read(line.decode(errors="replace"), f"{file}: start.command")


def _drain(process: subprocess.Popen[bytes], lines: SimpleQueue[bytes]) -> None:
    """Hand over the first line, and read on so that the process never waits for a reader."""
    assert process.stdout is not None
    with process.stdout as stdout:
        lines.put(stdout.readline())
        for _ in stdout:
            pass


def _read(line: str, place: str) -> Addresses:
    try:
        told: Any = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("portal"), str):
        raise TargetError(
            f'{place} gives {line.strip()[:120]!r}; wanted is one line such as {{"portal": "http://…", "control": …, "mail": …}}.'
        )
    return Addresses(told["portal"], told.get("control"), told.get("mail"), told.get("sms"))


def _tail(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines()[-_LAST_LINES:]
    return "Its last words:\n  " + "\n  ".join(lines) if lines else "It said nothing."


def _filled(part: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        part = part.replace(name, value)
    return part


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its workers with it: the group is its own
            process.wait()
