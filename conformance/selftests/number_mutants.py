"""Does every figure of the simulator's policy matter to some case? Each is changed by one, and the cases must notice.

    python -m conformance.selftests.number_mutants [--workers 2] [--only lockout]

A copy of the simulator with one figure changed is started as a target, and the cases are tried without a browser until one fails.
Ends with 1 when a changed figure went unnoticed. The simulator is read as text and run as a process: nothing here imports it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.drivers.forms import FormsBrowsers
from conformance.plan import Material, load_material
from conformance.process import started
from conformance.results import Result
from conformance.runner import RunOptions, run_trial
from conformance.selftests.numbers_in_source import Change, changes
from conformance.target_file import TargetError
from conformance.testability import TestabilityProvisioner

ROOT = Path(__file__).parents[2]
FIGURES = ("simulator/policy/*.py", "simulator/portals/ameli/settings.py")


@dataclass(frozen=True)
class Mutant:
    """A file with one figure changed."""

    file: str
    change: Change

    def __str__(self) -> str:
        return f"{self.file}:{self.change.line}: {self.change.old} -> {self.change.new}"


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the first case that failed, or that nothing did; how many cases were tried."""

    mutant: Mutant
    killer: str | None
    reason: str = ""


def mutants(only: str) -> Iterator[Mutant]:
    """All mutants, in the order of files and lines."""
    for pattern in FIGURES:
        for path in sorted(ROOT.glob(pattern)):
            file = path.relative_to(ROOT).as_posix()
            if only in file:
                yield from (Mutant(file, change) for change in changes(path.read_bytes()))


def fate(mutant: Mutant, material: Material, first: str | None) -> Fate:
    """Try the cases on a simulator with that change until one notices; the one named `first` before the others."""
    with tempfile.TemporaryDirectory(prefix="heurtoir-mutant-") as folder:
        shutil.copytree(ROOT / "simulator", Path(folder, "simulator"), ignore=shutil.ignore_patterns("__pycache__", "tests"))
        Path(folder, mutant.file).write_bytes(mutant.change.source)
        assert material.target.start is not None
        start = replace(material.target.start, directory=folder)
        try:
            with started(start, material.target.file) as addresses:
                return _tried(mutant, replace(material, target=material.target.at(addresses)), first)
        except TargetError as error:
            return Fate(mutant, "(it does not start)", str(error).splitlines()[-1])


def _tried(mutant: Mutant, material: Material, first: str | None) -> Fate:
    provisioner = TestabilityProvisioner(material.target)
    options = RunOptions("forms", mail_patience_seconds=2)
    trials = sorted((trial for trial in material.trials if "screen" not in trial.needs), key=lambda trial: trial.id != first)
    for trial in trials:
        result = run_trial(trial, material.register.requirements, material.target, provisioner, FormsBrowsers(), options)
        if result.result is Result.FAILED:
            return Fate(mutant, trial.id, result.reason)
    return Fate(mutant, None)


def judged(chosen: Sequence[Mutant], material: Material, workers: int) -> Iterator[Fate]:
    """The fates, as they become known. A figure's other change is often noticed by the same case: it is tried first."""
    killers: dict[tuple[str, int], str | None] = {}

    def one(mutant: Mutant) -> Fate:
        place = (mutant.file, mutant.change.line)
        found = fate(mutant, material, killers.get(place))
        killers[place] = found.killer or killers.get(place)
        return found

    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, chosen)


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 when every changed figure was noticed, 1 when not."""
    parser = argparse.ArgumentParser(prog="python -m conformance.selftests.number_mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are tried side by side (default: %(default)s)")
    parser.add_argument("--only", default="", help="only files whose path holds this text")
    given = parser.parse_args(arguments)
    chosen = list(mutants(given.only))
    unnoticed = []
    for number, found in enumerate(judged(chosen, load_material("simulator"), given.workers), start=1):
        print(f"[{number}/{len(chosen)}] {found.mutant}: {found.killer or 'NOT NOTICED'}", flush=True)
        if found.killer is None:
            unnoticed.append(found.mutant)
    print(f"{len(chosen) - len(unnoticed)} of {len(chosen)} changed figures were noticed by a case")
    for mutant in unnoticed:
        print(f"  not noticed: {mutant}")
    return 1 if unnoticed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
