"""`python -m conformance races [TARGET …]`: every race many times, on one worker and on several, and by how much each was overrun."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from conformance.driver import DriverBroke, Provisioner
from conformance.people.allocation import claims_of
from conformance.process import running
from conformance.provisioning import provisioner_of
from conformance.suites.at_once import ROUNDS_VARIABLE
from conformance.suites.often import Row, as_data, as_text, counted
from conformance.suites.races import RACES
from conformance.target import Target, load_target
from conformance.target_file import TargetError
from conformance.testability import TestabilityProvisioner
from scenarios.checks import load_checks
from scenarios.instants import parse_duration

HELD, OVERRUN, USAGE, NOT_RUN = 0, 10, 2, 11
TARGETS = ("simulator", "simulator-4-workers")
ROUNDS = 20


def main(arguments: list[str]) -> int:
    """Run the races and write the table; 0 when all held, 10 when something did not, 11 when a race could not be run, 2 usage."""
    chosen = _parser().parse_args(arguments)
    wanted = [id for id in RACES if any(fnmatchcase(id, one) or id.endswith(f".{one}") for one in chosen.race or ["*"])]
    if not wanted:
        print(f"conformance races: no race is called {', '.join(chosen.race)}; there are: {', '.join(RACES)}", file=sys.stderr)
        return USAGE
    rows: list[Row] = []
    try:
        for name in chosen.targets or TARGETS:
            with running(load_target(name)) as target:
                print(f"{target.name}: {chosen.rounds} {'round' if chosen.rounds == 1 else 'rounds'} of each race", flush=True)
                rows += counted(target, _provisioner(target, chosen.defect), chosen.rounds, wanted, _told)
    except (TargetError, DriverBroke) as error:
        print(f"conformance races: {error}", file=sys.stderr)
        return USAGE
    _write(rows, chosen.report)
    if any(row.not_held for row in rows):
        return OVERRUN
    return NOT_RUN if any(row.reason for row in rows) else HELD


def _provisioner(target: Target, defects: Sequence[str]) -> Provisioner:
    """Raises DriverBroke where defects are asked for and the target has no testability API."""
    if defects:
        if target.people is not None or target.control is None:
            raise DriverBroke(f"{target.file} names no testability API, which is what switches defects on.")
        return TestabilityProvisioner(target, tuple(defects))
    suites = [check for check in load_checks() if check.id in RACES]
    return provisioner_of(target, claims_of([], suites, target, parse_duration("1m")))


def _told(row: Row) -> None:
    result = row.reason or "held in every round"
    print(f"  {row.race.removeprefix('suite.races.')}: {row.what}: {result}", flush=True)


def _write(rows: Sequence[Row], report: Path) -> None:
    text = as_text(rows)
    report.mkdir(parents=True, exist_ok=True)
    (report / "races.txt").write_text(text, encoding="utf-8")
    (report / "races.json").write_text(json.dumps({"races": as_data(rows)}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\n{text}\n{report / 'races.txt'}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance races",
        description="Every race many times, each round in a world of its own: how many got through at the same moment, how many may, and "
        "in how many rounds something did not hold.",
        epilog="Exit code: 0 all held, 10 something did not, 11 a race could not be run, 2 usage.",
    )
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=f"shipped targets or target files, one after the other (default: {' '.join(TARGETS)})"
    )
    usual = os.environ.get(ROUNDS_VARIABLE, str(ROUNDS))
    parser.add_argument("--rounds", type=_at_least_one, default=usual, help=f"of each race (default: {ROUNDS}, or {ROUNDS_VARIABLE})")
    parser.add_argument("--race", action="append", metavar="NAME", help="only this race: an id, its last part, or a pattern with *")
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", help="with this named defect on: how often is it seen?")
    parser.add_argument("--report", type=Path, default=Path("report"), metavar="FOLDER", help="where races.txt and races.json go")
    return parser


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
