"""How results add up: to the standing of a requirement, of a watcher, of a portal, of the whole run. Pure functions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from conformance.results import CaseResult, Check, Result, StepRecord, Verdict, worst

VERIFYING = frozenset({Result.PASSED, Result.FAILED, Result.WARNING, Result.MECHANISM_ONLY})


@dataclass(frozen=True)
class WatcherStanding:
    """What a watcher saw in a portal over a whole run: how many observations it judged, how many broke its rule, in which cases."""

    watcher: str
    portal: str
    requirements: tuple[str, ...]
    result: Result
    judged: int
    broken: int
    cases: tuple[str, ...]
    examples: tuple[Check, ...]


@dataclass(frozen=True)
class Standing:
    """Where a requirement stands, and the cases that bear on it. `result` is None when none did."""

    result: Result | None
    cases: tuple[str, ...]


def own_checks(result: CaseResult) -> Iterator[Check]:
    """The checks of the case itself, watchers apart."""
    return (check for step in result.steps for check in step.checks if check.watcher is None)


def broken_checks(case: CaseResult) -> list[tuple[int, str, Check]]:
    """The checks of a case that did not hold, watchers apart, each with the number and the sentence of its step."""
    return [
        (number, step.sentence, check)
        for number, step in enumerate(case.steps, 1)
        for check in step.checks
        if not check.held and check.watcher is None
    ]


def broken_steps(case: CaseResult) -> list[tuple[int, StepRecord, list[Check]]]:
    """The steps with checks that did not hold, watchers apart: number, step, those checks."""
    found = groupby(broken_checks(case), key=itemgetter(0))
    return [(number, case.steps[number - 1], [check for _, _, check in checks]) for number, checks in found]


def reason_beyond_checks(case: CaseResult) -> str:
    """The reason without the lines that only say again what a broken check says."""
    broken = [check for _, _, check in broken_checks(case)]
    endings = tuple(f"{check.fact}: expected {check.expected}, was {check.actual}" for check in broken)
    return "\n".join(line for line in case.reason.splitlines() if not line.endswith(endings)) if endings else case.reason


def verified(result: CaseResult) -> int:
    """How many things the case verified: its own checks, without those of the way there."""
    return sum(1 for check in own_checks(result) if not check.on_the_way)


def held_to_its_word(result: CaseResult) -> CaseResult:
    """The result, or an error in its place when it claims more than its checks show: nothing verified, or passed over a broken check."""
    if result.result in {Result.PASSED, Result.WARNING, Result.MECHANISM_ONLY} and not verified(result):
        return _as_error(result, "verified nothing: no step of it has an expectation that could fail")
    broken = next((check for check in own_checks(result) if not check.held), None)
    if result.result is Result.PASSED and broken is not None:
        return _as_error(result, f"was given as passed although “{broken.fact}” did not hold")
    return result


def result_of(steps: Iterable[StepRecord]) -> Result:
    """What the checks of these steps come to, watchers apart. Whether anything was verified is for `held_to_its_word` to say."""
    return worst(_broken(check) for step in steps for check in step.checks if not check.held and check.watcher is None)


def count(results: Iterable[CaseResult]) -> dict[Result, int]:
    """How many cases came to each result, in the order of `Result`, those that nothing came to left out."""
    seen = [result.result for result in results]
    return {result: seen.count(result) for result in Result if result in seen}


def watcher_standings(results: Iterable[CaseResult]) -> tuple[WatcherStanding, ...]:
    """One standing for each watcher and portal, in the order first seen."""
    seen: dict[tuple[str, str], list[tuple[CaseResult, Check]]] = {}
    for result in results:
        for step in result.steps:
            for check in step.checks:
                if check.watcher is not None:
                    seen.setdefault((check.watcher, result.portal), []).append((result, check))
    return tuple(_watcher_standing(watcher, portal, found) for (watcher, portal), found in seen.items())


def requirement_standings(results: Sequence[CaseResult]) -> dict[str, Standing]:
    """Requirement id -> where it stands: the worst that any case or watcher says of it."""
    votes: dict[str, list[Result]] = {}
    cases: dict[str, list[str]] = {}
    for result in results:
        for requirement, vote in _votes(result).items():
            votes.setdefault(requirement, []).append(vote)
            cases.setdefault(requirement, []).append(result.id)
    for watcher in watcher_standings(results):
        for requirement in watcher.requirements:
            votes.setdefault(requirement, []).append(watcher.result)
            cases.setdefault(requirement, []).extend(watcher.cases)
    return {
        requirement: Standing(_worst_that_applies(votes[requirement]), tuple(dict.fromkeys(cases[requirement]))) for requirement in votes
    }


def verdict_of(results: Sequence[CaseResult], *, strict: bool = False, complete: bool = True) -> Verdict:
    """What these results make of a portal. `complete` is False when cases that were selected have no result; a `strict` verdict takes a
    warning for a failure. Nothing verified is never conformant."""
    votes = {result.result for result in results} | {standing.result for standing in watcher_standings(results)}
    if Result.ERROR in votes:
        return Verdict.ERROR
    if Result.FAILED in votes or (strict and Result.WARNING in votes):
        return Verdict.NOT_CONFORMANT
    if not complete or Result.COULD_NOT_RUN in votes or not any(result.result in VERIFYING for result in results):
        return Verdict.INCOMPLETE
    return Verdict.PARTIAL if Result.MECHANISM_ONLY in votes else Verdict.CONFORMANT


def worst_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """The first of them in the order of `Verdict`; INCOMPLETE when there is none."""
    order = list(Verdict)
    return min(verdicts, key=order.index, default=Verdict.INCOMPLETE)


def by_portal(results: Iterable[CaseResult]) -> Mapping[str, list[CaseResult]]:
    """The results of each portal, in the order first seen."""
    portals: dict[str, list[CaseResult]] = {}
    for result in results:
        portals.setdefault(result.portal, []).append(result)
    return portals


def _as_error(result: CaseResult, why: str) -> CaseResult:
    reason = f"{result.id} {why}" + (f" ({result.reason})" if result.reason else "")
    return dataclasses.replace(result, result=Result.ERROR, reason=reason)


def _broken(check: Check) -> Result:
    return Result.WARNING if check.level == "should" else Result.FAILED


def _watcher_standing(watcher: str, portal: str, found: Sequence[tuple[CaseResult, Check]]) -> WatcherStanding:
    broken = [(result, check) for result, check in found if not check.held]
    return WatcherStanding(
        watcher=watcher,
        portal=portal,
        requirements=tuple(dict.fromkeys(requirement for _, check in found for requirement in check.requirements)),
        result=worst(_broken(check) for _, check in broken),
        judged=len(found),
        broken=len(broken),
        cases=tuple(dict.fromkeys(result.id for result, _ in broken)),
        examples=tuple(dict.fromkeys(check for _, check in broken)),
    )


def _votes(result: CaseResult) -> dict[str, Result]:
    """What one case says of each requirement it bears on."""
    checks: dict[str, list[Check]] = {requirement: [] for requirement in result.requirements}
    for check in own_checks(result):
        if not check.on_the_way:
            for requirement in check.requirements:
                checks.setdefault(requirement, []).append(check)
    return {requirement: _vote(result, requirement, found) for requirement, found in checks.items()}


def _vote(result: CaseResult, requirement: str, checks: Sequence[Check]) -> Result:
    broken = [check for check in checks if not check.held]
    if broken:
        return worst(_broken(check) for check in broken)
    stopped_on_the_way = any(check.on_the_way and not check.held for check in own_checks(result))
    if requirement in result.requirements and (stopped_on_the_way or not checks):
        return result.result
    if result.result in {Result.FAILED, Result.WARNING}:
        return Result.PASSED  # it broke on a check of another requirement
    return result.result


def _worst_that_applies(votes: Iterable[Result]) -> Result:
    """A function that one case found missing and another verified is there: `not applicable` counts only when nothing else was said."""
    votes = list(votes)
    return worst([vote for vote in votes if vote is not Result.NOT_APPLICABLE] or votes)
