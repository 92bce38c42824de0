"""Makes .venv with the versions of constraints.txt. Needs Python 3.11 or newer and nothing else; run by the Makefile."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

from commands import SetUpFailed, install_from_debian, run

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def works() -> bool:
    """Is there an environment whose Python and pip still run (a moved folder or a removed Python breaks them)?"""
    if not PYTHON.exists():
        return False
    try:
        asked = subprocess.run([PYTHON, "-c", "import sys, pip; print(sys.prefix)"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return asked.returncode == 0 and Path(asked.stdout.strip()).resolve() == VENV.resolve()


def make_environment() -> None:
    """Make .venv anew; on Debian the part of Python that does it may be missing."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        install_from_debian(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    run("making the virtual environment", [sys.executable, "-m", "venv", "--clear", str(VENV)], 120)


def install() -> None:
    """Install what is pinned; what is there already is left alone, and no network is used for it."""
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    run("installing the pinned dependencies", [*pip, "--requirement", str(TOP / "constraints.txt")], 900)


def main() -> None:
    """Make and fill the environment; a failure ends with what to do."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Name another one with: make PYTHON=/path/to/python3.11"
        )
    try:
        if not works():
            make_environment()
        install()
    except SetUpFailed as reason:
        sys.exit(f"\nThe environment could not be set up.\n{reason}")


if __name__ == "__main__":
    main()
