"""Running other programs during set-up: with a sign of life, within a time limit, and through apt when something of Debian's is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SIGN_OF_LIFE = 0.5 if sys.stdout.isatty() else 10.0


class SetUpFailed(Exception):
    """Set-up cannot go on; the text says why, and what to do."""


def _show_life(what: str, begun: float, log: Path) -> None:
    """One line that says how long it takes and what was said last; on a terminal it replaces itself."""
    said = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    line = f"   {what}: {time.monotonic() - begun:.0f} s  {said[-1] if said else ''}"[:110]
    print(f"\r{line:<110}" if sys.stdout.isatty() else line, end="" if sys.stdout.isatty() else "\n", flush=True)


def run(what: str, command: list[str], seconds: float, environment: dict[str, str] | None = None) -> None:
    """Run a command to its end, showing that it lives.

    Raises:
        SetUpFailed: with the end of its output, when it fails or is not done in time.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "output"
        with log.open("w", encoding="utf-8") as sink:
            full = {**os.environ, **(environment or {})}
            child = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=full)
            code = _wait(child, begun + seconds, lambda: _show_life(what, begun, log))
        if sys.stdout.isatty():
            print("\r" + " " * 110, end="\r", flush=True)
        if code != 0:
            why = f"not done after {seconds:.0f} s" if code is None else f"exit code {code}"
            tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
            raise SetUpFailed(f"{what}: {why}\n{tail}")


def _wait(child: subprocess.Popen[bytes], until: float, show: Callable[[], None]) -> int | None:
    """The exit code, or None when time was up and the child was ended."""
    try:
        while True:
            try:
                return child.wait(timeout=min(SIGN_OF_LIFE, max(0.1, until - time.monotonic())))
            except subprocess.TimeoutExpired:
                if time.monotonic() >= until:
                    return None
                show()
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _as_root() -> list[str] | None:
    """What goes before a command so that it runs as root; None when that cannot be had."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    if subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    if not sys.stdin.isatty():
        return None
    print("   sudo asks for your password, to install a package of Debian's:", flush=True)
    return [sudo, "-n"] if subprocess.run([sudo, "-v"], check=False).returncode == 0 else None


def install_from_debian(package: str) -> None:
    """Install a package through apt.

    Raises:
        SetUpFailed: without apt, without root and sudo, or when apt fails; the text names the command to run by hand.
    """
    by_hand = f"Install it yourself, as root: apt-get install {package}; then run the same make command again."
    if shutil.which("apt-get") is None:
        raise SetUpFailed(f"There is no apt-get here. Install what your system calls {package!r}, then run the same make command again.")
    root = _as_root()
    if root is None:
        raise SetUpFailed(f"Debian's package {package} is missing, and there is neither root nor sudo to install it. {by_hand}")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "Acquire::Retries=2"]
    try:
        run("asking Debian for its list of packages", [*apt, "update"], 180)
        run(f"installing {package}", [*apt, "install", "--yes", "--no-install-recommends", package], 600)
    except SetUpFailed as reason:
        raise SetUpFailed(f"{reason}\n{by_hand}") from reason
