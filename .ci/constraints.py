"""Keeps constraints.txt: the exact version of all that pyproject.toml leads to, names and versions only.

Without an option it is written anew from .venv; with --check it is held against pyproject.toml.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

TOP = Path(__file__).resolve().parent.parent
FILE = TOP / "constraints.txt"
HEAD = "# Exact versions of all that pyproject.toml leads to; `make constraints` writes them from what is in .venv.\n"
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.+!]+)")


def wanted() -> list[Requirement]:
    """What pyproject.toml asks for, to run and to develop."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["project"]["dependencies"] + project["dependency-groups"]["development"]
    return [Requirement(line) for line in lines]


def pins() -> dict[str, Version]:
    """Name and version of each line; a line of any other form ends the program, an address among them."""
    found: dict[str, Version] = {}
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        pin = PIN.fullmatch(line)
        if pin is None:
            sys.exit(f"constraints.txt:{number}: {line!r} is not NAME==VERSION. Write the file anew with: make constraints")
        found[canonicalize_name(pin["name"])] = Version(pin["version"])
    return found


def check() -> None:
    """Every dependency is pinned, to a version that pyproject.toml allows."""
    pinned = pins()
    wrong = [
        f"{need.name}: {pinned.get(canonicalize_name(need.name), 'no version')} pinned, pyproject.toml asks for {need.specifier}"
        for need in wanted()
        if canonicalize_name(need.name) not in pinned or pinned[canonicalize_name(need.name)] not in need.specifier
    ]
    if wrong:
        sys.exit("constraints.txt does not fit pyproject.toml; write it anew with: make constraints\n  " + "\n  ".join(wrong))


def needed() -> dict[str, str]:
    """Name and installed version of all that pyproject.toml asks for, and of what that needs in turn; nothing else that .venv may hold."""
    found: dict[str, str] = {}
    waiting = [(need.name, frozenset(need.extras)) for need in wanted()]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (canonicalize_name(name), extras) in seen:
            continue
        seen.add((canonicalize_name(name), extras))
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is not installed; install it into .venv, then: make constraints")
        found[installed.metadata["Name"]] = installed.version
        needs = [Requirement(line) for line in installed.requires or ()]
        waiting += [
            (need.name, frozenset(need.extras))
            for need in needs
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras | {""})
        ]
    return found


def write() -> None:
    """Write down what this environment holds."""
    pinned = [f"{name}=={version}" for name, version in needed().items() if name not in {"pip", "setuptools"}]
    FILE.write_text(HEAD + "\n".join(sorted(pinned, key=str.lower)) + "\n", encoding="utf-8")
    check()


if __name__ == "__main__":
    check() if "--check" in sys.argv[1:] else write()
