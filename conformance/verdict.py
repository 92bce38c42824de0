"""How results add up: to the standing of a requirement, of a watcher, of a portal, of the whole run. Pure functions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from conformance.results import KINDS, CaseResult, Check, KnownFailure, Result, StepRecord, Verdict, worst

VERIFYING = frozenset({Result.PASSED, Result.FAILED, Result.WARNING, Result.MECHANISM_ONLY})


@dataclass(frozen=True)
class WatcherStanding:
    """What a watcher saw in a portal over a whole run: how many observations it judged, how many broke its rule, in which cases.

    `known` is set when the target file says that it fails, and it does; `reason` says why its result is another than its observations'.
    `title`, `impact` and `place` are those of its declaration.
    """

    watcher: str
    portal: str
    requirements: tuple[str, ...]
    result: Result
    judged: int
    broken: int
    cases: tuple[str, ...]
    examples: tuple[Check, ...]
    known: KnownFailure | None = None
    reason: str = ""
    title: str = ""
    impact: str = ""
    place: str = ""

    @property
    def excused(self) -> bool:
        """Whether it does not count against the verdict although its rule was broken."""
        return self.known is not None and self.result in {Result.FAILED, Result.WARNING}


@dataclass(frozen=True)
class Standing:
    """Where a requirement stands, and the cases that bear on it. `result` is None when none did.

    `known` says that all that speaks against it are known failures.
    """

    result: Result | None
    cases: tuple[str, ...]
    known: bool = False


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


def count(results: Iterable[CaseResult]) -> dict[str, int]:
    """How many cases came to each result, known failures apart, in the order of `KINDS`; those that nothing came to left out."""
    seen = [result.kind for result in results]
    return {str(kind): seen.count(kind) for kind in KINDS if kind in seen}


def watcher_standings(results: Iterable[CaseResult]) -> tuple[WatcherStanding, ...]:
    """One standing for each watcher and portal, in the order first seen."""
    seen: dict[tuple[str, str], list[tuple[CaseResult, Check]]] = {}
    for result in results:
        for step in result.steps:
            for check in step.checks:
                if check.watcher is not None:
                    seen.setdefault((check.watcher, result.portal), []).append((result, check))
    return tuple(_watcher_standing(watcher, portal, found) for (watcher, portal), found in seen.items())


def requirement_standings(results: Sequence[CaseResult], watchers: Sequence[WatcherStanding] | None = None) -> dict[str, Standing]:
    """Requirement id -> where it stands: the worst that any case or watcher says of it. `watchers`: if not given, as the results show."""
    found: dict[str, list[_Vote]] = {}
    for result in results:
        for requirement, vote in votes(result).items():
            found.setdefault(requirement, []).append(_Vote(vote, (result.id,), result.excused))
    for watcher in watcher_standings(results) if watchers is None else watchers:
        for requirement in watcher.requirements:
            found.setdefault(requirement, []).append(_Vote(watcher.result, watcher.cases, watcher.excused))
    return {requirement: _standing(cast) for requirement, cast in found.items()}


def verdict_of(
    results: Sequence[CaseResult], watchers: Sequence[WatcherStanding] | None = None, *, strict: bool = False, complete: bool = True
) -> Verdict:
    """What these results make of a portal; known failures do not count. `complete` is False when cases that were selected have no result;
    a `strict` verdict takes a warning for a failure. Nothing verified is never conformant."""
    judged: list[CaseResult | WatcherStanding] = [*results, *(watcher_standings(results) if watchers is None else watchers)]
    found = {one.result for one in judged if not one.excused}
    if Result.ERROR in found:
        return Verdict.ERROR
    if Result.FAILED in found or (strict and Result.WARNING in found):
        return Verdict.NOT_CONFORMANT
    if not complete or Result.COULD_NOT_RUN in found or not any(result.result in VERIFYING and not result.excused for result in results):
        return Verdict.INCOMPLETE
    return Verdict.PARTIAL if Result.MECHANISM_ONLY in found else Verdict.CONFORMANT


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
    return dataclasses.replace(result, result=Result.ERROR, reason=reason, known=None)


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


@dataclass(frozen=True)
class _Vote:
    result: Result | None
    cases: tuple[str, ...]
    excused: bool


def _standing(cast: Sequence[_Vote]) -> Standing:
    said = [vote.result for vote in cast if vote.result is not None]
    result = _worst_that_applies(said) if said else None
    against = [vote for vote in cast if vote.result is result]
    known = result in {Result.FAILED, Result.WARNING} and all(vote.excused for vote in against)
    return Standing(result, tuple(dict.fromkeys(case for vote in cast for case in vote.cases)), known)


def votes(result: CaseResult) -> dict[str, Result | None]:
    """What one case says of each requirement it bears on, watchers apart; None: it failed before it came to it."""
    checks: dict[str, list[Check]] = {requirement: [] for requirement in result.requirements}
    for check in own_checks(result):
        if not check.on_the_way:
            for requirement in check.requirements:
                checks.setdefault(requirement, []).append(check)
    return {requirement: _vote(result, requirement, found) for requirement, found in checks.items()}


def _vote(result: CaseResult, requirement: str, checks: Sequence[Check]) -> Result | None:
    broken = [check for check in checks if not check.held]
    if broken:
        return worst(_broken(check) for check in broken)
    stopped_on_the_way = any(check.on_the_way and not check.held for check in own_checks(result))
    if stopped_on_the_way and result.result in {Result.FAILED, Result.WARNING}:
        return None
    if requirement in result.requirements and not checks:
        return result.result
    if result.result in {Result.FAILED, Result.WARNING}:
        return Result.PASSED  # it broke on a check of another requirement
    return result.result


def _worst_that_applies(results: Iterable[Result]) -> Result:
    """A function that one case found missing and another verified is there: `not applicable` counts only when nothing else was said."""
    results = list(results)
    return worst([result for result in results if result is not Result.NOT_APPLICABLE] or results)
