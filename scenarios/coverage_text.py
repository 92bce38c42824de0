"""The coverage as people read it in a terminal of 100 columns."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from scenarios.loader import trials
from scenarios.model import ANY_PORTAL

if TYPE_CHECKING:
    from scenarios.coverage import Coverage
    from scenarios.model import Requirement

WIDTH = 100


def write_report(seen: Coverage, portal: str | None, brief: bool, out: TextIO) -> None:
    """Write requirements with what verifies them, cases with what they verify, totals, and what is wrong."""
    if not brief:
        for file in seen.register.files:
            if portal in {None, file.portal}:
                _write_portal(seen, file.portal, out)
        _write_cases(seen, portal, out)
    _write_totals(seen, out)
    _write_mistakes(seen, out)


def _write_portal(seen: Coverage, portal: str, out: TextIO) -> None:
    requirements = [one for one in seen.register.requirements.values() if one.portal == portal]
    print(_heading(f"Requirements: {portal}"), file=out)
    later: dict[str, list[Requirement]] = {}
    for one in requirements:
        if seen.state(one) == "later":
            later.setdefault(seen.later.reason(one), []).append(one)
        else:
            _write_requirement(seen, one, out)
    for reason, missing in later.items():
        print(_wrapped(f"not covered: {reason}", "  "), file=out)
        for one in missing:
            print(_wrapped(f"{one.id:<8}{one.title}", "    ", hanging=8), file=out)
    print(file=out)


def _write_requirement(seen: Coverage, requirement: Requirement, out: TextIO) -> None:
    print(_wrapped(f"{requirement.id:<8}{requirement.title}", "  ", hanging=8), file=out)
    match seen.state(requirement):
        case "covered":
            for id in seen.verified_by[requirement.id]:
                print(f"            {id}", file=out)
        case "untestable":
            print(_wrapped(f"cannot be tested: {requirement.reason}", " " * 12), file=out)
        case "orphan":
            print("            VERIFIED BY NOTHING", file=out)


def _write_cases(seen: Coverage, portal: str | None, out: TextIO) -> None:
    cases = [case for case in seen.cases if portal in {None, case.portal}]
    print(_heading("Cases, watchers and suites"), file=out)
    for case in cases:
        count = len(trials(case))
        print(_line(case.id + (f" ({count})" if case.examples else ""), case.verifies), file=out)
    for check in seen.checks if portal in {None, ANY_PORTAL} else ():
        print(_line(check.id, check.verifies), file=out)
    print(file=out)


def _write_totals(seen: Coverage, out: TextIO) -> None:
    print(_heading("Totals"), file=out)
    print(f"  {'':<20}{'covered':>10}{'later':>10}{'untestable':>12}{'orphans':>10}", file=out)
    for file in seen.register.files:
        states = Counter(seen.state(one) for one in seen.register.requirements.values() if one.portal == file.portal)
        figures = f"{states['covered']:>10}{states['later']:>10}{states['untestable']:>12}{states['orphan']:>10}"
        print(f"  {file.portal:<20}{figures}", file=out)
    kinds = Counter(check.kind for check in seen.checks)
    tried = sum(len(trials(case)) for case in seen.cases)
    print(f"  {len(seen.cases)} cases tried {tried} times, {kinds['watcher']} watchers, {kinds['suite']} suites", file=out)


def _write_mistakes(seen: Coverage, out: TextIO) -> None:
    if not seen.mistakes:
        return
    print(f"\n{_heading('To mend')}", file=out)
    for mistake in seen.mistakes:
        print(_wrapped(str(mistake), "  ", hanging=4), file=out)


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _line(id: str, verifies: tuple[str, ...]) -> str:
    return _wrapped(f"{id:<64}{' '.join(verifies)}", "  ", hanging=64)


def _wrapped(text: str, indent: str, hanging: int = 0) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent + " " * hanging, break_on_hyphens=False)
