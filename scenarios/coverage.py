"""Which cases, watchers and suites verify which requirement, and the other way round.

`python -m scenarios.coverage` prints it and ends with 1 when a testable requirement is verified by nothing and not declared as later,
when something declared as later is verified after all, or when a file of the register or of cases has a mistake.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from scenarios.checks import load_checks
from scenarios.coverage_text import write_report
from scenarios.later import Later, load_later
from scenarios.loader import load_cases, trials
from scenarios.mistakes import Mistake, MistakesFound
from scenarios.model import Case, DeclaredCheck, Requirement
from scenarios.register import Register, load_register


@dataclass(frozen=True)
class Coverage:
    """The register held against all that verifies it. `verified_by` has every requirement, with an empty tuple where nothing does."""

    register: Register
    cases: tuple[Case, ...]
    checks: tuple[DeclaredCheck, ...]
    later: Later
    verified_by: Mapping[str, tuple[str, ...]]
    mistakes: tuple[Mistake, ...]

    def state(self, requirement: Requirement) -> str:
        """covered, later, untestable, or orphan."""
        if self.verified_by[requirement.id]:
            return "covered"
        if not requirement.testable:
            return "untestable"
        return "later" if self.later.reason(requirement) else "orphan"


def coverage(root: Path | None = None) -> Coverage:
    """Hold together what stands under `root` (default: this repository's `scenarios`); MistakesFound when a file cannot be used."""
    register, cases, checks, later = load_register(root), load_cases(root), load_checks(root), load_later(root)
    verified_by: dict[str, list[str]] = {id: [] for id in register.requirements}
    pairs = [(one.id, one.verifies) for one in cases] + [(one.id, one.verifies) for one in checks]
    for verifier, verifies in pairs:
        for id in verifies:
            verified_by[id].append(verifier)
    found = {id: tuple(by) for id, by in verified_by.items()}
    return Coverage(register, cases, checks, later, found, tuple(_mistakes(register, later, found)))


def _mistakes(register: Register, later: Later, verified_by: Mapping[str, tuple[str, ...]]) -> Iterator[Mistake]:
    for requirement in register.requirements.values():
        entry = later.entry(requirement)
        by = verified_by[requirement.id]
        if entry is None and requirement.testable and not by:
            text = f"{requirement.id} is verified by no case, watcher or suite: write one, or declare it in later.yaml with a reason"
            yield Mistake(requirement.place, text)
        if entry is not None and by:
            way_on = f"name it under `except` of the portal {entry.portal}" if entry.portal else "take it out"
            yield Mistake(entry.place, f"{requirement.id} is declared as later, and {by[0]} verifies it: {way_on}")
        if entry is not None and entry.requirement and not requirement.testable:
            yield Mistake(entry.place, f"{requirement.id} cannot be tested ({requirement.reason}): take it out")


def as_json(seen: Coverage) -> dict[str, Any]:
    """The coverage as plain data."""
    return {
        "requirements": [
            {
                "id": one.id,
                "title": one.title,
                "portal": one.portal,
                "level": one.level,
                "place": str(one.place),
                "state": seen.state(one),
                "reason": one.reason or (seen.later.reason(one) if seen.state(one) == "later" else ""),
                "verified_by": list(seen.verified_by[one.id]),
            }
            for one in seen.register.requirements.values()
        ],
        "cases": [
            {
                "id": case.id,
                "title": case.title,
                "place": str(case.place),
                "trials": len(trials(case)),
                "verifies": list(case.verifies),
                "functions": sorted(case.functions),
            }
            for case in seen.cases
        ],
        "checks": [
            {"id": check.id, "kind": check.kind, "title": check.title, "place": str(check.place), "verifies": list(check.verifies)}
            for check in seen.checks
        ],
        "mistakes": [str(mistake) for mistake in seen.mistakes],
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scenarios.coverage",
        description="Which cases, watchers and suites verify which requirement, and the other way round.",
        epilog="Ends with 0 when every testable requirement is verified or declared in scenarios/later.yaml, else with 1.",
    )
    parser.add_argument("--portal", help="only this portal's requirements and cases (`any`: those that all portals share)")
    parser.add_argument("--brief", action="store_true", help="only the totals and what is wrong")
    parser.add_argument("--json", action="store_true", help="everything as one JSON document")
    parser.add_argument("--root", type=Path, help="another folder with requirements/, cases/, checks.yaml and later.yaml")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Print the coverage; 0 when nothing is wrong, 1 when something is, 2 for a portal that is not in the register."""
    out, err = out or sys.stdout, err or sys.stderr
    options = _options(arguments)
    try:
        seen = coverage(options.root.resolve() if options.root else None)
    except MistakesFound as found:
        print(f"{found}\n{len(found.mistakes)} to mend before coverage can be told.", file=err)
        return 1
    portals = [file.portal for file in seen.register.files]
    if options.portal and options.portal not in portals:
        print(f"--portal {options.portal}: there is no such portal in the register; there are: {', '.join(portals)}", file=err)
        return 2
    if options.json:
        print(json.dumps(as_json(seen), ensure_ascii=False, indent=2), file=out)
    else:
        write_report(seen, options.portal, options.brief, out)
    return 1 if seen.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
