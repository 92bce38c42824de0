"""Races run many times on a running target, each round counted: how many got through, how many may, and in how many rounds it did not hold.

A suite ends with the first round that does not hold; here all are run, so that a mistake that shows only now and then shows how often.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from conformance.driver import CannotRun, DriverBroke, Provisioner
from conformance.drivers.forms import FormsBrowsers
from conformance.gate import GATE
from conformance.obstacles import obstacle_to_suite
from conformance.suites.at_once import Race, Raced, one_round
from conformance.suites.races import PEOPLE, RACES
from conformance.suites.stage import Stage
from conformance.target import Target
from conformance.turn import NoWay
from scenarios.checks import load_checks
from scenarios.model import DeclaredCheck

_SHOWN_REASON = 160


@dataclass(frozen=True)
class Row:
    """One race on one target: what is counted, how many may get through, how many did in each round, in how many rounds something did
    not hold, and why not all rounds could be run."""

    target: str
    race: str
    what: str
    allowed: int
    through: tuple[int, ...]
    not_held: int
    seconds: float
    reason: str = ""

    @property
    def most(self) -> int:
        """By how many the worst round was overrun; below 0 where too few got through."""
        return max((one - self.allowed for one in self.through), key=abs, default=0)


def counted(target: Target, provisioner: Provisioner, rounds: int, wanted: Iterable[str], told: Callable[[Row], None]) -> list[Row]:
    """Run these races, by the ids of their suites; `told` hears each row as it becomes known."""
    rows = []
    declared = {check.id: check for check in load_checks()}
    for id in wanted:
        for race in RACES[id]:
            rows.append(_row(_Course(declared[id], race, target, provisioner), rounds))
            told(rows[-1])
    return rows


@dataclass(frozen=True)
class _Course:
    check: DeclaredCheck
    race: Race
    target: Target
    provisioner: Provisioner


def _row(course: _Course, rounds: int) -> Row:
    row = Row(course.target.name, course.check.id, course.race.__name__.replace("_", " "), 0, (), 0, 0.0)
    if lacking := sorted(course.check.functions - course.target.functions):
        return replace(row, reason=f"the portal has no {', '.join(lacking)}")
    if found := obstacle_to_suite(course.check, course.target):
        return replace(row, reason=found.reason)
    began = time.monotonic()
    run: list[Raced] = []
    reason = ""
    try:
        for number in range(1, rounds + 1):
            run.append(_round(course, f"round {number} of {rounds}"))
    except (CannotRun, DriverBroke, NoWay) as broke:
        reason = f"round {len(run) + 1}: {broke}"[:_SHOWN_REASON]
    if run:
        row = replace(row, what=run[0].what, allowed=run[0].allowed)
    not_held = sum(not one.held for one in run)
    through = tuple(one.through for one in run)
    return replace(row, through=through, not_held=not_held, seconds=time.monotonic() - began, reason=reason or _broken(run))


def _round(course: _Course, turn: str) -> Raced:
    browsers = FormsBrowsers()
    with GATE.paced_for(course.check.impact):
        stage = Stage(course.check, course.target, course.provisioner, browsers)
        return one_round(stage, course.race, turn, PEOPLE.get(course.race, ()))


def _broken(run: Iterable[Raced]) -> str:
    """What did not hold in the first round in which something did not."""
    broken = [check for one in run for check in one.step.checks if not check.held]
    return "; ".join(f"{check.fact}: expected {check.expected}, was {check.actual}" for check in broken)[:_SHOWN_REASON]


def as_text(rows: Iterable[Row]) -> str:
    """One table of all rows, with what did not hold below it."""
    rows = list(rows)
    lines = [["target", "race", "counted", "allowed", "got through, by round", "overrun", "not held", "seconds"]]
    for row in rows:
        short = row.race.removeprefix("suite.races.")
        ran = f"{row.not_held} of {len(row.through)}"
        lines.append(
            [
                row.target,
                short,
                row.what,
                str(row.allowed or "–"),
                _numbers(row.through),
                f"{row.most:+d}" if row.most else "none",
                ran,
                f"{row.seconds:.1f}",
            ]
        )
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    told = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    told.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*told, *(f"{row.target}, {row.what}: {row.reason}" for row in rows if row.reason)]) + "\n"


def _numbers(through: tuple[int, ...]) -> str:
    """How many got through, and in how many rounds: `3 × 20`, or `3 × 18, 7 × 2`."""
    return ", ".join(f"{number} × {rounds}" for number, rounds in sorted(Counter(through).items())) or "–"


def as_data(rows: Iterable[Row]) -> list[Mapping[str, object]]:
    """The same for programs."""
    return [
        {
            "target": row.target,
            "race": row.race,
            "counted": row.what,
            "allowed": row.allowed,
            "through": list(row.through),
            "rounds_not_held": row.not_held,
            "worst_overrun": row.most,
            "seconds": round(row.seconds, 3),
            "reason": row.reason,
        }
        for row in rows
    ]
