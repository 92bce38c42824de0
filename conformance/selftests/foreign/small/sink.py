"""The mail server that the portal delivers to: a program of its own with Mailpit's API, used over its ports alone."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.selftests.foreign.small.outbox import Server

_ROOT = Path(__file__).parents[4]
_STOP_SECONDS = 5.0


class SinkError(Exception):
    """The mail server did not come up. The text says how far it came."""


@dataclass(frozen=True)
class Sink:
    """Where mails are handed over, and the address at which they can be read."""

    smtp: Server
    mail: str


@contextmanager
def running(folder: Path) -> Iterator[Sink]:
    """The mail server as a child process, on free ports, gone at the end. Raises SinkError."""
    ports = [part for name in ("portal", "control", "mail", "smtp") for part in (f"--{name}-port", "0")]
    command = [sys.executable, "-m", "simulator", "--announce", *ports, "--data", str(folder)]
    process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        yield _announced(process)
    finally:
        _stop(process)


def _announced(process: subprocess.Popen[str]) -> Sink:
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        told = json.loads(line)
        host, _, port = told["smtp"].removeprefix("smtp://").rpartition(":")
        return Sink(Server(host, int(port)), told["mail"])
    except (ValueError, KeyError, AttributeError):
        said = f"it announced {line.strip()!r}" if line else "it ended before it announced anything"
        raise SinkError(f"The mail server did not say where it takes mails (smtp) and where they are read (mail): {said}.") from None


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
