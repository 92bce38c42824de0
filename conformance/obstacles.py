"""What stands against a trial before it begins: the target lacks, forbids, or declares not to have what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from conformance.gate import GATE
from conformance.results import Result
from conformance.target import Target
from conformance.waiting import obstacle
from scenarios.model import DeclaredCheck, Trial

_WAYS = {"screen": "run with --driver browser"}


@dataclass(frozen=True)
class Obstacle:
    """What comes of the trial, why, in the words of the target file, and the key, or the option, that would change it."""

    result: Result
    reason: str
    key: str


def obstacle_to(trial: Trial, target: Target, longest_wait: timedelta, screen: bool) -> Obstacle | None:
    """What keeps the trial from running on this target, or None. `screen`: whether the driver has one; `longest_wait`: --max-wait."""
    for name in trial.case.verifies:
        if name in target.not_applicable:
            return Obstacle(Result.NOT_APPLICABLE, f"{name}: {target.not_applicable[name]}", f"not-applicable.{name}")
    if forbidden := GATE.forbids(trial.case.impact):
        return Obstacle(Result.COULD_NOT_RUN, forbidden, "impacts")
    if target.needs_scripts and not screen:
        return Obstacle(Result.COULD_NOT_RUN, scripts_needed(target), "--driver")
    if why := obstacle(trial, target, longest_wait):
        return Obstacle(Result.COULD_NOT_RUN, why, "control" if why.startswith("needs") else "--max-wait")
    offered = target.capabilities | {"clock"} | ({"screen"} if screen else frozenset())
    lacking = sorted(trial.needs - offered)
    if lacking:
        named = "; ".join(f"{name} ({_WAYS.get(name, f'capabilities.{name} of {target.file}')})" for name in lacking)
        return Obstacle(Result.COULD_NOT_RUN, f"needs {named}", "--driver" if lacking == ["screen"] else f"capabilities.{lacking[0]}")
    return None


def obstacle_to_suite(check: DeclaredCheck, target: Target) -> Obstacle | None:
    """What keeps a suite from running on this target, or None. A screen is not asked after: that chooses, see conformance.selection."""
    for name in check.verifies:
        if name in target.not_applicable:
            return Obstacle(Result.NOT_APPLICABLE, f"{name}: {target.not_applicable[name]}", f"not-applicable.{name}")
    if forbidden := GATE.forbids(check.impact):
        return Obstacle(Result.COULD_NOT_RUN, forbidden, "impacts")
    if target.needs_scripts and "screen" not in check.needs:
        return Obstacle(Result.COULD_NOT_RUN, scripts_needed(target), "--driver")
    lacking = sorted(check.needs - target.capabilities - {"screen"})
    if lacking:
        named = "; ".join(f"{name} (capabilities.{name} of {target.file})" for name in lacking)
        return Obstacle(Result.COULD_NOT_RUN, f"needs {named}", f"capabilities.{lacking[0]}")
    return None


def scripts_needed(target: Target) -> str:
    """Why nothing is seen of the target without a browser that runs scripts."""
    return f"its pages are made by scripts (scripts of {target.file}): only a browser shows them"
